//! Models with the tokenizers of other checkpoints.

use std::fs;
use std::path::Path;

use burn::tensor::Device;
use llm_atlas::engine::{LoadError, ModelFiles, Reader};
use llm_atlas::models::bert::BertConfig;
use llm_atlas::models::gpt2::Gpt2Config;
use llm_atlas::models::t5::T5Config;
use llm_atlas::models::{bert, gpt2, t5};
use llm_atlas::protocol::TraceUpdate;

use crate::models::{N_CTX, folder, run};

/// More than any of the tokenizers has.
const VOCAB: usize = 470;

fn with_tokenizer(mut files: ModelFiles, kind: &str) -> ModelFiles {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/tokenizers");
    let json = fs::read_to_string(golden.join(kind).join("tokenizer.json"));
    files.tokenizer_json = Some(json.unwrap());
    files
}

fn decoder(vocab_size: usize, kind: &str) -> Result<Reader, LoadError> {
    let config = Gpt2Config::new(vocab_size, N_CTX, 8, 1, 2);
    let files = folder(&config, gpt2::initial_weights(&config, 1));
    Reader::from_files(&with_tokenizer(files, kind), Device::flex())
}

fn encoder(kind: &str) -> Reader {
    let config = BertConfig::new(VOCAB, N_CTX, 8, 1, 2);
    let files = folder(&config, bert::initial_weights(&config, 1));
    Reader::from_files(&with_tokenizer(files, kind), Device::flex()).unwrap()
}

fn texts(update: &TraceUpdate) -> Vec<String> {
    let tokens = update.tokens.iter();
    let texts = tokens.map(|token| String::from_utf8_lossy(&token.bytes).into_owned());
    texts.collect()
}

#[test]
fn an_encoder_reads_what_its_tokenizer_puts_around_a_text() {
    let mut reader = encoder("bert-uncased");
    let text = "The ball [MASK].";
    let update = run(&mut reader, text, &[], 0);
    assert_eq!(
        texts(&update),
        ["[CLS]", "the", "ball", "[MASK]", ".", "[SEP]"]
    );
    let spans: Vec<_> = update
        .tokens
        .iter()
        .map(|token| &text[token.start..token.end])
        .collect();
    assert_eq!(spans, ["", "The", "ball", "[MASK]", ".", ""]);
    assert_eq!(reader.info().mask, Some(update.tokens[3].id));
    // What is too long is cut between the two.
    let update = run(&mut reader, &"the ".repeat(2 * N_CTX), &[], 0);
    assert_eq!(
        (update.tokens.len(), update.total_tokens),
        (N_CTX, 2 * N_CTX + 2)
    );
    assert_eq!(update.tokens[N_CTX - 1].bytes, b"[SEP]");
}

#[test]
fn a_decoder_begins_with_its_first_token_even_without_a_text() {
    let mut reader = decoder(VOCAB, "llama").unwrap();
    let update = run(&mut reader, "", &[], 0);
    assert_eq!(texts(&update), ["<s>"]);
    assert_eq!((update.total_tokens, update.typed_tokens), (0, 1));
    let update = run(&mut reader, "The ball", &[], 0);
    assert_eq!(texts(&update)[0], "<s>");
    assert_eq!(texts(&update)[1..].concat(), " The ball");
    let typed = update.tokens.len();
    assert_eq!((update.total_tokens, update.typed_tokens), (typed, typed));
    let next = update.tokens[typed - 1].id;
    let update = run(&mut reader, "", &[next], 0);
    assert_eq!((update.tokens.len(), update.total_tokens), (2, 2));
    assert_eq!(update.tokens[1].id, next);
    // Without such a token the first is that of the text.
    let update = run(&mut decoder(VOCAB, "kogpt2").unwrap(), "공", &[], 0);
    assert_eq!(texts(&update).concat(), " 공");
}

#[test]
fn a_source_ends_once() {
    let mut config = T5Config::new(VOCAB, 8, 8, 1, 2);
    config.n_positions = N_CTX;
    let files = folder(&config, t5::initial_weights(&config, 3));
    let files = with_tokenizer(files, "t5");
    let mut reader = Reader::from_files(&files, Device::flex()).unwrap();
    let update = run(&mut reader, "the ball <extra_id_0>", &[], 0);
    let source: Vec<_> = update.source.iter().map(|token| &token.bytes[..]).collect();
    let text = String::from_utf8(source.concat()).unwrap();
    assert!(
        text.ends_with("<extra_id_0></s>") && text.matches("</s>").count() == 1,
        "{text}"
    );
    assert_eq!(update.total_source, update.source.len());
}

#[test]
fn a_tokenizer_with_more_ids_than_the_model_is_refused() {
    let refused = decoder(300, "llama").unwrap_err();
    assert!(
        matches!(
            refused,
            LoadError::VocabularyMismatch {
                tokenizer: 460,
                model: 300
            }
        ),
        "{refused}"
    );
    assert!(decoder(460, "llama").is_ok());
}
