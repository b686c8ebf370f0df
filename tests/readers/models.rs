//! Small random models of every kind with a small real tokenizer, and what a run of them gives.

use std::fs;
use std::path::Path;

use burn::tensor::Device;
use clap::Parser;
use llm_atlas::checkpoint::{NamedTensors, Precision, read_safetensors, write_safetensors};
use llm_atlas::engine::{ModelFiles, Reader};
use llm_atlas::models::bert::BertConfig;
use llm_atlas::models::gpt2::Gpt2Config;
use llm_atlas::models::lstm::LstmConfig;
use llm_atlas::models::t5::T5Config;
use llm_atlas::models::{bert, gpt2, lstm, t5};
use llm_atlas::program::{self, Args};
use llm_atlas::protocol::{Activation, Architecture, Axis, Rows, TraceSpec, TraceUpdate};
use llm_atlas::sampling::draw_uniform;
use llm_atlas::tokenizer::{ByteLevelBpe, train_bpe};
use serde::Serialize;

/// Most positions of each of them.
pub const N_CTX: usize = 80;

pub fn tokenizer() -> ByteLevelBpe {
    let text = "Mina gave the apple to Jun. 미나가 준에게 사과를 주었다.";
    let plain = train_bpe([text, text], 290, &["<|endoftext|>"]).unwrap();
    let special = ["[PAD]", "[CLS]", "[SEP]", "[MASK]", "<pad>", "</s>"];
    let tokenizer = plain.with_special_tokens(&special).unwrap();
    tokenizer.with_space_before("[MASK]")
}

/// A model of that kind.
pub fn files(kind: Architecture) -> ModelFiles {
    let tokenizer = tokenizer();
    let vocab_size = tokenizer.vocab_size();
    let id = |content| tokenizer.id_of_added(content);
    match kind {
        Architecture::Decoder => {
            let mut config = Gpt2Config::new(vocab_size, N_CTX, 16, 2, 2);
            config.eos_token_id = id("<|endoftext|>");
            folder(&config, gpt2::initial_weights(&config, 1))
        }
        Architecture::Encoder => {
            let config = BertConfig::new(vocab_size, N_CTX, 12, 2, 3);
            folder(&config, bert::initial_weights(&config, 2))
        }
        Architecture::EncoderDecoder => {
            let mut config = T5Config::new(vocab_size, 12, 20, 2, 3);
            config.num_decoder_layers = Some(3);
            config.n_positions = N_CTX;
            config.pad_token_id = id("<pad>").unwrap();
            config.decoder_start_token_id = id("<pad>");
            config.eos_token_id = id("</s>").unwrap();
            folder(&config, t5::initial_weights(&config, 3))
        }
        Architecture::Recurrent => {
            let mut config = LstmConfig::new(vocab_size, 10, 2);
            config.embedding_size = 6;
            config.n_positions = N_CTX;
            config.eos_token_id = id("<|endoftext|>");
            folder(&config, lstm::initial_weights(&config, 4))
        }
    }
}

/// A folder with these weights, shaken so that no bias or gain is at its beginning.
pub fn folder(config: &impl Serialize, mut weights: NamedTensors) -> ModelFiles {
    for (stream, (name, tensor)) in (1u64..).zip(&mut weights.tensors) {
        let name = name.to_lowercase();
        let is_norm = name.contains("layernorm") || name.contains("layer_norm");
        let is_gain = (is_norm || name.contains("ln_")) && name.ends_with("weight");
        for (index, value) in (0u64..).zip(&mut tensor.values) {
            let u = draw_uniform(1000 * stream, index) as f32;
            *value = if is_gain { 1.0 } else { 0.0 } + 0.8 * (u - 0.5);
        }
    }
    ModelFiles {
        name: "small".into(),
        config_json: serde_json::to_string(config).unwrap(),
        tokenizer_json: Some(tokenizer().to_json()),
        weights: write_safetensors(&weights, Precision::F32).unwrap(),
    }
}

pub fn reader(kind: Architecture) -> Reader {
    Reader::from_files(&files(kind), Device::flex()).unwrap()
}

