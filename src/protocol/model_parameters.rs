//! Which parameters a model has, and how large they are.

use super::{
    Architecture, Attention, Axis, BlockParameter, CellParameter, CellSite, ModelInfo, Parameter,
    Positions, Stack, StackParameter,
};

impl Parameter {
    /// Every parameter of a model that has a name here, in the order of use.
    pub fn of_model(model: &ModelInfo) -> Vec<Parameter> {
        let blocks = |attention: Attention, n_layers: usize| {
            let parameters = BlockParameter::ALL.into_iter().chain(BlockParameter::GATE);
            let parameters: Vec<_> = parameters.filter(|p| p.is_in(model)).collect();
            (0..n_layers).flat_map(move |layer| {
                let of = move |parameter| Parameter::of(attention, layer, parameter);
                parameters.clone().into_iter().map(of)
            })
        };
        let mut all = vec![Parameter::TokenEmbedding];
        match model.architecture {
            Architecture::Recurrent => {
                for layer in 0..model.n_layers {
                    for gate in CellSite::GATES {
                        let parameters = CellParameter::ALL.into_iter();
                        let has = |p: &CellParameter| model.block.has_mlp_bias || !p.is_bias();
                        all.extend(parameters.filter(has).map(|parameter| Parameter::Cell {
                            layer,
                            gate,
                            parameter,
                        }));
                    }
                }
                if model.has_projection() {
                    all.extend([Parameter::HeadWeight, Parameter::HeadBias]);
                }
            }
            Architecture::EncoderDecoder => {
                let stacks = [
                    (Stack::Encoder, Attention::Source, model.n_encoder_layers),
                    (Stack::Decoder, Attention::Target, model.n_layers),
                ];
                for (stack, attention, n_layers) in stacks {
                    let of = |part| Parameter::InStack(stack, part);
                    all.push(of(StackParameter::PositionBias));
                    all.extend(blocks(attention, n_layers));
                    if stack == Stack::Decoder {
                        all.extend((0..n_layers).flat_map(|layer| {
                            BlockParameter::CROSS.map(|p| Parameter::of(attention, layer, p))
                        }));
                    }
                    all.push(of(StackParameter::LnFinalGain));
                }
            }
            Architecture::Decoder | Architecture::Encoder => {
                let is_encoder = model.architecture == Architecture::Encoder;
                if model.has_position_embeddings() {
                    all.push(Parameter::PositionEmbedding);
                }
                if model.block.has_token_types {
                    all.push(Parameter::TypeEmbedding);
                }
                if is_encoder {
                    all.extend([Parameter::LnEmbedGain, Parameter::LnEmbedBias]);
                }
                all.extend(blocks(Attention::Own, model.n_layers));
                if is_encoder {
                    all.extend([Parameter::HeadWeight, Parameter::HeadBias]);
                }
                all.push(Parameter::LnFinalGain);
                if !model.block.is_rms_norm {
                    all.push(Parameter::LnFinalBias);
                }
            }
        }
        if model.block.has_unembedding_bias {
            all.push(Parameter::UnembeddingBias);
        }
        all.push(Parameter::Unembedding);
        all
    }

    /// Every parameter of a GPT-2 with `n_layers` blocks, in the order of use.
    pub fn all(n_layers: usize) -> Vec<Parameter> {
        let mut all = vec![Parameter::TokenEmbedding, Parameter::PositionEmbedding];
        for layer in 0..n_layers {
            all.extend(BlockParameter::ALL.map(|parameter| Parameter::block(layer, parameter)));
        }
        all.extend([
            Parameter::LnFinalGain,
            Parameter::LnFinalBias,
            Parameter::Unembedding,
        ]);
        all
    }

    /// How long one of its axes is: that in place `place`.
    pub fn length(self, place: usize, model: &ModelInfo) -> usize {
        let Some(axis) = self.axes().get(place) else {
            return 1;
        };
        match axis {
            // Of keys and values that are shared, each head's are those it looks at.
            Axis::Head if self.in_block().is_some_and(BlockParameter::is_shared) => {
                model.n_kv_heads()
            }
            Axis::Head => model.n_heads,
            Axis::DModel if place == 0 && self.reads_hidden(model) => model.d_hidden,
            Axis::DModel => model.d_model,
            Axis::DHead => model.d_head,
            Axis::DMlp => model.d_mlp,
            Axis::DHidden => model.d_hidden,
            Axis::Bucket => match model.block.positions {
                Positions::Relative { n_buckets, .. } => n_buckets,
                _ => 0,
            },
            Axis::Vocab => model.vocab_size(),
            // The rows of the table of positions are there whether or not they are read.
            Axis::Pos | Axis::Query | Axis::Key | Axis::Source => model.n_ctx,
        }
    }

    /// Whether what it is multiplied with is a recurrent model's hidden state.
    fn reads_hidden(self, model: &ModelInfo) -> bool {
        let is_recurrent = model.architecture == Architecture::Recurrent;
        is_recurrent
            && match self {
                Parameter::HeadWeight => true,
                Parameter::Unembedding => !model.block.is_tied,
                _ => false,
            }
    }
}
