//! A second model beside the one in use.

use super::worker::LAST;
use super::*;
use crate::protocol::Architecture;

const CPU: BackendKind = BackendKind::Cpu;

/// A page that compares with `with`, which arrives and is loaded at once.
fn compared(with: &str, query: &str) -> Page {
    let mut page = Page::site_with(&format!("{query}&with={with}"));
    page.refuse();
    page.model_arrives(with);
    page.settle();
    page
}

impl Page {
    /// The files of a model arrive, and the worker loads it.
    fn model_arrives(&mut self, name: &str) {
        assert!(
            self.has(|e| *e == Effect::FetchModel(name.to_owned())),
            "{name}"
        );
        self.act(Action::Model(ModelAction::Here(name.to_owned())));
        self.loaded(CPU);
    }

    /// No inspection is answered.
    fn refuse(&mut self) {
        let asked = |effect: &Effect| match effect {
            Effect::Send(_, Request::Inspect { id, .. }) => Some(*id),
            _ => None,
        };
        while let Some(id) = self.effects.iter().find_map(asked) {
            self.effects.retain(|effect| asked(effect) != Some(id));
            let what = "such thing".to_owned();
            let error = EngineError::DoesNotApply { what };
            self.hear(CPU, Event::Failed { id, error });
        }
    }

    fn companion_ids(&self) -> Vec<u32> {
        let tokens = self.state.companion.trace.tokens().iter();
        tokens.map(|token| token.id).collect()
    }

    /// Models and texts of the runs that are out.
    fn out(&self) -> Vec<(String, String)> {
        let runs = self.runs(CPU).into_iter();
        let named = runs.filter_map(|run| match run {
            Request::Run { model, text, .. } => Some((model, text)),
            _ => None,
        });
        named.collect()
    }
}

#[test]
fn a_closed_comparison_costs_nothing() {
    let mut page = Page::site_with("text=ab");
    page.refuse();
    page.effects.clear();
    page.typed("abc");
    page.settle();
    assert!(!page.has(|e| matches!(e, Effect::FetchModel(_))));
    page.act(Action::OpenPanel(COMPARISON));
    page.refuse();
    assert_eq!(
        page.state.compared(),
        Some("blanks"),
        "the first of the others"
    );
    assert!(page.state.query().contains("with=blanks"));
    page.act(Action::ClosePanel(COMPARISON));
    assert!(!page.state.query().contains("with="));
}

#[test]
fn the_second_model_reads_the_same_text_after_the_first() {
    let mut page = compared("memory", "text=ab");
    assert_eq!(page.companion_ids(), page.ids());
    assert_eq!(page.state.companion.surprises.each().len(), 1);
    page.typed("abc");
    assert_eq!(
        page.out(),
        [("bytes".to_owned(), "abc".to_owned())],
        "typing comes first"
    );
    page.answer(CPU);
    page.refuse();
    assert!(
        matches!(&page.runs(CPU)[..], [Request::Run { model, held: 2, .. }] if model == "memory")
    );
    page.settle();
    assert_eq!(page.companion_ids(), page.ids());
    let next = page.state.companion.next.clone();
    page.act(Action::Sample(SamplingChange::Temperature(0.5)));
    assert_ne!(page.state.companion.next, next, "settings are of both");
    let runs = page.runs(CPU);
    assert!(runs.is_empty(), "{runs:?}");
}

#[test]
fn a_late_answer_of_the_second_model_is_not_shown() {
    let mut page = compared("memory", "text=ab");
    page.typed("abc");
    page.answer(CPU);
    page.refuse();
    page.typed("abcd");
    let texts: Vec<String> = page.out().into_iter().map(|(_, text)| text).collect();
    assert_eq!(
        texts,
        ["abc", "abcd"],
        "the first model does not wait for the second"
    );
    assert!(page.answer(CPU), "the second model's, late");
    assert_eq!(page.companion_ids().len(), 2);
    assert_eq!(page.out().len(), 1);
    page.answer(CPU);
    page.refuse();
    assert!(
        matches!(&page.runs(CPU)[..], [Request::Run { held: 3, .. }]),
        "its rows serve"
    );
    page.settle();
    assert_eq!(page.companion_ids().len(), 4);
}

