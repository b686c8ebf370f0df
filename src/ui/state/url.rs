//! The state that is worth sharing, as an address. One table says it all.
//!
//! Defaults are left out; what cannot be read is ignored. An address that carries any of the
//! state also carries the language, and then nothing remembered on the device takes part: the
//! same link shows the same thing to everyone.

use crate::derivation::Quantity;
use crate::protocol::BackendKind;
use crate::ui::components::read_number;
use crate::ui::i18n::Language;
use crate::ui::views::{HeadOrder, Measure, OpenPart, panel_named};

use super::inquire::LONGEST_PATH;
use super::{State, Theme, TypeSize};

/// One entry of the address.
struct Parameter {
    name: &'static str,
    /// Whether it belongs to what is seen (and not only to who looks at it).
    is_shared: bool,
    /// The value; `None` for the default.
    write: fn(&State) -> Option<String>,
    /// Takes the value in; ignores what cannot be read.
    read: fn(&mut State, &str) -> Option<()>,
}

const OPEN_PARTS: [(&str, OpenPart); 6] = [
    ("attention", OpenPart::Attention),
    ("lines", OpenPart::Lines),
    ("embedding", OpenPart::Embedding),
    ("mlp", OpenPart::Mlp),
    ("logits", OpenPart::Logits),
    ("none", OpenPart::None),
];

