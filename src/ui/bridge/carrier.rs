//! One line to each worker.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Float32Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{ErrorEvent, MessageEvent, Worker};
use yew::Callback;

use crate::protocol::{BackendKind, EngineError, Event, Progress, Request, Stage, wire};
use crate::ui::state::{Action, FilmAction, ModelAction, OpenAction};

use super::adapter::find_adapter;
use super::downloads::{
    MODEL_FILES, bytes_of, fetch, fetch_for_workers, folder_of, give, keep, listen, model_of,
    model_path, opened_name, received_of_model, start_worker,
};

/// Carries requests to the workers and events back.
pub struct Bridge {
    report: Callback<Action>,
    cpu: Option<Rc<Line>>,
    webgpu: Option<Rc<Line>>,
}

/// A worker that is starting or running.
struct Line {
    kind: BackendKind,
    report: Callback<Action>,
    /// Cleared when the worker is ended; what it still says is not heard.
    is_open: Cell<bool>,
    worker: RefCell<Option<Worker>>,
    /// Requests from before the worker was there.
    waiting: RefCell<Vec<String>>,
    /// What the worker calls; kept as long as it may call.
    handlers: RefCell<Option<Handlers>>,
}

struct Handlers {
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(ErrorEvent)>,
}

/// The worker's name, as in its files.
fn worker_name(kind: BackendKind) -> &'static str {
    match kind {
        BackendKind::Cpu => "worker_cpu",
        BackendKind::WebGpu => "worker_gpu",
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
            cpu: None,
            webgpu: None,
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
        let line = Rc::new(Line {
            kind,
            report: self.report.clone(),
            is_open: Cell::new(true),
            worker: RefCell::default(),
            waiting: RefCell::default(),
            handlers: RefCell::default(),
        });
        *self.line_mut(kind) = Some(line.clone());
        let base = model.map_or_else(model_path, |name| Some(folder_of(&name)));
        spawn_local(line.open(load_id, accepts_software, base.unwrap_or_default()));
    }

    /// Ends a worker.
    pub fn stop(&mut self, kind: BackendKind) {
        if let Some(line) = self.line_mut(kind).take() {
            line.close();
        }
    }

    /// Sends a request; it waits if the worker is not there yet.
    pub fn send(&mut self, kind: BackendKind, request: &Request) {
        let Some(line) = self.line_mut(kind) else {
            return;
        };
        if let Some(worker) = &*line.worker.borrow() {
            if let Some(path) = request.frame() {
                give(worker, path);
            }
            match request {
                Request::Load { base_url, from, .. } if from.is_none() => {
                    for file in MODEL_FILES {
                        give(worker, &format!("{base_url}{file}"));
                    }
                }
                Request::Load { base_url, .. } | Request::Look { base_url, .. } => {
                    give(worker, base_url);
                }
                _ => {}
            }
        }
        let text = match request {
            Request::Load { id, base_url, from } => wire::encode_request(&Request::Load {
                id: *id,
                base_url: absolute(base_url),
                from: from.as_deref().map(absolute_folder),
            }),
            Request::Look { id, base_url, from } => wire::encode_request(&Request::Look {
                id: *id,
                base_url: absolute(base_url),
                from: from.as_deref().map(absolute_folder),
            }),
            request => wire::encode_request(request),
        };
        if let Ok(text) = text {
            line.send(text);
        }
    }

    /// Fetches the files of a model, and has them kept for use without network.
    pub fn fetch_model(&self, name: String) {
        let report = self.report.clone();
        spawn_local(async move {
            let folder = folder_of(&name);
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
            let film = index.and_then(|bytes| serde_json::from_slice(&bytes).ok());
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

    fn line_mut(&mut self, kind: BackendKind) -> &mut Option<Rc<Line>> {
        match kind {
            BackendKind::Cpu => &mut self.cpu,
            BackendKind::WebGpu => &mut self.webgpu,
        }
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.stop(BackendKind::Cpu);
        self.stop(BackendKind::WebGpu);
    }
}

impl Line {
    async fn open(self: Rc<Self>, load_id: u64, accepts_software: bool, base: String) {
        if self.kind == BackendKind::WebGpu
            && let Err(detail) = find_adapter(accepts_software).await
        {
            self.fail(load_id, EngineError::NoAdapter { detail });
            return;
        }
        let name = worker_name(self.kind);
        let wasm = wasm_path(self.kind);
        for (kind, event) in progress_of(&wasm) {
            self.tell(Action::Engine(kind, event));
        }
        match start_worker(name, &base).await {
            Ok(worker) if self.is_open.get() => {
                self.listen_to(&worker);
                *self.worker.borrow_mut() = Some(worker);
                keep(&base);
                let request = Request::Load {
                    id: load_id,
                    base_url: absolute(&base),
                    from: None,
                };
                if let Ok(text) = wire::encode_request(&request) {
                    self.waiting.borrow_mut().insert(0, text);
                }
                for text in self.waiting.take() {
                    self.send(text);
                }
            }
            Ok(worker) => worker.terminate(),
            Err(detail) => self.fail(load_id, EngineError::Fetch { url: wasm, detail }),
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

    fn send(&self, text: String) {
        match &*self.worker.borrow() {
            Some(worker) => {
                // Text can always be cloned; a failure is heard as the worker's.
                let _ = worker.post_message(&JsValue::from_str(&text));
            }
            None => self.waiting.borrow_mut().push(text),
        }
    }

    fn tell(&self, action: Action) {
        if self.is_open.get() {
            self.report.emit(action);
        }
    }

    fn fail(&self, id: u64, error: EngineError) {
        let event = Event::Failed { id, error };
        self.tell(Action::Engine(self.kind, event));
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

fn wasm_path(kind: BackendKind) -> String {
    format!("{}_bg.wasm", worker_name(kind))
}

/// The page's own downloads, as events of the engines that wait for them.
fn progress_of(path: &str) -> Vec<(BackendKind, Event)> {
    let Some((received_bytes, total_bytes)) = bytes_of(path) else {
        return Vec::new();
    };
    let (stage, kinds): (Stage, &[BackendKind]) = if path == wasm_path(BackendKind::Cpu) {
        (Stage::Engine, &[BackendKind::Cpu])
    } else if path == wasm_path(BackendKind::WebGpu) {
        (Stage::Engine, &[BackendKind::WebGpu])
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
