//! Reading Hugging Face's `tokenizer.json` and GPT-2's older pair `vocab.json`
//! and `merges.txt`.
//!
//! Settings that change the result and are not byte-level BPE as in GPT-2 are
//! refused by name; stored padding and truncation are ignored.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::byte_alphabet::bytes_from_text;
use super::{AddedToken, ByteLevelBpe, TokenizerError};

/// Ids may have holes, but not more than this many for each token.
const MAX_IDS_PER_TOKEN: usize = 4;

#[derive(Deserialize)]
struct TokenizerFile {
    #[serde(default)]
    added_tokens: Vec<AddedTokenEntry>,
    #[serde(default)]
    normalizer: Value,
    #[serde(default)]
    pre_tokenizer: Value,
    #[serde(default)]
    post_processor: Value,
    #[serde(default)]
    decoder: Value,
    model: ModelEntry,
}

#[derive(Deserialize)]
struct AddedTokenEntry {
    id: u32,
    content: String,
    #[serde(default)]
    single_word: bool,
    #[serde(default)]
    lstrip: bool,
    #[serde(default)]
    rstrip: bool,
    #[serde(default)]
    special: bool,
}

#[derive(Deserialize)]
struct ModelEntry {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    dropout: Option<f32>,
    #[serde(default)]
    continuing_subword_prefix: Option<String>,
    #[serde(default)]
    end_of_word_suffix: Option<String>,
    #[serde(default)]
    ignore_merges: bool,
    vocab: HashMap<String, u32>,
    merges: Vec<MergeEntry>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum MergeEntry {
    Line(String),
    Pair([String; 2]),
}

impl ByteLevelBpe {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// [`TokenizerError`] if it is not JSON of that shape, asks for something other
    /// than GPT-2's byte-level BPE, or its vocabulary and merges do not fit.
    pub fn from_json(text: &str) -> Result<Self, TokenizerError> {
        let file: TokenizerFile = serde_json::from_str(text)?;
        check_settings(&file)?;
        let added = file
            .added_tokens
            .into_iter()
            .map(|entry| AddedToken {
                id: entry.id,
                content: entry.content,
                special: entry.special,
                lstrip: entry.lstrip,
            })
            .collect();
        let mut tokenizer = build(&file.model.vocab, &file.model.merges, added)?;
        tokenizer.ignore_merges = file.model.ignore_merges;
        Ok(tokenizer)
    }

