//! The film against the same worker: other weights, late answers, frames that cannot be had.

use crate::protocol::{Film, Finding, Frame, Inspection};

use super::*;

const CPU: BackendKind = BackendKind::Cpu;

fn film() -> Film {
    let frame = |step: usize| Frame {
        step,
        tokens: 10 * step,
        file: format!("step-{step:06}.safetensors"),
        size_bytes: 100,
        loss: None,
        validation_loss: 1.0,
        packed_validation_loss: 1.0,
        packed_max_difference: 0.0,
        packed_mean_difference: 0.0,
    };
    Film {
        model: "bytes".to_owned(),
        frames: [0, 1, 10, 100].map(frame).into(),
        milestones: Vec::new(),
    }
}

fn address(step: usize) -> String {
    format!("models/bytes/film/step-{step:06}.safetensors")
}

impl Page {
    /// A page with a film whose panel is open and whose index has arrived.
    fn with_film(query: &str) -> Self {
        let state = State::open(query, &Preferences::default(), Language::En);
        let mut page = Page {
            state,
            effects: Vec::new(),
        };
        page.state.projector.has_film = true;
        page.act(Action::Start);
        page.ready(CPU, false);
        page.answer(CPU);
        page.act(Action::OpenPanel("training"));
        assert!(page.has(
            |e| matches!(e, Effect::FetchFilm(path) if path == "models/bytes/film/index.json")
        ));
        page.film(FilmAction::Index(Some(Box::new(film()))));
        page
    }

    fn film(&mut self, action: FilmAction) {
        self.act(Action::Film(action));
    }

    fn choose(&mut self, step: Option<usize>) {
        self.film(FilmAction::Choose(step));
    }

    fn arrive(&mut self, step: usize) {
        assert!(
            self.has(|e| *e == Effect::FetchFrame(address(step))),
            "{step}"
        );
        self.film(FilmAction::Here(address(step)));
    }

    /// The last request for other weights.
    fn weights(&self) -> Option<(u64, Option<String>)> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Send(_, Request::Weights { id, url, .. }) => Some((*id, url.clone())),
            _ => None,
        })
    }

    /// The worker has the weights it was asked for last, and answers the run that follows.
    fn load(&mut self) {
        let (id, _) = self.weights().unwrap();
        self.hear(CPU, Event::Weights { id });
        assert!(self.answer(CPU));
    }

    fn drawn_step(&self) -> Option<usize> {
        self.state.traced.as_ref().unwrap().at
    }
}

#[test]
fn a_chosen_step_is_fetched_loaded_and_run() {
    let mut page = Page::with_film("?text=ab&backend=cpu");
    page.choose(Some(10));
    assert_eq!(page.weights(), None, "nothing is loaded before it is there");
    assert_eq!(page.state.projector.percent(), Some(0));
    page.film(FilmAction::Received(address(10), 40));
    assert_eq!(page.state.projector.percent(), Some(40));
    page.arrive(10);
    assert_eq!(page.weights().unwrap().1, Some(address(10)));
    assert!(page.runs(CPU).is_empty() && !page.state.is_current());
    page.load();
    assert_eq!(page.drawn_step(), Some(10));
    assert!(page.state.query().contains("at=10"));
    // Its neighbour is on its way; the one at the other side is the trained model.
    assert!(page.has(|e| *e == Effect::FetchFrame(address(1))));
    assert!(!page.has(|e| *e == Effect::FetchFrame(address(100))));

    page.choose(None);
    assert_eq!(page.weights().unwrap().1, None);
    page.load();
    assert_eq!(page.drawn_step(), None);
    assert!(!page.state.query().contains("at="));
}

#[test]
fn typing_goes_on_at_an_earlier_step() {
    let mut page = Page::with_film("?text=ab&backend=cpu");
    page.choose(Some(1));
    page.arrive(1);
    page.load();
    page.act(Action::Step);
    page.answer(CPU);
    assert_eq!(page.ids(), b"abc".map(u32::from));
    assert_eq!(page.drawn_step(), Some(1));
    page.act(Action::Undo);
    page.answer(CPU);
    assert_eq!(page.ids(), b"ab".map(u32::from));
}

#[test]
fn answers_of_another_step_are_not_shown() {
    let mut page = Page::with_film("?text=ab&backend=cpu");
    page.choose(Some(10));
    page.arrive(10);
    let (first, _) = page.weights().unwrap();
    page.choose(Some(1));
    page.arrive(1);
    assert_eq!(page.weights().unwrap().0, first, "one request at a time");
    page.hear(CPU, Event::Weights { id: first });
    assert!(page.runs(CPU).is_empty(), "nobody wants numbers of step 10");
    assert_eq!(page.weights().unwrap().1, Some(address(1)));
    page.load();
    assert_eq!(page.drawn_step(), Some(1));
}

