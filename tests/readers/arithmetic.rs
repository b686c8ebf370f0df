//! Every number of a real model of each kind, recomputed from its operands, back to tokens and
//! parameters.

use std::fs;
use std::path::Path;

use burn::tensor::Device;
use llm_atlas::checkpoint::{Precision, read_safetensors, write_safetensors};
use llm_atlas::derivation::{
    Array, Lengths, Quantity, Reading, derive, engine_value, evaluate, ids_of, needed_activations,
};
use llm_atlas::engine::{ModelFiles, Reader};
use llm_atlas::protocol::{
    Activation, Architecture, Finding, Inspection, ModelInfo, Parameter, ParameterSlice, Trace,
    TraceSpec,
};
use llm_atlas::sampling::draw_uniform;

use crate::models::reader;

/// How far a sum in single precision may be from the same in double, relative to its size.
const TOLERANCE: f64 = 1e-4;
const TEXT: &str = "Mina gave the apple to Jun.";
const WRITTEN: [u32; 4] = [70, 101, 260, 9];

/// Everything the arithmetic speaks of.
fn spec(model: &ModelInfo) -> TraceSpec {
    let held = |array| match array {
        Array::Activation(activation) => Some(activation),
        _ => None,
    };
    Array::all(model).into_iter().filter_map(held).collect()
}

fn trace(reader: &mut Reader, text: &str, written: &[u32]) -> Trace {
    let info = reader.info().clone();
    let wanted = spec(&info);
    let update = reader.run(text, written, &wanted, 0, &|| 0.0);
    let mut trace = Trace::of(&info);
    assert!(trace.apply(pollster::block_on(update).unwrap()));
    assert!(trace.covers(&wanted));
    trace
}

/// The value of a number by its arithmetic, the size of its largest term, and some operands.
fn opened(reader: &mut Reader, trace: &Trace, quantity: &Quantity) -> (f64, f64, Vec<Quantity>) {
    let [ids, source] = ids_of(trace);
    let model = reader.info().clone();
    let reading = Reading {
        model: &model,
        ids: &ids,
        source: &source,
        temperature: 0.8,
    };
    let made = derive(quantity, &reading).unwrap();
    assert!(needed_activations(quantity, &model).covers(&made.spec()));
    let slices = made.parameters();
    let numbers = match &slices[..] {
        [] => Vec::new(),
        _ => {
            let asked = Inspection::Parameters(slices);
            match pollster::block_on(reader.inspect("", &[1], &asked)) {
                Ok(Finding::Parameters(numbers)) => numbers,
                other => panic!("{quantity}: {other:?}"),
            }
        }
    };
    let evaluated = evaluate(&made, trace, &numbers);
    let evaluated = evaluated.unwrap_or_else(|| panic!("{quantity}"));
    let size = evaluated.terms.iter().map(|term| term.product.abs());
    let operands = made.operands().into_iter();
    let some = operands.map(|slice| slice.get(slice.len() / 2)).collect();
    (evaluated.value, size.fold(1.0, f64::max), some)
}

/// The same number another way.
fn known(trace: &Trace, quantity: &Quantity) -> Option<f64> {
    if quantity.array == Array::Probabilities {
        let (position, id) = (quantity.index()[0], quantity.index()[1]);
        let logits = trace.row(Activation::Logits, position)?;
        let exp = |x: &f32| f64::from(*x).exp();
        return Some(exp(&logits[id]) / logits.iter().map(exp).sum::<f64>());
    }
    engine_value(trace, quantity).map(f64::from)
}

/// Opens a number, one of its operands, and so on down to a leaf.
fn follow(reader: &mut Reader, trace: &Trace, start: Quantity, seed: u64) {
    let mut quantity = start;
    for step in 0.. {
        assert!(step < 60, "going round in circles at {quantity}");
        let (value, size, operands) = opened(reader, trace, &quantity);
        if let Some(known) = known(trace, &quantity) {
            let is_same = value == known || (value - known).abs() <= TOLERANCE * size;
            assert!(is_same, "{quantity}: {value} is {known}");
        }
        if operands.is_empty() {
            return;
        }
        let place = draw_uniform(seed, step) * operands.len() as f64;
        quantity = operands[place as usize];
    }
}

/// Every array of a model at a few places, each down to a leaf.
fn check(reader: &mut Reader, trace: &Trace) {
    let arrays = Array::all(reader.info());
    assert!(arrays.len() > 25, "{}", reader.info().family);
    for (seed, array) in (0..).zip(arrays) {
        let shape = array.shape(reader.info(), Lengths::of(trace));
        for round in 0..4 {
            let at = |axis: u64, length: usize| {
                let u = draw_uniform(1000 + 10 * seed + round, axis);
                (u * length as f64) as usize
            };
            let index = [at(0, shape[0]), at(1, shape[1]), at(2, shape[2])];
            follow(reader, trace, Quantity::new(array, &index), seed);
        }
    }
}

#[test]
fn every_kind_of_number_opens_down_to_its_leaves() {
    for kind in Architecture::ALL {
        let mut reader = reader(kind);
        let written: &[u32] = match kind {
            Architecture::Encoder => &[],
            _ => &WRITTEN,
        };
        let trace = trace(&mut reader, TEXT, written);
        check(&mut reader, &trace);
    }
}