    /// Reads GPT-2's `vocab.json` and `merges.txt`; `special_tokens` are looked up in the vocabulary.
    ///
    /// # Errors
    /// As [`Self::from_json`].
    pub fn from_vocab_and_merges(
        vocab_json: &str,
        merges_txt: &str,
        special_tokens: &[&str],
    ) -> Result<Self, TokenizerError> {
        let vocab: HashMap<String, u32> = serde_json::from_str(vocab_json)?;
        let merges: Vec<MergeEntry> = merges_txt
            .lines()
            .enumerate()
            .filter(|(index, line)| *index > 0 || !line.starts_with("#version"))
            .filter(|(_, line)| !line.is_empty())
            .map(|(_, line)| MergeEntry::Line(line.to_owned()))
            .collect();
        let added = special_tokens
            .iter()
            .map(|content| {
                let id = vocab.get(*content).copied();
                let id = id.ok_or_else(|| TokenizerError::BadSpecialToken {
                    content: (*content).to_owned(),
                })?;
                Ok(AddedToken {
                    id,
                    content: (*content).to_owned(),
                    special: true,
                    lstrip: false,
                })
            })
            .collect::<Result<_, TokenizerError>>()?;
        build(&vocab, &merges, added)
    }
}

/// Refuses what would change the result without being done here.
fn check_settings(file: &TokenizerFile) -> Result<(), TokenizerError> {
    let unsupported = |field, value: &Value| {
        Err(TokenizerError::Unsupported {
            field,
            value: value.to_string(),
        })
    };
    let model = &file.model;
    if model.kind.as_deref().is_some_and(|kind| kind != "BPE") {
        return unsupported("model.type", &json!(model.kind));
    }
    if model.dropout.is_some_and(|dropout| dropout != 0.0) {
        return unsupported("model.dropout", &json!(model.dropout));
    }
    for (field, affix) in [
        (
            "model.continuing_subword_prefix",
            &model.continuing_subword_prefix,
        ),
        ("model.end_of_word_suffix", &model.end_of_word_suffix),
    ] {
        if affix.as_deref().is_some_and(|affix| !affix.is_empty()) {
            return unsupported(field, &json!(affix));
        }
    }
    if !file.normalizer.is_null() {
        return unsupported("normalizer", &file.normalizer);
    }
    let pre = &file.pre_tokenizer;
    if pre["type"] != "ByteLevel" || pre["add_prefix_space"] != false || pre["use_regex"] == false {
        return unsupported("pre_tokenizer", pre);
    }
    // Of the post-processors this one alone adds no token.
    if !file.post_processor.is_null() && file.post_processor["type"] != "ByteLevel" {
        return unsupported("post_processor", &file.post_processor);
    }
    if file.decoder["type"] != "ByteLevel" {
        return unsupported("decoder", &file.decoder);
    }
    for added in &file.added_tokens {
        if added.rstrip || added.single_word {
            return unsupported("added_tokens (rstrip, single_word)", &json!(added.content));
        }
    }
    Ok(())
}

fn build(
    vocab: &HashMap<String, u32>,
    merges: &[MergeEntry],
    added: Vec<AddedToken>,
) -> Result<ByteLevelBpe, TokenizerError> {
    let tokens = vocab.len() + added.len();
    let mut bytes_by_id: Vec<Option<Box<[u8]>>> = Vec::new();
    let mut place = |id: u32, bytes: &[u8]| {
        let index = id as usize;
        if index >= tokens.saturating_mul(MAX_IDS_PER_TOKEN) {
            return Err(TokenizerError::IdTooLarge { id, tokens });
        }
        if index >= bytes_by_id.len() {
            bytes_by_id.resize(index + 1, None);
        }
        match bytes_by_id[index].replace(Box::from(bytes)) {
            None => Ok(()),
            Some(_) => Err(TokenizerError::DuplicateId { id }),
        }
    };
    for (index, token) in added.iter().enumerate() {
        let given_twice = added[..index]
            .iter()
            .any(|other| other.content == token.content);
        if token.content.is_empty() || given_twice {
            return Err(TokenizerError::BadSpecialToken {
                content: token.content.clone(),
            });
        }
        place(token.id, token.content.as_bytes())?;
    }
    for (token, &id) in vocab {
        if added
            .iter()
            .any(|added| added.id == id && added.content == *token)
        {
            continue;
        }
        let bytes = bytes_from_text(token).ok_or_else(|| TokenizerError::NotByteLevel {
            id,
            token: token.clone(),
        })?;
        place(id, &bytes)?;
    }
    let mut pairs = Vec::with_capacity(merges.len());
    for (rank, entry) in merges.iter().enumerate() {
        let (left, right) = match entry {
            MergeEntry::Pair([left, right]) => (left.as_str(), right.as_str()),
            MergeEntry::Line(line) => line
                .split_once(' ')
                .filter(|(left, right)| {
                    !left.is_empty() && !right.is_empty() && !right.contains(' ')
                })
                .ok_or_else(|| TokenizerError::MalformedMerge {
                    rank,
                    line: line.clone(),
                })?,
        };
        let unknown = || TokenizerError::UnknownMergeToken {
            rank,
            left: left.to_owned(),
            right: right.to_owned(),
        };
        let id_of = |token: &str| vocab.get(token).copied().ok_or_else(unknown);
        pairs.push((id_of(left)?, id_of(right)?));
    }
    ByteLevelBpe::new(bytes_by_id, pairs, added)
}
