//! One line to each worker.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Float32Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{ErrorEvent, MessageEvent, Worker};
use yew::Callback;

use crate::protocol::{
    BackendKind, EngineError, Event, Progress, Request, Stage, folder_name, read_in_order, wire,
};
use crate::ui::state::{Action, FilmAction, ModelAction, OpenAction};

use super::adapter::find_adapter;
use super::downloads::{
    MODEL_FILES, bytes_of, fetch, fetch_for_workers, folder_of, give, is_gpt2, keep, listen,
    model_of, model_path, opened_name, received_of_model, start_worker,
};

/// The program of a worker, as in its files.
type Program = &'static str;

/// The processor, GPT-2 alone: what a first visit fetches.
const CPU: Program = "worker_cpu";
/// The processor, every kind of model.
const FAMILIES: Program = "worker_families";
/// WebGPU, every kind of model.
const WEBGPU: Program = "worker_gpu";

/// Carries requests to the workers and events back.
///
/// An engine is one worker, and the processor's may be two: the small one goes on with the models
/// it has when another kind is wanted, which the other worker loads, and from then on every model
/// that is loaded. Nobody else need know: a request goes to the worker that has its model.
pub struct Bridge {
    report: Callback<Action>,
    lines: Vec<Rc<Line>>,
}

/// A worker that is starting or running.
struct Line {
    program: Program,
    kind: BackendKind,
    /// Names of the models that it was asked to load.
    models: RefCell<Vec<String>>,
    report: Callback<Action>,
    /// Cleared when the worker is ended; what it still says is not heard.
    is_open: Cell<bool>,
    worker: RefCell<Option<Worker>>,
    /// Requests from before the worker was there.
    waiting: RefCell<Vec<Request>>,
    /// What the worker calls; kept as long as it may call.
    handlers: RefCell<Option<Handlers>>,
}

