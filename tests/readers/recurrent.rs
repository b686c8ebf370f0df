//! LSTM: its state goes from position to position, and back to any of them.

use llm_atlas::engine::Reader;
use llm_atlas::protocol::{
    Activation, Architecture, CellSite, EngineError, Trace, TraceSpec, TraceUpdate,
};

use crate::models::{
    N_CTX, assert_equal, assert_joined, everything, files, reader, rows, run, traced,
};

fn recurrent() -> Reader {
    reader(Architecture::Recurrent)
}

/// The same numbers in every row of `trace` as in a run from nothing.
fn assert_fresh(trace: &Trace, fresh: &TraceUpdate) {
    assert_eq!(trace.tokens(), fresh.tokens);
    for (activation, rows) in &fresh.rows {
        for (position, row) in rows.iter().enumerate() {
            let ours = trace.row(*activation, position).unwrap();
            assert_eq!(ours.len(), row.len());
            for (our, their) in ours.iter().zip(row) {
                assert!((our - their).abs() < 1e-5, "{activation} at {position}");
            }
        }
    }
}

#[test]
fn a_text_that_grows_and_changes_gives_the_numbers_of_a_fresh_run() {
    let mut reader = recurrent();
    let mut trace = Trace::new(0);
    let mut before: Vec<u32> = Vec::new();
    let steps: [(&str, &[u32]); 8] = [
        ("Mina", &[]),
        ("Mina gave the", &[]),
        ("Mina gave the", &[40, 41]),
        ("Mina gave the", &[40]),
        ("Mina took", &[]),
        ("", &[]),
        ("미나가 Jun", &[50]),
        ("미나가 Jun", &[50, 51, 52]),
    ];
    for (text, generation) in steps {
        let update = run(&mut reader, text, generation, trace.len());
        let ids: Vec<u32> = update.tokens.iter().map(|token| token.id).collect();
        let same = before.iter().zip(&ids).take_while(|(a, b)| a == b).count();
        assert_eq!(update.first_position, same);
        assert_eq!(update.computed_positions, ids.len() - same);
        assert!(trace.apply(update));
        assert_fresh(&trace, &run(&mut recurrent(), text, generation, 0));
        before = ids;
    }
    // A caller who has lost its rows gets them again.
    let again = run(&mut reader, "미나가 Jun", &[50, 51, 52], 0);
    assert_eq!((again.first_position, again.tokens.len()), (0, trace.len()));
}

#[test]
fn every_number_is_that_of_the_program() {
    let files = files(Architecture::Recurrent);
    for text in ["a", "미나가 Jun. 뷁"] {
        let update = run(&mut recurrent(), text, &[], 0);
        assert_joined(&update.tokens, text);
        assert_equal(&update, &traced(&files, &["--text", text]));
        let cells = rows(
            &update,
            Activation::Cell {
                layer: 1,
                site: CellSite::Cell,
            },
        );
        assert!(cells.iter().all(|row| row.len() == 10));
        assert!(
            rows(&update, Activation::Embed)
                .iter()
                .all(|row| row.len() == 6)
        );
    }
}

#[test]
fn an_empty_text_is_read_as_the_end_of_another() {
    let mut reader = recurrent();
    let update = run(&mut reader, "", &[], 0);
    assert_eq!(update.tokens.len(), 1);
    assert_eq!(Some(update.tokens[0].id), reader.info().end_of_text);
    assert_eq!((update.typed_tokens, update.total_tokens), (0, 0));
}

#[test]
fn a_long_text_is_cut_and_counted() {
    let update = run(&mut recurrent(), &"😀".repeat(500), &[], 0);
    assert_eq!((update.tokens.len(), update.total_tokens), (N_CTX, 2000));
}

#[test]
fn what_it_cannot_read_it_refuses_and_forgets_nothing() {
    let mut reader = recurrent();
    let before = run(&mut reader, "Mina", &[], 0);
    let spec = everything(&reader);
    let refused = pollster::block_on(reader.run("Mina", &[9999], &spec, 0, &|| 0.0));
    assert!(matches!(refused, Err(EngineError::UnknownToken { .. })));
    let held = before.tokens.len();
    assert_eq!(run(&mut reader, "Mina", &[], held).computed_positions, 0);
    // What it does not have it does not make up.
    let attention: TraceSpec = Activation::all(2).into_iter().collect();
    let update = pollster::block_on(reader.run("a", &[], &attention, 0, &|| 0.0)).unwrap();
    let names: Vec<Activation> = update.rows.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, [Activation::Embed, Activation::Logits]);
}
