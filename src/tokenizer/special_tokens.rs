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
            });
            bytes_by_id.push(Some(Box::from(content.as_bytes())));
        }
        let mut tokenizer = Self::new(bytes_by_id, self.merges().to_vec(), added_tokens)?;
        tokenizer.ignore_merges = self.ignore_merges;
        Ok(tokenizer)
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
}