struct Handlers {
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(ErrorEvent)>,
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
        self.open(kind, accepts_software, base_url, request);
    }

    /// Starts the worker for the model in a folder beside those that are there, with its first
    /// request.
    fn open(&mut self, kind: BackendKind, accepts_software: bool, base: String, first: Request) {
        let line = Rc::new(Line {
            program: program_for(kind, &base),
            kind,
            models: RefCell::new(vec![folder_name(&base).to_owned()]),
            report: self.report.clone(),
            is_open: Cell::new(true),
            worker: RefCell::default(),
            waiting: RefCell::new(vec![first]),
            handlers: RefCell::default(),
        });
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
        let mut of_kind = self.lines.iter().filter(|line| line.kind == kind);
        let (Some(first), last) = (of_kind.clone().next(), of_kind.clone().last()) else {
            return;
        };
        let name = request.model();
        let with_model = of_kind.find(|line| line.models.borrow().iter().any(|has| has == name));
        let line = with_model.or(last).unwrap_or(first).clone();
        if let Request::Load { base_url, .. } | Request::Look { base_url, .. } = request {
            if line.program == CPU && program_for(kind, base_url) != CPU {
                return self.open(kind, false, base_url.clone(), request.clone());
            }
            line.models.borrow_mut().push(name.to_owned());
        }
        line.send(request);
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

impl Line {
    async fn open(self: Rc<Self>, accepts_software: bool, base: String) {
        let first = self.waiting.borrow().first().map_or(0, Request::id);
        if self.kind == BackendKind::WebGpu
            && let Err(detail) = find_adapter(accepts_software).await
        {
            self.fail(first, EngineError::NoAdapter { detail });
            return;
        }
        let wasm = wasm_path(self.program);
        for (kind, event) in progress_of(&wasm) {
            self.tell(Action::Engine(kind, event));
        }
        match start_worker(self.program, &base).await {
            Ok(worker) if self.is_open.get() => {
                self.listen_to(&worker);
                *self.worker.borrow_mut() = Some(worker);
                keep(&base);
                for request in self.waiting.take() {
                    self.send(&request);
                }
            }
            Ok(worker) => worker.terminate(),
            Err(detail) => self.fail(first, EngineError::Fetch { url: wasm, detail }),
        }
    }

    fn listen_to(self: &Rc<Self>, worker: &Worker) {
        let line = Rc::downgrade(self);
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            if let Some(line) = line.upgrade() {
                line.hear(&message.data());
            }
        });
        let line = Rc::downgrade(self);
        let on_error = Closure::<dyn Fn(ErrorEvent)>::new(move |error: ErrorEvent| {
            error.prevent_default();
            if let Some(line) = line.upgrade() {
                let (kind, detail) = (line.kind, error.message());
                line.tell(Action::Crashed { kind, detail });
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        *self.handlers.borrow_mut() = Some(Handlers {
            _on_message: on_message,
            _on_error: on_error,
        });
    }

    fn hear(&self, data: &JsValue) {
        let parts: Option<(String, Vec<f32>)> = data.dyn_ref::<Array>().and_then(|parts| {
            let header = parts.get(0).as_string()?;
            let numbers = parts.get(1).dyn_into::<Float32Array>().ok()?;
            Some((header, numbers.to_vec()))
        });
        let event = parts.map(|(header, numbers)| wire::decode_event(&header, &numbers));
        let kind = self.kind;
        match event {
            Some(Ok(event)) => self.tell(Action::Engine(kind, event)),
            Some(Err(error)) => {
                let detail = error.to_string();
                self.tell(Action::Crashed { kind, detail });
            }
            // Not a message of ours (a browser extension, say).
            None => {}
        }
    }

    /// Sends a request with the files it needs, as far as the page has them.
    fn send(&self, request: &Request) {
        let Some(worker) = &*self.worker.borrow() else {
            return self.waiting.borrow_mut().push(request.clone());
        };
        if let Some(path) = request.frame() {
            give(worker, path);
        }
        let mut request = request.clone();
        if let Request::Load { base_url, from, .. } | Request::Look { base_url, from, .. } =
            &mut request
        {
            match from {
                Some(_) => give(worker, base_url),
                None => {
                    for file in MODEL_FILES {
                        give(worker, &format!("{base_url}{file}"));
                    }
                }
            }
            *base_url = absolute(base_url);
            *from = from.as_deref().map(absolute_folder);
        }
        if let Ok(text) = wire::encode_request(&request) {
            // Text can always be cloned; a failure is heard as the worker's.
            let _ = worker.post_message(&JsValue::from_str(&text));
        }
    }

    fn tell(&self, action: Action) {
        if self.is_open.get() {
            self.report.emit(action);
        }
    }

    /// The worker cannot be had.
    fn fail(&self, id: u64, error: EngineError) {
        let event = Event::Failed { id, error };
        self.tell(Action::Engine(self.kind, event));
        self.close();
    }

    fn close(&self) {
        self.is_open.set(false);
        if let Some(worker) = self.worker.take() {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
    }
}

fn wasm_path(program: Program) -> String {
    format!("{program}_bg.wasm")
}

/// The page's own downloads, as events of the engines that wait for them.
fn progress_of(path: &str) -> Vec<(BackendKind, Event)> {
    let Some((received_bytes, total_bytes)) = bytes_of(path) else {
        return Vec::new();
    };
    let (stage, kinds): (Stage, &[BackendKind]) = if path == wasm_path(WEBGPU) {
        (Stage::Engine, &[BackendKind::WebGpu])
    } else if path == wasm_path(CPU) || path == wasm_path(FAMILIES) {
        (Stage::Engine, &[BackendKind::Cpu])
    } else if path.ends_with(".safetensors") {
        (Stage::Weights, &[BackendKind::Cpu, BackendKind::WebGpu])
    } else {
        return Vec::new();
    };
    let progress = Progress {
        stage,
        received_bytes,
        total_bytes,
    };
    kinds
        .iter()
        .map(|kind| (*kind, Event::Progress { id: 0, progress }))
        .collect()
}

/// Where the files of a checkpoint are fetched from; files that were picked are not.
fn absolute_folder(from: &str) -> String {
    match from {
        "" => String::new(),
        from => absolute(from),
    }
}

fn absolute(path: &str) -> String {
    let base = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.base_uri().ok().flatten())
        .unwrap_or_default();
    web_sys::Url::new_with_base(path, &base).map_or_else(|_| path.to_owned(), |url| url.href())
}
