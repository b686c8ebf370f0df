//! GPT-2's alphabet: one printable character for each of the 256 bytes.
//!
//! `vocab.json`, `merges.txt` and `tokenizer.json` write tokens in it, so that a
//! space is `Ġ` and no entry holds an invisible character. Printable Latin-1
//! characters stand for themselves; the other 68 bytes get U+0100 to U+0143 in
//! order.
//!
//! Source: `bytes_to_unicode` of openai/gpt-2 `encoder.py`.

/// The first character used for bytes that do not stand for themselves.
const FIRST_STAND_IN: u32 = 0x100;

/// The bytes that do not stand for themselves, before `byte`.
fn stand_ins_before(byte: u8) -> u32 {
    match byte {
        0x00..=0x20 => u32::from(byte),
        0x7f..=0xa0 => 33 + u32::from(byte - 0x7f),
        0xad => 67,
        _ => 68,
    }
}

/// Whether the byte is written as the Latin-1 character of the same number.
fn is_itself(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff)
}

/// The character that stands for `byte` in a vocabulary file.
///
/// ```
/// use llm_atlas::tokenizer::char_from_byte;
/// assert_eq!(char_from_byte(b'a'), 'a');
/// assert_eq!(char_from_byte(b' '), 'Ġ');
/// ```
pub fn char_from_byte(byte: u8) -> char {
    if is_itself(byte) {
        char::from(byte)
    } else {
        char::from_u32(FIRST_STAND_IN + stand_ins_before(byte))
            .unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

/// The byte that `c` stands for, `None` outside the alphabet.
///
/// ```
/// use llm_atlas::tokenizer::byte_from_char;
/// assert_eq!(byte_from_char('Ġ'), Some(b' '));
/// assert_eq!(byte_from_char(' '), None);
/// ```
pub fn byte_from_char(c: char) -> Option<u8> {
    match u32::from(c) {
        number @ 0..=0xff => u8::try_from(number).ok().filter(|byte| is_itself(*byte)),
        number @ 0x100..=0x120 => u8::try_from(number - 0x100).ok(),
        number @ 0x121..=0x142 => u8::try_from(number - 0x121 + 0x7f).ok(),
        0x143 => Some(0xad),
        _ => None,
    }
}

/// A token as a vocabulary file writes it.
pub(super) fn text_from_bytes(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char_from_byte).collect()
}

/// The bytes of a token written in the alphabet, `None` if a character is outside it.
pub(super) fn bytes_from_text(text: &str) -> Option<Vec<u8>> {
    text.chars().map(byte_from_char).collect()
}

/// All bytes in the order of their characters: the order of GPT-2's ids 0 to 255.
pub(super) fn bytes_in_id_order() -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..=u8::MAX).collect();
    bytes.sort_by_key(|byte| char_from_byte(*byte));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_own_character_and_comes_back() {
        let mut seen = std::collections::HashSet::new();
        for byte in 0..=u8::MAX {
            assert!(seen.insert(char_from_byte(byte)));
            assert_eq!(byte_from_char(char_from_byte(byte)), Some(byte));
        }
    }

    #[test]
    fn ids_follow_gpt2() {
        let order = bytes_in_id_order();
        assert_eq!((order[0], order[93], order[94]), (b'!', b'~', 0xa1));
        assert_eq!(
            (order[187], order[188], order[198], order[220], order[255]),
            (0xff, 0, b'\n', b' ', 0xad)
        );
    }

    #[test]
    fn characters_outside_the_alphabet_are_refused() {
        for c in [' ', '\n', '\u{7f}', '\u{ad}', '\u{144}', '가'] {
            assert_eq!(byte_from_char(c), None);
        }
    }
}
