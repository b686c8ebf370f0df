//! Reading ids themselves, for a model that came without a tokenizer.

use super::Token;

/// The ids in a text, numbers below `vocab_size` between spaces or commas, up to the first word that
/// is none. Like a byte-level tokenizer's tokens, each begins where the one before ends.
///
/// ```
/// use llm_atlas::tokenizer::read_ids;
/// let ids: Vec<u32> = read_ids("3 1, 4 x 1", 10).iter().map(|token| token.id).collect();
/// assert_eq!(ids, [3, 1, 4]);
/// ```
pub fn read_ids(text: &str, vocab_size: usize) -> Vec<Token> {
    let is_gap = |letter: char| letter.is_whitespace() || letter == ',';
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(gap) = text[start..].find(|letter| !is_gap(letter)) {
        let word = &text[start + gap..];
        let word = &word[..word.find(is_gap).unwrap_or(word.len())];
        let end = start + gap + word.len();
        match word.parse::<u32>() {
            Ok(id) if (id as usize) < vocab_size => tokens.push(Token { id, start, end }),
            _ => break,
        }
        start = end;
    }
    tokens
}

/// An id as it is written: what a model without a tokenizer has in place of the bytes of its tokens.
pub fn id_bytes(id: u32) -> Vec<u8> {
    id.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let text = [7, 0, 42].map(id_bytes).join(&b' ');
        let text = String::from_utf8(text).unwrap();
        let tokens = read_ids(&text, 43);
        let spans: Vec<_> = tokens.iter().map(|t| (t.id, t.start, t.end)).collect();
        assert_eq!(spans, [(7, 0, 1), (0, 1, 3), (42, 3, 6)]);
        assert_eq!(read_ids(&text, 42).len(), 2, "42 is not one of 42 ids");
    }

    #[test]
    fn what_is_no_id_ends_it() {
        assert!(read_ids("", 9).is_empty() && read_ids(" , ", 9).is_empty());
        assert!(read_ids("-1 2", 9).is_empty());
        assert_eq!(read_ids("1 미나 2", 9).len(), 1);
        assert_eq!(read_ids("1 99999999999", 9).len(), 1);
    }
}
