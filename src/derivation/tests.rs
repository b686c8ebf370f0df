//! Every number of a tiny model, recomputed from its operands, back to tokens and parameters.

use super::fixture::{Random, Tiny};
use super::fixture_cells::Kind;
use super::*;
use crate::protocol::{Activation, Parameter, Site};

const TOLERANCE: f64 = 1e-5;

fn evaluated(tiny: &Tiny, quantity: &Quantity) -> (Derivation, Evaluated) {
    let made = derive(quantity, &tiny.reading()).unwrap();
    let parameters: Vec<Vec<f32>> = made.parameters().iter().map(|p| tiny.answer(p)).collect();
    let result = evaluate(&made, &tiny.trace, &parameters);
    (made, result.unwrap_or_else(|| panic!("{quantity}")))
}

/// What the number is, worked out another way than by its derivation.
fn known(tiny: &Tiny, quantity: &Quantity) -> Option<f64> {
    let i = quantity.index();
    let temperature = match quantity.array {
        Array::Probabilities => 1.0,
        Array::TemperedProbabilities => f64::from(tiny.reading().temperature),
        Array::RawScores(_, layer) => {
            let scaled = Activation::block(layer, Site::Scores);
            let scaled = engine_value(&tiny.trace, &Quantity::activation(scaled, i))?;
            return Some(f64::from(scaled) * 2.0);
        }
        Array::Parameter(parameter) => {
            let index = i.iter().copied().map(Some).collect();
            let slice = crate::protocol::ParameterSlice { parameter, index };
            return Some(f64::from(tiny.answer(&slice)[0]));
        }
        _ => return engine_value(&tiny.trace, quantity).map(f64::from),
    };
    let logits = tiny.trace.row(Activation::Logits, i[0])?;
    let exp = |x: f32| (f64::from(x) / temperature).exp();
    Some(exp(logits[i[1]]) / logits.iter().map(|x| exp(*x)).sum::<f64>())
}

fn check(tiny: &Tiny, quantity: &Quantity) -> Derivation {
    let (made, result) = evaluated(tiny, quantity);
    if let Some(known) = known(tiny, quantity) {
        let is_same = result.value == known || (result.value - known).abs() <= TOLERANCE;
        assert!(is_same, "{quantity}: {} is {known}", result.value);
    }
    if let Some(engine) = result.engine {
        let engine = f64::from(engine);
        assert!(result.value == engine || (result.value - engine).abs() <= TOLERANCE);
    }
    let needed = needed_activations(quantity, &tiny.model);
    assert!(made.spec().covers(&needed) && needed.covers(&made.spec()));
    made
}

/// Opens many numbers, each down to a leaf.
fn follow(tiny: &Tiny, random: &mut Random) {
    for _ in 0..400 {
        let mut quantity = tiny.any(random);
        let mut steps = 0;
        loop {
            let operands = check(tiny, &quantity).operands();
            if operands.is_empty() {
                break;
            }
            let slice = operands[random.below(operands.len())];
            quantity = slice.get(random.below(slice.len()));
            steps += 1;
            assert!(steps < 60, "going round in circles at {quantity}");
        }
    }
}

#[test]
fn every_kind_of_number_is_what_its_operands_make_it_back_to_the_leaves() {
    let mut random = Random(7);
    for activation_function in ["gelu_new", "gelu", "relu"] {
        for seed in 0..4 {
            follow(&Tiny::new(seed, activation_function), &mut random);
        }
    }
}

#[test]
fn every_number_of_a_recurrent_model_opens_back_to_the_leaves() {
    let mut random = Random(8);
    for kind in [Kind::Projected, Kind::Tied, Kind::Untied] {
        let tiny = Tiny::recurrent(3, kind);
        follow(&tiny, &mut random);
        open_all(&tiny);
        let arrays = Array::all(&tiny.model);
        let has = |name: &str| arrays.contains(&name.parse().unwrap());
        let has_biases = !matches!(kind, Kind::Untied);
        assert_eq!(has("cells.1.b_U_f"), has_biases);
        assert_eq!(has("unembed.b_U"), has_biases);
        assert_eq!(has("head.pre"), matches!(kind, Kind::Projected));
    }
}