/// The table. Language comes first, because the prepared text depends on it.
const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "lang",
        is_shared: false,
        write: |_| None,
        read: |state, value| {
            state.language = [Language::En, Language::Ko]
                .into_iter()
                .find(|language| language.code() == value)?;
            Some(())
        },
    },
    Parameter {
        name: "model",
        is_shared: true,
        write: |state| state.shelf.chosen.clone(),
        read: |state, value| {
            state.shelf.chosen = Some(value.to_owned());
            Some(())
        },
    },
    Parameter {
        name: "text",
        is_shared: true,
        write: |state| (state.text != state.prepared()).then(|| state.text.clone()),
        read: |state, value| {
            state.text = value.to_owned();
            Some(())
        },
    },
    Parameter {
        name: "gen",
        is_shared: true,
        write: |state| {
            let ids: Vec<String> = state.generation.iter().map(u32::to_string).collect();
            (!ids.is_empty()).then(|| ids.join("."))
        },
        read: |state, value| {
            state.generation = value
                .split('.')
                .map(|id| id.parse().ok())
                .collect::<Option<_>>()?;
            Some(())
        },
    },
    Parameter {
        name: "seed",
        is_shared: true,
        write: |state| unless_default(state.sampling.seed, 0),
        read: |state, value| {
            state.sampling.seed = value.parse().ok()?;
            Some(())
        },
    },
    Parameter {
        name: "temp",
        is_shared: true,
        write: |state| unless_default(state.sampling.temperature, 1.0),
        read: |state, value| {
            state.sampling.temperature = number_in(value, 0.0, 2.0)?;
            Some(())
        },
    },
    Parameter {
        name: "k",
        is_shared: true,
        write: |state| unless_default(state.sampling.top_k, 0),
        read: |state, value| {
            state.sampling.top_k = value.parse().ok()?;
            Some(())
        },
    },
    Parameter {
        name: "p",
        is_shared: true,
        write: |state| unless_default(state.sampling.top_p, 1.0),
        read: |state, value| {
            state.sampling.top_p = number_in(value, 0.05, 1.0)?;
            Some(())
        },
    },
    Parameter {
        name: "minp",
        is_shared: true,
        write: |state| unless_default(state.sampling.min_p, 0.0),
        read: |state, value| {
            state.sampling.min_p = number_in(value, 0.0, 1.0)?;
            Some(())
        },
    },
    Parameter {
        name: "rep",
        is_shared: true,
        write: |state| unless_default(state.sampling.repetition_penalty, 1.0),
        read: |state, value| {
            state.sampling.repetition_penalty = number_in(value, 1.0, 2.0)?;
            Some(())
        },
    },
    Parameter {
        name: "greedy",
        is_shared: true,
        write: |state| state.sampling.is_greedy.then(|| "1".to_owned()),
        read: |state, value| {
            state.sampling.is_greedy = flag(value)?;
            Some(())
        },
    },
    Parameter {
        name: "layer",
        is_shared: true,
        write: |state| unless_default(state.focus.layer, State::default_focus().layer),
        read: |state, value| {
            state.focus.layer = value.parse().ok()?;
            Some(())
        },
    },
    Parameter {
        name: "head",
        is_shared: true,
        write: |state| unless_default(state.focus.head, State::default_focus().head),
        read: |state, value| {
            state.focus.head = value.parse().ok()?;
            Some(())
        },
    },
    Parameter {
        name: "token",
        is_shared: true,
        write: |state| state.focus.token.map(|token| token.to_string()),
        read: |state, value| {
            state.focus.token = Some(value.parse().ok()?);
            Some(())
        },
    },
    Parameter {
        name: "open",
        is_shared: true,
        write: |state| {
            let (name, part) = OPEN_PARTS
                .into_iter()
                .find(|(_, part)| *part == state.focus.open)?;
            (part != OpenPart::default()).then(|| name.to_owned())
        },
        read: |state, value| {
            let (_, part) = OPEN_PARTS.into_iter().find(|(name, _)| *name == value)?;
            state.focus.open = part;
            Some(())
        },
    },
    Parameter {
        name: "panels",
        is_shared: true,
        write: |state| {
            let panels = &state.focus.panels;
            (*panels != State::default_focus().panels).then(|| panels.join("."))
        },
        read: |state, value| {
            state.focus.panels.clear();
            for panel in value.split('.').filter_map(panel_named) {
                state.focus.open_panel(panel.name);
            }
            Some(())
        },
    },
    Parameter {
        name: "why",
        is_shared: true,
        write: |state| {
            let path = state.focus.path.iter().map(Quantity::to_string);
            let path: Vec<String> = path.collect();
            (!path.is_empty()).then(|| path.join(";"))
        },
        read: |state, value| {
            let path = value.split(';').take(LONGEST_PATH);
            state.focus.path = path.map(|name| name.parse().ok()).collect::<Option<_>>()?;
            Some(())
        },
    },
    Parameter {
        name: "map",
        is_shared: true,
        write: |state| unless_default(state.focus.map_layer, 0),
        read: |state, value| {
            state.focus.map_layer = value.parse().ok()?;
            Some(())
        },
    },
    Parameter {
        name: "measure",
        is_shared: true,
        write: |state| {
            let measure = state.focus.measure;
            (measure != Measure::default()).then(|| measure.name().to_owned())
        },
        read: |state, value| {
            let mut all = Measure::ALL.into_iter();
            state.focus.measure = all.find(|measure| measure.name() == value)?;
            Some(())
        },
    },
    Parameter {
        name: "words",
        is_shared: true,
        write: |state| state.focus.merges_words.then(|| "1".to_owned()),
        read: |state, value| {
            state.focus.merges_words = flag(value)?;
            Some(())
        },
    },
    Parameter {
        name: "sort",
        is_shared: true,
        write: |state| {
            let order = state.focus.sort_heads;
            (order != HeadOrder::default()).then(|| order.name().to_owned())
        },
        read: |state, value| {
            let mut all = HeadOrder::ALL.into_iter();
            state.focus.sort_heads = all.find(|order| order.name() == value)?;
            Some(())
        },
    },
    Parameter {
        name: "target",
        is_shared: true,
        write: |state| state.focus.target.map(|target| target.to_string()),
        read: |state, value| {
            state.focus.target = Some(value.parse().ok()?);
            Some(())
        },
    },
    Parameter {
        name: "at",
        is_shared: true,
        write: |state| state.projector.chosen.map(|step| step.to_string()),
        read: |state, value| {
            state.projector.chosen = Some(value.parse().ok()?);
            Some(())
        },
    },
    Parameter {
        name: "beside",
        is_shared: true,
        write: |state| state.projector.against.map(|step| step.to_string()),
        read: |state, value| {
            state.projector.against = Some(value.parse().ok()?);
            Some(())
        },
    },
    Parameter {
        name: "theme",
        is_shared: false,
        write: |state| (state.theme != Theme::System).then(|| state.theme.name().to_owned()),
        read: |state, value| {
            state.theme = Theme::ALL.into_iter().find(|theme| theme.name() == value)?;
            Some(())
        },
    },
    Parameter {
        name: "backend",
        is_shared: false,
        write: |state| state.engines.wanted.map(|kind| kind.name().to_owned()),
        read: |state, value| {
            state.engines.wanted = Some(
                [BackendKind::Cpu, BackendKind::WebGpu]
                    .into_iter()
                    .find(|kind| kind.name() == value)?,
            );
            Some(())
        },
    },
    Parameter {
        name: "size",
        is_shared: false,
        write: |state| {
            (state.type_size != TypeSize::Desk).then(|| state.type_size.name().to_owned())
        },
        read: |state, value| {
            state.type_size = TypeSize::ALL
                .into_iter()
                .find(|size| size.name() == value)?;
            Some(())
        },
    },
];

