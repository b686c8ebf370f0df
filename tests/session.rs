//! A session as the page uses it: text in, new rows out.

#![cfg(feature = "program")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use burn::tensor::Device;
use llm_atlas::checkpoint::{Precision, write_safetensors};
use llm_atlas::engine::{ModelFiles, Session};
use llm_atlas::models::DecoderConfig;
use llm_atlas::models::gpt2::{Gpt2Config, initial_weights};
use llm_atlas::protocol::{Activation, EngineError, Site, Trace, TraceSpec, TraceUpdate};
use llm_atlas::tokenizer::{ByteLevelBpe, train_bpe};

const N_CTX: usize = 24;

fn tokenizer() -> ByteLevelBpe {
    let text = "Mina gave the apple to Jun. 미나가 준에게 사과를 주었다.";
    train_bpe([text, text], 290, &["<|endoftext|>"]).unwrap()
}

/// A small random model with a small real tokenizer.
fn session() -> Session {
    let tokenizer = tokenizer();
    let mut config = Gpt2Config::new(tokenizer.vocab_size(), N_CTX, 16, 2, 2);
    config.eos_token_id = tokenizer.id_of_added("<|endoftext|>");
    let files = ModelFiles {
        name: "small".into(),
        config_json: serde_json::to_string(&config).unwrap(),
        tokenizer_json: Some(tokenizer.to_json()),
        weights: write_safetensors(&initial_weights(&config, 7), Precision::F16).unwrap(),
    };
    Session::from_files(&files, Device::flex()).unwrap()
}

fn run(session: &mut Session, text: &str, generation: &[u32], held: usize) -> TraceUpdate {
    let spec = TraceSpec::all(session.info().n_layers);
    pollster::block_on(session.run(text, generation, &spec, held, &|| 0.0)).unwrap()
}

#[test]
fn tokens_cover_the_text_and_the_generation() {
    let mut session = session();
    let text = "미나가 Jun. 뷁";
    let update = run(&mut session, text, &[65, 66], 0);
    assert_eq!(update.tokens[0].start, 0);
    for pair in update.tokens.windows(2) {
        assert_eq!(pair[0].end, pair[1].start);
    }
    let typed: Vec<u8> = update.tokens[..update.typed_tokens]
        .iter()
        .flat_map(|token| token.bytes.clone())
        .collect();
    assert_eq!(typed, text.as_bytes());
    assert_eq!(update.tokens.len(), update.typed_tokens + 2);
    assert_eq!(update.tokens.last().unwrap().end, text.len() + 2);
}

#[test]
fn an_empty_text_is_read_as_the_end_of_another() {
    let mut session = session();
    let update = run(&mut session, "", &[], 0);
    assert_eq!(update.tokens.len(), 1);
    assert_eq!(Some(update.tokens[0].id), session.info().end_of_text);
    assert_eq!((update.tokens[0].start, update.tokens[0].end), (0, 0));
    assert_eq!((update.typed_tokens, update.total_tokens), (0, 0));
}

#[test]
fn a_long_text_is_cut_and_counted() {
    let mut session = session();
    let update = run(&mut session, &"😀".repeat(5000), &[], 0);
    assert_eq!(update.tokens.len(), N_CTX);
    assert_eq!(update.total_tokens, 20_000);
    let mut trace = Trace::new(session.info().n_heads);
    assert!(trace.apply(update));
    assert_eq!(trace.len(), N_CTX);
}

#[test]
fn appending_computes_only_what_is_new() {
    let mut session = session();
    let first = run(&mut session, "Mina gave", &[], 0);
    let held = first.tokens.len();
    let second = run(&mut session, "Mina gave the", &[], held);
    assert_eq!(second.first_position, held);
    assert_eq!(second.computed_positions, second.tokens.len() - held);
    let undone = run(&mut session, "Mina gave", &[], second.tokens.len());
    assert_eq!(undone.computed_positions, 0);
    assert!(undone.rows.iter().all(|(_, rows)| rows.is_empty()));
}

#[test]
fn an_edit_computes_from_the_first_changed_token() {
    let mut session = session();
    let before = run(&mut session, "Mina gave the apple", &[], 0);
    let after = run(
        &mut session,
        "Mina took the apple",
        &[],
        before.tokens.len(),
    );
    let same = before
        .tokens
        .iter()
        .zip(&after.tokens)
        .take_while(|(a, b)| a.id == b.id)
        .count();
    assert_eq!(after.first_position, same);
    assert!(same > 0 && same < after.tokens.len());
}

