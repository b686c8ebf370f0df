//! Going from one model to another: fetching, loading, late answers, failing.

use super::*;
use crate::protocol::Architecture;

const CPU: BackendKind = BackendKind::Cpu;

fn drawn(page: &Page) -> &str {
    &page.state.model.as_ref().unwrap().name
}

fn model_act(page: &mut Page, action: ModelAction) {
    page.act(Action::Model(action));
}

#[test]
fn a_chosen_model_is_fetched_loaded_and_run() {
    let mut page = Page::site_with("text=ab");
    page.effects.clear();
    model_act(&mut page, ModelAction::Choose("memory".to_owned()));
    assert!(page.has(|e| *e == Effect::FetchModel("memory".to_owned())));
    assert_eq!(
        page.asked_load(CPU),
        None,
        "nothing is loaded before it is here"
    );
    model_act(&mut page, ModelAction::Received("memory".to_owned(), 400));
    assert_eq!(page.state.shelf.progress("memory"), Some((400, 1000)));
    page.typed("abc");
    page.settle();
    assert_eq!(
        (drawn(&page), page.ids().len()),
        ("bytes", 3),
        "work goes on"
    );
    model_act(&mut page, ModelAction::Here("memory".to_owned()));
    assert_eq!(page.asked_load(CPU).unwrap().1, "memory");
    page.loaded(CPU);
    assert_eq!(
        drawn(&page),
        "bytes",
        "its numbers stay until there are others"
    );
    assert!(
        matches!(&page.runs(CPU)[..], [Request::Run { model, text, held: 0, .. }]
        if model == "memory" && text == "abc")
    );
    page.settle();
    assert_eq!(drawn(&page), "memory");
    assert!(page.state.query().contains("model=memory"));

    page.effects.clear();
    page.choose_model("bytes");
    assert!(
        !page.has(|e| matches!(e, Effect::FetchModel(_))),
        "it is loaded already"
    );
    page.settle();
    assert_eq!(drawn(&page), "bytes");
    assert!(!page.state.query().contains("model="));
    page.choose_model("no such model");
    assert_eq!(page.state.shelf.wanted(), Some("bytes"));
}

#[test]
fn late_answers_of_another_model_are_not_shown() {
    let mut page = Page::site_with("text=ab");
    page.choose_model("memory");
    page.settle();
    page.typed("abc");
    assert_eq!(page.runs(CPU).len(), 1);
    page.choose_model("bytes");
    assert!(page.answer(CPU), "the answer of the model before");
    assert_eq!((drawn(&page), page.ids().len()), ("memory", 2));
    assert!(!page.state.is_current());
    page.settle();
    assert_eq!((drawn(&page), page.ids().len()), ("bytes", 3));
}

#[test]
fn a_model_that_was_left_while_it_came_is_not_used() {
    let mut page = Page::site_with("text=ab");
    model_act(&mut page, ModelAction::Choose("memory".to_owned()));
    model_act(&mut page, ModelAction::Choose("blanks".to_owned()));
    model_act(&mut page, ModelAction::Here("memory".to_owned()));
    assert_eq!(page.asked_load(CPU), None);
    model_act(&mut page, ModelAction::Here("blanks".to_owned()));
    let (id, name) = page.asked_load(CPU).unwrap();
    assert_eq!(name, "blanks");
    model_act(&mut page, ModelAction::Choose("bytes".to_owned()));
    page.ready_with(CPU, id, model_named("blanks"));
    page.settle();
    assert_eq!(
        (drawn(&page), page.state.architecture()),
        ("bytes", Architecture::Decoder)
    );
}

