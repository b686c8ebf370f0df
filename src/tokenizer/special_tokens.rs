//! Adding control tokens to a tokenizer.

use super::{AddedToken, ByteLevelBpe, TokenizerError};

impl ByteLevelBpe {
    /// The same tokenizer with more special tokens as its last ids; those it has already are left
    /// where they are.
    ///
    /// # Errors
    /// [`TokenizerError::BadSpecialToken`] if one is empty or a token of another kind.
    pub fn with_special_tokens(&self, contents: &[&str]) -> Result<Self, TokenizerError> {
        let mut bytes_by_id = self.bytes_by_id.clone();
        let mut added_tokens = self.added_tokens().to_vec();
        for content in contents {
            if added_tokens.iter().any(|added| added.content == *content) {
                continue;
            }
            if content.is_empty() || self.id_of_bytes(content.as_bytes()).is_some() {
                return Err(TokenizerError::BadSpecialToken {
                    content: (*content).to_owned(),
                });
            }
            added_tokens.push(AddedToken {
                id: bytes_by_id.len() as u32,
                content: (*content).to_owned(),
                special: true,
                lstrip: false,
            });
            bytes_by_id.push(Some(Box::from(content.as_bytes())));
        }
        let mut tokenizer = Self::new(bytes_by_id, self.merges().to_vec(), added_tokens)?;
        tokenizer.ignore_merges = self.ignore_merges;
        Ok(tokenizer)
    }

    /// The same tokenizer, where white space before the added token `content` belongs to it.
    #[must_use]
    pub fn with_space_before(mut self, content: &str) -> Self {
        let added = self.added_tokens.iter_mut();
        for added in added.filter(|added| added.content == content) {
            added.lstrip = true;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use crate::tokenizer::{ByteLevelBpe, train_bpe};

    #[test]
    fn special_tokens_are_the_last_ids_and_change_no_text() {
        let plain = train_bpe(["the cat the hat"], 262, &["<|endoftext|>"]).unwrap();
        let more = plain
            .with_special_tokens(&["[PAD]", "<|endoftext|>", "[MASK]"])
            .unwrap();
        let first = plain.vocab_size() as u32;
        assert_eq!(more.id_of_added("[PAD]"), Some(first));
        assert_eq!(more.id_of_added("[MASK]"), Some(first + 1));
        assert_eq!(more.vocab_size(), plain.vocab_size() + 2);
        let text = "the cat [MASK]";
        assert_eq!(more.encode_ids(text), plain.encode_ids(text));
        let read = ByteLevelBpe::from_json(&more.to_json()).unwrap();
        assert_eq!(
            read.encode_with_special(text),
            more.encode_with_special(text)
        );
        assert!(plain.with_special_tokens(&["the"]).is_err());
    }

    #[test]
    fn the_space_before_a_mask_belongs_to_it() {
        let tokenizer = train_bpe(["미나가 the cat"], 262, &["[MASK]"]).unwrap();
        let tokenizer = tokenizer.with_space_before("[MASK]");
        let mask = tokenizer.id_of_added("[MASK]").unwrap();
        let read = ByteLevelBpe::from_json(&tokenizer.to_json()).unwrap();
        for (text, spans) in [
            ("[MASK]", vec![(0, 6)]),
            ("the [MASK] cat", vec![(3, 10)]),
            (
                "the  [MASK][MASK] [MASK]",
                vec![(3, 11), (11, 17), (17, 24)],
            ),
            ("미나가 [MASK]를", vec![(9, 16)]),
            ("  [MASK]", vec![(0, 8)]),
        ] {
            let tokens = read.encode_with_special(text);
            assert_eq!(tokens, tokenizer.encode_with_special(text));
            let masks = tokens.iter().filter(|token| token.id == mask);
            let found: Vec<_> = masks.map(|token| (token.start, token.end)).collect();
            assert_eq!(found, spans, "{text}");
            let mut end = 0;
            for token in &tokens {
                assert_eq!(token.start, end, "{text}");
                end = token.end;
            }
            assert_eq!(end, text.len());
            // Written as plain text it is read as plain text.
            assert!(read.encode(text).iter().all(|token| token.id != mask));
        }
    }
}
