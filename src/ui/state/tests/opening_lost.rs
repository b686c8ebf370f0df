//! Checkpoints that cannot be held, or not any longer: the model before comes back.

use super::opening::{CPU, asked_load, asked_look, damaged, drawn, open, open_files, opened};
use super::*;
use crate::protocol::Fault;

#[test]
fn weights_that_turn_out_damaged_leave_the_model_before() {
    let mut page = Page::site_with("text=ab&seed=7");
    let id = open_files(&mut page, "tiny");
    page.hear(
        CPU,
        Event::Failed {
            id,
            error: damaged(Fault::NotFinite),
        },
    );
    assert!(matches!(&page.state.notice, Some(Notice::NotOpened { name, .. }) if name == "tiny"));
    assert!(page.state.shelf.offer("tiny").is_none());
    assert!(page.has(|e| *e == Effect::ForgetModel("tiny".to_owned())));
    page.typed("abc");
    page.settle();
    assert_eq!(
        (drawn(&page), page.ids().len(), page.state.sampling.seed),
        ("bytes", 3, 7)
    );
}

#[test]
fn a_worker_that_runs_out_of_memory_comes_back_with_the_model_before() {
    let gone = |page: &mut Page| {
        let detail = "unreachable".to_owned();
        page.act(Action::Crashed { kind: CPU, detail });
    };
    let panicked = |page: &mut Page| {
        let error = EngineError::Internal {
            detail: "capacity overflow".to_owned(),
        };
        page.hear(CPU, Event::Failed { id: 0, error });
    };
    for crash in [gone as fn(&mut Page), panicked] {
        // More than once: each time another checkpoint.
        let mut page = Page::site_with("text=ab&seed=7&greedy=1");
        for name in ["large", "larger", "largest"] {
            open_files(&mut page, name);
            page.effects.clear();
            crash(&mut page);
            assert!(
                matches!(&page.state.notice, Some(Notice::NotOpened { error, .. })
                if matches!(error, EngineError::Checkpoint { fault: Fault::NoMemory, .. }))
            );
            assert!(page.has(
                |e| matches!(e, Effect::StartEngine { model: Some(model), .. }
                if model == "bytes")
            ));
            page.ready_with(CPU, 90, model_named("bytes"));
            page.settle();
            assert!(page.state.is_current() && asked_load(&page).is_none());
        }
        page.typed("abc");
        page.settle();
        assert_eq!(
            (drawn(&page), page.ids().len(), page.state.sampling.seed),
            ("bytes", 3, 7)
        );
    }
}

#[test]
fn a_worker_that_is_started_again_reads_the_opened_model_again() {
    let mut page = Page::site_with("text=ab");
    let id = open_files(&mut page, "tiny");
    page.ready_with(CPU, id, opened("tiny"));
    page.settle();
    page.effects.clear();
    page.act(Action::Crashed {
        kind: CPU,
        detail: String::new(),
    });
    page.ready_with(CPU, 90, model_named("bytes"));
    let (id, base, _) = asked_load(&page).unwrap();
    assert_eq!(base, "opened/tiny/");
    page.ready_with(CPU, id, opened("tiny"));
    page.typed("abc");
    page.settle();
    assert_eq!((drawn(&page), page.ids().len()), ("tiny", 3));
}

#[test]
fn a_model_that_made_room_is_loaded_again_when_it_is_needed() {
    let mut page = Page::site_with("text=ab");
    page.choose_model("memory");
    page.settle();
    page.choose_model("bytes");
    let Some(Request::Run { id, .. }) = page.runs(CPU).into_iter().next() else {
        panic!("nothing runs");
    };
    page.effects.clear();
    page.hear(
        CPU,
        Event::Failed {
            id,
            error: EngineError::NoModel,
        },
    );
    assert_eq!(page.asked_load(CPU).unwrap().1, "bytes");
    page.loaded(CPU);
    page.settle();
    assert_eq!(drawn(&page), "bytes");
}

#[test]
fn a_look_that_ends_the_worker_is_told_and_not_repeated() {
    let mut page = Page::site_with("text=ab");
    open(&mut page, OpenAction::Files("tiny".to_owned()));
    page.effects.clear();
    page.act(Action::Crashed {
        kind: CPU,
        detail: "unreachable".to_owned(),
    });
    page.ready_with(CPU, 90, model_named("bytes"));
    assert!(asked_look(&page).is_none());
    let picked = page.state.opening.picked.clone().unwrap();
    assert!(matches!(
        picked.seen,
        Some(Err(EngineError::Internal { .. }))
    ));
}

#[test]
fn a_checkpoint_that_ends_the_worker_again_and_again_is_left() {
    let mut page = Page::site_with("text=ab&seed=7");
    let id = open_files(&mut page, "tiny");
    page.ready_with(CPU, id, opened("tiny"));
    page.settle();
    for _ in 0..2 {
        let detail = "unreachable".to_owned();
        page.act(Action::Crashed { kind: CPU, detail });
        page.ready_with(CPU, 90, model_named("bytes"));
        if let Some((id, ..)) = asked_load(&page).filter(|_| page.state.in_use.is_some()) {
            page.ready_with(CPU, id, opened("tiny"));
        }
        page.settle();
    }
    assert!(matches!(&page.state.notice, Some(Notice::NotOpened { name, .. }) if name == "tiny"));
    page.typed("abc");
    page.settle();
    assert_eq!(
        (drawn(&page), page.ids().len(), page.state.sampling.seed),
        ("bytes", 3, 7)
    );
    assert!(page.state.shelf.offer("tiny").is_none());
}

#[test]
fn a_few_checkpoints_stay_at_hand() {
    let mut page = Page::site_with("text=ab");
    for name in ["one", "two", "three"] {
        let id = open_files(&mut page, name);
        page.ready_with(CPU, id, opened(name));
        page.settle();
        assert_eq!(drawn(&page), name);
    }
    let names = page
        .state
        .shelf
        .offers
        .iter()
        .filter(|offer| offer.is_opened());
    let names: Vec<&str> = names.map(|offer| offer.name.as_str()).collect();
    assert_eq!(names, ["two", "three"]);
    assert!(page.has(|e| *e == Effect::PutAway("one".to_owned())));
    // Another one may come under the name of that.
    page.effects.clear();
    let id = open_files(&mut page, "one");
    assert_eq!(asked_load(&page).map(|asked| asked.0), Some(id));
    page.ready_with(CPU, id, opened("one"));
    page.settle();
    assert_eq!(drawn(&page), "one");
}
