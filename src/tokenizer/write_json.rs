//! Writing Hugging Face's `tokenizer.json`.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::ByteLevelBpe;
use super::byte_alphabet::text_from_bytes;

impl ByteLevelBpe {
    /// Writes a `tokenizer.json` that Hugging Face's tokenizers read to the same ids.
    ///
    /// The vocabulary is in the order of ids, so that equal tokenizers give equal files.
    pub fn to_json(&self) -> String {
        let merges: Vec<String> = self
            .merges()
            .iter()
            .map(|(left, right)| format!("{} {}", self.written(*left), self.written(*right)))
            .collect();
        let added: Vec<Value> = self
            .added_tokens()
            .iter()
            .map(|added| {
                json!({
                    "id": added.id, "content": added.content, "single_word": false,
                    "lstrip": added.lstrip, "rstrip": false, "normalized": false, "special": added.special,
                })
            })
            .collect();
        let byte_level = json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": true});
        let file = TokenizerFileOut {
            version: "1.0",
            truncation: None,
            padding: None,
            added_tokens: &added,
            normalizer: None,
            pre_tokenizer: &byte_level,
            post_processor: None,
            decoder: &byte_level,
            model: ModelOut {
                kind: "BPE",
                dropout: None,
                unk_token: None,
                continuing_subword_prefix: "",
                end_of_word_suffix: "",
                fuse_unk: false,
                byte_fallback: false,
                ignore_merges: self.ignore_merges,
                vocab: VocabById(self),
                merges: &merges,
            },
        };
        // Strings, numbers and lists only: serialization has nothing to fail on.
        serde_json::to_string(&file).unwrap_or_default()
    }

    /// A token as a file writes it: in the byte alphabet, added tokens as they are.
    fn written(&self, id: u32) -> String {
        let added = self.added_tokens().iter().find(|added| added.id == id);
        added.map_or_else(
            || text_from_bytes(self.token_bytes(id).unwrap_or_default()),
            |added| added.content.clone(),
        )
    }
}

#[derive(Serialize)]
struct TokenizerFileOut<'a> {
    version: &'static str,
    truncation: Option<()>,
    padding: Option<()>,
    added_tokens: &'a [Value],
    normalizer: Option<()>,
    pre_tokenizer: &'a Value,
    post_processor: Option<()>,
    decoder: &'a Value,
    model: ModelOut<'a>,
}

#[derive(Serialize)]
struct ModelOut<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    dropout: Option<f32>,
    unk_token: Option<()>,
    continuing_subword_prefix: &'static str,
    end_of_word_suffix: &'static str,
    fuse_unk: bool,
    byte_fallback: bool,
    ignore_merges: bool,
    vocab: VocabById<'a>,
    merges: &'a [String],
}

struct VocabById<'a>(&'a ByteLevelBpe);

impl Serialize for VocabById<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ids = (0u32..)
            .zip(&self.0.bytes_by_id)
            .filter(|(_, bytes)| bytes.is_some());
        serializer.collect_map(ids.map(|(id, _)| (self.0.written(id), id)))
    }
}
