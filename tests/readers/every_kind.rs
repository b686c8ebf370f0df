//! What holds for every kind of model.

use burn::tensor::Device;
use llm_atlas::engine::Reader;
use llm_atlas::protocol::{
    Activation, Architecture, EngineError, Finding, Inspection, Parameter, ParameterSlice,
    TraceSpec,
};
use llm_atlas::sampling::{Distribution, Settings, choose, draw_uniform};

use crate::models::{files, reader, rows, run, tokenizer};

fn inspections() -> Vec<Inspection> {
    let settings = Settings::default();
    vec![
        Inspection::Parameters(vec![ParameterSlice {
            parameter: Parameter::TokenEmbedding,
            index: vec![Some(3), None],
        }]),
        Inspection::LogitLens { count: 2 },
        Inspection::Attribution {
            position: 0,
            target: 2,
        },
        Inspection::Neurons {
            position: 0,
            count: 2,
            promoted: 2,
        },
        Inspection::Continuations {
            settings,
            seed: 0,
            n_tokens: 3,
            beam_width: 2,
        },
        Inspection::Side {
            frame: None,
            settings,
            seed: 0,
            n_tokens: 2,
            count: 2,
            layer: 0,
            head: 0,
            n_positions: 2,
        },
        Inspection::Blanks { count: 2 },
        Inspection::HeadCharacters {
            sequences: 1,
            half: 3,
            seed: 0,
        },
    ]
}

#[test]
fn it_says_what_it_is() {
    let tokenizer = tokenizer();
    for kind in Architecture::ALL {
        let mut reader = reader(kind);
        let info = reader.info().clone();
        assert_eq!((info.architecture, info.name.as_str()), (kind, "small"));
        assert_eq!(info.vocab_size(), tokenizer.vocab_size());
        assert_eq!(info.vocabulary[65], tokenizer.token_bytes(65).unwrap());
        assert_eq!(info.mask, tokenizer.id_of_added("[MASK]"));
        assert_eq!(info.n_heads > 0, kind.attends());
        assert_eq!(info.d_head > 0, kind.attends());
        assert_eq!(info.d_hidden > 0, kind == Architecture::Recurrent);
        assert_eq!(info.n_encoder_layers > 0, kind.has_source());
        assert_eq!(info.n_layers, if kind.has_source() { 3 } else { 2 });
        assert_eq!(info.end_of_text.is_some(), kind.writes());
        assert!(info.n_params > 1000);
        assert_eq!(reader.decoder().is_some(), kind == Architecture::Decoder);
    }
}

#[test]
fn an_inspection_is_answered_or_does_not_apply() {
    for kind in Architecture::ALL {
        for text in ["Mina 미나", "", &"😀".repeat(99)] {
            for inspection in inspections() {
                let mut reader = reader(kind);
                let before = run(&mut reader, text, &[], 0);
                let answer = pollster::block_on(reader.inspect(text, &[], &inspection));
                let applies = match inspection {
                    Inspection::Blanks { .. } => kind == Architecture::Encoder,
                    Inspection::Continuations { .. } => kind.writes(),
                    Inspection::Parameters(_) => true,
                    Inspection::LogitLens { .. } => kind.attends(),
                    Inspection::Attribution { .. } | Inspection::Neurons { .. } => {
                        kind == Architecture::Decoder || kind.has_source()
                    }
                    _ => kind == Architecture::Decoder,
                };
                match applies {
                    // At most a position that an empty text does not have.
                    true => assert!(answer.is_ok() || text.is_empty(), "{answer:?}"),
                    false => assert!(
                        matches!(answer, Err(EngineError::DoesNotApply { .. })),
                        "{kind:?} {inspection:?}: {answer:?}"
                    ),
                }
                assert_eq!(run(&mut reader, text, &[], 0), before);
            }
        }
    }
}

