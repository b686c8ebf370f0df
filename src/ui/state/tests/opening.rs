//! Opening a checkpoint that the site does not have.

use super::*;
use crate::protocol::{Block, Fault, Look, Progress, Stage};

pub(super) const CPU: BackendKind = BackendKind::Cpu;

pub(super) fn seen(memory_bytes: u64) -> Look {
    Look {
        family: "gpt2".to_owned(),
        file_bytes: 400,
        memory_bytes,
        limit_bytes: 1000,
        ..Look::default()
    }
}

pub(super) fn open(page: &mut Page, action: OpenAction) {
    page.act(Action::Opening(action));
}

/// The last look that was asked for.
pub(super) fn asked_look(page: &Page) -> Option<(u64, String, Option<String>)> {
    page.effects.iter().rev().find_map(|effect| match effect {
        Effect::Send(CPU, Request::Look { id, base_url, from }) => {
            Some((*id, base_url.clone(), from.clone()))
        }
        _ => None,
    })
}

/// The last request to load a model.
pub(super) fn asked_load(page: &Page) -> Option<(u64, String, Option<String>)> {
    page.effects.iter().rev().find_map(|effect| match effect {
        Effect::Send(CPU, Request::Load { id, base_url, from }) => {
            Some((*id, base_url.clone(), from.clone()))
        }
        _ => None,
    })
}

/// Picks files, looks at them and opens them; returns the number of the request to load.
pub(super) fn open_files(page: &mut Page, name: &str) -> u64 {
    open(page, OpenAction::Files(name.to_owned()));
    let (id, ..) = asked_look(page).unwrap();
    page.hear(
        CPU,
        Event::Seen {
            id,
            look: seen(500),
        },
    );
    open(page, OpenAction::Accept);
    asked_load(page).unwrap().0
}

pub(super) fn opened(name: &str) -> ModelInfo {
    ModelInfo {
        name: name.to_owned(),
        ..model_named("bytes")
    }
}

pub(super) fn drawn(page: &Page) -> &str {
    &page.state.model.as_ref().unwrap().name
}

pub(super) fn damaged(fault: Fault) -> EngineError {
    EngineError::Checkpoint {
        file: "config.json".to_owned(),
        fault,
        about: Vec::new(),
    }
}

#[test]
fn files_are_looked_at_and_then_opened() {
    let mut page = Page::site_with("text=ab");
    open(&mut page, OpenAction::Show);
    assert!(page.state.opening.is_shown && asked_look(&page).is_none());
    open(&mut page, OpenAction::Files("tiny".to_owned()));
    let (id, base, from) = asked_look(&page).unwrap();
    assert_eq!((base.as_str(), from.as_deref()), ("opened/tiny/", Some("")));
    open(&mut page, OpenAction::Accept);
    assert!(page.state.opening.is_shown, "it was not looked at yet");
    page.hear(
        CPU,
        Event::Seen {
            id,
            look: seen(500),
        },
    );
    open(&mut page, OpenAction::Accept);
    assert!(!page.state.opening.is_shown && page.state.opening.picked.is_none());
    let (id, base, from) = asked_load(&page).unwrap();
    assert_eq!((base.as_str(), from.as_deref()), ("opened/tiny/", Some("")));
    let progress = Progress {
        stage: Stage::Device,
        received_bytes: 100,
        total_bytes: Some(400),
    };
    page.hear(CPU, Event::Progress { id, progress });
    assert_eq!(page.state.shelf.progress("tiny"), Some((100, 400)));
    page.typed("abc");
    page.settle();
    assert_eq!(
        (drawn(&page), page.ids().len()),
        ("bytes", 3),
        "work goes on"
    );
    page.ready_with(CPU, id, opened("tiny"));
    page.settle();
    assert_eq!((drawn(&page), page.state.text.as_str()), ("tiny", "abc"));
    assert_eq!(page.state.shelf.progress("tiny"), None);
    let query = page.state.query();
    assert!(
        query.contains("model=tiny") && query.contains("from=files"),
        "{query}"
    );
    // The model before is there still.
    page.choose_model("bytes");
    page.settle();
    assert_eq!(drawn(&page), "bytes");
    page.choose_model("tiny");
    page.settle();
    assert_eq!(drawn(&page), "tiny");
}

#[test]
fn an_address_is_looked_at_and_named_in_the_link() {
    let mut page = Page::site_with("text=ab");
    open(
        &mut page,
        OpenAction::Address("https://a.example/bytes/config.json".to_owned()),
    );
    let (id, base, from) = asked_look(&page).unwrap();
    assert_eq!(base, "opened/bytes-2/", "the site has a model of that name");
    assert_eq!(from.as_deref(), Some("https://a.example/bytes/"));
    page.hear(
        CPU,
        Event::Seen {
            id,
            look: seen(500),
        },
    );
    open(&mut page, OpenAction::Accept);
    let id = asked_load(&page).unwrap().0;
    page.ready_with(CPU, id, opened("bytes-2"));
    page.settle();
    assert!(
        page.state
            .query()
            .contains("from=https%3A%2F%2Fa.example%2Fbytes%2F")
    );
}

