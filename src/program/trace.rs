//! `atlas trace`

use std::fs;

use burn::tensor::{Int, Tensor, TensorData};
use serde_json::json;

use super::Failure;
use super::args::TraceArgs;
use super::glob::glob_matches;
use super::model_folder::{device, input_ids, open};
use crate::checkpoint::{NamedTensors, Precision, write_safetensors};
use crate::nn::{Recorded, Recorder};
use crate::protocol::{Activation, TraceSpec};

/// Writes the activations of one text, each a full array without a batch axis.
pub fn run(args: &TraceArgs) -> Result<(), Failure> {
    let session = open(&args.model.model, args.device)?;
    let model = session.model();
    let ids = input_ids(model, &args.input)?;
    let wanted = |activation: &Activation| {
        args.only
            .as_deref()
            .is_none_or(|pattern| glob_matches(pattern, &activation.to_string()))
    };
    let spec: TraceSpec = Activation::all(model.config.n_layer)
        .into_iter()
        .filter(wanted)
        .collect();
    if spec.0.is_empty() {
        let pattern = args.only.as_deref().unwrap_or_default();
        return Err(Failure::Arguments(format!(
            "no activation is called `{pattern}`"
        )));
    }

    let input: Vec<i32> = ids.iter().map(|id| *id as i32).collect();
    let input = Tensor::<2, Int>::from_data(
        TensorData::new(input, [1, ids.len()]),
        &device(args.device)?,
    );
    let mut recorder = Recorder::new(spec);
    model.network.forward(input, None, &mut recorder);

    let mut file = NamedTensors::default();
    for (activation, record) in recorder.into_records() {
        let (shape, data) = match record {
            Recorded::Vectors(tensor) => (tensor.dims()[1..].to_vec(), tensor.into_data()),
            Recorded::PerHead(tensor) => (tensor.dims()[1..].to_vec(), tensor.into_data()),
        };
        let values = data.try_to_vec::<f32>().map_err(|error| Failure::Content {
            path: args.out.clone(),
            detail: format!("{activation}: {error:?}"),
        })?;
        file.insert(activation.to_string(), shape, values);
    }
    let tokens: Vec<String> = ids
        .iter()
        .map(|id| String::from_utf8_lossy(&model.info.vocabulary[*id as usize]).into_owned())
        .collect();
    file.metadata
        .insert("model".into(), model.info.name.clone());
    file.metadata.insert("ids".into(), json!(ids).to_string());
    file.metadata
        .insert("tokens".into(), json!(tokens).to_string());
    let bytes = write_safetensors(&file, Precision::F32).map_err(|error| Failure::Content {
        path: args.out.clone(),
        detail: error.to_string(),
    })?;
    fs::write(&args.out, bytes).map_err(Failure::at(&args.out))
}
