//! Where the parameters of an encoder, of an encoder-decoder and of a recurrent model are.

use crate::nn::Linear;
use burn::tensor::Tensor;

use crate::engine::{Encoder, Recurrent, Translator};
use crate::models::parts::{BlockParts, Columns, NormParts, columns_of, mlp_layers};
use crate::protocol::{
    BlockParameter, CellParameter, CellSite, ModelInfo, Parameter, Stack, StackParameter,
};

use super::parameters::{Holder, bias};

impl Holder for Encoder {
    fn info(&self) -> &ModelInfo {
        &self.intake.info
    }

    fn block(&self, parameter: Parameter) -> Option<(BlockParts<'_>, BlockParameter)> {
        let Parameter::Block { layer, parameter } = parameter else {
            return None;
        };
        let block = self.network.blocks.get(layer)?;
        let (attention, d_model) = (&block.attention, self.config.hidden_size);
        let parts = BlockParts {
            ln1: NormParts::of_layer_norm(&block.ln1),
            qkv: [0, 1, 2].map(|part| Columns {
                linear: &attention.qkv,
                first: part * d_model,
                n_heads: attention.n_heads,
                d_head: d_model / attention.n_heads,
            }),
            out: &attention.out,
            ln2: NormParts::of_layer_norm(&block.ln2),
            gate: None,
            up: &block.mlp.up,
            down: &block.mlp.down,
        };
        Some((parts, parameter))
    }

    fn vector(&self, parameter: Parameter) -> Option<Tensor<1>> {
        let network = &self.network;
        let beta = |norm: &crate::nn::LayerNorm| bias(norm.beta.as_ref(), &norm.gamma.val());
        let head = network.head.as_ref();
        match parameter {
            Parameter::TypeEmbedding => {
                let table = network.type_embedding.as_ref()?.weight.val();
                Some(table.narrow(0, 0, 1).squeeze_dim(0))
            }
            Parameter::LnEmbedGain => Some(network.ln_embed.gamma.val()),
            Parameter::LnEmbedBias => Some(beta(&network.ln_embed)),
            Parameter::HeadBias => {
                let dense = &head?.dense;
                Some(bias(dense.bias.as_ref(), &dense.weight.val()))
            }
            Parameter::LnFinalGain => Some(head?.ln_final.gamma.val()),
            Parameter::LnFinalBias => Some(beta(&head?.ln_final)),
            Parameter::UnembeddingBias => Some(head?.bias.val()),
            _ => None,
        }
    }

    fn matrix(&self, parameter: Parameter) -> Option<Tensor<2>> {
        let network = &self.network;
        match parameter {
            Parameter::TokenEmbedding => Some(network.token_embedding.weight.val()),
            Parameter::PositionEmbedding => Some(network.position_embedding.weight.val()),
            Parameter::HeadWeight => Some(network.head.as_ref()?.dense.weight.val()),
            Parameter::Unembedding => network.unembedding_matrix(),
            _ => None,
        }
    }
}

impl Holder for Translator {
    fn info(&self) -> &ModelInfo {
        &self.intake.info
    }

    /// Of a parameter of cross-attention: the block with cross-attention in the place of its own.
    fn block(&self, parameter: Parameter) -> Option<(BlockParts<'_>, BlockParameter)> {
        let Parameter::InStack(stack, StackParameter::Block { layer, parameter }) = parameter
        else {
            return None;
        };
        let stack = match stack {
            Stack::Encoder => &self.network.encoder,
            Stack::Decoder => &self.network.decoder,
        };
        let block = stack.blocks.get(layer)?;
        let cross = match BlockParameter::CROSS.contains(&parameter) {
            true => Some(block.cross.as_ref()?),
            false => None,
        };
        let (ln1, attention) = match cross {
            Some(cross) => (&cross.ln, &cross.attention),
            None => (&block.ln1, &block.attention),
        };
        let (gate, up, down) = mlp_layers(&block.mlp);
        let parts = BlockParts {
            ln1: NormParts::of_rms_norm(ln1),
            qkv: columns_of(attention),
            out: &attention.out,
            ln2: NormParts::of_rms_norm(&block.ln2),
            gate,
            up,
            down,
        };
        Some((parts, parameter))
    }

    fn vector(&self, parameter: Parameter) -> Option<Tensor<1>> {
        let Parameter::InStack(stack, StackParameter::LnFinalGain) = parameter else {
            return None;
        };
        Some(match stack {
            Stack::Encoder => self.network.encoder.ln_final.gamma.val(),
            Stack::Decoder => self.network.decoder.ln_final.gamma.val(),
        })
    }

    fn matrix(&self, parameter: Parameter) -> Option<Tensor<2>> {
        let network = &self.network;
        Some(match parameter {
            Parameter::InStack(stack, StackParameter::PositionBias) => {
                let stack = match stack {
                    Stack::Encoder => &network.encoder,
                    Stack::Decoder => &network.decoder,
                };
                stack.position_bias.weight.val().transpose() // [head, bucket]
            }
            Parameter::TokenEmbedding => network.token_embedding.weight.val(),
            Parameter::Unembedding => network.unembedding_matrix(),
            _ => return None,
        })
    }
}

impl Recurrent {
    /// The matrix of a layer that a parameter of it is in with its bias, and the first of its columns.
    fn gate(&self, parameter: Parameter) -> Option<(&Linear, usize)> {
        let Parameter::Cell {
            layer,
            gate,
            parameter,
        } = parameter
        else {
            return None;
        };
        let block = self.network.blocks.get(layer)?;
        let place = CellSite::GATES.iter().position(|other| *other == gate)?;
        let linear = match parameter {
            CellParameter::W | CellParameter::B => &block.input,
            CellParameter::U | CellParameter::BU => &block.recurrent,
        };
        Some((linear, place * self.config.hidden_size))
    }
}

impl Holder for Recurrent {
    fn info(&self) -> &ModelInfo {
        &self.intake.info
    }

    fn block(&self, _: Parameter) -> Option<(BlockParts<'_>, BlockParameter)> {
        None
    }

    fn vector(&self, parameter: Parameter) -> Option<Tensor<1>> {
        let network = &self.network;
        let of = |linear: &Linear| bias(linear.bias.as_ref(), &linear.weight.val());
        match parameter {
            Parameter::HeadBias => network.projection.as_ref().map(of),
            Parameter::UnembeddingBias => Some(network.unembedding_bias.as_ref()?.val()),
            _ => {
                let (linear, first) = self.gate(parameter)?;
                Some(of(linear).narrow(0, first, self.config.hidden_size))
            }
        }
    }

    fn matrix(&self, parameter: Parameter) -> Option<Tensor<2>> {
        let network = &self.network;
        Some(match parameter {
            Parameter::TokenEmbedding => network.token_embedding.weight.val(),
            Parameter::HeadWeight => network.projection.as_ref()?.weight.val(),
            Parameter::Unembedding => network.unembedding_matrix(),
            _ => {
                let (linear, first) = self.gate(parameter)?;
                let fused = linear.weight.val();
                fused.narrow(1, first, self.config.hidden_size)
            }
        })
    }
}
