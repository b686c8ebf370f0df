//! Weights as they come: in several files, as `torch.save` wrote them, and damaged.

use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use llm_atlas::checkpoint::{NamedTensors, Precision, open_folder, write_safetensors};
use llm_atlas::models::{Decoder, DecoderConfig};

use super::compare::{folder, tensors};

/// An empty folder for one test.
fn scratch(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("atlas-reading-{name}-{}", std::process::id()));
    fs::remove_dir_all(&path).ok();
    fs::create_dir_all(&path).unwrap();
    path
}

/// Why the weights in a folder cannot be opened.
fn refusal(folder: &Path) -> String {
    open_folder(folder).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn both_forms_of_torch_save_hold_the_same_as_safetensors() {
    let expected = tensors(&folder("distilbert-head").join("model.safetensors"));
    for file in ["pytorch_model.bin", "legacy.bin"] {
        let scratch = scratch(file);
        let from = folder("distilbert-head").join(file);
        fs::copy(from, scratch.join("pytorch_model.bin")).unwrap();
        let weights = open_folder(&scratch).unwrap();
        // The tied matrix is there twice: torch.save keeps both names.
        let extra = "vocab_projector.weight";
        let names = weights.names().into_iter().filter(|name| name != extra);
        assert_eq!(names.collect::<Vec<_>>().len(), expected.tensors.len());
        for (name, tensor) in &expected.tensors {
            assert_eq!(weights.shape(name).as_ref(), Some(&tensor.shape), "{name}");
            assert_eq!(weights.read(name).unwrap(), tensor.values, "{name}");
        }
    }
}

#[test]
fn what_is_no_checkpoint_is_refused_with_its_name() {
    let scratch = scratch("no-checkpoint");
    assert!(refusal(&scratch).contains("neither model.safetensors nor"));
    fs::write(scratch.join("model.safetensors"), "once upon a time").unwrap();
    assert!(refusal(&scratch).starts_with("model.safetensors: it is no safetensors file"));
    fs::remove_file(scratch.join("model.safetensors")).unwrap();
    let pickle = scratch.join("pytorch_model.bin");
    let whole = fs::read(folder("distilbert-head").join("pytorch_model.bin")).unwrap();
    // A pickled call of os.system, a pickled number, a text, a cut off archive.
    let bad: [&[u8]; 4] = [
        b"cos\nsystem\n(S'echo boo'\ntR.",
        b"\x80\x02K\x07.",
        b"once upon a time",
        &whole[..whole.len() / 2],
    ];
    let begins = "pytorch_model.bin: it is not a PyTorch";
    for bytes in bad {
        fs::write(&pickle, bytes).unwrap();
        let refusal = refusal(&scratch);
        assert!(refusal.starts_with(begins), "{refusal}");
    }
}

#[test]
fn shards_that_do_not_fit_their_index_are_named() {
    let name = "llama-older-bf16-shards";
    let copy = |scratch: &Path| {
        for entry in fs::read_dir(folder(name)).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), scratch.join(entry.file_name())).unwrap();
        }
    };
    let index = "model.safetensors.index.json";
    let second = "model-00002-of-00003.safetensors";
    let scratch = scratch("shards");
    copy(&scratch);
    assert_eq!(open_folder(&scratch).unwrap().names().len(), 21);

    fs::remove_file(scratch.join(second)).unwrap();
    assert!(refusal(&scratch).contains(second));

    copy(&scratch);
    fs::copy(
        scratch.join("model-00001-of-00003.safetensors"),
        scratch.join(second),
    )
    .unwrap();
    assert!(refusal(&scratch).contains("is in both model-00001-of-00003.safetensors and"));

    copy(&scratch);
    let json = fs::read_to_string(scratch.join(index)).unwrap();
    fs::write(
        scratch.join(index),
        json.replace("lm_head.weight", "lm_head.waits"),
    )
    .unwrap();
    assert!(refusal(&scratch).contains("tensor `lm_head.waits` is not in model-00003"));

    fs::write(scratch.join(index), json.replace(second, "../secret")).unwrap();
    assert!(refusal(&scratch).contains("`../secret`, which is not a file of this folder"));

    let bytes = fs::read(scratch.join(second)).unwrap();
    copy(&scratch);
    fs::write(scratch.join(second), &bytes[..bytes.len() - 1]).unwrap();
    let refusal = refusal(&scratch);
    assert!(
        refusal.contains(second) && refusal.contains("cut off"),
        "{refusal}"
    );
}

#[test]
fn weights_that_do_not_fit_the_configuration_are_named() {
    let name = "llama-grouped-tied";
    let json = fs::read_to_string(folder(name).join("config.json")).unwrap();
    let config = DecoderConfig::from_json(&json).unwrap();
    let whole = tensors(&folder(name).join("model.safetensors"));
    let refusal = |change: fn(&mut NamedTensors)| {
        let mut weights = whole.clone();
        change(&mut weights);
        let decoder = Decoder::from_weights(&config, &weights, &Device::flex());
        decoder.map(|_| ()).unwrap_err().to_string()
    };
    let missing = refusal(|weights| {
        weights.tensors.remove("model.layers.1.mlp.up_proj.weight");
    });
    assert_eq!(
        missing,
        "the weights have no tensor `layers.1.mlp.up_proj.weight`"
    );
    let misshapen = refusal(|weights| weights.insert("model.norm.weight", [2], vec![1.0, 2.0]));
    assert!(
        misshapen.contains("`norm.weight` has shape [2]"),
        "{misshapen}"
    );
    let not_a_number = refusal(|weights| {
        let tensor = weights
            .tensors
            .get_mut("model.embed_tokens.weight")
            .unwrap();
        tensor.values[7] = f32::NAN;
    });
    assert!(not_a_number.contains("`embed_tokens.weight` holds a number that is not finite"));
}

#[test]
fn a_tensor_nobody_needs_may_hold_anything() {
    let scratch = scratch("unneeded");
    let name = "llama-grouped-tied";
    let mut weights = tensors(&folder(name).join("model.safetensors"));
    weights.insert("unneeded", [2], vec![f32::NAN, 1.0]);
    let bytes = write_safetensors(&weights, Precision::F32).unwrap();
    fs::write(scratch.join("model.safetensors"), bytes).unwrap();
    let json = fs::read_to_string(folder(name).join("config.json")).unwrap();
    let config = DecoderConfig::from_json(&json).unwrap();
    let weights = open_folder(&scratch).unwrap();
    let watched = llm_atlas::checkpoint::Watched::new(weights.as_ref());
    Decoder::from_weights(&config, &watched, &Device::flex()).unwrap();
    assert_eq!(watched.unread(), ["unneeded"]);
}
