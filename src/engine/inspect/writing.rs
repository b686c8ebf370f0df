//! A model that goes on with a text, whichever it is, and what it carries from token to token.

use burn::tensor::{Int, Tensor};

use crate::engine::Intake;
use crate::engine::read_back::read_values;
use crate::models::Decoder;
use crate::models::{Lstm, T5, lstm::LstmState, t5::Source};
use crate::nn::{KvCache, Recorder};

use super::InspectError;

/// What a model remembers of the tokens it has read, for every row of a batch.
pub enum Memory {
    /// Keys and values of every position.
    Keys(KvCache),
    /// A recurrent model's state.
    State(LstmState),
}

impl Memory {
    /// Makes row `rows[i]` of the batch row `i`.
    pub fn select(&mut self, rows: &Tensor<1, Int>) {
        match self {
            Memory::Keys(cache) => cache.select(rows),
            Memory::State(state) => state.select(rows),
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        match self {
            Memory::Keys(cache) => cache.truncate(0),
            Memory::State(state) => state.truncate(0),
        }
    }
}

/// A network that names the next token.
pub enum Network<'a> {
    /// Looking back.
    Decoder(&'a Decoder),
    /// Looking back, and across at a source that was read.
    EncoderDecoder(&'a T5, &'a Source),
    /// Carrying one state.
    Recurrent(&'a Lstm),
}

/// Where writing starts.
pub struct Start<'a> {
    /// What is read first; never empty.
    pub ids: &'a [u32],
    /// Nothing was typed: `ids` is what is read instead, and what follows begins a text of its own.
    pub is_empty: bool,
    /// How many more tokens fit.
    pub room: usize,
    /// How many of the first ids are in memory; fewer than there are.
    pub first: usize,
    /// What is remembered of them.
    pub memory: Memory,
}

/// A model that writes.
pub struct Writing<'a> {
    /// Its network.
    pub network: Network<'a>,
    /// Its tokenizer and what is known of it.
    pub intake: &'a Intake,
}

impl Writing<'_> {
    /// Reads each row's tokens on top of what is remembered of it. Returns the logits after the
    /// last one of each `[row][vocab]`.
    pub async fn read(
        &self,
        rows: &[&[u32]],
        memory: &mut Memory,
    ) -> Result<Vec<Vec<f32>>, InspectError> {
        let ids = self.intake.input(rows);
        let n_new = ids.dims()[1];
        let off = &mut Recorder::off();
        let logits = match (&self.network, memory) {
            (Network::Decoder(network), Memory::Keys(cache)) => {
                network.forward(ids, Some(cache), off)
            }
            (Network::EncoderDecoder(network, source), Memory::Keys(cache)) => {
                network.decode(ids, &source.for_rows(rows.len()), Some(cache), off)
            }
            (Network::Recurrent(network), Memory::State(state)) => {
                network.forward(ids, Some(state), off)
            }
            _ => return Err(InspectError::OtherMemory),
        }; // [row, pos, vocab]
        let last = logits.narrow(1, n_new - 1, 1);
        let values = read_values(last).await?;
        let rows = values.chunks_exact(self.intake.info.vocab_size());
        Ok(rows.map(<[f32]>::to_vec).collect())
    }
}
