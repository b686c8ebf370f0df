//! Reading for an inspection: on a copy of the cache, with what it needs recorded.

use burn::tensor::Tensor;

use crate::engine::Session;
use crate::nn::{KvCache, Recorded, Recorder};
use crate::protocol::{Activation, TraceSpec};

use super::InspectError;

/// What was recorded while reading.
pub struct Reading {
    records: Vec<(Activation, Recorded)>,
}

impl Session {
    /// Reads `ids` up to and including `position`, from the first position that is not in the
    /// session's cache, and keeps what `spec` names at `position` alone.
    pub(super) fn read_position(
        &self,
        ids: &[u32],
        position: usize,
        spec: TraceSpec,
    ) -> Result<Reading, InspectError> {
        if position >= ids.len() {
            let length = ids.len();
            return Err(InspectError::Position { position, length });
        }
        let first = self.known(ids).min(position);
        let mut cache = self.cache.clone();
        cache.truncate(first);
        let new = position + 1 - first;
        let mut reading = self.read_on(&ids[first..=position], cache, spec);
        for (_, record) in &mut reading.records {
            *record = match record {
                Recorded::Vectors(tensor) => {
                    Recorded::Vectors(tensor.clone().narrow(1, new - 1, 1))
                }
                Recorded::PerHead(tensor) => {
                    Recorded::PerHead(tensor.clone().narrow(2, new - 1, 1))
                }
            };
        }
        Ok(reading)
    }

    /// Reads `ids` after those in `cache` and keeps what `spec` names at every one of them.
    pub(super) fn read_on(&self, ids: &[u32], mut cache: KvCache, spec: TraceSpec) -> Reading {
        let mut recorder = Recorder::new(spec);
        let input = self.intake.input(&[ids]);
        self.network.forward(input, Some(&mut cache), &mut recorder);
        Reading {
            records: recorder.into_records(),
        }
    }
}

impl Reading {
    /// An activation `[batch, pos, features]`.
    pub fn vectors(&self, activation: Activation) -> Result<Tensor<3>, InspectError> {
        let found = self.records.iter().find_map(|(name, record)| match record {
            Recorded::Vectors(tensor) if *name == activation => Some(tensor.clone()),
            _ => None,
        });
        found.ok_or(InspectError::NotRecorded(activation))
    }

    /// An activation `[batch, head, pos, features]`.
    pub fn per_head(&self, activation: Activation) -> Result<Tensor<4>, InspectError> {
        let found = self.records.iter().find_map(|(name, record)| match record {
            Recorded::PerHead(tensor) if *name == activation => Some(tensor.clone()),
            _ => None,
        });
        found.ok_or(InspectError::NotRecorded(activation))
    }
}
