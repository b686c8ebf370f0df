//! Which runs are asked, and what is done with what comes back.

use super::*;

#[test]
fn the_prepared_sentence_is_run_at_once() {
    let mut page = Page::open("");
    assert!(page.has(|e| matches!(
        e,
        Effect::StartEngine {
            kind: BackendKind::Cpu,
            ..
        }
    )));
    page.ready(BackendKind::Cpu, false);
    let runs = page.runs(BackendKind::Cpu);
    assert!(matches!(&runs[..], [Request::Run { text, held: 0, .. }]
        if text == prepared_text(Language::En)));
    page.answer(BackendKind::Cpu);
    assert!(page.state.next.is_some());
    assert!(page.has(|e| matches!(
        e,
        Effect::StartEngine {
            kind: BackendKind::WebGpu,
            ..
        }
    )));
}

#[test]
fn late_results_are_kept_but_not_shown() {
    let mut page = Page::with("ab");
    page.typed("abc");
    page.typed("abcd");
    page.typed("abcde");
    assert_eq!(page.runs(BackendKind::Cpu).len(), 1, "one run is out");
    page.answer(BackendKind::Cpu);
    assert_eq!(page.state.trace.len(), 2, "the result for abc is not shown");
    let runs = page.runs(BackendKind::Cpu);
    assert!(
        matches!(&runs[..], [Request::Run { text, held: 3, .. }] if text == "abcde"),
        "the newest text, on top of what abc left: {runs:?}"
    );
    page.answer(BackendKind::Cpu);
    assert_eq!(page.ids(), b"abcde".map(u32::from));
    assert!(page.runs(BackendKind::Cpu).is_empty());
}

#[test]
fn an_answer_nobody_asked_for_is_dropped() {
    let mut page = Page::with("ab");
    let before = page.state.clone();
    page.hear(
        BackendKind::Cpu,
        Event::Trace {
            id: 999,
            update: TraceUpdate::default(),
        },
    );
    assert_eq!(page.state, before);
}

#[test]
fn sampling_never_asks_the_model() {
    let mut page = Page::with("ab");
    page.effects.clear();
    for change in [
        SamplingChange::Temperature(0.3),
        SamplingChange::TopK(3),
        SamplingChange::TopP(0.5),
        SamplingChange::Seed(8),
        SamplingChange::Greedy(true),
    ] {
        page.act(Action::Sample(change));
    }
    page.act(Action::NextSeed);
    assert!(!page.has(|e| matches!(e, Effect::Send(..))));
    assert_eq!(page.state.sampling.seed, 9);
}

#[test]
fn the_embeddings_are_asked_for_once() {
    let mut page = Page::with("ab");
    let asked: Vec<u64> = page
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(_, Request::Embeddings { id, .. }) => Some(*id),
            _ => None,
        })
        .collect();
    let [id] = asked[..] else { panic!("{asked:?}") };
    let table = EmbeddingTable::default();
    page.hear(BackendKind::Cpu, Event::Embeddings { id, table });
    assert!(page.state.embeddings.is_some());
}

#[test]
fn an_export_carries_the_numbers() {
    let mut page = Page::with("ab");
    page.act(Action::Export);
    let json = page.effects.iter().find_map(|effect| match effect {
        Effect::Download {
            body: Body::Text { text, .. },
            ..
        } => Some(text.clone()),
        _ => None,
    });
    let file: serde_json::Value = serde_json::from_str(&json.unwrap()).unwrap();
    assert_eq!(file["ids"], serde_json::json!([97, 98]));
    assert_eq!(file["activations"]["logits"]["shape"][1], 256);
    assert_eq!(file["backend"], "cpu");
}