#[test]
fn a_second_model_with_a_source_translates_to_the_end() {
    let mut page = compared("target", "text=abc");
    assert_eq!(page.state.companion.written, [98, 99, 100, LAST]);
    assert!(page.state.generation.is_empty() && page.state.play.is_none());
    page.typed("x");
    page.settle();
    page.refuse();
    page.settle();
    assert_eq!(page.state.companion.written, [121, LAST]);
    for is_composing in [true, false] {
        page.act(Action::Type {
            value: "y".to_owned(),
            is_composing,
        });
        page.settle();
        page.refuse();
        page.settle();
        let n_written = if is_composing { 0 } else { 2 };
        assert_eq!(page.state.companion.written.len(), n_written);
    }
}

#[test]
fn a_second_model_that_fills_blanks_reads_the_text_as_it_is() {
    let mut page = compared("blanks", "text=abc");
    assert_eq!(page.companion_ids().len(), 5, "with what frames it");
    page.refuse();
    let known = page.state.companion.clone();
    page.act(Action::Hover(None));
    page.refuse();
    assert_eq!(
        page.state.companion, known,
        "what was refused is not asked again"
    );
    page.act(Action::Beside(Box::new(Action::Click(Target::Candidate(
        97,
    )))));
    assert_eq!(
        page.state.text_box.text, "abc",
        "its candidates are no tokens of this text"
    );
}

#[test]
fn the_address_carries_the_comparison() {
    let mut page = compared("memory", "text=ab&model=target&gen=99");
    let query = page.state.query();
    assert!(
        query.contains("model=target") && query.contains("with=memory"),
        "{query}"
    );
    let reloaded = Page::site_with(&query).state;
    assert_eq!(reloaded.compared(), Some("memory"));
    assert_eq!(reloaded.query(), query);
    // The second becomes the first, and the first the second.
    page.choose_model("memory");
    page.settle();
    assert_eq!(page.state.architecture(), Architecture::Recurrent);
    assert_eq!(page.state.compared(), Some("target"));
    let reloaded = Page::site_with("text=ab&with=nothing").state;
    assert_ne!(reloaded.compared(), Some("nothing"));
}

#[test]
fn what_the_second_model_cannot_do_leaves_the_first_alone() {
    let mut page = compared("memory", "text=ab");
    page.typed("abc");
    page.answer(CPU);
    page.refuse();
    let runs = page.runs(CPU);
    let [Request::Run { id, .. }] = &runs[..] else {
        panic!("{runs:?}");
    };
    let error = EngineError::Internal {
        detail: String::new(),
    };
    page.effects.clear();
    page.hear(CPU, Event::Failed { id: *id, error });
    page.refuse();
    assert!(page.out().is_empty(), "not asked again");
    assert!(page.state.is_current() && page.state.notice().is_none());
    page.typed("abcd");
    page.settle();
    page.refuse();
    page.settle();
    assert_eq!(page.companion_ids().len(), 4);

    let mut page = Page::site_with("text=ab&with=memory");
    let lost = ModelAction::Lost("memory".to_owned(), "404".to_owned());
    page.act(Action::Model(lost));
    assert!(matches!(
        page.state.notice,
        Some(Notice::ModelUnusable { .. })
    ));
    assert!(!page.state.focus.has_panel(COMPARISON));
    assert_eq!(page.state.in_use.as_ref().unwrap().name, "bytes");
}

#[test]
fn a_worker_that_is_lost_takes_the_second_model_along() {
    let mut page = compared("memory", "text=ab");
    page.effects.clear();
    page.act(Action::Crashed {
        kind: CPU,
        detail: String::new(),
    });
    page.ready_with(CPU, 50, model_named("bytes"));
    page.typed("abc");
    page.settle();
    page.refuse();
    assert_eq!(page.asked_load(CPU).unwrap().1, "memory");
    page.loaded(CPU);
    page.settle();
    assert_eq!(page.companion_ids().len(), 3);
}
