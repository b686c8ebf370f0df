//! The files from before `tokenizer.json`, turned into one: GPT-2's `vocab.json` and `merges.txt`,
//! BERT's `vocab.txt`.
//!
//! Source: `convert_slow_tokenizer.py` of transformers.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::TokenizerError;

/// The files of a folder without `tokenizer.json`, as far as they are there.
#[derive(Clone, Debug, Default)]
pub struct OlderFiles {
    /// `vocab.json`: the tokens of a byte-level BPE with their ids.
    pub vocab_json: Option<String>,
    /// `merges.txt`: its merges in order.
    pub merges_txt: Option<String>,
    /// `vocab.txt`: the tokens of a WordPiece, one in a line.
    pub vocab_txt: Option<String>,
    /// `tokenizer_config.json`: which tokens are special, whether letters become small.
    pub tokenizer_config_json: Option<String>,
    /// Whether there is a binary SentencePiece model, which is not read.
    pub has_sentencepiece: bool,
}

impl OlderFiles {
    /// The text files to look for and to hand to [`Self::put`].
    pub const NAMES: [&str; 4] = [
        "vocab.json",
        "merges.txt",
        "vocab.txt",
        "tokenizer_config.json",
    ];

    /// The names of SentencePiece models.
    pub const SENTENCEPIECE: [&str; 3] =
        ["spiece.model", "tokenizer.model", "sentencepiece.bpe.model"];

    /// Takes in the text of the file of that name; others are left alone.
    pub fn put(&mut self, name: &str, text: String) {
        let place = match name {
            "vocab.json" => &mut self.vocab_json,
            "merges.txt" => &mut self.merges_txt,
            "vocab.txt" => &mut self.vocab_txt,
            "tokenizer_config.json" => &mut self.tokenizer_config_json,
            _ => return,
        };
        *place = Some(text);
    }

    /// The `tokenizer.json` that says the same; `None` without any tokenizer.
    ///
    /// # Errors
    /// If a file is damaged or a part of the tokenizer is missing, and
    /// [`TokenizerError::SentencePiece`] if only its binary model is there.
    pub fn to_json(&self) -> Result<Option<String>, TokenizerError> {
        let config = self.tokenizer_config_json.as_deref();
        let config: Value = config.map_or(Ok(Value::Null), serde_json::from_str)?;
        match (&self.vocab_txt, &self.vocab_json, &self.merges_txt) {
            (Some(vocab), _, _) => word_piece(vocab, &config).map(Some),
            (None, Some(vocab), Some(merges)) => byte_level(vocab, merges, &config).map(Some),
            (None, Some(_), None) => Err(TokenizerError::NoMerges),
            _ if self.has_sentencepiece => Err(TokenizerError::SentencePiece),
            _ => Ok(None),
        }
    }
}

/// A special token's text in `tokenizer_config.json`: a string, or an object that has it.
fn content<'a>(config: &'a Value, name: &str) -> Option<&'a str> {
    let token = &config[name];
    token.as_str().or_else(|| token["content"].as_str())
}

fn added_token(id: u32, content: &str) -> Value {
    json!({
        "id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false,
        "normalized": false, "special": true,
    })
}

/// BERT's: a basic cut at spaces and punctuation, then the longest pieces from the left.
fn word_piece(vocab_txt: &str, config: &Value) -> Result<String, TokenizerError> {
    let lines = vocab_txt.lines();
    let ids: BTreeMap<&str, u32> = lines.zip(0u32..).collect();
    let starts = |mark: &str| ids.keys().any(|token| token.starts_with(mark));
    if starts("▁") && !starts("##") {
        // The list beside a SentencePiece model, as KoBERT has it: its tokens are not WordPieces.
        return Err(TokenizerError::SentencePiece);
    }
    let id_of = |content: &str| {
        let id = ids.get(content).copied();
        id.ok_or_else(|| TokenizerError::NotInVocabulary {
            content: content.to_owned(),
        })
    };
    let named = |name, otherwise| content(config, name).unwrap_or(otherwise);
    let (unknown, first, last) = (
        named("unk_token", "[UNK]"),
        named("cls_token", "[CLS]"),
        named("sep_token", "[SEP]"),
    );
    id_of(unknown)?;
    let (first_id, last_id) = (id_of(first)?, id_of(last)?);
    let special = [
        named("pad_token", "[PAD]"),
        unknown,
        first,
        last,
        named("mask_token", "[MASK]"),
    ];
    let special: BTreeMap<u32, &str> = special
        .into_iter()
        .filter_map(|content| Some((*ids.get(content)?, content)))
        .collect();
    let added: Vec<Value> = special
        .iter()
        .map(|(id, content)| added_token(*id, content))
        .collect();
    let is_set = |name: &str| config[name].as_bool().unwrap_or(true);
    let file = json!({
        "version": "1.0",
        "added_tokens": added,
        "normalizer": {
            "type": "BertNormalizer", "clean_text": true,
            "handle_chinese_chars": is_set("tokenize_chinese_chars"),
            "strip_accents": config["strip_accents"].as_bool(), "lowercase": is_set("do_lower_case"),
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": [last, last_id], "cls": [first, first_id]},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {
            "type": "WordPiece", "unk_token": unknown, "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": ids,
        },
    });
    Ok(file.to_string())
}

/// GPT-2's.
fn byte_level(
    vocab_json: &str,
    merges_txt: &str,
    config: &Value,
) -> Result<String, TokenizerError> {
    let ids: HashMap<String, u32> = serde_json::from_str(vocab_json)?;
    let named = ["bos_token", "eos_token", "unk_token", "pad_token"];
    let named = named.iter().filter_map(|name| content(config, name));
    let special: BTreeMap<u32, &str> = named
        .chain(["<|endoftext|>"])
        .filter_map(|content| Some((*ids.get(content)?, content)))
        .collect();
    let added: Vec<Value> = special
        .iter()
        .map(|(id, content)| added_token(*id, content))
        .collect();
    let merges = merges_txt.lines().enumerate();
    let merges = merges.filter(|(index, line)| *index > 0 || !line.starts_with("#version"));
    let merges: Vec<&str> = merges
        .map(|(_, line)| line)
        .filter(|line| !line.is_empty())
        .collect();
    let add_prefix_space = config["add_prefix_space"].as_bool().unwrap_or(false);
    let file = json!({
        "version": "1.0",
        "added_tokens": added,
        "normalizer": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": add_prefix_space, "trim_offsets": true},
        "post_processor": null,
        "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true},
        "model": {"type": "BPE", "vocab": ids, "merges": merges},
    });
    Ok(file.to_string())
}