/// What the page would write, one token at a time.
fn one_by_one(reader: &mut Reader, text: &str, settings: &Settings, n: usize) -> Vec<(u32, f32)> {
    let mut written: Vec<u32> = Vec::new();
    let mut way = Vec::new();
    let end = reader.info().end_of_text;
    while way.len() < n && (written.is_empty() || written.last().copied() != end) {
        let update = run(reader, text, &written, 0);
        let logits = rows(&update, Activation::Logits);
        let logits = logits.get(logits.len() - 1).unwrap();
        let n_read = update.total_tokens.min(update.tokens.len());
        let ids: Vec<u32> = update.tokens[..n_read]
            .iter()
            .map(|token| token.id)
            .collect();
        let distribution = Distribution::after(logits, &ids, settings).unwrap();
        let draw = choose(&distribution, draw_uniform(7, n_read as u64));
        way.push((draw.id, distribution.p_kept()[draw.id as usize]));
        written.push(draw.id);
    }
    way
}

#[test]
fn ways_to_go_on_are_what_is_written_one_by_one() {
    let settings = Settings {
        temperature: 0.9,
        repetition_penalty: 1.5,
        ..Settings::default()
    };
    for kind in [
        Architecture::Decoder,
        Architecture::EncoderDecoder,
        Architecture::Recurrent,
    ] {
        for text in ["", "Mina 미나가 Jun"] {
            let mut reader = reader(kind);
            let drawn = one_by_one(&mut reader, text, &settings, 6);
            let asked = Inspection::Continuations {
                settings,
                seed: 7,
                n_tokens: 6,
                beam_width: 3,
            };
            let found = pollster::block_on(reader.inspect(text, &[], &asked)).unwrap();
            let Finding::Continuations(found) = found else {
                panic!("{found:?}");
            };
            assert_eq!(found.drawn.len(), drawn.len(), "{kind:?} {text}");
            for (found, drawn) in found.drawn.iter().zip(&drawn) {
                assert_eq!(found.0, drawn.0, "{kind:?} {text}");
                assert!((found.1 - drawn.1).abs() < 1e-4);
            }
            // The best first token is that of the greedy way, and every sum is that of its path.
            assert_eq!(found.beams[0].id, found.greedy[0].0);
            for node in &found.beams {
                let before = node.parent.map_or(0.0, |parent| found.beams[parent].log_p);
                assert!((node.log_p - before - node.p.ln()).abs() < 1e-3);
            }
            assert!(found.beams.iter().any(|node| node.depth == 6) || drawn.len() < 6);
        }
    }
}

#[test]
fn its_tokens_are_vectors() {
    for kind in Architecture::ALL {
        let reader = reader(kind);
        let table = pollster::block_on(reader.embeddings(3)).unwrap();
        let info = reader.info();
        assert_eq!(
            (table.vocab_size, table.d_model),
            (info.vocab_size(), info.d_model)
        );
        assert_eq!(table.vectors.len(), table.vocab_size * table.d_model);
        assert_eq!(table.components.len(), 3 * table.d_model);
    }
}

#[test]
fn only_what_was_asked_for_is_read_back() {
    for kind in Architecture::ALL {
        let mut reader = reader(kind);
        let nothing = TraceSpec::default();
        let run = reader.run("Jun", &[], &nothing, 0, &|| 0.0);
        assert!(pollster::block_on(run).unwrap().rows.is_empty());
    }
}

#[test]
fn a_damaged_folder_is_refused_by_file() {
    for kind in Architecture::ALL {
        let refused = |change: &dyn Fn(&mut llm_atlas::engine::ModelFiles)| {
            let mut files = files(kind);
            change(&mut files);
            let error = Reader::from_files(&files, Device::flex()).unwrap_err();
            match EngineError::from(error) {
                EngineError::Checkpoint { file, .. } => file,
                other => panic!("{other:?}"),
            }
        };
        let config = refused(&|files| files.config_json = "{}".into());
        assert_eq!(config, "config.json");
        let tokenizer = refused(&|files| files.tokenizer_json = Some("{}".into()));
        assert_eq!(tokenizer, "tokenizer.json");
        let weights = refused(&|files| files.weights.truncate(100));
        assert_eq!(weights, "model.safetensors");
    }
}
