//! The engine in a web worker: requests in, events out, one after the other.
//!
//! A request is a string, an event is `[header, Float32Array]` with the array's buffer
//! transferred; see [`crate::protocol::wire`].

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, Float32Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::fetch::fetch_model;
use super::{EngineDevice, Reader, start_device};
#[cfg(feature = "families")]
use super::{
    Session,
    fetch::fetch_bytes,
    opened::{Files, limit_bytes, load_opened, look_at},
};
#[cfg(feature = "families")]
use crate::protocol::ModelInfo;
use crate::protocol::wire::{decode_request, encode_event};
use crate::protocol::{
    BackendKind, EngineError, Event, Finding, Inspection, Look, Progress, Request, Stage,
    folder_name,
};
#[cfg(feature = "families")]
use burn::tensor::Device;

/// Two axes make a plane; a third is there for those who want to turn it.
const PRINCIPAL_COMPONENTS: usize = 3;

/// Requests that wait for their turn.
#[derive(Default)]
struct Inbox {
    waiting: VecDeque<Request>,
    is_busy: bool,
}

/// Listens for requests from now on.
pub fn start(kind: BackendKind) {
    std::panic::set_hook(Box::new(|panic| {
        post(Event::Failed {
            id: 0,
            error: EngineError::Internal {
                detail: panic.to_string(),
            },
        });
    }));
    let inbox = Rc::new(RefCell::new(Inbox::default()));
    let home = Rc::new(RefCell::new(Some(Engine {
        kind,
        device: None,
        readers: Vec::new(),
    })));
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let Some(text) = message.data().as_string() else {
            return;
        };
        match decode_request(&text) {
            Ok(request) => inbox.borrow_mut().waiting.push_back(request),
            Err(error) => {
                let error = EngineError::Internal {
                    detail: error.to_string(),
                };
                return post(Event::Failed { id: 0, error });
            }
        }
        if !std::mem::replace(&mut inbox.borrow_mut().is_busy, true) {
            wasm_bindgen_futures::spawn_local(answer_all(inbox.clone(), home.clone()));
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker listens as long as it lives.
    on_message.forget();
}

/// Answers what waits, in order. The engine is taken out while it works and put back at the end.
async fn answer_all(inbox: Rc<RefCell<Inbox>>, home: Rc<RefCell<Option<Engine>>>) {
    let Some(mut engine) = home.borrow_mut().take() else {
        return;
    };
    loop {
        let next = inbox.borrow_mut().waiting.pop_front();
        match next {
            Some(request) => engine.answer(request).await.into_iter().for_each(post),
            None => break,
        }
    }
    *home.borrow_mut() = Some(engine);
    inbox.borrow_mut().is_busy = false;
}

/// The device and the models loaded so far. A model that nobody asked for costs nothing.
struct Engine {
    kind: BackendKind,
    device: Option<EngineDevice>,
    readers: Vec<Reader>,
}

impl Engine {
    /// The event that answers a request, if it is answered.
    async fn answer(&mut self, request: Request) -> Option<Event> {
        let (id, answer) = match request {
            Request::Load { id, base_url, from } => {
                (id, self.load(id, &base_url, from.as_deref()).await)
            }
            Request::Look { id, base_url, from } => {
                let answer = self
                    .look(&base_url, from.as_deref().unwrap_or_default())
                    .await;
                (id, answer.map(|look| Event::Seen { id, look }))
            }
            Request::Run {
                id,
                model,
                text,
                generation,
                spec,
                held,
            } => {
                let answer = match self.reader(&model) {
                    Ok(reader) => reader.run(&text, &generation, &spec, held, &now_ms).await,
                    Err(error) => Err(error),
                };
                (id, answer.map(|update| Event::Trace { id, update }))
            }
            Request::Embeddings { id, model } => {
                let answer = match self.reader(&model) {
                    Ok(reader) => reader.embeddings(PRINCIPAL_COMPONENTS).await,
                    Err(error) => Err(error),
                };
                (id, answer.map(|table| Event::Embeddings { id, table }))
            }
            Request::Inspect {
                id,
                model,
                text,
                generation,
                inspection,
            } => {
                let answer = self.inspect(&model, &text, &generation, &inspection).await;
                (id, answer.map(|finding| Event::Found { id, finding }))
            }
            Request::Weights { id, model, url } => {
                let answer = self.use_weights(&model, url.as_deref()).await;
                (id, answer.map(|()| Event::Weights { id }))
            }
            Request::Forget { model } => {
                self.readers.retain(|reader| reader.info().name != model);
                return None;
            }
            Request::LoseDevice { id } => (id, Err(self.lose_device())),
        };
        Some(answer.unwrap_or_else(|error| Event::Failed { id, error }))
    }

    /// The model of that name, which from now on is the one used last.
    fn reader(&mut self, name: &str) -> Result<&mut Reader, EngineError> {
        let mut readers = self.readers.iter();
        let found = readers.position(|reader| reader.info().name == name);
        let used = self.readers.remove(found.ok_or(EngineError::NoModel)?);
        self.readers.push(used);
        self.readers.last_mut().ok_or(EngineError::NoModel)
    }

    /// Loads a model beside those that are there, unless it is one of them.
    async fn load(
        &mut self,
        id: u64,
        base_url: &str,
        from: Option<&str>,
    ) -> Result<Event, EngineError> {
        let progress = move |progress| post(Event::Progress { id, progress });
        if self.device.is_none() {
            let device = start_device(self.kind).await?;
            #[cfg(feature = "gpu")]
            report_loss(&device);
            self.device = Some(device);
        }
        let device = self.device.as_ref().ok_or(EngineError::NoModel)?;
        let (device, backend) = (device.device.clone(), device.info.clone());
        #[cfg(feature = "families")]
        let mut unread = Vec::new();
        if self.reader(folder_name(base_url)).is_err() {
            let reader = match from {
                #[cfg(feature = "families")]
                Some(from) => {
                    let (reader, names) = self.open(base_url, from, device, progress).await?;
                    unread = names;
                    reader
                }
                _ => {
                    let files = fetch_model(base_url, progress).await?;
                    #[cfg(feature = "families")]
                    super::tokenizer_program::prepare(&files).await?;
                    progress(Progress {
                        stage: Stage::Device,
                        received_bytes: 0,
                        total_bytes: None,
                    });
                    Reader::from_files(&files, device)?
                }
            };
            self.readers.push(reader);
        }
        let model = self.reader(folder_name(base_url))?.info().clone();
        #[cfg(feature = "families")]
        let model = ModelInfo { unread, ..model };
        let model = Box::new(model);
        Ok(Event::Ready { id, backend, model })
    }

    /// Destroys the graphics device; what it answers is true from then on.
    fn lose_device(&mut self) -> EngineError {
        #[cfg(feature = "gpu")]
        if let Some(setup) = self.device.as_ref().and_then(|device| device.gpu.as_ref()) {
            setup.device.destroy();
            return EngineError::DeviceLost {
                detail: "destroyed on request".into(),
            };
        }
        EngineError::NoAdapter {
            detail: "the processor has no graphics device to lose".into(),
        }
    }
}

#[cfg(feature = "families")]
impl Engine {
    async fn inspect(
        &mut self,
        model: &str,
        text: &str,
        generation: &[u32],
        inspection: &Inspection,
    ) -> Result<Finding, EngineError> {
        let reader = self.reader(model)?;
        if let (Some(url), Some(decoder)) = (inspection.frame(), reader.decoder()) {
            hold_frame(decoder, url).await?;
        }
        reader.inspect(text, generation, inspection).await
    }

    /// Puts a frame of the training's film, or the model's own weights, into a decoder.
    async fn use_weights(&mut self, model: &str, url: Option<&str>) -> Result<(), EngineError> {
        let Some(decoder) = self.reader(model)?.decoder() else {
            let what = "film of its training".to_owned();
            return Err(EngineError::DoesNotApply { what });
        };
        if let Some(url) = url {
            hold_frame(decoder, url).await?;
        }
        decoder.use_weights(url)
    }

    /// Bytes of the weights that are held.
    fn held_bytes(&self) -> u64 {
        let sizes = self.readers.iter().map(|reader| reader.info().n_params);
        4 * sizes.sum::<usize>() as u64
    }

    async fn look(&self, base: &str, from: &str) -> Result<Look, EngineError> {
        // Of those that are held all but the one in use can be let go.
        let used = self
            .readers
            .last()
            .map_or(0, |reader| reader.info().n_params);
        look_at(&Files { base, from }, limit_bytes(4 * used as u64)).await
    }

    /// Reads a checkpoint that the site does not have. Models used longer ago make room for it; the
    /// page asks for them again when it needs them.
    async fn open(
        &mut self,
        base: &str,
        from: &str,
        device: Device,
        on_progress: impl Fn(Progress) + 'static,
    ) -> Result<(Reader, Vec<String>), EngineError> {
        let look = self.look(base, from).await?;
        while look.memory_bytes > limit_bytes(self.held_bytes()) && self.readers.len() > 1 {
            self.readers.remove(0);
        }
        load_opened(&Files { base, from }, &look, device, Rc::new(on_progress)).await
    }
}

#[cfg(not(feature = "families"))]
impl Engine {
    /// The page asks another engine.
    fn no<T>(&self, what: &str) -> Result<T, EngineError> {
        let what = what.to_owned();
        Err(EngineError::DoesNotApply { what })
    }

    async fn look(&self, _: &str, _: &str) -> Result<Look, EngineError> {
        self.no("other families")
    }

    async fn inspect(
        &mut self,
        _: &str,
        _: &str,
        _: &[u32],
        _: &Inspection,
    ) -> Result<Finding, EngineError> {
        self.no("closer looks")
    }

    async fn use_weights(&mut self, _: &str, _: Option<&str>) -> Result<(), EngineError> {
        self.no("films")
    }
}

#[cfg(feature = "families")]
/// Fetches a frame of the training's film unless the decoder holds it.
async fn hold_frame(decoder: &mut Session, url: &str) -> Result<(), EngineError> {
    if decoder.holds_frame(url) {
        return Ok(());
    }
    let packed = fetch_bytes(url).await?;
    decoder.hold_frame(url, &packed)
}

/// Tells the page when the driver takes the device away.
#[cfg(feature = "gpu")]
fn report_loss(device: &EngineDevice) {
    if let Some(setup) = &device.gpu {
        setup.device.set_device_lost_callback(|reason, detail| {
            let detail = format!("{reason:?}: {detail}");
            post(Event::Failed {
                id: 0,
                error: EngineError::DeviceLost { detail },
            });
        });
    }
}

fn post(event: Event) {
    // Events are made of numbers and text: they can always be written.
    let Ok((header, numbers)) = encode_event(event) else {
        return;
    };
    let array = Float32Array::from(numbers.as_slice());
    let message = Array::of2(&header.into(), &array);
    let transfer = Array::of1(&array.buffer());
    // It fails only when the page is gone, and then nobody waits.
    let _ = scope().post_message_with_transfer(&message, &transfer);
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Milliseconds since the worker started.
fn now_ms() -> f64 {
    scope()
        .performance()
        .map_or(0.0, |performance| performance.now())
}
