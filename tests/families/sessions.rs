//! Llama and GPT-NeoX as the page and the program use them: in a session, row by row, with every
//! closer look, and the arithmetic that `ModelInfo` describes.

use std::fs;

use burn::tensor::Device;
use llm_atlas::checkpoint::{NamedTensors, open_folder};
use llm_atlas::engine::{ModelFiles, Reader, Session};
use llm_atlas::protocol::{
    Activation, Architecture, BlockParameter, EngineError, Finding, Inspection, ModelInfo,
    Parameter, ParameterSlice, Positions, Site, Trace, TraceSpec,
};
use proptest::prelude::*;

use super::compare::{TOLERANCE, folder, metadata, tensors};

const CASES: [&str; 6] = [
    "llama-grouped-tied",
    "llama-scaled-biased",
    "llama-older-bf16-shards",
    "llama-older-llama3",
    "neox-parallel",
    "neox-sequential-f16",
];

fn open(name: &str) -> Session {
    let files = ModelFiles {
        name: name.to_owned(),
        config_json: fs::read_to_string(folder(name).join("config.json")).unwrap(),
        ..ModelFiles::default()
    };
    let weights = open_folder(&folder(name)).unwrap();
    match Reader::from_weights(&files, weights.as_ref(), Device::flex()).unwrap() {
        Reader::Decoder(session) => session,
        other => panic!("{:?}", other.info()),
    }
}

fn golden(name: &str) -> (NamedTensors, Vec<u32>) {
    let expected = tensors(&folder(name).join("expected.safetensors"));
    let ids = metadata::<Vec<Vec<u32>>>(&expected, "ids").concat();
    (expected, ids)
}

/// Runs ids on top of a trace and takes the new rows in.
fn run(session: &mut Session, trace: &mut Trace, ids: &[u32]) {
    let spec = everything(session.info());
    let held = trace.tokens().iter().map(|token| token.id);
    let held = held.zip(ids).take_while(|(held, id)| held == *id).count();
    let update = pollster::block_on(session.run("", ids, &spec, held, &|| 0.0)).unwrap();
    assert!(trace.apply(update));
    assert!(trace.covers(&spec));
}

fn everything(info: &ModelInfo) -> TraceSpec {
    info.activations().into_iter().collect()
}

fn trace_of(session: &mut Session, ids: &[u32]) -> Trace {
    let mut trace = Trace::of(session.info());
    run(session, &mut trace, ids);
    trace
}

fn ask(
    session: &mut Session,
    ids: &[u32],
    inspection: &Inspection,
) -> Result<Finding, EngineError> {
    pollster::block_on(session.inspect("", ids, inspection))
}

fn close(ours: f64, theirs: f64, what: &str) {
    assert!((ours - theirs).abs() < 1e-4, "{what}: {ours} for {theirs}");
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    let products = a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b));
    products.sum()
}

#[test]
fn rows_equal_pytorch() {
    for name in CASES {
        let (expected, ids) = golden(name);
        let mut session = open(name);
        assert_eq!(session.info().architecture, Architecture::Decoder);
        assert!(!session.info().has_position_embeddings());
        let trace = trace_of(&mut session, &ids);
        let n = ids.len();
        for (activation, theirs) in &expected.tensors {
            let activation: Activation = activation.parse().unwrap();
            let (shape, ours) = trace.to_array(activation).unwrap();
            assert_eq!(shape, theirs.shape[1..], "{name}: {activation}");
            let is_square = activation.axes().last() == Some(&llm_atlas::protocol::Axis::Key);
            for (i, (ours, theirs)) in ours.iter().zip(&theirs.values).enumerate() {
                // What may not be looked at is in no row.
                if is_square && i % n > i / n % n {
                    continue;
                }
                let difference = (ours - theirs).abs();
                assert!(difference < TOLERANCE, "{name}: {activation}: {difference}");
            }
        }
    }
}

#[test]
fn keys_are_there_once_and_every_head_finds_its_own() {
    for name in CASES {
        let (_, ids) = golden(name);
        let mut session = open(name);
        let trace = trace_of(&mut session, &ids);
        let info = session.info();
        let (group, scale) = (info.block.group_size, info.attention_scale());
        assert_eq!(info.n_kv_heads() * group, info.n_heads);
        let last = ids.len() - 1;
        for layer in 0..info.n_layers {
            let at = |site| Activation::block(layer, site);
            let row = trace.row(at(Site::K), last).unwrap();
            assert_eq!(row.len(), info.n_kv_heads() * info.d_head, "{name}");
            for head in 0..info.n_heads {
                let of = |site, position| trace.head_row(at(site), head, position).unwrap();
                let own = head / group * info.d_head;
                assert_eq!(of(Site::K, last), &row[own..own + info.d_head]);
                let scores = of(Site::Scores, last);
                let weights = of(Site::Pattern, last);
                let mut carried = vec![0.0; info.d_head];
                for key in 0..=last {
                    let product = dot(of(Site::Q, last), of(Site::K, key)) * f64::from(scale);
                    close(f64::from(scores[key]), product, "score");
                    for (sum, value) in carried.iter_mut().zip(of(Site::V, key)) {
                        *sum += f64::from(weights[key]) * f64::from(*value);
                    }
                }
                for (z, sum) in of(Site::Z, last).iter().zip(carried) {
                    close(f64::from(*z), sum, "z");
                }
            }
        }
    }
}