#[test]
fn what_cannot_be_opened_leaves_everything_as_it_is() {
    let mut page = Page::site_with("text=ab&seed=7");
    open(&mut page, OpenAction::Files("tiny".to_owned()));
    let (id, ..) = asked_look(&page).unwrap();
    page.hear(
        CPU,
        Event::Failed {
            id,
            error: damaged(Fault::NoField),
        },
    );
    let picked = page.state.opening.picked.clone().unwrap();
    assert_eq!(picked.seen, Some(Err(damaged(Fault::NoField))));
    open(&mut page, OpenAction::Accept);
    assert!(asked_load(&page).is_none());
    // Another folder takes its place; this one is too large.
    open(&mut page, OpenAction::Files("large".to_owned()));
    assert!(page.has(|e| *e == Effect::ForgetModel("tiny".to_owned())));
    let (id, ..) = asked_look(&page).unwrap();
    page.hear(
        CPU,
        Event::Seen {
            id,
            look: seen(2000),
        },
    );
    open(&mut page, OpenAction::Accept);
    assert!(asked_load(&page).is_none());
    open(&mut page, OpenAction::Close);
    assert!(page.has(|e| *e == Effect::ForgetModel("large".to_owned())));
    assert_eq!((drawn(&page), page.state.notice.clone()), ("bytes", None));
    assert!(page.state.is_current());
}

#[test]
fn a_link_fetches_its_model_before_anything_is_drawn() {
    let query = "text=ab&gen=99.100&model=tiny&from=https%3A%2F%2Fa.example%2Ftiny%2F&backend=cpu";
    let mut page = Page::site(query);
    assert!(page.has(
        |e| matches!(e, Effect::StartEngine { model: Some(model), .. }
        if model == "bytes")
    ));
    page.ready_with(CPU, 1, model_named("bytes"));
    assert!(page.runs(CPU).is_empty(), "the text is the other model's");
    let (id, base, from) = asked_load(&page).unwrap();
    assert_eq!(
        (base.as_str(), from.as_deref()),
        ("opened/tiny/", Some("https://a.example/tiny/"))
    );
    page.ready_with(CPU, id, opened("tiny"));
    page.settle();
    assert_eq!((drawn(&page), page.ids().len()), ("tiny", 4));

    // It cannot be had: the site's own model takes the text, without what the other one wrote.
    let mut page = Page::site(query);
    page.ready_with(CPU, 1, model_named("bytes"));
    let (id, ..) = asked_load(&page).unwrap();
    let error = EngineError::Fetch {
        url: "u".to_owned(),
        detail: String::new(),
    };
    page.hear(CPU, Event::Failed { id, error });
    page.settle();
    assert!(matches!(&page.state.notice, Some(Notice::NotOpened { name, .. }) if name == "tiny"));
    assert_eq!((drawn(&page), page.ids().len()), ("bytes", 2));
    assert!(!page.state.query().contains("model="));
}

#[test]
fn a_link_to_files_asks_for_them() {
    let mut page = Page::site_with("text=ab&model=tiny&from=files");
    assert!(matches!(&page.state.notice, Some(Notice::FilesWanted { name }) if name == "tiny"));
    assert_eq!(drawn(&page), "bytes");
    let id = open_files(&mut page, "tiny");
    assert_eq!(page.state.notice, None);
    page.ready_with(CPU, id, opened("tiny"));
    page.settle();
    assert_eq!(drawn(&page), "tiny");
}

#[test]
fn a_link_to_files_brings_back_what_was_written() {
    const NONE: [u32; 0] = [];
    let written_after = |link: &str, typed: Option<&str>| {
        let mut page = Page::site_with(link);
        let is_empty = page.state.generation.is_empty();
        assert!(is_empty, "ids of a vocabulary that is not here");
        if let Some(typed) = typed {
            page.typed(typed);
            page.settle();
        }
        let id = open_files(&mut page, "tiny");
        page.ready_with(CPU, id, opened("tiny"));
        page.settle();
        assert_eq!(drawn(&page), "tiny");
        page.state.generation.clone()
    };
    let link = "text=ab&gen=99.100&model=tiny&from=files";
    assert_eq!(written_after(link, None), [99, 100]);
    assert_eq!(written_after(link, Some("abc")), NONE, "of another text");
    let unknown = "text=ab&gen=99.100000&model=tiny&from=files";
    assert_eq!(written_after(unknown, None), NONE);
}

#[test]
fn a_model_without_a_tokenizer_reads_ids() {
    let mut page = Page::site_with("");
    let id = open_files(&mut page, "tiny");
    let model = ModelInfo {
        reads_ids: true,
        unread: vec!["extra".to_owned()],
        ..opened("tiny")
    };
    page.ready_with(CPU, id, model);
    page.settle();
    assert_eq!(page.state.text, "3 1 4 1 5 9 2 6");
    assert!(matches!(&page.state.notice, Some(Notice::ExtraTensors { names }) if names.len() == 1));
    assert!(
        !page.state.query().contains("text="),
        "{}",
        page.state.query()
    );
}

#[test]
fn a_model_without_a_head_is_shown_and_predicts_nothing() {
    let mut page = Page::site_with("text=ab");
    let id = open_files(&mut page, "tiny");
    let block = Block {
        is_headless: true,
        ..Block::default()
    };
    let model = ModelInfo {
        block,
        ..opened("tiny")
    };
    page.ready_with(CPU, id, model.clone());
    let Some(Request::Run { spec, .. }) = page.runs(CPU).into_iter().next() else {
        panic!("nothing runs");
    };
    assert!(spec.0.iter().all(|activation| model.records(*activation)));
    page.settle();
    assert_eq!(drawn(&page), "tiny");
    let next = page.state.next.clone().unwrap();
    assert_eq!((next.token(), next.draw), (None, None));
    page.act(Action::Step);
    page.act(Action::Play);
    page.settle();
    assert_eq!(page.ids().len(), 2, "there is nothing to write");
    page.act(Action::Export);
    page.settle();
    assert!(page.has(|e| matches!(e, Effect::Download { .. })));
}
