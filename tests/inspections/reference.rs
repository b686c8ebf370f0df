//! GPT-2 once more, in f64 and one number at a time, to hold the engine's answers against.

use llm_atlas::checkpoint::NamedTensors;
use llm_atlas::models::gpt2::Gpt2Config;

pub type Vector = Vec<f64>;
pub type Matrix = Vec<Vector>;

/// A model's weights as the file has them.
pub struct Reference {
    pub weights: NamedTensors,
    pub config: Gpt2Config,
}

/// What a forward pass computed.
pub struct Pass {
    /// `[depth][pos][d_model]`
    pub resid: Vec<Matrix>,
    /// `[layer][pos][d_model]`, the heads one after the other.
    pub z: Vec<Matrix>,
    /// `[layer][pos][d_mlp]`
    pub mlp_post: Vec<Matrix>,
    /// `[pos][vocab]`
    pub logits: Matrix,
}

impl Reference {
    pub fn values(&self, name: &str) -> Vector {
        let tensor = self.weights.get(&format!("transformer.{name}"));
        let tensor = tensor.or_else(|| self.weights.get(name)).unwrap();
        tensor
            .values
            .iter()
            .map(|value| f64::from(*value))
            .collect()
    }

    pub fn matrix(&self, name: &str, columns: usize) -> Matrix {
        let values = self.values(name);
        values.chunks_exact(columns).map(<[f64]>::to_vec).collect()
    }

    pub fn layer(&self, layer: usize, name: &str) -> Vector {
        self.values(&format!("h.{layer}.{name}"))
    }

    pub fn layer_matrix(&self, layer: usize, name: &str, columns: usize) -> Matrix {
        self.matrix(&format!("h.{layer}.{name}"), columns)
    }

    /// `[vocab][d_model]`: the columns of `W_U`.
    pub fn unembedding(&self) -> Matrix {
        let name = match self.config.tie_word_embeddings {
            true => "wte.weight",
            false => "lm_head.weight",
        };
        self.matrix(name, self.config.n_embd)
    }

    pub fn norm(&self, x: &[f64], name: &str) -> Vector {
        let (gain, bias) = (
            self.values(&format!("{name}.weight")),
            self.values(&format!("{name}.bias")),
        );
        let centred = centred(x);
        let scale = self.scale(x);
        (0..x.len())
            .map(|i| centred[i] / scale * gain[i] + bias[i])
            .collect()
    }

    /// What a norm divides by.
    pub fn scale(&self, x: &[f64]) -> f64 {
        let centred = centred(x);
        let variance = dot(&centred, &centred) / x.len() as f64;
        (variance + self.config.layer_norm_epsilon).sqrt()
    }

    pub fn logits(&self, resid: &[f64]) -> Vector {
        let normed = self.norm(resid, "ln_f");
        let columns = self.unembedding();
        columns.iter().map(|column| dot(column, &normed)).collect()
    }

    pub fn forward(&self, ids: &[u32]) -> Pass {
        let d_model = self.config.n_embd;
        let (tokens, positions) = (
            self.matrix("wte.weight", d_model),
            self.matrix("wpe.weight", d_model),
        );
        let mut x: Matrix = ids
            .iter()
            .enumerate()
            .map(|(pos, id)| add(&tokens[*id as usize], &positions[pos]))
            .collect();
        let (mut resid, mut all_z, mut all_post) = (vec![x.clone()], Vec::new(), Vec::new());
        for layer in 0..self.config.n_layer {
            let z = self.attention(layer, &x);
            let out = self.layer_matrix(layer, "attn.c_proj.weight", d_model);
            let out_bias = self.layer(layer, "attn.c_proj.bias");
            for (x, z) in x.iter_mut().zip(&z) {
                *x = add(x, &add(&times(z, &out), &out_bias));
            }
            let d_mlp = self.config.d_mlp();
            let up = self.layer_matrix(layer, "mlp.c_fc.weight", d_mlp);
            let up_bias = self.layer(layer, "mlp.c_fc.bias");
            let down = self.layer_matrix(layer, "mlp.c_proj.weight", d_model);
            let down_bias = self.layer(layer, "mlp.c_proj.bias");
            let mut post = Matrix::new();
            for x in &mut x {
                let normed = self.norm(x, &format!("h.{layer}.ln_2"));
                let hidden = add(&times(&normed, &up), &up_bias);
                let hidden: Vector = hidden.into_iter().map(|x| self.bend(x)).collect();
                *x = add(x, &add(&times(&hidden, &down), &down_bias));
                post.push(hidden);
            }
            resid.push(x.clone());
            all_z.push(z);
            all_post.push(post);
        }
        Pass {
            logits: x.iter().map(|x| self.logits(x)).collect(),
            resid,
            z: all_z,
            mlp_post: all_post,
        }
    }

    fn attention(&self, layer: usize, x: &Matrix) -> Matrix {
        let d_model = self.config.n_embd;
        let d_head = d_model / self.config.n_head;
        let fused = self.layer_matrix(layer, "attn.c_attn.weight", 3 * d_model);
        let bias = self.layer(layer, "attn.c_attn.bias");
        let qkv: Matrix = x
            .iter()
            .map(|x| {
                add(
                    &times(&self.norm(x, &format!("h.{layer}.ln_1")), &fused),
                    &bias,
                )
            })
            .collect();
        (0..x.len())
            .map(|query| {
                let mut z = Vector::new();
                for head in 0..self.config.n_head {
                    let part = |pos: usize, third: usize| {
                        let start = third * d_model + head * d_head;
                        &qkv[pos][start..start + d_head]
                    };
                    let scores: Vector = (0..=query)
                        .map(|key| dot(part(query, 0), part(key, 1)) / (d_head as f64).sqrt())
                        .collect();
                    let pattern = softmax(&scores);
                    for dim in 0..d_head {
                        z.push(
                            (0..=query)
                                .map(|key| pattern[key] * part(key, 2)[dim])
                                .sum(),
                        );
                    }
                }
                z
            })
            .collect()
    }

    fn bend(&self, x: f64) -> f64 {
        match self.config.activation_function.as_str() {
            "relu" => x.max(0.0),
            _ => {
                let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3));
                0.5 * x * (1.0 + inner.tanh())
            }
        }
    }
}

pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

pub fn add(a: &[f64], b: &[f64]) -> Vector {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

/// A row times a matrix.
pub fn times(row: &[f64], matrix: &[Vector]) -> Vector {
    let mut product = vec![0.0; matrix[0].len()];
    for (x, weights) in row.iter().zip(matrix) {
        for (sum, weight) in product.iter_mut().zip(weights) {
            *sum += x * weight;
        }
    }
    product
}

pub fn centred(x: &[f64]) -> Vector {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    x.iter().map(|x| x - mean).collect()
}

pub fn softmax(scores: &[f64]) -> Vector {
    let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vector = scores.iter().map(|s| (s - highest).exp()).collect();
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total).collect()
}
