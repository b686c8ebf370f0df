//! Tokenizers of every kind of checkpoint against Hugging Face's own answers.

use std::path::PathBuf;
use std::sync::OnceLock;

use proptest::prelude::*;
use serde_json::Value;

use super::*;

const KINDS: [&str; 8] = [
    "gpt2",
    "llama3",
    "neox",
    "bert-uncased",
    "bert-cased",
    "t5",
    "llama",
    "kogpt2",
];

/// Those that can cut a character.
const WITH_BYTES: [&str; 4] = ["gpt2", "llama3", "neox", "llama"];

fn read(kind: &str, file: &str) -> String {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/tokenizers");
    std::fs::read_to_string(golden.join(kind).join(file)).expect("a golden file")
}

fn golden(kind: &str) -> Box<dyn Tokenizer> {
    open(&read(kind, "tokenizer.json")).expect(kind)
}

fn ids(tokens: &[Token]) -> Vec<u32> {
    tokens.iter().map(|token| token.id).collect()
}

fn list<T: serde::de::DeserializeOwned>(value: &Value) -> Vec<T> {
    serde_json::from_value(value.clone()).expect("a list")
}

/// Holds a tokenizer against the answers of a folder.
fn assert_golden(kind: &str, tokenizer: &dyn Tokenizer) {
    let expected: Value = serde_json::from_str(&read(kind, "expected.json")).expect("JSON");
    let texts = expected["texts"].as_array().expect("texts");
    assert!(texts.len() > 8);
    for case in texts {
        let text = case["text"].as_str().expect("a text");
        let found = tokenizer.encode_for_model(text).expect("cut");
        assert_eq!(ids(&found), list::<u32>(&case["ids"]), "{kind}: {text:?}");
        let plain = tokenizer.encode(text).expect("cut");
        assert_eq!(ids(&plain), list::<u32>(&case["plain"]), "{kind}: {text:?}");
        let spans: Vec<(usize, usize)> = list(&case["spans"]);
        for (token, (start, end)) in found.iter().zip(spans) {
            let bytes = tokenizer.token_bytes(token.id).expect("a token");
            // Bytes of a character have their own place within its span, and the space before a
            // word belongs to it.
            let is_own = text.as_bytes()[token.start..token.end] == *bytes
                && (token.start <= start || token.start < end);
            let is_same = (token.start, token.end) == (start, end);
            let is_added = token.start == token.end && start == end;
            let fits = is_same || is_added || (WITH_BYTES.contains(&kind) && is_own);
            assert!(fits, "{kind}: {text:?}: {token:?} not {start}..{end}");
        }
    }
}

#[test]
fn every_kind_cuts_as_the_library_does() {
    for kind in KINDS {
        assert_golden(kind, &*golden(kind));
    }
}

#[test]
fn gpt2_is_ours_and_the_others_are_not() {
    for kind in KINDS {
        let own = ByteLevelBpe::from_json(&read(kind, "tokenizer.json"));
        assert_eq!(own.is_ok(), kind == "gpt2", "{kind}");
    }
    // The library says the same of it.
    let foreign = Library::open(&read("gpt2", "tokenizer.json")).expect("GPT-2");
    assert_golden("gpt2", &foreign);
}

#[test]
fn tokens_have_the_bytes_they_stand_for() {
    for (kind, text) in [
        ("llama3", " the 뷁"),
        ("neox", " the 뷁"),
        ("llama", " the 뷁"),
        ("t5", " the ball"),
        ("kogpt2", " the 공"),
        ("bert-cased", "playing"),
        ("bert-uncased", "playing"),
    ] {
        let tokenizer = golden(kind);
        let tokens = tokenizer.encode(text).expect("cut");
        let bytes = tokenizer.decode_bytes(&ids(&tokens));
        let read = String::from_utf8(bytes).expect("text");
        assert_eq!(read.trim_start(), text.trim_start(), "{kind}");
    }
}

