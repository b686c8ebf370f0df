//! What is read off the stream of an encoder and of an encoder-decoder on its way.

use llm_atlas::engine::Reader;
use llm_atlas::protocol::{
    Activation, Architecture, Attribution, Component, Finding, Inspection, LogitLens, Neuron,
    TraceUpdate,
};

use crate::models::{reader, rows, run};

const TEXT: &str = "Mina gave the apple to Jun.";
const WRITTEN: [u32; 3] = [70, 101, 260];

fn found(reader: &mut Reader, inspection: &Inspection) -> Finding {
    let written = written(reader);
    pollster::block_on(reader.inspect(TEXT, written, inspection)).unwrap()
}

fn written(reader: &Reader) -> &'static [u32] {
    match reader.info().architecture {
        Architecture::Encoder => &[],
        _ => &WRITTEN,
    }
}

fn read(reader: &mut Reader) -> TraceUpdate {
    let written = written(reader);
    run(reader, TEXT, written, 0)
}

fn softmax(logits: &[f32]) -> Vec<f64> {
    let exps: Vec<f64> = logits.iter().map(|x| f64::from(*x).exp()).collect();
    let sum: f64 = exps.iter().sum();
    exps.into_iter().map(|exp| exp / sum).collect()
}

#[test]
fn the_lens_after_the_last_block_is_the_models_own_prediction() {
    for kind in [Architecture::Encoder, Architecture::EncoderDecoder] {
        let mut reader = reader(kind);
        let update = read(&mut reader);
        let lens = Inspection::LogitLens { count: 4 };
        let Finding::LogitLens(LogitLens { at }) = found(&mut reader, &lens) else {
            panic!()
        };
        assert_eq!(at.len(), update.tokens.len());
        for (position, depths) in at.iter().enumerate() {
            assert_eq!(depths.len(), reader.info().n_layers + 1);
            let logits = rows(&update, Activation::Logits).get(position).unwrap();
            let (p, last) = (softmax(logits), depths.last().unwrap());
            assert_eq!(last.rank, 0);
            for (id, found) in &last.top {
                assert!((f64::from(*found) - p[*id as usize]).abs() < 1e-4);
            }
            let answer = last.top[0].0;
            for depth in depths {
                let place = depth.top.iter().position(|(id, _)| *id == answer);
                assert!(place.is_none_or(|place| place == depth.rank), "{kind:?}");
            }
            assert_ne!(depths[0].top, last.top, "the blocks do something");
        }
    }
}

fn attribution(reader: &mut Reader, position: usize, target: u32) -> Attribution {
    match found(reader, &Inspection::Attribution { position, target }) {
        Finding::Attribution(found) => found,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_terms_of_a_translators_logit_add_up_to_it() {
    let mut reader = reader(Architecture::EncoderDecoder);
    let update = read(&mut reader);
    let (n_layers, n_heads) = (reader.info().n_layers, reader.info().n_heads);
    for (position, target) in [(0, 5), (2, 101), (3, 260)] {
        let found = attribution(&mut reader, position, target);
        assert_eq!(found.terms.len(), 1 + n_layers * (2 * n_heads + 1));
        let logits = rows(&update, Activation::Logits).get(position).unwrap();
        assert!((found.logit - logits[target as usize]).abs() < 1e-4);
        let sum: f32 = found.terms.iter().map(|(_, term)| term).sum();
        assert!((sum - found.logit).abs() < 1e-3, "{sum} {}", found.logit);
    }
}

#[test]
fn all_neurons_of_a_block_add_what_its_mlp_adds() {
    let mut reader = reader(Architecture::EncoderDecoder);
    let (count, promoted) = (reader.info().d_mlp, reader.info().vocab_size());
    let (position, target) = (2, 101);
    let neurons = Inspection::Neurons {
        position,
        count,
        promoted,
    };
    let Finding::Neurons(blocks) = found(&mut reader, &neurons) else {
        panic!()
    };
    assert_eq!(blocks.len(), reader.info().n_layers);
    let terms = attribution(&mut reader, position, target).terms;
    let moved = |neuron: &Neuron| {
        let all = neuron.promoted.iter().chain(&neuron.suppressed);
        let own = all.filter(|(id, _)| *id == target);
        own.map(|(_, logit)| *logit).sum::<f32>()
    };
    for (layer, block) in blocks.iter().enumerate() {
        assert_eq!(block.len(), count);
        let of_mlp = |(component, _): &&(Component, f32)| *component == Component::Mlp { layer };
        let (_, term) = terms.iter().find(of_mlp).unwrap();
        let sum: f32 = block.iter().map(moved).sum();
        assert!((sum - term).abs() < 1e-4, "{sum} {term}");
    }
}