/// Numbers of parameters of block 0.
fn parameters(
    session: &mut Session,
    slices: &[(BlockParameter, &[Option<usize>])],
) -> Vec<Vec<f32>> {
    let slices = slices.iter().map(|(parameter, index)| ParameterSlice {
        parameter: Parameter::block(0, *parameter),
        index: index.to_vec(),
    });
    match ask(session, &[], &Inspection::Parameters(slices.collect())) {
        Ok(Finding::Parameters(numbers)) => numbers,
        other => panic!("{other:?}"),
    }
}

/// One head's vector turned to a position.
fn turned(vector: &[f64], position: usize, frequencies: &[f32]) -> Vec<f64> {
    let mut turned = vector.to_vec();
    let n = frequencies.len();
    for (i, frequency) in frequencies.iter().enumerate() {
        let (sin, cos) = (position as f64 * f64::from(*frequency)).sin_cos();
        turned[i] = vector[i] * cos - vector[i + n] * sin;
        turned[i + n] = vector[i + n] * cos + vector[i] * sin;
    }
    turned
}

#[test]
fn queries_keys_and_neurons_follow_from_the_parameters_and_the_block() {
    for name in CASES {
        let (_, ids) = golden(name);
        let mut session = open(name);
        let trace = trace_of(&mut session, &ids);
        let info = session.info().clone();
        let Positions::Rotary { frequencies } = &info.block.positions else {
            panic!("{name}")
        };
        let position = 5;
        let row = |site| trace.row(Activation::block(0, site), position).unwrap();
        for (site, matrix, bias, head) in [
            (
                Site::Q,
                BlockParameter::WQ,
                BlockParameter::BQ,
                info.n_heads - 1,
            ),
            (
                Site::K,
                BlockParameter::WK,
                BlockParameter::BK,
                info.n_kv_heads() - 1,
            ),
            (
                Site::V,
                BlockParameter::WV,
                BlockParameter::BV,
                info.n_kv_heads() - 1,
            ),
        ] {
            let columns: Vec<Vec<f32>> = (0..info.d_head)
                .map(|i| {
                    parameters(&mut session, &[(matrix, &[Some(head), None, Some(i)])]).remove(0)
                })
                .collect();
            let bias = parameters(&mut session, &[(bias, &[Some(head), None])]).remove(0);
            assert!(info.block.has_attention_bias || bias.iter().all(|number| *number == 0.0));
            let vector: Vec<f64> = (columns.iter().zip(bias))
                .map(|(column, bias)| dot(row(Site::Ln1), column) + f64::from(bias))
                .collect();
            let expected = match site {
                Site::V => vector,
                _ => turned(&vector, position, frequencies),
            };
            let at = head * info.d_head;
            for (ours, expected) in row(site)[at..at + info.d_head].iter().zip(expected) {
                close(f64::from(*ours), expected, &format!("{name}: {site:?}"));
            }
        }
        let into = |session: &mut Session, matrix, bias, neuron: usize| {
            let found = parameters(
                session,
                &[(matrix, &[None, Some(neuron)]), (bias, &[Some(neuron)])],
            );
            dot(row(Site::Ln2), &found[0]) + f64::from(found[1][0])
        };
        for neuron in [0, info.d_mlp - 1] {
            let up = into(
                &mut session,
                BlockParameter::WIn,
                BlockParameter::BIn,
                neuron,
            );
            let pre = match info.block.is_gated {
                false => up,
                true => {
                    close(
                        f64::from(row(Site::MlpPreLinear)[neuron]),
                        up,
                        "behind the gate",
                    );
                    into(
                        &mut session,
                        BlockParameter::WGate,
                        BlockParameter::BGate,
                        neuron,
                    )
                }
            };
            close(f64::from(row(Site::MlpPre)[neuron]), pre, "neuron");
            if info.block.is_gated && info.activation_function == "silu" {
                let post = pre / (1.0 + (-pre).exp()) * up;
                close(f64::from(row(Site::MlpPost)[neuron]), post, "past the gate");
            }
        }
        let position_table = ParameterSlice {
            parameter: Parameter::PositionEmbedding,
            index: vec![Some(0), None],
        };
        let refused = ask(
            &mut session,
            &[],
            &Inspection::Parameters(vec![position_table]),
        );
        assert!(
            matches!(refused, Err(EngineError::DoesNotApply { .. })),
            "{refused:?}"
        );
    }
}