#[test]
fn what_is_put_around_a_text_has_an_empty_span() {
    let bert = golden("bert-cased");
    let [cls, sep] = ["[CLS]", "[SEP]"].map(|content| bert.id_of_added(content).expect(content));
    assert_eq!(bert.around(), [&[cls][..], &[sep][..]]);
    let tokens = bert.encode_for_model("the box").expect("cut");
    assert_eq!(
        tokens[0],
        Token {
            id: cls,
            start: 0,
            end: 0
        }
    );
    assert_eq!(
        tokens.last(),
        Some(&Token {
            id: sep,
            start: 7,
            end: 7
        })
    );
    assert!(bert.is_special(cls) && !bert.is_special(tokens[1].id));
    let t5 = golden("t5");
    assert_eq!(
        t5.around(),
        [&[][..], &[t5.id_of_added("</s>").expect("T5")][..]]
    );
    let llama = golden("llama");
    assert_eq!(
        llama.around(),
        [&[llama.id_of_added("<s>").expect("Llama")][..], &[][..]]
    );
    assert!(golden("kogpt2").around().concat().is_empty());
}

#[test]
fn older_files_say_the_same() {
    for (kind, lowercase) in [("bert-uncased", true), ("bert-cased", false)] {
        let file: Value = serde_json::from_str(&read(kind, "tokenizer.json")).expect("JSON");
        let vocab = file["model"]["vocab"].as_object().expect("a vocabulary");
        let mut lines = vec![""; vocab.len()];
        for (token, id) in vocab {
            lines[id.as_u64().expect("an id") as usize] = token;
        }
        let mut older = OlderFiles {
            vocab_txt: Some(lines.join("\n") + "\n"),
            ..OlderFiles::default()
        };
        if !lowercase {
            let config = r#"{"do_lower_case": false, "mask_token": {"content": "[MASK]"}}"#;
            older.put("tokenizer_config.json", config.to_owned());
        }
        let json = older.to_json().expect("whole").expect("there");
        assert_golden(kind, &*open(&json).expect(kind));
    }
    let file: Value = serde_json::from_str(&read("gpt2", "tokenizer.json")).expect("JSON");
    let merges = file["model"]["merges"].as_array().expect("merges").iter();
    let merges = merges.map(|pair| list::<String>(pair).join(" ") + "\n");
    let older = OlderFiles {
        vocab_json: Some(file["model"]["vocab"].to_string()),
        merges_txt: Some(format!("#version: 0.2\n{}", merges.collect::<String>())),
        ..OlderFiles::default()
    };
    let json = older.to_json().expect("whole").expect("there");
    let own = ByteLevelBpe::from_json(&json).expect("our own kind");
    assert_golden("gpt2", &own);
}

#[test]
fn half_a_tokenizer_is_refused_with_what_is_missing() {
    let say = |older: OlderFiles| older.to_json().expect_err("incomplete").to_string();
    let vocab_json = Some("{}".to_owned());
    let half = OlderFiles {
        vocab_json,
        ..OlderFiles::default()
    };
    assert!(say(half).contains("merges.txt"));
    let sentencepiece = OlderFiles {
        has_sentencepiece: true,
        ..OlderFiles::default()
    };
    assert!(say(sentencepiece).contains("transformers"));
    // KoBERT's list of tokens lies beside a SentencePiece model.
    for (vocab, expected) in [
        ("[UNK]\n▁the\n", "SentencePiece"),
        ("[PAD]\n[UNK]\n", "[CLS]"),
    ] {
        let mut older = OlderFiles::default();
        older.put("vocab.txt", vocab.to_owned());
        assert!(say(older).contains(expected));
    }
    assert!(
        OlderFiles::default()
            .to_json()
            .expect("nothing wrong")
            .is_none()
    );
}

#[test]
fn damaged_files_are_refused() {
    for kind in KINDS {
        let good: Value = serde_json::from_str(&read(kind, "tokenizer.json")).expect("JSON");
        for (path, value) in [
            ("/model/type", serde_json::json!("Guess")),
            ("/model/vocab", serde_json::json!(7)),
            ("/added_tokens", serde_json::json!("none")),
            ("/version", serde_json::json!("9.0")),
            (
                "/normalizer",
                // A table of 4 GB in 12 bytes.
                serde_json::json!({"type": "Precompiled", "precompiled_charsmap": "/////wAAAAAAAAAA"}),
            ),
        ] {
            let mut bad = good.clone();
            *bad.pointer_mut(path).expect(path) = value;
            // Our own reader does not look at the version.
            let is_refused = open(&bad.to_string()).is_err();
            assert!(
                is_refused || (kind == "gpt2" && path == "/version"),
                "{kind} {path}"
            );
        }
        let text = good.to_string();
        assert!(open(&text[..text.len() / 2]).is_err());
    }
    let mut holes: Value =
        serde_json::from_str(&read("bert-cased", "tokenizer.json")).expect("JSON");
    holes["model"]["vocab"]["far"] = serde_json::json!(4_000_000_000u32);
    let message = open(&holes.to_string()).expect_err("holes").to_string();
    assert!(message.contains("too large"), "{message}");
}

