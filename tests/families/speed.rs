use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Int, Tensor, TensorData};
use llm_atlas::models::Lstm;
use llm_atlas::models::lstm::{LstmConfig, initial_weights, next_token_loss};
use std::time::Instant;

#[test]
fn lstm_speed() {
    let device = Device::flex().autodiff();
    for (d, layers) in [(208, 2), (256, 1), (192, 2)] {
        let config = LstmConfig::new(1900, d, layers);
        for (batch, seq) in [(16, 128), (32, 64), (4, 256), (8, 256), (32, 128)] {
            let weights = initial_weights(&config, 1);
            let mut model = Lstm::from_weights(&config, &weights, &device).unwrap();
            let mut optimizer: ModuleOptimizer = AdamWConfig::new().init();
            let ids: Vec<i32> = (0..batch * seq).map(|i| (i * 7919 % 1900) as i32).collect();
            let tensor =
                || Tensor::<2, Int>::from_data(TensorData::new(ids.clone(), [batch, seq]), &device);
            let mut best = f64::MAX;
            let mut parts = (0.0, 0.0);
            for _ in 0..5 {
                let start = Instant::now();
                let loss = next_token_loss(&model, tensor(), tensor());
                let _ = loss.clone().into_scalar::<f32>();
                let a = start.elapsed().as_secs_f64();
                let grads = GradientsParams::from_grads(loss.backward(), &model);
                let b = start.elapsed().as_secs_f64();
                model = optimizer.step(0.001, model, grads);
                let s = start.elapsed().as_secs_f64();
                if s < best {
                    best = s;
                    parts = (a, b - a);
                }
            }
            println!(
                "d {d} layers {layers} params {} batch {batch}x{seq}: {:.0} tokens/s; loss {:.3} backward {:.3} step {:.3}",
                model.num_params(),
                (batch * seq) as f64 / best,
                parts.0,
                parts.1,
                best - parts.0 - parts.1
            );
        }
    }
}