#[test]
fn a_logit_is_the_sum_of_its_terms() {
    for name in CASES {
        let (expected, ids) = golden(name);
        let mut session = open(name);
        let (position, target) = (7, 11);
        let vocab = session.info().vocab_size();
        let asked = Inspection::Attribution { position, target };
        let Ok(Finding::Attribution(found)) = ask(&mut session, &ids, &asked) else {
            panic!("{name}")
        };
        let sum: f64 = found.terms.iter().map(|(_, term)| f64::from(*term)).sum();
        close(f64::from(found.logit), sum, name);
        let theirs = expected.tensors["logits"].values[position * vocab + target as usize];
        close(f64::from(found.logit), f64::from(theirs), name);
        // A term for every part there is, and for no other.
        let block = &session.info().block;
        let per_block = session.info().n_heads
            + 1
            + usize::from(block.has_attention_bias)
            + usize::from(block.has_mlp_bias);
        let ends = 1 + usize::from(!block.is_rms_norm);
        assert_eq!(
            found.terms.len(),
            session.info().n_layers * per_block + ends
        );
    }
}

#[test]
fn closer_looks_agree_with_a_run() {
    for name in CASES {
        let (_, ids) = golden(name);
        let mut session = open(name);
        let trace = trace_of(&mut session, &ids);
        let info = session.info().clone();
        let last = ids.len() - 1;

        let asked = Inspection::LogitLens { count: 3 };
        let Ok(Finding::LogitLens(lens)) = ask(&mut session, &ids, &asked) else {
            panic!("{name}")
        };
        assert_eq!(lens.at.len(), ids.len());
        for (position, depths) in lens.at.iter().enumerate() {
            assert_eq!(depths.len(), info.n_layers + 1);
            let logits = trace.row(Activation::Logits, position).unwrap();
            assert_eq!(
                depths[info.n_layers].top[0].0 as usize,
                largest(logits),
                "{name}"
            );
        }

        let (count, promoted) = (4, 2);
        let asked = Inspection::Neurons {
            position: last,
            count,
            promoted,
        };
        let Ok(Finding::Neurons(neurons)) = ask(&mut session, &ids, &asked) else {
            panic!("{name}")
        };
        for (layer, neurons) in neurons.iter().enumerate() {
            let post = trace
                .row(Activation::block(layer, Site::MlpPost), last)
                .unwrap();
            for neuron in neurons {
                let held = f64::from(post[neuron.index]);
                close(f64::from(neuron.activation), held, "activation");
            }
        }

        let asked = Inspection::HeadCharacters {
            sequences: 2,
            half: 6,
            seed: 3,
        };
        let Ok(Finding::HeadCharacters(characters)) = ask(&mut session, &ids, &asked) else {
            panic!("{name}")
        };
        assert_eq!(characters.len(), info.n_layers * info.n_heads);

        let asked = Inspection::Continuations {
            settings: llm_atlas::sampling::Settings::default(),
            seed: 1,
            n_tokens: 4,
            beam_width: 2,
        };
        let Ok(Finding::Continuations(found)) = ask(&mut session, &ids, &asked) else {
            panic!("{name}")
        };
        let mut text = ids.clone();
        for (id, _) in &found.greedy {
            let trace = trace_of(&mut session, &text);
            assert_eq!(
                *id as usize,
                largest(trace.last_logits().unwrap()),
                "{name}"
            );
            text.push(*id);
        }
        assert!(!found.greedy.is_empty() && !found.beams.is_empty());
    }
}

fn largest(values: &[f32]) -> usize {
    let numbered = values.iter().enumerate();
    numbered.max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// A position's numbers are the same however its text came about: typed at once, or after a
    /// detour that was undone.
    #[test]
    fn rows_do_not_depend_on_how_a_text_came_about(
        ids in prop::collection::vec(0u32..24, 2..16),
        detour in prop::collection::vec(0u32..24, 0..5),
        cut in 0usize..16,
        case in 0usize..6,
    ) {
        let mut session = open(CASES[case]);
        let whole = trace_of(&mut session, &ids);
        session.forget();
        let mut trace = Trace::of(session.info());
        let cut = cut.min(ids.len() - 1);
        let first = [&ids[..cut], &detour].concat();
        if !first.is_empty() {
            run(&mut session, &mut trace, &first);
        }
        run(&mut session, &mut trace, &ids);
        for activation in session.info().activations() {
            for position in 0..ids.len() {
                let (one, other) = (whole.row(activation, position), trace.row(activation, position));
                let (one, other) = (one.unwrap(), other.unwrap());
                prop_assert_eq!(one.len(), other.len());
                for (one, other) in one.iter().zip(other) {
                    prop_assert!((one - other).abs() < TOLERANCE, "{activation} at {position}");
                }
            }
        }
    }
}
