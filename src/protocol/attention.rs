//! Which attention of a model is meant: a model may have more than one.

use super::{Activation, Architecture, ModelInfo, Site, Stack, StackPart, TokenInfo, Trace};

/// One of the attentions of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Attention {
    /// The only one: of a decoder looking back, of an encoder looking both ways.
    #[default]
    Own,
    /// An encoder-decoder's encoder: the source looks at itself, both ways.
    Source,
    /// An encoder-decoder's decoder: the target looks back at itself.
    Target,
    /// An encoder-decoder's cross-attention: the target looks at the source.
    Cross,
}

impl Attention {
    /// All of them.
    pub const ALL: [Attention; 4] = [
        Attention::Own,
        Attention::Source,
        Attention::Target,
        Attention::Cross,
    ];

    /// Those of a kind of model, the one to show first in front.
    pub fn of(architecture: Architecture) -> &'static [Attention] {
        match architecture {
            Architecture::Decoder | Architecture::Encoder => &[Attention::Own],
            Architecture::EncoderDecoder => {
                &[Attention::Cross, Attention::Source, Attention::Target]
            }
            Architecture::Recurrent => &[],
        }
    }

    /// The attention to its own tokens of the stack whose stream the logits are read from.
    pub fn of_stream(architecture: Architecture) -> Attention {
        match architecture.has_source() {
            true => Attention::Target,
            false => Attention::Own,
        }
    }

    /// The attention that is meant in a kind of model by a choice that may be of another kind: the
    /// chosen one if the model has it, else its first; `None` where there is none.
    pub fn meant(self, architecture: Architecture) -> Option<Attention> {
        let all = Attention::of(architecture);
        let own = all.iter().find(|other| **other == self);
        own.or(all.first()).copied()
    }

    /// Which attention an activation belongs to, in which block, and which stage of it it is.
    ///
    /// ```
    /// use llm_atlas::protocol::{Attention, Site};
    /// let name = Attention::Cross.at(1, Site::Pattern);
    /// assert_eq!(Attention::stage_of(name), Some((Attention::Cross, 1, Site::Pattern)));
    /// ```
    pub fn stage_of(activation: Activation) -> Option<(Attention, usize, Site)> {
        let (attention, layer, site) = match activation {
            Activation::Block { layer, site } => (Attention::Own, layer, site),
            Activation::InStack(stack, StackPart::Block { layer, site }) => {
                let attention = match stack {
                    Stack::Encoder => Attention::Source,
                    Stack::Decoder => Attention::Target,
                };
                (attention, layer, site)
            }
            _ => return None,
        };
        for stage in [
            Site::Q,
            Site::K,
            Site::V,
            Site::Scores,
            Site::Pattern,
            Site::Z,
        ] {
            if stage == site {
                return Some((attention, layer, stage));
            }
            if stage.crossed() == site {
                return Some((Attention::Cross, layer, stage));
            }
        }
        None
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Attention::ALL
            .into_iter()
            .find(|other| other.name() == name)
    }

    /// `own`, `source`, `target` or `cross`, as in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Attention::Own => "own",
            Attention::Source => "source",
            Attention::Target => "target",
            Attention::Cross => "cross",
        }
    }

    /// The activation at a place of a block; a stage of attention is that of this attention.
    ///
    /// ```
    /// use llm_atlas::protocol::{Attention, Site};
    /// let name = Attention::Cross.at(1, Site::Pattern).to_string();
    /// assert_eq!(name, "decoder.blocks.1.cross_attn.pattern");
    /// ```
    pub fn at(self, layer: usize, site: Site) -> Activation {
        match self {
            Attention::Own => Activation::block(layer, site),
            Attention::Source => Activation::in_stack(Stack::Encoder, layer, site),
            Attention::Target => Activation::in_stack(Stack::Decoder, layer, site),
            Attention::Cross => Activation::in_stack(Stack::Decoder, layer, site.crossed()),
        }
    }

    /// How many blocks have it.
    pub fn n_layers(self, model: &ModelInfo) -> usize {
        match self {
            _ if !model.architecture.attends() => 0,
            Attention::Source => model.n_encoder_layers,
            _ => model.n_layers,
        }
    }

    /// The tokens that look.
    pub fn queries(self, trace: &Trace) -> &[TokenInfo] {
        match self {
            Attention::Source => trace.source(),
            _ => trace.tokens(),
        }
    }

    /// The tokens that are looked at.
    pub fn keys(self, trace: &Trace) -> &[TokenInfo] {
        match self {
            Attention::Source | Attention::Cross => trace.source(),
            _ => trace.tokens(),
        }
    }

    /// How many of the keys the token at `query` may look at; they are the first ones.
    pub fn n_visible(self, model: &ModelInfo, trace: &Trace, query: usize) -> usize {
        let all = self.keys(trace).len();
        if self.looks_back_only(model.architecture) {
            (query + 1).min(all)
        } else {
            all
        }
    }

    /// Whether a token may look at those before it and at itself only.
    pub fn looks_back_only(self, architecture: Architecture) -> bool {
        match self {
            Attention::Own => architecture.looks_back_only(),
            Attention::Target => true,
            Attention::Source | Attention::Cross => false,
        }
    }
}
