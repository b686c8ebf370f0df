//! Numbers back from the device, waiting without blocking: in a browser there is no other way.

use burn::tensor::{ExecutionError, Tensor, TensorData, Transaction};

use crate::nn::Recorded;
use crate::protocol::{Activation, Axis, EngineError, Rows, TraceSpec};

/// What a transaction asks for, in its order, each row-major.
pub(super) async fn read_all(transaction: Transaction) -> Result<Vec<Vec<f32>>, EngineError> {
    let data = transaction.execute_async().await.map_err(lost)?;
    let values = data.into_iter().map(TensorData::try_into_vec::<f32>);
    values.collect::<Result<_, _>>().map_err(internal)
}

/// The numbers of one tensor, row-major.
pub(super) async fn read_values<const D: usize>(
    tensor: Tensor<D>,
) -> Result<Vec<f32>, EngineError> {
    let data = tensor.into_data_async().await.map_err(lost)?;
    data.try_into_vec::<f32>().map_err(internal)
}

/// Where a model's positions look within one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looks {
    /// Each at itself and those before it.
    Back,
    /// Each at all of them.
    #[cfg(feature = "families")]
    BothWays,
}

/// What was asked for, without any rows.
pub(super) fn no_rows(spec: &TraceSpec) -> Vec<(Activation, Rows)> {
    let asked = spec.0.iter();
    asked.map(|name| (*name, Rows::default())).collect()
}

/// Reads all records from the device at once and lays them out in rows, of which the first is that
/// of position `first`.
pub(super) async fn read_rows(
    records: Vec<(Activation, Recorded)>,
    looks: Looks,
    first: usize,
) -> Result<Vec<(Activation, Rows)>, EngineError> {
    let mut transaction = Transaction::default();
    let mut shapes = Vec::with_capacity(records.len());
    for (activation, record) in records {
        match record {
            Recorded::Vectors(tensor) => {
                let [_, pos, features] = tensor.dims();
                shapes.push((activation, 1, pos, features));
                transaction = transaction.register(tensor);
            }
            Recorded::PerHead(tensor) => {
                let [_, heads, pos, features] = tensor.dims();
                shapes.push((activation, heads, pos, features));
                transaction = transaction.register(tensor);
            }
        }
    }
    if shapes.is_empty() {
        return Ok(Vec::new());
    }
    let read = read_all(transaction).await?;
    let mut all = Vec::with_capacity(shapes.len());
    for ((activation, heads, pos, features), values) in shapes.into_iter().zip(read) {
        // A row holds one position's numbers, head after head; of a pattern only what it may look at.
        // An encoder's positions look both ways, whichever model it is in.
        let is_cut = looks == Looks::Back
            && activation.axes().last() == Some(&Axis::Key)
            && !activation.is_of_source();
        let mut rows = Rows::default();
        let mut row = Vec::with_capacity(heads * features);
        for position in 0..pos {
            row.clear();
            let width = if is_cut {
                first + position + 1
            } else {
                features
            };
            for head in 0..heads {
                let start = (head * pos + position) * features;
                row.extend_from_slice(&values[start..start + width]);
            }
            rows.push(&row);
        }
        all.push((activation, rows));
    }
    Ok(all)
}

#[allow(clippy::needless_pass_by_value, reason = "`map_err` hands it over")]
fn lost(error: ExecutionError) -> EngineError {
    EngineError::DeviceLost {
        detail: error.to_string(),
    }
}

fn internal(error: impl std::fmt::Debug) -> EngineError {
    EngineError::Internal {
        detail: format!("{error:?}"),
    }
}