fn golden(name: &str) -> ModelFiles {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = folder.join("tests/golden").join(name);
    ModelFiles {
        name: name.into(),
        config_json: fs::read_to_string(folder.join("config.json")).unwrap(),
        tokenizer_json: None,
        weights: fs::read(folder.join("model.safetensors")).unwrap(),
    }
}

fn read(files: &ModelFiles) -> (Reader, Trace) {
    let mut reader = Reader::from_files(files, Device::flex()).unwrap();
    let trace = trace(&mut reader, "", &[3, 1, 4, 1, 5, 2, 6]);
    assert_eq!(trace.len(), 7);
    (reader, trace)
}

#[test]
fn numbers_of_other_decoders_open_too() {
    for name in [
        "llama-grouped-tied",
        "llama-scaled-biased",
        "neox-parallel",
        "neox-sequential-f16",
    ] {
        let (mut reader, trace) = read(&golden(name));
        check(&mut reader, &trace);
    }
}

/// Every number there is of an LSTM, each recomputed from its operands. These are numbers again, so
/// every way ends at a token or a parameter.
fn check_all(files: &ModelFiles) -> ModelInfo {
    let (mut reader, trace) = read(files);
    let info = reader.info().clone();
    for array in Array::all(&info) {
        let shape = array.shape(&info, Lengths::of(&trace));
        let is_leaf = matches!(array, Array::Tokens | Array::Parameter(_));
        for flat in 0..shape.iter().product() {
            let quantity = Quantity::new(array, &[flat / shape[1], flat % shape[1]]);
            let (value, size, operands) = opened(&mut reader, &trace, &quantity);
            assert_eq!(operands.is_empty(), is_leaf, "{quantity}");
            for operand in operands {
                assert!(operand.exists(&info, Lengths::of(&trace)), "{operand}");
            }
            if let Some(known) = known(&trace, &quantity) {
                let difference = (value - known).abs();
                assert!(
                    difference <= TOLERANCE * size,
                    "{quantity}: {value}, {known}"
                );
            }
        }
    }
    info
}

#[test]
fn every_number_of_a_recurrent_model_opens_down_to_its_leaves() {
    for name in ["lstm-tied", "lstm-untied", "lstm-projected"] {
        let info = check_all(&golden(name));
        assert!(info.block.has_mlp_bias && info.block.has_unembedding_bias);
        assert_eq!(info.has_projection(), name == "lstm-projected");
    }
}

#[test]
fn biases_that_a_recurrent_model_does_not_have_are_not_added() {
    let mut files = golden("lstm-untied");
    let mut weights = read_safetensors(&files.weights).unwrap();
    weights.tensors.retain(|name, _| !name.contains("bias"));
    files.weights = write_safetensors(&weights, Precision::F32).unwrap();
    let info = check_all(&files);
    assert!(!info.block.has_mlp_bias && !info.block.has_unembedding_bias);
    // One of two matrices with a bias: the other's is zeros.
    let mut weights = read_safetensors(&golden("lstm-untied").weights).unwrap();
    weights.tensors.retain(|name, _| !name.contains("bias_hh"));
    files.weights = write_safetensors(&weights, Precision::F32).unwrap();
    assert!(check_all(&files).block.has_mlp_bias);
}

/// Numbers of the parameters, from the file as PyTorch wrote it.
#[test]
fn parameters_of_a_recurrent_model_are_those_of_its_file() {
    let files = golden("lstm-projected");
    let weights = read_safetensors(&files.weights).unwrap();
    let (reader, _) = read(&files);
    let (d_embed, d_hidden) = (reader.info().d_model, reader.info().d_hidden);
    let mut reader = reader;
    // Gates stand one below the other in PyTorch: input, forget, candidate, output.
    let cases = [
        ("cells.0.W_i", "weight_ih_l0", 0, d_embed),
        ("cells.1.W_g", "weight_ih_l1", 2, d_hidden),
        ("cells.1.U_f", "weight_hh_l1", 1, d_hidden),
        ("cells.0.b_o", "bias_ih_l0", 3, 1),
        ("cells.1.b_U_g", "bias_hh_l1", 2, 1),
    ];
    for (name, tensor, gate, width) in cases {
        let parameter: Parameter = name.parse().unwrap();
        let mut index = vec![None; parameter.axes().len()];
        let values = &weights.get(&format!("lstm.{tensor}")).unwrap().values;
        for unit in 0..d_hidden {
            *index.last_mut().unwrap() = Some(unit);
            let index = index.clone();
            let asked = Inspection::Parameters(vec![ParameterSlice { parameter, index }]);
            let answer = pollster::block_on(reader.inspect("", &[1], &asked));
            let first = (gate * d_hidden + unit) * width;
            let expected = vec![values[first..first + width].to_vec()];
            assert_eq!(answer, Ok(Finding::Parameters(expected)), "{name}, {unit}");
        }
    }
    for name in ["cells.2.W_i", "blocks.0.attn.W_Q", "ln_final.w"] {
        let parameter: Parameter = name.parse().unwrap();
        let index = vec![None; parameter.axes().len()];
        let asked = Inspection::Parameters(vec![ParameterSlice { parameter, index }]);
        let answer = pollster::block_on(reader.inspect("", &[1], &asked));
        assert!(answer.is_err(), "{name}");
    }
}