#[test]
fn a_model_that_cannot_be_had_leaves_the_one_before() {
    let mut page = Page::site_with("text=ab");
    let name = "memory".to_owned();
    model_act(&mut page, ModelAction::Choose(name.clone()));
    model_act(&mut page, ModelAction::Lost(name.clone(), "404".to_owned()));
    assert!(
        matches!(&page.state.notice, Some(Notice::ModelUnusable { name, .. }) if name == "memory")
    );
    assert_eq!(page.state.shelf.wanted(), Some("bytes"));
    assert!(page.state.is_current() && !page.state.query().contains("model="));
    // It may be tried again; now it is damaged.
    page.effects.clear();
    model_act(&mut page, ModelAction::Choose(name.clone()));
    assert!(page.has(|e| *e == Effect::FetchModel(name.clone())));
    assert_eq!(page.state.notice, None);
    model_act(&mut page, ModelAction::Here(name.clone()));
    let (id, _) = page.asked_load(CPU).unwrap();
    let error = EngineError::Model {
        file: "model.safetensors".to_owned(),
        detail: "damaged".to_owned(),
    };
    page.hear(CPU, Event::Failed { id, error });
    assert!(page.has(|e| *e == Effect::ForgetModel(name.clone())));
    assert!(page.state.engines.cpu.is_ready() && page.state.is_current());
    page.typed("abc");
    page.settle();
    assert_eq!((drawn(&page), page.ids().len()), ("bytes", 3));
}

#[test]
fn a_link_opens_with_its_model() {
    let page = Page::site("?model=memory&text=ab&backend=cpu");
    assert!(
        page.has(
            |e| matches!(e, Effect::StartEngine { model: Some(name), .. } if name == "memory")
        )
    );
    let page = Page::site_with("model=memory&text=ab");
    assert_eq!((drawn(&page), page.ids().len()), ("memory", 2));
    let page = Page::site("?model=blanks&lang=ko&backend=cpu");
    assert_eq!(
        page.state.text,
        prepared_for(Architecture::Encoder, Language::Ko)
    );
    let mut page = Page::site_with("model=other");
    assert!(
        matches!(&page.state.notice, Some(Notice::NoSuchModel { name, instead })
        if (name.as_str(), instead.as_str()) == ("other", "bytes"))
    );
    assert_eq!(drawn(&page), "bytes");
    page.choose_model("blanks");
    assert_eq!(page.state.notice, None);
}

/// A page opened with a link to a model that fails to load with `error`.
fn failed_link(query: &str, error: EngineError) -> Page {
    let mut page = Page::site(&format!("?backend=cpu&{query}"));
    page.effects.clear();
    page.hear(CPU, Event::Failed { id: 1, error });
    page
}

#[test]
fn a_link_to_a_model_that_cannot_be_had_opens_with_the_first() {
    let lost = |url: &str| EngineError::Fetch {
        url: url.to_owned(),
        detail: "404".to_owned(),
    };
    let damaged = EngineError::Model {
        file: "model.safetensors".to_owned(),
        detail: "damaged".to_owned(),
    };
    let link = "model=memory&text=ab&gen=99&seed=7&panels=attention";
    let panels = Page::site(&format!("?{link}")).state.focus.panels;
    for error in [lost("https://x/models/memory/config.json"), damaged] {
        let mut page = failed_link(link, error);
        assert!(page.has(|e| *e == Effect::ForgetModel("memory".to_owned())));
        assert!(page.has(|e| *e == Effect::StopEngine(CPU)));
        assert!(page.has(
            |e| matches!(e, Effect::StartEngine { model: Some(name), .. } if name == "bytes")
        ));
        page.ready_with(CPU, 2, model_named("bytes"));
        page.settle();
        assert_eq!(
            (drawn(&page), page.ids().len()),
            ("bytes", 2),
            "only the text"
        );
        assert!(
            matches!(&page.state.notice, Some(Notice::ModelUnusable { name, instead, .. })
            if (name.as_str(), instead.as_str()) == ("memory", "bytes"))
        );
        assert_eq!(page.state.sampling.seed, 7);
        assert_eq!(page.state.focus.panels, panels);
        assert!(!page.state.query().contains("model="));
    }
    // A prepared sentence becomes the first model's.
    let page = failed_link("model=blanks", lost("https://x/models/blanks/config.json"));
    assert_eq!(
        page.state.text,
        prepared_for(Architecture::Decoder, Language::En)
    );
    // Without the first model, or without an engine, there is nothing to fall back to.
    for (query, url) in [
        ("text=ab", "https://x/models/bytes/config.json"),
        ("model=memory", "https://x/worker_cpu_bg.wasm"),
    ] {
        let page = failed_link(query, lost(url));
        assert!(matches!(page.state.notice, Some(Notice::EngineFailed(_))));
    }
}

