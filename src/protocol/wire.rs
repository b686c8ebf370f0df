//! Messages as they cross: a JSON header and one buffer of numbers.

use serde::{Deserialize, Serialize};

use super::{Activation, Event, Request, Rows, Unreadable, read_in_order};

/// A message that cannot be read: page and worker are of different versions.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The header is not what it should be.
    #[error("unreadable message: {0}")]
    Header(#[from] Unreadable),
    /// A message that is no text.
    #[error("unwritable message: {0}")]
    Unwritable(#[from] serde_json::Error),
    /// The numbers do not have the announced shapes.
    #[error("message announces {announced} numbers and carries {carried}")]
    Numbers {
        /// By the header.
        announced: usize,
        /// In the buffer.
        carried: usize,
    },
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    event: Event,
    /// Activation and the length of each of its rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rows: Vec<(Activation, Vec<usize>)>,
}

/// A request as text.
///
/// # Errors
/// Never for the requests there are; the signature leaves the handling to the caller.
pub fn encode_request(request: &Request) -> Result<String, WireError> {
    Ok(serde_json::to_string(request)?)
}

/// A request from text.
///
/// # Errors
/// If the text is no request.
pub fn decode_request(text: &str) -> Result<Request, WireError> {
    Ok(read_in_order(text)?)
}

/// An event as header and numbers.
///
/// # Errors
/// Never for the events there are; the signature leaves the handling to the caller.
pub fn encode_event(mut event: Event) -> Result<(String, Vec<f32>), WireError> {
    let mut numbers = Vec::new();
    let mut lengths = Vec::new();
    match &mut event {
        Event::Trace { update, .. } => {
            for (activation, rows) in std::mem::take(&mut update.rows) {
                rows.iter().for_each(|row| numbers.extend_from_slice(row));
                lengths.push((activation, rows.lengths().collect()));
            }
        }
        Event::Embeddings { table, .. } => {
            for part in [&mut table.vectors, &mut table.mean, &mut table.components] {
                numbers.append(part);
            }
        }
        _ => {}
    }
    Ok((
        serde_json::to_string(&Envelope {
            event,
            rows: lengths,
        })?,
        numbers,
    ))
}

/// An event from header and numbers.
///
/// # Errors
/// If the header is no event or the numbers do not fit it.
pub fn decode_event(header: &str, numbers: &[f32]) -> Result<Event, WireError> {
    let Envelope { mut event, rows } = read_in_order(header)?;
    let mut rest = numbers;
    let mut take = |count: usize| {
        let (head, tail) = rest.split_at_checked(count).ok_or(WireError::Numbers {
            announced: count,
            carried: rest.len(),
        })?;
        rest = tail;
        Ok::<_, WireError>(head)
    };
    match &mut event {
        Event::Trace { update, .. } => {
            for (activation, lengths) in rows {
                let values = take(lengths.iter().sum())?;
                let carried = values.len();
                let rows = Rows::from_lengths(&lengths, values).ok_or(WireError::Numbers {
                    announced: lengths.iter().sum(),
                    carried,
                })?;
                update.rows.push((activation, rows));
            }
        }
        Event::Embeddings { table, .. } => {
            table.vectors = take(table.vocab_size * table.d_model)?.to_vec();
            table.mean = take(table.d_model)?.to_vec();
            let axes = table.explained_variance_ratio.len();
            table.components = take(axes * table.d_model)?.to_vec();
        }
        _ => {}
    }
    match rest {
        [] => Ok(event),
        rest => Err(WireError::Numbers {
            announced: numbers.len() - rest.len(),
            carried: numbers.len(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{EmbeddingTable, Site, TraceUpdate};

    #[test]
    fn a_trace_reads_back() {
        let mut rows = Rows::default();
        rows.push(&[1.0]);
        rows.push(&[0.25, 0.75]);
        let update = TraceUpdate {
            first_position: 3,
            total_tokens: 5,
            rows: vec![
                (Activation::block(0, Site::Pattern), rows),
                (Activation::Logits, Rows::default()),
            ],
            ..TraceUpdate::default()
        };
        let event = Event::Trace { id: 7, update };
        let (header, numbers) = encode_event(event.clone()).unwrap();
        assert_eq!(decode_event(&header, &numbers).unwrap(), event);
        assert!(decode_event(&header, &numbers[1..]).is_err());
        assert!(decode_event(&header, &[&numbers[..], &[0.0]].concat()).is_err());
    }

    #[test]
    fn an_embedding_table_reads_back() {
        let table = EmbeddingTable {
            vocab_size: 2,
            d_model: 3,
            untrained: vec![1],
            explained_variance_ratio: vec![0.5, 0.25],
            vectors: (0..6).map(|v| v as f32).collect(),
            mean: vec![1.0; 3],
            components: vec![0.5; 6],
        };
        let event = Event::Embeddings { id: 1, table };
        let (header, numbers) = encode_event(event.clone()).unwrap();
        assert_eq!(decode_event(&header, &numbers).unwrap(), event);
    }
}