/// Everything the model can record.
pub fn everything(reader: &Reader) -> TraceSpec {
    let info = reader.info();
    let all = match info.architecture {
        Architecture::Decoder | Architecture::Encoder => Activation::all(info.n_layers),
        Architecture::EncoderDecoder => {
            Activation::all_of_encoder_decoder(info.n_encoder_layers, info.n_layers)
        }
        Architecture::Recurrent => Activation::all_of_recurrent(info.n_layers),
    };
    all.into_iter().collect()
}

/// Everything of a text and what was generated after it.
pub fn run(reader: &mut Reader, text: &str, generation: &[u32], held: usize) -> TraceUpdate {
    let spec = everything(reader);
    pollster::block_on(reader.run(text, generation, &spec, held, &|| 0.0)).unwrap()
}

pub fn rows(update: &TraceUpdate, activation: Activation) -> &Rows {
    let mut all = update.rows.iter();
    &all.find(|(name, _)| *name == activation).unwrap().1
}

/// What `atlas trace` writes of the model in these files.
pub fn traced(files: &ModelFiles, arguments: &[&str]) -> NamedTensors {
    let hash = arguments.concat().len() + files.weights.len();
    let name = format!("atlas-readers-{}-{hash}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.json"), &files.config_json).unwrap();
    let tokenizer = files.tokenizer_json.as_ref().unwrap();
    fs::write(folder.join("tokenizer.json"), tokenizer).unwrap();
    fs::write(folder.join("model.safetensors"), &files.weights).unwrap();
    let out = folder.join("out.safetensors");
    let [model, file] = [&folder, &out].map(|path| path.to_str().unwrap());
    let fixed = ["atlas", "trace", "--model", model, "--out", file];
    let all = fixed.iter().chain(arguments).copied();
    program::run(Args::try_parse_from(all).unwrap()).unwrap();
    let written = read_safetensors(&fs::read(&out).unwrap()).unwrap();
    fs::remove_dir_all(folder).unwrap();
    written
}

/// Every number of the update is that of the file; of scores and patterns as far as a row reaches.
pub fn assert_equal(update: &TraceUpdate, file: &NamedTensors) {
    assert_eq!(update.rows.len(), file.tensors.len());
    for (activation, rows) in &update.rows {
        let tensor = file.get(&activation.to_string()).unwrap();
        let (n_heads, n_rows, width) = match tensor.shape[..] {
            [n_rows, width] => (1, n_rows, width),
            [n_heads, n_rows, width] => (n_heads, n_rows, width),
            ref other => panic!("{activation}: {other:?}"),
        };
        assert_eq!(rows.len(), n_rows, "{activation}");
        for (position, row) in rows.iter().enumerate() {
            let own = row.len() / n_heads;
            let is_pattern = activation.axes().last() == Some(&Axis::Key);
            assert!(own == width || is_pattern && own == position + 1);
            for (head, ours) in row.chunks_exact(own).enumerate() {
                let theirs = &tensor.values[(head * n_rows + position) * width..][..own];
                for (our, their) in ours.iter().zip(theirs) {
                    assert!((our - their).abs() < 1e-4, "{activation} at {position}");
                }
            }
        }
    }
}

/// The tokens' places join up from the beginning of the text to its end.
pub fn assert_joined(tokens: &[llm_atlas::protocol::TokenInfo], text: &str) {
    let mut end = 0;
    for token in tokens {
        assert_eq!(token.start, end, "{text}");
        end = token.end;
    }
    assert_eq!(end, text.len(), "{text}");
}

/// A bundled model, if it is there.
pub fn bundled(name: &str) -> Option<ModelFiles> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/models");
    let folder = folder.join(name);
    Some(ModelFiles {
        name: name.into(),
        config_json: fs::read_to_string(folder.join("config.json")).ok()?,
        tokenizer_json: fs::read_to_string(folder.join("tokenizer.json")).ok(),
        weights: fs::read(folder.join("model.safetensors")).ok()?,
    })
}
