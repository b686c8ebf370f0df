//! Which worker a request goes to.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use crate::protocol::{BackendKind, Request, folder_name, read_in_order};
use crate::ui::state::{Action, FilmAction, ModelAction, OpenAction};

use super::downloads::{
    MODEL_FILES, bytes_of, fetch, fetch_for_workers, folder_of, forget_model, is_gpt2, keep,
    listen, model_of, model_path, opened_name, received_of_model,
};
use super::line::{CPU, FAMILIES, Line, Program, UNASKED, WEBGPU, progress_of, wasm_path};

/// Carries requests to the workers and events back.
///
/// An engine is one worker, and the processor's may be two. The small one reads texts with GPT-2,
/// which is all that a first visit asks. For anything else the large one is started beside it: it
/// loads every model from then on, and takes over a model of the small one that is looked at
/// closer, as soon as it has loaded it. Nobody else need know: a request goes to the worker that
/// has its model.
pub struct Bridge {
    report: Callback<Action>,
    lines: Vec<Rc<Line>>,
}

/// The program that runs the model in a folder.
fn program_for(kind: BackendKind, base: &str) -> Program {
    match kind {
        BackendKind::WebGpu => WEBGPU,
        BackendKind::Cpu if is_gpt2(base) => CPU,
        BackendKind::Cpu => FAMILIES,
    }
}

impl Bridge {
    /// A bridge without workers yet; `report` hears everything.
    pub fn new(report: Callback<Action>) -> Self {
        let heard = report.clone();
        listen(move |path| {
            if let Some(name) = opened_name(&path) {
                let name = name.to_owned();
                heard.emit(Action::Opening(OpenAction::Files(name)));
                return;
            }
            if path.contains("/film/") {
                let (received, _) = bytes_of(&path).unwrap_or_default();
                heard.emit(Action::Film(FilmAction::Received(path, received)));
                return;
            }
            if let Some(name) = model_of(&path) {
                let received = received_of_model(name);
                heard.emit(Action::Model(ModelAction::Received(
                    name.to_owned(),
                    received,
                )));
            }
            for (kind, action) in progress_of(&path) {
                heard.emit(Action::Engine(kind, action));
            }
        });
        Bridge {
            report,
            lines: Vec::new(),
        }
    }

    /// Starts a worker and has it load a model, the site's first one without a name, under request
    /// number `load_id`.
    pub fn start(
        &mut self,
        kind: BackendKind,
        load_id: u64,
        accepts_software: bool,
        model: Option<String>,
    ) {
        self.stop(kind);
        let base = model.map_or_else(model_path, |name| Some(folder_of(&name)));
        let base_url = base.unwrap_or_default();
        let request = Request::Load {
            id: load_id,
            base_url: base_url.clone(),
            from: None,
        };
        let program = program_for(kind, &base_url);
        self.open(program, accepts_software, base_url, request);
    }

    /// Starts a worker beside those that are there, with its first request, which is about the
    /// model in a folder.
    fn open(&mut self, program: Program, accepts_software: bool, base: String, first: Request) {
        let models = match first.id() {
            UNASKED => Vec::new(),
            _ => vec![folder_name(&base).to_owned()],
        };
        let line = Line::new(program, models, first, self.report.clone());
        self.lines.push(line.clone());
        spawn_local(line.open(accepts_software, base));
    }

    /// Ends an engine.
    pub fn stop(&mut self, kind: BackendKind) {
        for line in &self.lines {
            if line.kind == kind {
                line.close();
            }
        }
        self.tidy();
    }

    /// Forgets the workers that ended.
    fn tidy(&mut self) {
        self.lines.retain(|line| line.is_open.get());
    }

    /// Sends a request to the worker of an engine that has its model; it waits if that worker is
    /// not there yet. One that does not know the model's kind gets another beside it.
    pub fn send(&mut self, kind: BackendKind, request: &Request) {
        self.tidy();
        let name = request.model();
        let mut of_kind = self.lines.iter().rev().filter(|line| line.kind == kind);
        let newest = of_kind.clone().next();
        let with_model = of_kind.find(|line| line.models.borrow().iter().any(|has| has == name));
        let Some(line) = with_model.or(newest).cloned() else {
            return;
        };
        let is_small = line.program == CPU;
        match request {
            Request::Load { base_url, .. } | Request::Look { base_url, .. } => {
                if is_small && program_for(kind, base_url) != CPU {
                    return self.open(FAMILIES, false, base_url.clone(), request.clone());
                }
                line.models.borrow_mut().push(name.to_owned());
            }
            Request::Inspect { .. } | Request::Weights { .. } if is_small => {
                return self.look_closer(name, request);
            }
            _ => {}
        }
        line.send(request);
    }

    /// Lets go of a model and its files, here and in the workers.
    pub fn put_away(&self, name: &str) {
        forget_model(name);
        for line in &self.lines {
            line.models.borrow_mut().retain(|has| has != name);
            line.send(&Request::Forget {
                model: name.to_owned(),
            });
        }
    }

    /// Asks the large worker of the processor about a model that the small one has, and has it load
    /// the model before. When that is there, it takes the model over.
    fn look_closer(&mut self, name: &str, request: &Request) {
        let base_url = folder_of(name);
        let load = Request::Load {
            id: UNASKED,
            base_url: base_url.clone(),
            from: None,
        };
        let is_there = self.lines.iter().any(|line| line.program == FAMILIES);
        if !is_there {
            self.open(FAMILIES, false, base_url, load.clone());
        }
        for line in self.lines.iter().filter(|line| line.program == FAMILIES) {
            if is_there {
                line.send(&load);
            }
            line.send(request);
        }
    }

    /// Fetches the files of a model, and has them kept for use without network; of the
    /// processor alone, the program that runs it, too.
    pub fn fetch_model(&self, name: String) {
        let report = self.report.clone();
        let folder = folder_of(&name);
        let is_small = self.lines.iter().all(|line| line.program == CPU);
        if is_small && program_for(BackendKind::Cpu, &folder) == FAMILIES {
            spawn_local(async {
                // Not to be had: whoever starts it says so.
                let _ = fetch_for_workers(&wasm_path(FAMILIES)).await;
            });
        }
        spawn_local(async move {
            let mut lost = None;
            for file in MODEL_FILES {
                if let Err(detail) = fetch_for_workers(&format!("{folder}{file}")).await {
                    lost = Some(detail);
                    break;
                }
            }
            report.emit(Action::Model(match lost {
                None => {
                    keep(&folder);
                    ModelAction::Here(name)
                }
                Some(detail) => ModelAction::Lost(name, detail),
            }));
        });
    }

    /// Fetches the film's index.
    pub fn fetch_film(&self, path: String) {
        let report = self.report.clone();
        spawn_local(async move {
            let index = fetch(&path).await.ok();
            let text = index.and_then(|bytes| String::from_utf8(bytes).ok());
            let film = text.and_then(|text| read_in_order(&text).ok());
            report.emit(Action::Film(FilmAction::Index(film.map(Box::new))));
        });
    }

    /// Fetches a frame of the film.
    pub fn fetch_frame(&self, path: String) {
        let report = self.report.clone();
        spawn_local(async move {
            let fetched = fetch_for_workers(&path).await;
            report.emit(Action::Film(match fetched {
                Ok(()) => FilmAction::Here(path),
                Err(detail) => FilmAction::Lost(path, detail),
            }));
        });
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.stop(BackendKind::Cpu);
        self.stop(BackendKind::WebGpu);
    }
}
