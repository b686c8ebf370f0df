//! A tiny transformer in double precision, written down plainly and with random weights: its
//! numbers are real, so that arithmetic can be checked against them.

use std::collections::BTreeMap;

use super::{Array, Bend, Lengths, Quantity, Reading};
use crate::protocol::{
    Activation, BlockParameter, ModelInfo, Parameter, ParameterSlice, Rows, Site, TokenInfo, Trace,
    TraceUpdate,
};

/// Random numbers.
///
/// Source: Steele, Lea and Flood 2014, SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// Between -1 and 1.
    pub fn signed(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }
}

/// A model, a text, and every number of both.
pub struct Tiny {
    pub model: ModelInfo,
    pub ids: Vec<u32>,
    pub trace: Trace,
    pub parameters: BTreeMap<Parameter, Vec<f32>>,
}

pub type Vectors = Vec<Vec<f64>>;

impl Tiny {
    /// 2 blocks with 2 heads, 8 wide, 11 tokens, a text of 7.
    pub fn new(seed: u64, activation_function: &str) -> Self {
        let model = ModelInfo {
            n_layers: 2,
            n_heads: 2,
            d_model: 8,
            d_head: 4,
            d_mlp: 12,
            d_hidden: 0,
            n_ctx: 16,
            norm_epsilon: 1e-5,
            activation_function: activation_function.to_owned(),
            vocabulary: (0..11).map(|id| vec![b'a' + id]).collect(),
            ..ModelInfo::default()
        };
        let mut tiny = Tiny::random(model, seed);
        let rows = tiny.forward();
        tiny.take_in(rows);
        tiny
    }

    /// A model with random weights and a text it has not read.
    pub fn random(model: ModelInfo, seed: u64) -> Self {
        let mut random = Random(seed);
        let parameters = Parameter::of_model(&model).into_iter().map(|parameter| {
            let shape = Array::Parameter(parameter).shape(&model, Lengths::default());
            let n = shape.iter().product();
            (parameter, (0..n).map(|_| random.signed()).collect())
        });
        let parameters = parameters.collect();
        let ids: Vec<u32> = (0..7).map(|_| random.below(11) as u32).collect();
        Tiny {
            trace: Trace::of(&model),
            model,
            ids,
            parameters,
        }
    }

