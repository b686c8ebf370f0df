//! How a token is written: one way, everywhere.

use crate::color_scale::category;
use crate::protocol::TokenInfo;

/// A token, ready to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenLabel {
    /// The text: spaces as middle dots, newlines as arrows, bytes that are no letter in hexadecimal.
    pub text: String,
    /// Whether some of it is bytes that are no letter by themselves.
    pub has_bytes: bool,
}

/// How a token of these bytes is written.
///
/// ```
/// use llm_atlas::ui::views::token_label;
/// assert_eq!(token_label(b" gave").text, "·gave");
/// assert_eq!(token_label(b"\n").text, "↵");
/// assert_eq!(token_label(&[0xeb, 0xb7]).text, "EB B7");
/// assert_eq!(token_label("미나".as_bytes()).text, "미나");
/// ```
pub fn token_label(bytes: &[u8]) -> TokenLabel {
    let mut label = TokenLabel::default();
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                ' ' => label.text.push('·'),
                '\n' => label.text.push('↵'),
                letter if letter.is_control() => {
                    let mut buffer = [0; 4];
                    push_bytes(&mut label, letter.encode_utf8(&mut buffer).as_bytes());
                }
                letter => label.text.push(letter),
            }
        }
        push_bytes(&mut label, chunk.invalid());
    }
    label
}

/// A token as it is quoted in a sentence: without the space it begins with.
///
/// ```
/// use llm_atlas::ui::views::token_label::quoted;
/// assert_eq!(quoted(b" thanked"), "“thanked”");
/// ```
pub fn quoted(bytes: &[u8]) -> String {
    let trimmed = match bytes {
        [b' ', rest @ ..] if !rest.is_empty() => rest,
        bytes => bytes,
    };
    format!("“{}”", token_label(trimmed).text)
}

/// The hue of each token, 1 to 8: the same token has the same hue everywhere.
pub fn token_hues(tokens: &[TokenInfo]) -> Vec<u8> {
    tokens.iter().map(|token| category(token.id)).collect()
}

fn push_bytes(label: &mut TokenLabel, bytes: &[u8]) {
    for byte in bytes {
        if label.has_bytes && label.text.ends_with(|c: char| c.is_ascii_hexdigit()) {
            label.text.push(' ');
        }
        label.text.push_str(&format!("{byte:02X}"));
        label.has_bytes = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_bytes_and_halves_of_letters_are_hexadecimal() {
        assert_eq!(token_label(&[0]).text, "00");
        assert_eq!(token_label(b"\t").text, "09");
        assert_eq!(token_label(b" \xec").text, "·EC");
        assert_eq!(token_label(b"\xa0\xed").text, "A0 ED");
        assert!(token_label(&[0xeb]).has_bytes);
        assert!(!token_label(b"a").has_bytes);
    }

    #[test]
    fn a_space_alone_can_be_quoted() {
        assert_eq!(quoted(b" "), "“·”");
        assert_eq!(quoted(b""), "“”");
    }

    #[test]
    fn the_same_token_keeps_its_hue() {
        let token = |id| TokenInfo {
            id,
            bytes: Vec::new(),
            start: 0,
            end: 0,
        };
        let hues = token_hues(&[token(5), token(9), token(5)]);
        assert_eq!(hues[0], hues[2]);
    }
}
