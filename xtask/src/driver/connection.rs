//! Commands and events of the DevTools protocol over a pipe: JSON, each message ended by a zero byte.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Sender, channel},
    },
    time::Duration,
};

use serde_json::{Value, json};

/// How long the browser may take to answer one command.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// An open pipe to a browser.
#[derive(Clone)]
pub struct Connection {
    shared: Arc<Shared>,
}

struct Shared {
    writer: Mutex<Box<dyn Write + Send>>,
    next_id: AtomicU64,
    waiting: Mutex<HashMap<u64, Sender<Value>>>,
    events: Mutex<Vec<Value>>,
}

impl Connection {
    /// Speaks through `writer` and listens, in the background, to `reader`.
    pub fn new(
        writer: impl Write + Send + 'static,
        reader: impl Read + Send + 'static,
    ) -> Connection {
        let connection = Connection {
            shared: Arc::new(Shared {
                writer: Mutex::new(Box::new(writer)),
                next_id: AtomicU64::new(1),
                waiting: Mutex::default(),
                events: Mutex::default(),
            }),
        };
        let listener = connection.clone();
        crate::server::in_background(move || listener.listen(reader));
        connection
    }

    /// The result of a command to a target (`session`, empty for the browser itself).
    ///
    /// # Errors
    /// What the browser says is wrong with the command.
    pub fn call(&self, session: &str, method: &str, parameters: Value) -> Result<Value, String> {
        let (sender, receiver) = channel();
        let id = self.shared.next_id.fetch_add(1, Ordering::Relaxed);
        lock(&self.shared.waiting).insert(id, sender);
        self.send(id, session, method, &parameters)?;
        let mut answer = receiver
            .recv_timeout(ANSWER_TIMEOUT)
            .map_err(|_| format!("{method}: the browser does not answer"))?;
        match answer.get("error") {
            Some(error) => Err(format!("{method}: {error}")),
            None => Ok(answer["result"].take()),
        }
    }

    /// All events so far, oldest first, each with `method`, `params` and perhaps `sessionId`.
    pub fn with_events<T>(&self, look: impl FnOnce(&[Value]) -> T) -> T {
        look(&lock(&self.shared.events))
    }

    fn send(&self, id: u64, session: &str, method: &str, parameters: &Value) -> Result<(), String> {
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if !session.is_empty() {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        let mut writer = lock(&self.shared.writer);
        writer
            .write_all(&bytes)
            .and_then(|()| writer.flush())
            .map_err(|error| format!("{method}: the browser is gone ({error})"))
    }

    fn listen(&self, reader: impl Read) {
        let mut reader = BufReader::new(reader);
        let mut bytes = Vec::new();
        while reader
            .read_until(0, &mut bytes)
            .is_ok_and(|count| count > 0)
        {
            bytes.pop();
            if let Ok(message) = serde_json::from_slice::<Value>(&bytes) {
                self.receive(message);
            }
            bytes.clear();
        }
        // Whoever still waits hears at once that nothing comes any more.
        lock(&self.shared.waiting).clear();
    }

    fn receive(&self, message: Value) {
        if let Some(id) = message["id"].as_u64() {
            if let Some(sender) = lock(&self.shared.waiting).remove(&id) {
                drop(sender.send(message));
            }
            return;
        }
        if message["method"] == "Target.attachedToTarget" {
            // A worker of a page: hear its errors and its requests too.
            let session = message["params"]["sessionId"].as_str().unwrap_or_default();
            for method in [
                "Runtime.enable",
                "Network.enable",
                "Runtime.runIfWaitingForDebugger",
            ] {
                let id = self.shared.next_id.fetch_add(1, Ordering::Relaxed);
                drop(self.send(id, session, method, &json!({})));
            }
        }
        lock(&self.shared.events).push(message);
    }
}

/// A test that panicked has said what is wrong; the others go on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
