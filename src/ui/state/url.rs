//! The state that is worth sharing, as an address. One table ([`super::parameters`]) says it all.
//!
//! Defaults are left out; what cannot be read is ignored. An address that carries any of the
//! state also carries the language, and then nothing remembered on the device takes part: the
//! same link shows the same thing to everyone.

use super::State;
use super::parameters::{PARAMETERS, Parameter};

/// Names that hold the sampling settings, for [`super::Preferences`].
const SAMPLING: [&str; 6] = ["temp", "k", "p", "minp", "rep", "greedy"];

/// Takes `query` into the state. Returns whether it carried a text. `remembered` is sampling
/// from an earlier visit; it counts only if the address carries nothing of what is shared.
pub fn read_query(state: &mut State, query: &str, remembered: &str) -> bool {
    let pairs = decode_query(query);
    let is_shared = |name: &str| PARAMETERS.iter().any(|p| p.name == name && p.is_shared);
    if !pairs.iter().any(|(name, _)| is_shared(name)) {
        let remembered = decode_query(remembered);
        read_pairs(state, &remembered, |name| SAMPLING.contains(&name));
    }
    read_pairs(state, &pairs, |_| true);
    pairs.iter().any(|(name, _)| name == "text")
}

/// Takes only the way through the arithmetic out of a query.
pub fn read_way(state: &mut State, query: &str) {
    read_pairs(state, &decode_query(query), |name| name == "why");
}

fn read_pairs(state: &mut State, pairs: &[(String, String)], is_wanted: impl Fn(&str) -> bool) {
    for parameter in PARAMETERS.iter().filter(|p| is_wanted(p.name)) {
        if let Some((_, value)) = pairs.iter().find(|(name, _)| name == parameter.name) {
            // What cannot be read leaves the default.
            let _ = (parameter.read)(state, value);
        }
    }
}

impl State {
    /// The address of what is seen, without `?`; empty if everything is as it is at first.
    pub fn query(&self) -> String {
        let shared = self.write_parameters(|parameter| parameter.is_shared);
        let personal = self.write_parameters(|parameter| !parameter.is_shared);
        let language = if shared.is_empty() {
            Vec::new()
        } else {
            vec![format!("lang={}", self.language.code())]
        };
        [shared, language, personal].concat().join("&")
    }

    /// The address that shows the same to anyone, also what is default here.
    pub fn share_query(&self) -> String {
        let mut parts = self.write_parameters(|parameter| parameter.is_shared);
        if !parts.iter().any(|part| part.starts_with("text=")) {
            parts.insert(0, format!("text={}", encode(&self.text)));
        }
        parts.push(format!("lang={}", self.language.code()));
        parts.join("&")
    }

    /// The sampling settings, to be remembered.
    pub fn sampling_query(&self) -> String {
        self.write_parameters(|parameter| SAMPLING.contains(&parameter.name))
            .join("&")
    }

    fn write_parameters(&self, is_wanted: impl Fn(&Parameter) -> bool) -> Vec<String> {
        PARAMETERS
            .iter()
            .filter(|parameter| is_wanted(parameter))
            .filter_map(|parameter| {
                let value = (parameter.write)(self)?;
                Some(format!("{}={}", parameter.name, encode(&value)))
            })
            .collect()
    }
}

/// Percent-encodes everything but letters, digits and `-._~`.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// Names and values of a query, with or without `?`. What is no UTF-8 is left out.
pub fn decode_query(query: &str) -> Vec<(String, String)> {
    query
        .trim_start_matches('?')
        .split('&')
        .filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((decode(name)?, decode(value)?))
        })
        .collect()
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let hex = || {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            u8::from_str_radix(digits, 16).ok()
        };
        match first {
            b'+' => bytes.push(b' '),
            b'%' => match hex() {
                Some(byte) => {
                    bytes.push(byte);
                    rest = &after[2..];
                }
                None => bytes.push(b'%'),
            },
            byte => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).ok()
}