#[test]
fn every_row_of_a_pattern_sums_to_one() {
    let mut session = session();
    let update = run(&mut session, "Jun gave the apple to 미나", &[], 0);
    let mut trace = Trace::new(session.info().n_heads);
    assert!(trace.apply(update));
    for layer in 0..2 {
        for head in 0..2 {
            for query in 0..trace.len() {
                let row = trace.pattern(layer, head, query).unwrap();
                assert_eq!(row.len(), query + 1);
                assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            }
        }
    }
}

#[test]
fn only_what_was_asked_for_is_read_back() {
    let mut session = session();
    let pattern = Activation::block(1, Site::Pattern);
    let spec: TraceSpec = [pattern].into_iter().collect();
    let update = pollster::block_on(session.run("Jun", &[], &spec, 0, &|| 0.0)).unwrap();
    let names: Vec<Activation> = update.rows.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, [pattern]);
}

#[test]
fn unknown_ids_are_refused_and_nothing_is_lost() {
    let mut session = session();
    let spec = TraceSpec::all(2);
    let refused = pollster::block_on(session.run("Jun", &[9999], &spec, 0, &|| 0.0));
    assert!(matches!(
        refused,
        Err(EngineError::UnknownToken { id: 9999, .. })
    ));
    assert!(!run(&mut session, "Jun", &[], 0).tokens.is_empty());
}

#[test]
fn a_frame_of_the_film_takes_the_place_of_the_weights() {
    use llm_atlas::checkpoint::{read_packed, write_packed};
    use llm_atlas::protocol::{Finding, Inspection};
    use llm_atlas::sampling::Settings;

    let mut session = session();
    let logits = |update: &TraceUpdate| {
        let (_, rows) = update.rows.last().unwrap();
        rows.get(rows.len() - 1).unwrap().to_vec()
    };
    let own = logits(&run(&mut session, "Mina gave", &[], 0));
    let DecoderConfig::Gpt2(config) = session.config.clone() else {
        panic!("another family")
    };
    let packed = write_packed(&initial_weights(&config, 8)).unwrap();

    // What is damaged, or not there, leaves everything as it was.
    assert!(session.hold_frame("film/a", &packed[..9]).is_err());
    assert!(session.use_weights(Some("film/a")).is_err());
    assert_eq!(logits(&run(&mut session, "Mina gave", &[], 0)), own);

    session.hold_frame("film/a", &packed).unwrap();
    assert_eq!(logits(&run(&mut session, "Mina gave", &[], 0)), own);
    session.use_weights(Some("film/a")).unwrap();
    let framed = logits(&run(&mut session, "Mina gave", &[], 0));
    let weights = read_packed(&packed).unwrap();
    let files = ModelFiles {
        name: "frame".into(),
        config_json: serde_json::to_string(&config).unwrap(),
        tokenizer_json: Some(tokenizer().to_json()),
        weights: write_safetensors(&weights, Precision::F32).unwrap(),
    };
    let mut other = Session::from_files(&files, Device::flex()).unwrap();
    assert_eq!(logits(&run(&mut other, "Mina gave", &[], 0)), framed);

    // Beside each other: whichever is in use, both can be looked at.
    let side = |session: &mut Session, frame: Option<&str>| {
        let asked = Inspection::Side {
            frame: frame.map(str::to_owned),
            settings: Settings::default(),
            seed: 3,
            n_tokens: 4,
            count: 5,
            layer: 1,
            head: 1,
            n_positions: 3,
        };
        match pollster::block_on(session.inspect("Mina gave", &[], &asked)).unwrap() {
            Finding::Side(side) => side,
            other => panic!("{other:?}"),
        }
    };
    let (frame_side, own_side) = (side(&mut session, Some("film/a")), side(&mut session, None));
    assert_ne!(frame_side, own_side);
    assert_eq!(side(&mut other, None), frame_side);
    assert_eq!((own_side.top.len(), own_side.drawn.len()), (5, 4));
    let update = run(&mut session, "Mina gave", &[], 0);
    let n = update.tokens.len();
    assert_eq!(frame_side.first, n - 3);
    let pattern = Activation::block(1, Site::Pattern);
    let (_, rows) = update
        .rows
        .iter()
        .find(|(name, _)| *name == pattern)
        .unwrap();
    let row = &rows.get(n - 1).unwrap()[n..];
    assert_eq!(frame_side.pattern[2], row[n - 3..]);

    session.use_weights(None).unwrap();
    assert_eq!(logits(&run(&mut session, "Mina gave", &[], 0)), own);
}
