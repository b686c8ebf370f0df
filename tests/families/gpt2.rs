//! GPT-2: one step; its activations are compared by `tests/golden.rs`.

use std::fs;

use burn::nn::loss::CrossEntropyLossConfig;
use burn::tensor::{Device, Int, Tensor};
use llm_atlas::models::Gpt2;
use llm_atlas::models::gpt2::Gpt2Config;
use llm_atlas::nn::Recorder;

use super::compare::{after_step, assert_equal, folder, matrix, metadata, tensors};

#[test]
fn one_step_equals_pytorch() {
    let device = Device::flex().autodiff();
    for name in ["gpt2-tied", "gpt2-untied-relu"] {
        let folder = folder(name);
        let expected = tensors(&folder.join("after_step.safetensors"));
        let ids: Vec<i32> = metadata(&tensors(&folder.join("expected.safetensors")), "ids");
        let json = fs::read_to_string(folder.join("config.json")).unwrap();
        let config = Gpt2Config::from_json(&json).unwrap();
        let weights = tensors(&folder.join("model.safetensors"));
        let model = Gpt2::from_weights(&config, &weights, &device).unwrap();

        let inputs = matrix(&[ids[..ids.len() - 1].to_vec()], &device);
        let targets: Tensor<1, Int> = matrix(&[ids[1..].to_vec()], &device).squeeze_dim(0);
        let logits = model.forward(inputs, None, &mut Recorder::off());
        let loss = CrossEntropyLossConfig::new()
            .init(&device)
            .forward(logits.squeeze_dim(0), targets);
        let theirs: f32 = metadata(&expected, "loss");
        assert!((loss.clone().into_scalar::<f32>() - theirs).abs() < 1e-4);
        let stepped = after_step(model, &loss, metadata(&expected, "learning_rate"));
        assert_equal(&stepped.to_weights(), &expected, name);
    }
}