#[test]
fn a_linked_model_that_ends_the_worker_twice_is_left() {
    let mut page = Page::site("?backend=cpu&model=memory&text=ab");
    for _ in 0..2 {
        let detail = "out of memory".to_owned();
        page.act(Action::Crashed { kind: CPU, detail });
    }
    assert!(matches!(
        page.state.notice,
        Some(Notice::ModelUnusable { .. })
    ));
    page.ready_with(CPU, 3, model_named("bytes"));
    page.settle();
    assert_eq!(drawn(&page), "bytes");
}

#[test]
fn the_text_stays_and_what_was_written_becomes_text() {
    let mut page = Page::site_with("text=ab&greedy=1");
    page.act(Action::Step);
    page.settle();
    page.choose_model("memory");
    page.settle();
    assert_eq!(
        (page.state.text.as_str(), page.state.generation.len()),
        ("abc", 0)
    );
    // A prepared sentence is exchanged for that of the new kind.
    let mut page = Page::site_with("");
    for name in ["blanks", "target", "memory", "bytes"] {
        page.choose_model(name);
        page.settle();
        let prepared = prepared_for(model_named(name).architecture, Language::En);
        assert_eq!(page.state.text, prepared, "{name}");
        page.act(Action::Stop);
    }
}

#[test]
fn webgpu_takes_over_with_the_same_model() {
    let gpu = BackendKind::WebGpu;
    let mut page = Page::site("?text=ab");
    page.ready_with(CPU, 1, model_named("bytes"));
    page.settle();
    assert!(page.has(
        |e| matches!(e, Effect::StartEngine { kind, model: Some(name), .. }
        if *kind == gpu && name == "bytes")
    ));
    page.choose_model("memory");
    page.settle();
    page.ready_with(gpu, 2, model_named("bytes"));
    assert!(page.runs(gpu).is_empty(), "it has another model");
    assert_eq!(page.asked_load(gpu).unwrap().1, "memory");
    page.loaded(gpu);
    assert!(page.answer(gpu));
    assert_eq!((page.state.backend(), drawn(&page)), (gpu, "memory"));
    // Lost: the processor has the model still.
    let error = EngineError::DeviceLost {
        detail: String::new(),
    };
    page.hear(gpu, Event::Failed { id: 0, error });
    page.typed("abc");
    page.settle();
    assert_eq!((page.state.backend(), page.ids().len()), (CPU, 3));
}

#[test]
fn a_worker_that_is_started_again_gets_the_model_in_use() {
    let mut page = Page::site_with("text=ab");
    page.choose_model("memory");
    page.settle();
    page.effects.clear();
    page.act(Action::Crashed {
        kind: CPU,
        detail: String::new(),
    });
    assert!(
        page.has(
            |e| matches!(e, Effect::StartEngine { model: Some(name), .. } if name == "memory")
        )
    );
    page.ready_with(CPU, 9, model_named("memory"));
    page.typed("abc");
    page.settle();
    assert_eq!((drawn(&page), page.ids().len()), ("memory", 3));
    page.choose_model("bytes");
    assert_eq!(
        page.asked_load(CPU).unwrap().1,
        "bytes",
        "it has to load this one again"
    );
}

#[test]
fn every_model_keeps_the_head_that_was_open_in_it() {
    let opened = Page::site_with("model=blanks&text=ab");
    assert!(opened.state.focus.has_head, "from the first trace on");
    let mut page = Page::site_with("model=blanks&text=ab&head=0");
    let head = |page: &Page| page.state.focus.head;
    assert_eq!(head(&page), 0);
    page.choose_model("target");
    page.settle();
    assert_eq!(head(&page), 1, "its numbers are of another model");
    assert!(page.state.query().contains("head=1"), "and they are told");
    page.choose_model("blanks");
    page.settle();
    assert_eq!(head(&page), 0);
    page.act(Action::ChooseHead { layer: 0, head: 1 });
    page.choose_model("target");
    page.settle();
    page.act(Action::ChooseHead { layer: 0, head: 0 });
    for between in ["memory", "target"] {
        page.choose_model(between);
        page.settle();
        page.choose_model("blanks");
        page.settle();
        assert_eq!(head(&page), 1, "after {between}, which may have fewer");
    }
    page.choose_model("target");
    page.settle();
    let query = page.state.query();
    let linked = Page::site_with(query.trim_start_matches('?'));
    assert_eq!(head(&linked), 0, "{query}");
}
