//! Every number of the engine is what its arithmetic says, back to tokens and parameters.

use llm_atlas::derivation::{Array, Lengths, Quantity, Reading, derive, engine_value, evaluate};
use llm_atlas::protocol::{Activation, Finding, Inspection, Trace, TraceSpec};
use llm_atlas::sampling::draw_uniform;

use crate::models::{Subject, bundled, ids, small, untied};

/// How far a sum in single precision may be from the same in double, relative to its size.
const TOLERANCE: f64 = 1e-4;

fn trace(subject: &mut Subject, ids: &[u32]) -> Trace {
    let spec = TraceSpec::all(subject.session.info().n_layers);
    let update = pollster::block_on(subject.session.run("", ids, &spec, 0, &|| 0.0)).unwrap();
    let mut trace = Trace::new(subject.session.info().n_heads);
    assert!(trace.apply(update));
    trace
}

/// The value of a number by its arithmetic, and the operands it is made of.
fn opened(subject: &mut Subject, trace: &Trace, quantity: &Quantity) -> (f64, f64, Vec<Quantity>) {
    let ids: Vec<u32> = trace.tokens().iter().map(|token| token.id).collect();
    let model = subject.session.info().clone();
    let reading = Reading {
        model: &model,
        ids: &ids,
        source: &[],
        temperature: 0.8,
    };
    let made = derive(quantity, &reading).unwrap();
    let slices = made.parameters();
    let numbers = match &slices[..] {
        [] => Vec::new(),
        _ => match subject.inspect(&ids, &Inspection::Parameters(slices)) {
            Ok(Finding::Parameters(numbers)) => numbers,
            other => panic!("{other:?}"),
        },
    };
    let evaluated = evaluate(&made, trace, &numbers).unwrap();
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

fn check(mut subject: Subject, n_tokens: usize, starts: u64) {
    let ids = ids(&subject, n_tokens);
    let trace = trace(&mut subject, &ids);
    let arrays = Array::all(subject.session.info());
    for start in 0..starts {
        let random = |index: u64, n: usize| (draw_uniform(start, index) * n as f64) as usize;
        let array = arrays[random(0, arrays.len())];
        let shape = array.shape(subject.session.info(), Lengths::of(&trace));
        let index = [
            random(1, shape[0]),
            random(2, shape[1]),
            random(3, shape[2]),
        ];
        let mut quantity = Quantity::new(array, &index);
        for step in 4.. {
            let (value, size, operands) = opened(&mut subject, &trace, &quantity);
            if let Some(known) = known(&trace, &quantity) {
                let is_same = value == known || (value - known).abs() <= TOLERANCE * size;
                assert!(is_same, "{quantity}: {value} is {known}");
            }
            if operands.is_empty() {
                break;
            }
            quantity = operands[random(step, operands.len())];
        }
    }
}

#[test]
fn every_number_of_a_small_model_opens_down_to_its_leaves() {
    check(small(), 9, 300);
}

#[test]
fn every_number_of_a_model_with_relu_and_its_own_unembedding_opens() {
    check(untied(), 9, 300);
}

#[test]
fn every_number_of_the_bundled_model_opens() {
    check(bundled(), 24, 150);
}