#[test]
fn ids_around_a_text_are_of_the_vocabulary() {
    let mut file: Value = serde_json::from_str(&read("t5", "tokenizer.json")).expect("JSON");
    file["post_processor"] = serde_json::json!({
        "type": "BertProcessing", "sep": ["</s>", 4_000_000_000u32], "cls": ["</s>", 1]});
    let message = open(&file.to_string()).expect_err("no token").to_string();
    assert!(message.contains("4000000000 is too large"), "{message}");
}

#[test]
fn a_text_without_tokens_is_an_error() {
    let json = r###"{"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
        "post_processor": null, "decoder": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": {"a": 0}}}"###;
    let tokenizer = open(json).expect("readable");
    assert!(tokenizer.encode("a").is_ok());
    assert!(matches!(
        tokenizer.encode("b"),
        Err(TokenizerError::Text { .. })
    ));
}

/// GPT-2's real vocabulary through the library, where it lies beside the repository.
#[test]
fn the_library_reads_gpt2s_real_vocabulary() {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/gpt2-tokenizer");
    if !folder.is_dir() {
        eprintln!("skipped: no GPT-2 vocabulary at {}", folder.display());
        return;
    }
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).expect("readable");
    let mut older = OlderFiles::default();
    for name in ["vocab.json", "merges.txt"] {
        older.put(name, text(name));
    }
    let json = older.to_json().expect("whole").expect("there");
    let own = open(&json).expect("our own kind");
    let library = Library::open(&json).expect("GPT-2");
    let vectors: Vec<Value> = serde_json::from_str(&text("vectors.json")).expect("JSON");
    for vector in &vectors {
        let text = vector["text"].as_str().expect("a text");
        let expected = list::<u32>(&vector["ids"]);
        let found = library.encode_with_special(text).expect("cut");
        assert_eq!(ids(&found), expected, "{text:?}");
        assert_eq!(
            found,
            own.encode_with_special(text).expect("cut"),
            "{text:?}"
        );
    }
}

/// The tokenizers, read once for each thread of the tests.
fn all() -> &'static Vec<String> {
    static FILES: OnceLock<Vec<String>> = OnceLock::new();
    FILES.get_or_init(|| {
        KINDS
            .iter()
            .map(|kind| read(kind, "tokenizer.json"))
            .collect()
    })
}

thread_local! {
    static TOKENIZERS: Vec<Box<dyn Tokenizer>> =
        all().iter().map(|json| open(json).expect("golden")).collect();
}

proptest! {
    #[test]
    fn any_text_is_cut_within_its_bounds(
        text in prop_oneof![any::<String>(), "[ \\n\t\u{3000}a'sltÉ가-힣하ㄱ中0-9½\u{301}\u{200d}!😀👩🏽<>\\[\\]/s▁]{0,40}"],
    ) {
        TOKENIZERS.with(|tokenizers| {
            for (tokenizer, kind) in tokenizers.iter().zip(KINDS) {
                let has_bytes = WITH_BYTES.contains(&kind);
                for tokens in [tokenizer.encode(&text), tokenizer.encode_for_model(&text)] {
                    for token in tokens.expect("every kind has a token for what is unknown") {
                        assert!(token.start <= token.end && token.end <= text.len(), "{kind}");
                        assert!((token.id as usize) < tokenizer.vocab_size());
                        let at_edges = text.is_char_boundary(token.start) && text.is_char_boundary(token.end);
                        let bytes = tokenizer.token_bytes(token.id).expect("a token");
                        let is_own = text.as_bytes()[token.start..token.end] == *bytes;
                        assert!(at_edges || (has_bytes && is_own), "{kind}: {token:?}");
                    }
                }
            }
        });
    }
}
