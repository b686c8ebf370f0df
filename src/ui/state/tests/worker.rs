//! A worker of a few lines, for a model of each kind. Bytes are tokens.
//!
//! - `bytes` and `memory` favour the byte after the last one.
//! - `blanks` favours two words in its blanks in turn, by position.
//! - `target` writes the source with every byte one higher, then ends.

use super::*;
use crate::protocol::Architecture;

/// `[CLS]`, and what a target starts with.
pub const FIRST: u32 = 256;
/// `[SEP]`, and what ends a target.
pub const LAST: u32 = 257;
/// `[MASK]`.
pub const MASK: u32 = 258;
/// The two words that fit a blank, and a part of a syllable, which is no text.
pub const WORDS: [u32; 2] = [259, 260];
pub const PART: u32 = 261;
const VOCAB: usize = 262;

pub fn model() -> ModelInfo {
    ModelInfo {
        name: "bytes".to_owned(),
        n_layers: 1,
        n_heads: 1,
        d_model: 4,
        d_head: 4,
        d_mlp: 8,
        d_hidden: 0,
        n_ctx: N_CTX,
        activation_function: "relu".to_owned(),
        vocabulary: (0..=255u8).map(|byte| vec![byte]).collect(),
        ..ModelInfo::default()
    }
}

/// The models of the site.
pub fn model_named(name: &str) -> ModelInfo {
    let architecture = match name {
        "blanks" => Architecture::Encoder,
        "target" => Architecture::EncoderDecoder,
        "memory" => Architecture::Recurrent,
        _ => return model(),
    };
    let mut vocabulary = model().vocabulary;
    let words = ["[CLS]", "[SEP]", "[MASK]", " 사과", " cup"];
    vocabulary.extend(words.map(|word| word.as_bytes().to_vec()));
    vocabulary.push(vec![0xEB, 0xB7]);
    let is_target = architecture == Architecture::EncoderDecoder;
    ModelInfo {
        name: name.to_owned(),
        architecture,
        n_heads: match architecture {
            Architecture::Recurrent => 1,
            _ => 2,
        },
        n_encoder_layers: usize::from(is_target),
        n_ctx: 8 * N_CTX,
        vocabulary,
        d_hidden: match architecture {
            Architecture::Recurrent => 4,
            _ => 0,
        },
        end_of_text: is_target.then_some(LAST),
        mask: (architecture == Architecture::Encoder).then_some(MASK),
        ..model()
    }
}

/// What a worker would answer: every activation of the request, and logits as said above.
pub fn run(request: &Request, error: f32) -> Event {
    let Request::Run {
        id,
        model,
        text,
        generation,
        spec,
        held,
    } = request
    else {
        panic!("not a run");
    };
    let model = model_named(model);
    let (tokens, source, total_tokens) = read(&model, text, generation);
    let held = match model.architecture.looks_back_only() {
        true => (*held).min(tokens.len()),
        false => 0,
    };
    let rows = |activation: Activation| {
        let mut rows = Rows::default();
        let of = if activation.is_of_source() {
            &source
        } else {
            &tokens
        };
        for position in held..of.len() {
            let mut row = vec![error; model.vocab_size().max(256)];
            row[favourite(&model, &tokens, &source, position) % VOCAB] = 9.0;
            rows.push(if activation == Activation::Logits {
                &row
            } else {
                &row[..1]
            });
        }
        rows
    };
    let rows = spec.0.iter().map(|a| (*a, rows(*a))).collect();
    Event::Trace {
        id: *id,
        update: TraceUpdate {
            total_tokens,
            typed_tokens: text.len().min(tokens.len()),
            first_position: held,
            tokens,
            source,
            rows,
            ..TraceUpdate::default()
        },
    }
}

fn token(id: u32, bytes: &[u8], start: usize, end: usize) -> TokenInfo {
    let bytes = bytes.to_vec();
    TokenInfo {
        id,
        bytes,
        start,
        end,
    }
}

/// The tokens a model reads, those of its source, and how many there are of the whole text.
fn read(
    model: &ModelInfo,
    text: &str,
    generation: &[u32],
) -> (Vec<TokenInfo>, Vec<TokenInfo>, usize) {
    let bytes = |text: &str, from: usize| -> Vec<TokenInfo> {
        let places = text.bytes().enumerate();
        places
            .map(|(i, byte)| token(byte.into(), &[byte], from + i, from + i + 1))
            .collect()
    };
    let special = |id: u32, at: usize| token(id, &model.vocabulary[id as usize], at, at);
    match model.architecture {
        Architecture::Encoder => {
            let mut tokens = vec![special(FIRST, 0)];
            let mut at = 0;
            for (place, piece) in text.split(BLANK).enumerate() {
                if place > 0 {
                    tokens.push(token(MASK, BLANK.as_bytes(), at, at + BLANK.len()));
                    at += BLANK.len();
                }
                tokens.extend(bytes(piece, at));
                at += piece.len();
            }
            tokens.push(special(LAST, at));
            let total = tokens.len();
            (tokens, Vec::new(), total)
        }
        Architecture::EncoderDecoder => {
            let mut source = bytes(text, 0);
            source.push(special(LAST, text.len()));
            let mut tokens = vec![special(FIRST, 0)];
            tokens.extend(generation.iter().map(|id| special(*id, 0)));
            let total = tokens.len();
            (tokens, source, total)
        }
        Architecture::Decoder | Architecture::Recurrent => {
            let mut tokens = bytes(text, 0);
            for id in generation {
                let at = tokens.len();
                tokens.push(token(*id, &[*id as u8], at, at + 1));
            }
            let total = tokens.len();
            tokens.truncate(model.n_ctx);
            (tokens, Vec::new(), total)
        }
    }
}

/// The token with the largest logit at a position.
fn favourite(
    model: &ModelInfo,
    tokens: &[TokenInfo],
    source: &[TokenInfo],
    position: usize,
) -> usize {
    let favourite = match model.architecture {
        Architecture::Encoder => WORDS[position % 2],
        Architecture::EncoderDecoder => match source.get(position) {
            Some(token) if token.id < 256 => token.id + 1,
            _ => LAST,
        },
        _ => (tokens[position].id + 1) % 256,
    };
    favourite as usize
}
