//! One line to each worker.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Float32Array};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};
use yew::Callback;

use crate::protocol::{BackendKind, EngineError, Event, Progress, Request, Stage, wire};
use crate::ui::state::Action;

use super::adapter::find_adapter;
use super::downloads::{MODEL_FILES, bytes_of, give, keep, start_worker};

/// The program of a worker, as in its files.
pub(super) type Program = &'static str;

/// The processor, GPT-2 alone: what a first visit fetches.
pub(super) const CPU: Program = "worker_cpu";
/// The processor, every kind of model.
pub(super) const FAMILIES: Program = "worker_families";
/// WebGPU, every kind of model.
pub(super) const WEBGPU: Program = "worker_gpu";

/// Number of a request that only the bridge knows of.
pub(super) const UNASKED: u64 = u64::MAX;

/// A worker that is starting or running.
pub(super) struct Line {
    pub(super) program: Program,
    pub(super) kind: BackendKind,
    /// Names of the models that it was asked to load.
    pub(super) models: RefCell<Vec<String>>,
    report: Callback<Action>,
    /// Cleared when the worker is ended; what it still says is not heard.
    pub(super) is_open: Cell<bool>,
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

impl Line {
    /// A worker that will have these models, and what is asked of it first.
    pub(super) fn new(
        program: Program,
        models: Vec<String>,
        first: Request,
        report: Callback<Action>,
    ) -> Rc<Self> {
        Rc::new(Line {
            program,
            kind: match program {
                WEBGPU => BackendKind::WebGpu,
                _ => BackendKind::Cpu,
            },
            models: RefCell::new(models),
            report,
            is_open: Cell::new(true),
            worker: RefCell::default(),
            waiting: RefCell::new(vec![first]),
            handlers: RefCell::default(),
        })
    }

    /// Starts the worker; files of the model under `base` are handed over to it.
    pub(super) async fn open(self: Rc<Self>, accepts_software: bool, base: String) {
        if self.kind == BackendKind::WebGpu
            && let Err(detail) = find_adapter(accepts_software).await
        {
            return self.fail(&EngineError::NoAdapter { detail });
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
            Err(detail) => self.fail(&EngineError::Fetch { url: wasm, detail }),
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
            Some(Ok(Event::Ready {
                id: UNASKED, model, ..
            })) => {
                self.models.borrow_mut().push(model.name);
            }
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
    pub(super) fn send(&self, request: &Request) {
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

    /// The worker cannot be had, and nothing that was asked of it.
    fn fail(&self, error: &EngineError) {
        for request in self.waiting.take() {
            let (id, error) = (request.id(), error.clone());
            self.tell(Action::Engine(self.kind, Event::Failed { id, error }));
        }
        self.close();
    }

    /// Ends the worker.
    pub(super) fn close(&self) {
        self.is_open.set(false);
        if let Some(worker) = self.worker.take() {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
    }
}

/// Its compiled program.
pub(super) fn wasm_path(program: Program) -> String {
    format!("{program}_bg.wasm")
}

/// The page's own downloads, as events of the engines that wait for them.
pub(super) fn progress_of(path: &str) -> Vec<(BackendKind, Event)> {
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