#[test]
fn a_gate_is_made_of_what_is_read_and_of_the_state_before() {
    let tiny = Tiny::recurrent(5, Kind::Tied);
    let arrays = |name: &str| -> Vec<String> {
        let made = derive(&name.parse().unwrap(), &tiny.reading()).unwrap();
        let operands = made.operands().into_iter();
        operands.map(|slice| slice.get(0).to_string()).collect()
    };
    assert_eq!(
        arrays("cells.1.gates.forget[3,2]"),
        [
            "cells.0.hidden[3,0]",
            "cells.1.W_f[0,2]",
            "cells.1.hidden[2,0]",
            "cells.1.U_f[0,2]",
            "cells.1.b_f[2]",
            "cells.1.b_U_f[2]",
        ]
    );
    // There is nothing before the first step.
    assert_eq!(
        arrays("cells.0.gates.candidate[0,2]"),
        [
            "embed[0,0]",
            "cells.0.W_g[0,2]",
            "cells.0.b_g[2]",
            "cells.0.b_U_g[2]"
        ]
    );
    assert_eq!(
        arrays("cells.0.cell[0,2]"),
        ["cells.0.gates.input[0,2]", "cells.0.gates.candidate[0,2]"]
    );
    assert_eq!(
        arrays("cells.0.hidden[4,1]"),
        ["cells.0.cell[4,1]", "cells.0.gates.output[4,1]"]
    );
}

#[test]
fn every_number_there_is_can_be_opened() {
    open_all(&Tiny::new(1, "gelu_new"));
}

fn open_all(tiny: &Tiny) {
    for array in Array::all(&tiny.model) {
        let shape = array.shape(&tiny.model, tiny.reading().lengths());
        for flat in 0..shape.iter().product() {
            let at = [
                flat / (shape[1] * shape[2]),
                flat / shape[2] % shape[1],
                flat % shape[2],
            ];
            check(tiny, &Quantity::new(array, &at));
        }
    }
}

#[test]
fn leaves_are_tokens_and_parameters() {
    let tiny = Tiny::new(2, "relu");
    for array in Array::all(&tiny.model) {
        let made = derive(&Quantity::new(array, &[0; 3]), &tiny.reading()).unwrap();
        let is_leaf = matches!(array, Array::Tokens | Array::Parameter(_));
        assert_eq!(made.operands().is_empty(), is_leaf, "{array}");
    }
}

#[test]
fn shares_of_a_softmax_sum_to_one() {
    let tiny = Tiny::new(3, "gelu");
    for name in ["blocks.1.attn.pattern[1,6,2]", "p[6,3]", "tempered:p[2,0]"] {
        let (_, result) = evaluated(&tiny, &name.parse().unwrap());
        let normaliser = result.lines.last().unwrap().value;
        let shares = result.terms.iter().map(|term| term.product / normaliser);
        assert!((shares.sum::<f64>() - 1.0).abs() < 1e-12, "{name}");
    }
}

#[test]
fn what_is_not_in_the_model_or_the_text_is_refused() {
    let tiny = Tiny::new(4, "gelu");
    for name in [
        "p[7,0]",
        "p[0,11]",
        "blocks.2.ln1[0,0]",
        "raw:blocks.0.attn.scores[2,0,0]",
    ] {
        let quantity = name.parse().unwrap();
        assert_eq!(
            derive(&quantity, &tiny.reading()),
            Err(DeriveError::Missing(quantity))
        );
    }
    let other = Tiny::new(4, "gelu");
    let mut model = other.model.clone();
    model.activation_function = "mish".into();
    let reading = Reading {
        model: &model,
        temperature: 0.0,
        ..other.reading()
    };
    let bent = "blocks.0.mlp.post[0,0]".parse().unwrap();
    let error = DeriveError::UnknownActivationFunction("mish".into());
    assert_eq!(derive(&bent, &reading), Err(error));
    let tempered = "tempered:p[0,0]".parse().unwrap();
    assert_eq!(derive(&tempered, &reading), Err(DeriveError::NoTemperature));
}

#[test]
fn a_wait_is_not_a_number() {
    let tiny = Tiny::new(5, "gelu");
    let made = derive(&"logits[3,4]".parse().unwrap(), &tiny.reading()).unwrap();
    assert_eq!(made.parameters()[0].parameter, Parameter::Unembedding);
    assert_eq!(evaluate(&made, &tiny.trace, &[]), None);
    assert_eq!(evaluate(&made, &tiny.trace, &[vec![0.0; 3]]), None);
}
