//! A tiny LSTM in double precision, as plainly written as the transformer beside it.

use super::fixture::{Tiny, Vectors};
use crate::protocol::{
    Activation, Architecture, Block, CellParameter, CellSite, ModelInfo, Parameter,
};

/// What is read from the last layer, and where biases are.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Logits are products with the embeddings, after a projection to their width.
    Projected,
    /// Logits are products with the embeddings, which are as wide as the state.
    Tied,
    /// Logits have a matrix of their own; there are no biases.
    Untied,
}

impl Tiny {
    /// 2 layers of 5 units, 11 tokens, a text of 7.
    pub fn recurrent(seed: u64, kind: Kind) -> Self {
        let has_biases = !matches!(kind, Kind::Untied);
        let model = ModelInfo {
            architecture: Architecture::Recurrent,
            n_layers: 2,
            d_model: if matches!(kind, Kind::Tied) { 5 } else { 4 },
            d_hidden: 5,
            n_ctx: 16,
            vocabulary: (0..11).map(|id| vec![b'a' + id]).collect(),
            block: Block {
                is_tied: has_biases,
                has_mlp_bias: has_biases,
                has_unembedding_bias: has_biases,
                ..Block::default()
            },
            ..ModelInfo::default()
        };
        let mut tiny = Tiny::random(model, seed);
        let rows = tiny.remember();
        tiny.take_in(rows);
        tiny
    }

    fn remember(&self) -> Vec<(Activation, Vectors)> {
        let (model, d) = (&self.model, self.model.d_model);
        let entry = |id: u32, i: usize| self.p(Parameter::TokenEmbedding, id as usize * d + i);
        let embed = |id: &u32| (0..d).map(|i| entry(*id, i)).collect();
        let mut x: Vectors = self.ids.iter().map(embed).collect();
        let mut rows = vec![(Activation::Embed, x.clone())];
        for layer in 0..model.n_layers {
            x = self.layer(layer, &x, &mut rows);
        }
        if model.has_projection() {
            let bias = |j| self.p(Parameter::HeadBias, j);
            let project = |x: &Vec<f64>| self.linear(x, (Parameter::HeadWeight, 0, d), bias);
            x = x.iter().map(project).collect();
            rows.push((Activation::HeadPre, x.clone()));
        }
        let bias = |j| match model.block.has_unembedding_bias {
            true => self.p(Parameter::UnembeddingBias, j),
            false => 0.0,
        };
        let matrix = (Parameter::Unembedding, 0, model.vocab_size());
        let logits = x.iter().map(|x| self.linear(x, matrix, bias)).collect();
        rows.push((Activation::Logits, logits));
        rows
    }

    /// One layer, step by step.
    fn layer(&self, layer: usize, x: &Vectors, rows: &mut Vec<(Activation, Vectors)>) -> Vectors {
        let d = self.model.d_hidden;
        let (mut h, mut c) = (vec![0.0; d], vec![0.0; d]);
        let mut sites: [Vectors; 6] = Default::default();
        for x in x {
            let sum = |gate: CellSite| -> Vec<f64> {
                let of = |parameter| Parameter::Cell {
                    layer,
                    gate,
                    parameter,
                };
                let bias = |parameter, j| match self.model.block.has_mlp_bias {
                    true => self.p(of(parameter), j),
                    false => 0.0,
                };
                let both = |j| bias(CellParameter::B, j) + bias(CellParameter::BU, j);
                let now = self.linear(x, (of(CellParameter::W), 0, d), both);
                let before = self.linear(&h, (of(CellParameter::U), 0, d), |_| 0.0);
                now.iter().zip(before).map(|(a, b)| a + b).collect()
            };
            let share = |gate| -> Vec<f64> {
                let sigmoid = |x: &f64| 1.0 / (1.0 + (-x).exp());
                sum(gate).iter().map(sigmoid).collect()
            };
            let (i, f) = (share(CellSite::InputGate), share(CellSite::ForgetGate));
            let o = share(CellSite::OutputGate);
            let g: Vec<f64> = sum(CellSite::Candidate).iter().map(|x| x.tanh()).collect();
            c = (0..d).map(|u| f[u] * c[u] + i[u] * g[u]).collect();
            h = (0..d).map(|u| o[u] * c[u].tanh()).collect();
            let made = [i, f, g, o, c.clone(), h.clone()];
            for (rows, row) in sites.iter_mut().zip(made) {
                rows.push(row);
            }
        }
        let hidden = sites[5].clone();
        let named = CellSite::ALL.into_iter().zip(sites);
        rows.extend(named.map(|(site, rows)| (Activation::Cell { layer, site }, rows)));
        hidden
    }
}
