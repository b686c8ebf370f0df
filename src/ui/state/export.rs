//! The trace of the current text as a file.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::protocol::{
    Activation, Architecture, Attention, CellSite, ModelInfo, Site, Stack, StackPart, Trace,
    TraceSpec,
};

use super::State;

/// What the file holds at least: the embeddings, every pattern, every `resid_post` (of a recurrent
/// model its hidden states), `logits`.
pub fn export_spec(model: &ModelInfo) -> TraceSpec {
    let mut wanted: Vec<Activation> = Vec::new();
    wanted.extend(Some(Activation::Logits).filter(|logits| model.records(*logits)));
    let attentions = Attention::of(model.architecture).iter();
    for attention in attentions {
        let layers = 0..attention.n_layers(model);
        wanted.extend(layers.map(|layer| attention.at(layer, Site::Pattern)));
    }
    match model.architecture {
        Architecture::Decoder | Architecture::Encoder => {
            let layers = 0..model.n_layers;
            wanted.extend(layers.map(|layer| Activation::block(layer, Site::ResidPost)));
            wanted.push(Activation::Embed);
        }
        Architecture::EncoderDecoder => {
            for (stack, n) in [
                (Stack::Encoder, model.n_encoder_layers),
                (Stack::Decoder, model.n_layers),
            ] {
                let after = |layer| Activation::in_stack(stack, layer, Site::ResidPost);
                wanted.extend((0..n).map(after));
                wanted.push(Activation::InStack(stack, StackPart::Embed));
            }
        }
        Architecture::Recurrent => {
            let site = CellSite::Hidden;
            wanted.extend((0..model.n_layers).map(|layer| Activation::Cell { layer, site }));
            wanted.push(Activation::Embed);
        }
    }
    wanted.retain(|activation| model.records(*activation));
    wanted.into_iter().collect()
}

#[derive(Serialize)]
struct File<'a> {
    model: &'a str,
    backend: &'static str,
    /// The step of the training, if it is not the trained model.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<usize>,
    ids: Vec<u32>,
    tokens: Vec<String>,
    /// What an encoder-decoder's encoder read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    source: Vec<String>,
    activations: BTreeMap<String, Array>,
}

#[derive(Serialize)]
struct Array {
    shape: Vec<usize>,
    data: Vec<f32>,
}

/// The file: `{"model","backend","step","ids","tokens","activations":{name:{"shape","data"}}}`.
/// `tokens` are texts; a byte that is no character alone is written `<0xEB>`. `None` without a
/// model, or if numbers are missing.
pub fn export_json(state: &State) -> Option<String> {
    let model = state.model.as_ref()?;
    let trace: &Trace = &state.trace;
    if trace.is_empty() || !trace.covers(&export_spec(model)) {
        return None;
    }
    // One after the other: a map collected at once is sorted first, by a sort of its own.
    let mut activations = BTreeMap::new();
    for activation in trace.activations() {
        let (shape, data) = trace.to_array(activation)?;
        activations.insert(activation.to_string(), Array { shape, data });
    }
    let tokens = trace.tokens();
    serde_json::to_string(&File {
        model: &model.name,
        backend: state.backend().name(),
        step: state.traced.as_ref().and_then(|ran| ran.at),
        ids: tokens.iter().map(|token| token.id).collect(),
        tokens: tokens
            .iter()
            .map(|token| token_text(&token.bytes))
            .collect(),
        source: (trace.source().iter())
            .map(|token| token_text(&token.bytes))
            .collect(),
        activations,
    })
    .ok()
}

/// Bytes as text, without ever a broken character: `[0x61, 0xEB]` is `a<0xEB>`.
fn token_text(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("<0x{byte:02X}>"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_never_become_broken_characters() {
        assert_eq!(token_text(" 사과".as_bytes()), " 사과");
        assert_eq!(token_text(&[b'a', 0xEB, 0xB7]), "a<0xEB><0xB7>");
    }

    #[test]
    fn nothing_is_exported_before_there_are_numbers() {
        assert_eq!(export_json(&State::default()), None);
    }
}