/// Names that hold the sampling settings, for [`super::Preferences`].
const SAMPLING: [&str; 6] = ["temp", "k", "p", "minp", "rep", "greedy"];

fn unless_default<T: PartialEq + ToString + Copy>(value: T, default: T) -> Option<String> {
    (value != default).then(|| value.to_string())
}

fn flag(value: &str) -> Option<bool> {
    match value {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}

fn number_in(value: &str, low: f32, high: f32) -> Option<f32> {
    let number = read_number(value)? as f32;
    (low..=high).contains(&number).then_some(number)
}

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ui::state::{Preferences, prepared_text};

    fn open(query: &str) -> State {
        State::open(query, &Preferences::default(), Language::En)
    }

    fn shared_part(state: &State) -> impl PartialEq + std::fmt::Debug + use<> {
        (
            (state.text.clone(), state.generation.clone()),
            (state.sampling, state.focus.clone()),
            (state.projector.chosen, state.projector.against),
            (state.language, state.theme, state.type_size),
            state.engines.wanted,
        )
    }

    #[test]
    fn at_first_the_address_is_bare() {
        assert_eq!(open("").query(), "");
        assert_eq!(open("").text, prepared_text(Language::En));
        assert_eq!(open("?lang=ko").text, prepared_text(Language::Ko));
    }

    #[test]
    fn everything_reads_back() {
        let query = "text=%EB%AF%B8%EB%82%98+%26+a%2Bb&gen=3.1.4&seed=42&temp=0.8&k=40&p=0.95\
             &minp=0.05&rep=1.3&greedy=1&layer=0&head=2&token=2&open=mlp&panels=why.map\
             &why=blocks.3.attn.scores%5B1%2C8%2C0%5D%3Braw%3Ablocks.3.attn.scores%5B1%2C8%2C0%5D&map=3\
             &measure=rollout&words=1&sort=induction&target=7&at=143&beside=9&lang=ko&theme=dark&backend=cpu\
             &size=1.25";
        let state = open(query);
        assert_eq!(state.text, "미나 & a+b");
        assert_eq!(state.query(), query);
        assert_eq!(shared_part(&open(&state.query())), shared_part(&state));
    }

    #[test]
    fn what_cannot_be_read_is_ignored() {
        let query = "temp=hot&k=-1&p=7&minp=2&rep=0.5&seed=&gen=1.x&layer=a&token=&open=door&why=q%5B1%5D%3Bp&map=-\
             &measure=length&words=2&sort=best&target=a&at=-1&beside=last&lang=xx\
             &theme=pink&backend=abacus&size=9&nothing&=&%=1&text=%FF&temp=NaN";
        assert_eq!(shared_part(&open(query)), shared_part(&open("")));
    }

    #[test]
    fn an_empty_text_is_a_text() {
        let mut state = open("");
        state.text.clear();
        assert_eq!(open(&state.query()).text, "");
    }

    #[test]
    fn a_link_does_not_depend_on_who_opens_it() {
        let mut state = open("seed=3");
        state.text = prepared_text(Language::En).to_owned();
        let preferences = Preferences {
            language: Some(Language::Ko),
            theme: None,
            sampling: "temp=0.5&seed=9".to_owned(),
        };
        for query in [state.query(), state.share_query()] {
            let seen = State::open(&query, &preferences, Language::Ko);
            assert_eq!(shared_part(&seen), shared_part(&state), "{query}");
        }
    }

    #[test]
    fn sampling_is_remembered_for_a_bare_address() {
        let preferences = Preferences {
            sampling: "temp=0.5&seed=9".to_owned(),
            ..Preferences::default()
        };
        let state = State::open("?backend=cpu", &preferences, Language::En);
        assert_eq!(state.sampling.temperature, 0.5);
        assert_eq!(state.sampling.seed, 0, "a seed is not remembered");
        assert_eq!(state.sampling_query(), "temp=0.5");
    }

    proptest! {
        #[test]
        fn any_text_reads_back(text in ".*", seed: u64, gen_ids: Vec<u32>) {
            let mut state = open("");
            state.text = text;
            state.sampling.seed = seed;
            state.generation = gen_ids;
            for query in [state.query(), state.share_query()] {
                prop_assert_eq!(shared_part(&open(&query)), shared_part(&state));
            }
        }

        #[test]
        fn no_address_is_a_crash(query in ".*") {
            open(&query);
        }
    }
}
