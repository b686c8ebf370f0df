//! Other weights for a session's model: the frames of its training's film.

use super::{LoadError, Session};
use crate::checkpoint::read_packed;
use crate::models::Decoder;
use crate::protocol::EngineError;

/// How many frames are held: the one that is looked at, the one beside it, and one on the way.
const MOST_HELD: usize = 3;

/// The networks there are besides the one in use.
#[derive(Debug)]
pub struct Frames {
    /// The network the model came with.
    own: Decoder,
    /// Frames by address, the one used last at the end.
    held: Vec<(String, Decoder)>,
}

impl Frames {
    /// No frames yet.
    pub fn new(own: Decoder) -> Self {
        Frames {
            own,
            held: Vec::new(),
        }
    }

    /// The network of a frame, or the model's own. `None` for a frame that is not held.
    pub fn network(&mut self, frame: Option<&str>) -> Option<Decoder> {
        let Some(frame) = frame else {
            return Some(self.own.clone());
        };
        let place = self.held.iter().position(|(url, _)| url == frame)?;
        let used = self.held.remove(place);
        let network = used.1.clone();
        self.held.push(used);
        Some(network)
    }
}

impl Session {
    /// Whether a frame's weights are held.
    pub fn holds_frame(&self, url: &str) -> bool {
        self.frames.held.iter().any(|(held, _)| held == url)
    }

    /// Reads a packed frame and holds it; the one used longest ago may be forgotten.
    ///
    /// # Errors
    /// [`EngineError::Model`] if the file is damaged or of another model.
    pub fn hold_frame(&mut self, url: &str, packed: &[u8]) -> Result<(), EngineError> {
        let damaged = |error: LoadError| EngineError::Model {
            file: url.rsplit('/').next().unwrap_or(url).to_owned(),
            detail: error.to_string(),
        };
        let weights = read_packed(packed).map_err(|error| damaged(error.into()))?;
        let network = Decoder::from_weights(&self.config, &weights, &self.intake.device)
            .map_err(|error| damaged(error.into()))?;
        self.frames.held.retain(|(held, _)| held != url);
        if self.frames.held.len() == MOST_HELD {
            self.frames.held.remove(0);
        }
        self.frames.held.push((url.to_owned(), network));
        Ok(())
    }

    /// Uses a frame that is held from now on, or the model's own weights, and forgets what was read.
    ///
    /// # Errors
    /// [`EngineError::Internal`] if the frame is not held; nothing changes then.
    pub fn use_weights(&mut self, frame: Option<&str>) -> Result<(), EngineError> {
        let network = self.frames.network(frame);
        self.network = network.ok_or_else(|| EngineError::Internal {
            detail: format!("no weights of {} are held", frame.unwrap_or_default()),
        })?;
        self.forget();
        Ok(())
    }
}
