//! Logit lens, attribution and neurons: what is read off the residual stream.

use llm_atlas::protocol::{Attribution, Component, Finding, Inspection, LogitLens, Neuron};

use crate::models::{Subject, bundled, ids, small, untied};
use crate::reference::{Reference, centred, dot, softmax, times};

fn close(found: f32, expected: f64, tolerance: f64, what: &str) {
    let difference = (f64::from(found) - expected).abs();
    assert!(difference < tolerance, "{what}: {found} is not {expected}");
}

fn lens(subject: &mut Subject, ids: &[u32], count: usize) -> LogitLens {
    match subject.inspect(ids, &Inspection::LogitLens { count }) {
        Ok(Finding::LogitLens(lens)) => lens,
        other => panic!("{other:?}"),
    }
}

fn attribution(subject: &mut Subject, ids: &[u32], position: usize, target: u32) -> Attribution {
    match subject.inspect(ids, &Inspection::Attribution { position, target }) {
        Ok(Finding::Attribution(attribution)) => attribution,
        other => panic!("{other:?}"),
    }
}

fn neurons(subject: &mut Subject, ids: &[u32], inspection: &Inspection) -> Vec<Vec<Neuron>> {
    match subject.inspect(ids, inspection) {
        Ok(Finding::Neurons(neurons)) => neurons,
        other => panic!("{other:?}"),
    }
}

fn argmax(values: &[f64]) -> usize {
    (0..values.len()).fold(0, |best, i| if values[i] > values[best] { i } else { best })
}

#[test]
fn the_lens_equals_the_prediction_computed_by_hand() {
    for mut subject in [small(), untied()] {
        let ids = ids(&subject, 9);
        let pass = subject.reference.forward(&ids);
        let lens = lens(&mut subject, &ids, 4);
        assert_eq!(lens.at.len(), ids.len());
        for (position, depths) in lens.at.iter().enumerate() {
            let target = argmax(&pass.logits[position]);
            assert_eq!(depths.len(), pass.resid.len());
            for (depth, found) in depths.iter().enumerate() {
                let logits = subject.reference.logits(&pass.resid[depth][position]);
                let p = softmax(&logits);
                assert_eq!(found.top.len(), 4);
                for (id, found) in &found.top {
                    close(*found, p[*id as usize], 1e-4, "p of the lens");
                }
                assert_eq!(found.top[0].0 as usize, argmax(&logits));
                assert!(found.top.windows(2).all(|pair| pair[0].1 >= pair[1].1));
                close(found.p, p[target], 1e-4, "p of the target");
                let rank = logits.iter().filter(|z| **z > logits[target]).count();
                assert_eq!(found.rank, rank);
            }
        }
    }
}

#[test]
fn the_lens_after_the_last_block_equals_the_logits() {
    let mut subject = bundled();
    let ids = ids(&subject, 20);
    let lens = lens(&mut subject, &ids, 8);
    for position in [0, 7, 19] {
        let logits = subject.logits(&ids[..=position]);
        let logits: Vec<f64> = logits.iter().map(|logit| f64::from(*logit)).collect();
        let p = softmax(&logits);
        let last = lens.at[position].last().unwrap();
        assert_eq!(last.rank, 0);
        assert_eq!(last.top[0].0 as usize, argmax(&logits));
        for (id, found) in &last.top {
            close(*found, p[*id as usize], 1e-4, "p after the last block");
        }
    }
}

#[test]
fn the_terms_of_a_logit_equal_those_computed_by_hand() {
    for mut subject in [small(), untied()] {
        let ids = ids(&subject, 8);
        let (position, target) = (5, 3);
        let found = attribution(&mut subject, &ids, position, target);
        let reference = &subject.reference;
        let pass = reference.forward(&ids);
        let (n_layers, n_heads) = (reference.config.n_layer, reference.config.n_head);
        assert_eq!(found.terms.len(), 3 + n_layers * (n_heads + 3));
        let stream = &pass.resid[n_layers][position];
        let scale = reference.scale(stream);
        close(found.scale, scale, 1e-4, "scale");
        close(
            found.logit,
            pass.logits[position][target as usize],
            1e-4,
            "logit",
        );

        let gain = reference.values("ln_f.weight");
        let column = &reference.unembedding()[target as usize];
        for (component, term) in &found.terms {
            let expected = match *component {
                Component::FinalBias => dot(&reference.values("ln_f.bias"), column),
                written => {
                    let written = write(reference, &pass, &ids, position, written);
                    let centred = centred(&written);
                    let products = (0..column.len()).map(|i| centred[i] * gain[i] * column[i]);
                    products.sum::<f64>() / scale
                }
            };
            close(*term, expected, 1e-4, &format!("{component:?}"));
        }
    }
}