#[test]
fn findings_belong_to_the_step_they_were_found_at() {
    let mut page = Page::with_film("?text=ab&backend=cpu");
    let asked = page.effects.iter().rev().find_map(|effect| match effect {
        Effect::Send(_, Request::Inspect { id, inspection, .. }) => Some((*id, inspection.clone())),
        _ => None,
    });
    let (id, inspection) = asked.unwrap();
    assert!(
        matches!(inspection, Inspection::Side { frame: None, .. }),
        "{inspection:?}"
    );
    page.choose(Some(10));
    page.arrive(10);
    page.load();
    let finding = Finding::Parameters(Vec::new());
    page.hear(CPU, Event::Found { id, finding });
    assert_eq!(page.state.inspections.found.get(&inspection), None);
}

#[test]
fn a_frame_that_cannot_be_had_leaves_everything_as_it_was() {
    let mut page = Page::with_film("?text=ab&backend=cpu");
    page.choose(Some(10));
    page.arrive(10);
    page.load();
    page.choose(Some(1));
    page.film(FilmAction::Lost(address(1), "404".to_owned()));
    assert!(matches!(
        page.state.notice,
        Some(Notice::FrameUnusable { step: 1, .. })
    ));
    assert_eq!(page.state.projector.chosen, Some(10));
    assert_eq!(
        (page.drawn_step(), page.state.is_current()),
        (Some(10), true)
    );
    // It may be tried again.
    page.effects.clear();
    page.choose(Some(1));
    assert!(page.has(|e| *e == Effect::FetchFrame(address(1))));
}

#[test]
fn a_damaged_frame_is_let_go_and_the_step_before_stays() {
    let mut page = Page::with_film("?text=ab&backend=cpu");
    page.choose(Some(10));
    page.arrive(10);
    let (id, _) = page.weights().unwrap();
    let error = EngineError::Model {
        file: "step".to_owned(),
        detail: "damaged".to_owned(),
    };
    page.hear(CPU, Event::Failed { id, error });
    assert!(matches!(
        page.state.notice,
        Some(Notice::FrameUnusable { step: 10, .. })
    ));
    assert!(page.has(|e| *e == Effect::ForgetFrame(address(10))));
    assert_eq!(page.state.projector.chosen, None);
    assert!(page.state.is_current() && page.state.engines.cpu.is_ready());
}

#[test]
fn a_link_to_a_step_shows_it_once_it_is_there() {
    let mut page = Page::with_film("?text=ab&backend=cpu&at=10&beside=1");
    assert_eq!(page.drawn_step(), None);
    page.arrive(10);
    page.load();
    assert_eq!(page.drawn_step(), Some(10));
    page.arrive(1);
    assert_eq!(page.state.reel().unwrap().against, Some(1));
    // A step the film does not have, and a model that has no film, are the trained model.
    let page = Page::with_film("?text=ab&backend=cpu&at=11&beside=100");
    let projector = &page.state.projector;
    assert_eq!((projector.chosen, projector.against), (None, None));
    let mut page = Page::open("?text=ab&backend=cpu&at=10&panels=training");
    page.ready(CPU, false);
    assert!(page.answer(CPU) && page.state.projector.chosen.is_none());
    assert!(page.state.focus.panels.is_empty());
}

#[test]
fn a_film_whose_index_cannot_be_had_is_no_film() {
    let mut page = Page::open("?text=ab&backend=cpu&at=10");
    page.state.projector.has_film = true;
    page.ready(CPU, false);
    page.answer(CPU);
    page.film(FilmAction::Index(None));
    assert!(matches!(
        page.state.notice,
        Some(Notice::FrameUnusable { step: 10, .. })
    ));
    assert!(page.state.projector.is_lost && page.state.projector.chosen.is_none());
    assert!(page.state.is_current() && page.state.reel().is_none());
}

#[test]
fn the_film_plays_frame_by_frame_to_its_end() {
    let mut page = Page::with_film("?text=ab&backend=cpu");
    page.film(FilmAction::TogglePlay);
    let id = page.state.projector.play.unwrap();
    for (step, next) in [(0, Some(1)), (1, Some(10)), (10, None)] {
        page.act(Action::Tick(id));
        assert_eq!(
            page.state.projector.chosen,
            Some(step),
            "it waits for its numbers"
        );
        if !page.state.projector.here.contains(&step) {
            page.arrive(step);
        }
        page.load();
        page.act(Action::Tick(id));
        assert_eq!(page.state.projector.chosen, next);
    }
    assert_eq!(page.state.projector.play, None);
    page.load();
    assert_eq!(page.drawn_step(), None);
}

#[test]
fn an_engine_that_takes_over_has_the_same_step() {
    let mut page = Page::with_film("?text=ab&backend=cpu");
    page.choose(Some(10));
    page.arrive(10);
    page.load();
    page.act(Action::ChooseBackend(BackendKind::WebGpu));
    page.effects.clear();
    page.ready(BackendKind::WebGpu, false);
    assert!(page.runs(BackendKind::WebGpu).is_empty());
    let (id, url) = page.weights().unwrap();
    assert_eq!(url, Some(address(10)));
    page.hear(BackendKind::WebGpu, Event::Weights { id });
    page.answer(BackendKind::WebGpu);
    assert_eq!(page.state.backend(), BackendKind::WebGpu);
    assert_eq!(page.drawn_step(), Some(10));
}