    pub fn reading(&self) -> Reading<'_> {
        Reading {
            model: &self.model,
            ids: &self.ids,
            source: &[],
            temperature: 0.7,
        }
    }

    /// The numbers of a slice, as an engine would answer.
    pub fn answer(&self, slice: &ParameterSlice) -> Vec<f32> {
        let array = Array::Parameter(slice.parameter);
        let shape = array.shape(&self.model, self.reading().lengths());
        let n: usize = shape.iter().product();
        let is_in = |flat: &usize| {
            let at = [
                flat / (shape[1] * shape[2]),
                flat / shape[2] % shape[1],
                flat % shape[2],
            ];
            let wanted = |(i, at): (&Option<usize>, usize)| i.is_none_or(|i| i == at);
            slice.index.iter().zip(at).all(wanted)
        };
        let numbers = &self.parameters[&slice.parameter];
        (0..n).filter(is_in).map(|flat| numbers[flat]).collect()
    }

    /// Any number of the model: of a random array, at a random place.
    pub fn any(&self, random: &mut Random) -> Quantity {
        let arrays = Array::all(&self.model);
        let array = arrays[random.below(arrays.len())];
        let shape = array.shape(&self.model, self.reading().lengths());
        Quantity::new(array, &shape.map(|length| random.below(length)))
    }

    pub fn p(&self, parameter: Parameter, flat: usize) -> f64 {
        f64::from(self.parameters[&parameter][flat])
    }

    fn norm(&self, x: &[f64], gain: Parameter, bias: Parameter) -> Vec<f64> {
        let n = x.len() as f64;
        let mean = x.iter().sum::<f64>() / n;
        let variance = x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
        let root = (variance + f64::from(self.model.norm_epsilon)).sqrt();
        let scaled = |(i, x): (usize, &f64)| (x - mean) / root * self.p(gain, i) + self.p(bias, i);
        x.iter().enumerate().map(scaled).collect()
    }

    /// `x . w[.., j] + b[j]` for each of `out` columns of a matrix that begins at `from`.
    pub fn linear(
        &self,
        x: &[f64],
        (w, from, out): (Parameter, usize, usize),
        b: impl Fn(usize) -> f64,
    ) -> Vec<f64> {
        let column = |j: usize| {
            let product = |(i, x): (usize, &f64)| x * self.p(w, from + i * out + j);
            x.iter().enumerate().map(product).sum::<f64>() + b(j)
        };
        (0..out).map(column).collect()
    }

    fn forward(&self) -> Vec<(Activation, Vectors)> {
        let n = self.ids.len();
        let d = self.model.d_model;
        let mut rows: Vec<(Activation, Vectors)> = Vec::new();
        let table = |parameter, row: usize| -> Vec<f64> {
            (0..d).map(|i| self.p(parameter, row * d + i)).collect()
        };
        let embed: Vectors = (0..n)
            .map(|t| table(Parameter::TokenEmbedding, self.ids[t] as usize))
            .collect();
        let pos: Vectors = (0..n)
            .map(|t| table(Parameter::PositionEmbedding, t))
            .collect();
        let mut stream = added(&embed, &pos);
        rows.push((Activation::Embed, embed));
        rows.push((Activation::PosEmbed, pos));
        for layer in 0..self.model.n_layers {
            stream = self.block(layer, &stream, &mut rows);
        }
        let (gain, bias) = (Parameter::LnFinalGain, Parameter::LnFinalBias);
        let last: Vectors = stream.iter().map(|x| self.norm(x, gain, bias)).collect();
        let vocab = self.model.vocab_size();
        let unembed = (Parameter::Unembedding, 0, vocab);
        let logits = last
            .iter()
            .map(|x| self.linear(x, unembed, |_| 0.0))
            .collect();
        rows.push((Activation::LnFinal, last));
        rows.push((Activation::Logits, logits));
        rows
    }

    /// Puts what was computed into the trace.
    pub fn take_in(&mut self, rows: Vec<(Activation, Vectors)>) {
        let single = |rows: Vectors| {
            let mut all = Rows::default();
            for row in rows {
                all.push(&row.iter().map(|x| *x as f32).collect::<Vec<f32>>());
            }
            all
        };
        let token = |id: &u32| TokenInfo {
            id: *id,
            bytes: Vec::new(),
            start: 0,
            end: 0,
        };
        let update = TraceUpdate {
            tokens: self.ids.iter().map(token).collect(),
            total_tokens: self.ids.len(),
            rows: rows
                .into_iter()
                .map(|(a, rows)| (a, single(rows)))
                .collect(),
            ..TraceUpdate::default()
        };
        assert!(self.trace.apply(update));
    }

    fn block(&self, layer: usize, pre: &Vectors, rows: &mut Vec<(Activation, Vectors)>) -> Vectors {
        use BlockParameter as B;
        let (d, d_head) = (self.model.d_model, self.model.d_head);
        let w = |parameter| Parameter::block(layer, parameter);
        let normed = |x: &Vectors, gain, bias| -> Vectors {
            x.iter().map(|x| self.norm(x, w(gain), w(bias))).collect()
        };
        let ln1 = normed(pre, B::Ln1Gain, B::Ln1Bias);
        // [pos][head * d_head + i]
        let heads_of = |matrix, bias| -> Vectors {
            let one = |x: &Vec<f64>, h: usize| {
                let b = |j: usize| self.p(w(bias), h * d_head + j);
                self.linear(x, (w(matrix), h * d * d_head, d_head), b)
            };
            let all = |x| (0..self.model.n_heads).flat_map(|h| one(x, h)).collect();
            ln1.iter().map(all).collect()
        };
        let (q, k) = (heads_of(B::WQ, B::BQ), heads_of(B::WK, B::BK));
        let v = heads_of(B::WV, B::BV);
        let (mut scores, mut pattern, mut z) = (Vec::new(), Vec::new(), Vec::new());
        for (t, q) in q.iter().enumerate() {
            let (mut score_row, mut pattern_row, mut z_row) = (Vec::new(), Vec::new(), Vec::new());
            for h in 0..self.model.n_heads {
                let dims = h * d_head..(h + 1) * d_head;
                let score = |s: usize| {
                    let products = dims.clone().map(|i| q[i] * k[s][i]);
                    products.sum::<f64>() / (d_head as f64).sqrt()
                };
                let row: Vec<f64> = (0..=t).map(score).collect();
                let total: f64 = row.iter().map(|s| s.exp()).sum();
                let weights: Vec<f64> = row.iter().map(|s| s.exp() / total).collect();
                z_row.extend(
                    dims.clone()
                        .map(|i| (0..=t).map(|s| weights[s] * v[s][i]).sum::<f64>()),
                );
                score_row.extend(row);
                pattern_row.extend(weights);
            }
            scores.push(score_row);
            pattern.push(pattern_row);
            z.push(z_row);
        }
        let through = |x: &Vectors, matrix, bias, out| -> Vectors {
            let b = |j: usize| self.p(w(bias), j);
            x.iter()
                .map(|x| self.linear(x, (w(matrix), 0, out), b))
                .collect()
        };
        let attn_out = through(&z, B::WO, B::BO, d);
        let mid = added(pre, &attn_out);
        let ln2 = normed(&mid, B::Ln2Gain, B::Ln2Bias);
        let mlp_pre = through(&ln2, B::WIn, B::BIn, self.model.d_mlp);
        let bend = Bend::from_name(&self.model.activation_function).unwrap();
        let bent = |x: &Vec<f64>| x.iter().map(|x| bend.apply(*x)).collect();
        let mlp_post: Vectors = mlp_pre.iter().map(bent).collect();
        let mlp_out = through(&mlp_post, B::WOut, B::BOut, d);
        let post = added(&mid, &mlp_out);
        let all = [
            (Site::ResidPre, pre.clone()),
            (Site::Ln1, ln1),
            (Site::Q, q),
            (Site::K, k),
            (Site::V, v),
            (Site::Scores, scores),
            (Site::Pattern, pattern),
            (Site::Z, z),
            (Site::AttnOut, attn_out),
            (Site::ResidMid, mid),
            (Site::Ln2, ln2),
            (Site::MlpPre, mlp_pre),
            (Site::MlpPost, mlp_post),
            (Site::MlpOut, mlp_out),
            (Site::ResidPost, post.clone()),
        ];
        rows.extend(all.map(|(site, x)| (Activation::block(layer, site), x)));
        post
    }
}

fn added(a: &Vectors, b: &Vectors) -> Vectors {
    let sum = |(a, b): (&Vec<f64>, &Vec<f64>)| a.iter().zip(b).map(|(a, b)| a + b).collect();
    a.iter().zip(b).map(sum).collect()
}