/// What a component wrote into the residual stream at `position`.
fn write(
    reference: &Reference,
    pass: &crate::reference::Pass,
    ids: &[u32],
    position: usize,
    component: Component,
) -> Vec<f64> {
    let d_model = reference.config.n_embd;
    let d_head = d_model / reference.config.n_head;
    match component {
        Component::Embedding => {
            reference.matrix("wte.weight", d_model)[ids[position] as usize].clone()
        }
        Component::Position => reference.matrix("wpe.weight", d_model)[position].clone(),
        Component::Head { layer, head } => {
            let out = reference.layer_matrix(layer, "attn.c_proj.weight", d_model);
            let part = head * d_head..(head + 1) * d_head;
            times(&pass.z[layer][position][part.clone()], &out[part])
        }
        Component::AttentionBias { layer } => reference.layer(layer, "attn.c_proj.bias"),
        Component::Mlp { layer } => {
            let down = reference.layer_matrix(layer, "mlp.c_proj.weight", d_model);
            times(&pass.mlp_post[layer][position], &down)
        }
        Component::MlpBias { layer } => reference.layer(layer, "mlp.c_proj.bias"),
        Component::CrossHead { .. } | Component::FinalBias => panic!("it is not in the stream"),
    }
}

#[test]
fn the_terms_sum_to_the_logit() {
    for mut subject in [small(), untied(), bundled()] {
        let ids = ids(&subject, 12);
        for (position, target) in [(0, 1), (11, 7), (6, 0)] {
            let found = attribution(&mut subject, &ids, position, target);
            let sum: f64 = found.terms.iter().map(|(_, term)| f64::from(*term)).sum();
            close(found.logit, sum, 1e-3, "sum of the terms");
            let logit = subject.logits(&ids[..=position])[target as usize];
            close(found.logit, f64::from(logit), 1e-3, "logit of a run");
        }
    }
}

#[test]
fn neurons_equal_those_computed_by_hand() {
    for mut subject in [small(), untied()] {
        let ids = ids(&subject, 8);
        let (position, count, promoted) = (6, 5, 3);
        let inspection = Inspection::Neurons {
            position,
            count,
            promoted,
        };
        let found = neurons(&mut subject, &ids, &inspection);
        let reference = &subject.reference;
        let pass = reference.forward(&ids);
        let gain = reference.values("ln_f.weight");
        let columns = reference.unembedding();
        let scale = reference.scale(&pass.resid[reference.config.n_layer][position]);
        for (layer, found) in found.iter().enumerate() {
            let post = &pass.mlp_post[layer][position];
            let mut order: Vec<usize> = (0..post.len()).collect();
            order.sort_by(|a, b| post[*b].abs().total_cmp(&post[*a].abs()));
            let indices: Vec<usize> = found.iter().map(|neuron| neuron.index).collect();
            assert_eq!(indices, order[..count]);
            let down = reference.layer_matrix(layer, "mlp.c_proj.weight", reference.config.n_embd);
            for neuron in found {
                close(neuron.activation, post[neuron.index], 1e-4, "activation");
                let row = centred(&down[neuron.index]);
                let added: Vec<f64> = columns
                    .iter()
                    .map(|column| {
                        let products = (0..row.len()).map(|i| row[i] * gain[i] * column[i]);
                        products.sum::<f64>() * post[neuron.index] / scale
                    })
                    .collect();
                let mut sorted = added.clone();
                sorted.sort_by(f64::total_cmp);
                for (place, (id, value)) in neuron.suppressed.iter().enumerate() {
                    close(*value, added[*id as usize], 1e-4, "suppressed");
                    close(*value, sorted[place], 1e-4, "order of the suppressed");
                    assert!(*value < 0.0);
                }
                sorted.reverse();
                for (place, (id, value)) in neuron.promoted.iter().enumerate() {
                    close(*value, added[*id as usize], 1e-4, "promoted");
                    close(*value, sorted[place], 1e-4, "order of the promoted");
                    assert!(*value > 0.0);
                }
                let raised = added.iter().filter(|value| **value > 0.0).count();
                assert_eq!(neuron.promoted.len(), promoted.min(raised));
            }
        }
    }
}

#[test]
fn what_is_not_in_the_text_is_refused() {
    let mut subject = small();
    let ids = ids(&subject, 4);
    for inspection in [
        Inspection::Attribution {
            position: 4,
            target: 1,
        },
        Inspection::Attribution {
            position: 0,
            target: 19,
        },
        Inspection::Neurons {
            position: 9,
            count: 1,
            promoted: 1,
        },
    ] {
        assert!(subject.inspect(&ids, &inspection).is_err());
    }
}
