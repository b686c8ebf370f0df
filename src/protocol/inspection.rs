//! Closer looks at one text that are not activations: what a view asks for and what it gets.
//!
//! A view states its inspections as it states its activations; the page asks for those of the
//! open panels once the text's trace is there, and drops what comes too late.

use serde::{Deserialize, Serialize};

use super::ParameterSlice;
use crate::sampling::Settings;

/// What is asked about a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Inspection {
    /// Numbers of parameters. They do not depend on the text.
    Parameters(Vec<ParameterSlice>),
    /// The next token as it would be predicted after each block, at every position.
    LogitLens {
        /// How many of the most likely tokens to return for each.
        count: usize,
    },
    /// What each part of the model adds to one logit.
    Attribution {
        /// Position whose prediction is meant.
        position: usize,
        /// Token whose logit is meant.
        target: u32,
    },
    /// The most active MLP neurons at one position, in every block.
    Neurons {
        /// Position.
        position: usize,
        /// How many per block.
        count: usize,
        /// How many of the tokens each promotes and suppresses most.
        promoted: usize,
    },
    /// Ways to go on from the end of the text: greedy, drawn and by beam search.
    Continuations {
        /// How the drawn one is drawn.
        settings: Settings,
        /// Its seed.
        seed: u64,
        /// How many tokens.
        n_tokens: usize,
        /// How many beams.
        beam_width: usize,
    },
    /// How a text goes on and what one head looks at, under the model's weights or those of a
    /// frame of its training.
    Side {
        /// Address of the frame; `None` for the model's own weights.
        frame: Option<String>,
        /// How the next tokens are drawn.
        settings: Settings,
        /// Their seed.
        seed: u64,
        /// How many tokens to draw.
        n_tokens: usize,
        /// How many of the most likely next tokens to return.
        count: usize,
        /// Block of the head, from 0.
        layer: usize,
        /// The head, from 0.
        head: usize,
        /// How many of the last positions its pattern is wanted of.
        n_positions: usize,
    },
    /// How well an encoder fills in each token of the text, hidden alone, the others in sight.
    Blanks {
        /// How many of the most likely tokens to return for each.
        count: usize,
    },
    /// What each head does on a sample of sequences of random tokens, each said twice. It does
    /// not depend on the text.
    HeadCharacters {
        /// How many sequences.
        sequences: usize,
        /// Tokens in the half that is repeated.
        half: usize,
        /// Seed of the tokens.
        seed: u64,
    },
}

impl Inspection {
    /// Whether the answer is the same for every text.
    pub fn is_of_model(&self) -> bool {
        matches!(
            self,
            Inspection::Parameters(_) | Inspection::HeadCharacters { .. }
        )
    }

    /// Address of the frame that the answer needs, if it needs one.
    pub fn frame(&self) -> Option<&str> {
        match self {
            Inspection::Side { frame, .. } => frame.as_deref(),
            _ => None,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Finding {
    /// For each slice its numbers, row-major over the whole axes.
    Parameters(Vec<Vec<f32>>),
    /// See [`LogitLens`].
    LogitLens(LogitLens),
    /// See [`Attribution`].
    Attribution(Attribution),
    /// For each block the most active neurons, the largest activation first.
    Neurons(Vec<Vec<Neuron>>),
    /// See [`Continuations`].
    Continuations(Continuations),
    /// See [`Side`].
    Side(Side),
    /// For each token that is neither special nor hidden already, in order.
    Blanks(Vec<FilledBlank>),
    /// For each head, block by block.
    HeadCharacters(Vec<HeadCharacter>),
}

/// Predictions read off the residual stream on its way, through the final norm and the unembedding.
///
/// Source: nostalgebraist 2020, "interpreting GPT: the logit lens".
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LogitLens {
    /// `[pos][depth]`: depth 0 is the stream before the first block, depth `n_layers` the model's
    /// own prediction.
    pub at: Vec<Vec<LensPrediction>>,
}

/// The prediction at one position after some blocks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LensPrediction {
    /// The most likely tokens with their probabilities, most likely first.
    pub top: Vec<(u32, f32)>,
    /// How many tokens are more likely here than the one the whole model finds most likely.
    pub rank: usize,
    /// That token's probability here.
    pub p: f32,
}

/// A logit as a sum of what each part of the model wrote into the residual stream, with the final
/// norm's scale held at its value (direct logit attribution).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// The terms, in the order in which the model computes them. Their sum is the logit.
    pub terms: Vec<(Component, f32)>,
    /// The logit as the model computed it.
    pub logit: f32,
    /// What the final norm divides by: the standard deviation of the stream.
    pub scale: f32,
}

/// A part of the model that writes into the residual stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Component {
    /// The token embedding.
    Embedding,
    /// The position embedding.
    Position,
    /// One head of one block.
    Head {
        /// Block, from 0.
        layer: usize,
        /// Head, from 0.
        head: usize,
    },
    /// One head of one block's cross-attention.
    CrossHead {
        /// Block, from 0.
        layer: usize,
        /// Head, from 0.
        head: usize,
    },
    /// The bias attention adds in one block.
    AttentionBias {
        /// Block, from 0.
        layer: usize,
    },
    /// The MLP of one block without its output bias.
    Mlp {
        /// Block, from 0.
        layer: usize,
    },
    /// The output bias of the MLP of one block.
    MlpBias {
        /// Block, from 0.
        layer: usize,
    },
    /// The final norm's own bias.
    FinalBias,
}

/// One neuron of an MLP's hidden layer at one position.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Neuron {
    /// Which, from 0.
    pub index: usize,
    /// Its activation (`mlp.post`).
    pub activation: f32,
    /// What it adds to the logit of the tokens it promotes most here, most first.
    pub promoted: Vec<(u32, f32)>,
    /// What it adds, below 0, to the logit of the tokens it suppresses most here, most first.
    pub suppressed: Vec<(u32, f32)>,
}

/// Ways to go on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Continuations {
    /// Always the most likely token: each with its probability.
    pub greedy: Vec<(u32, f32)>,
    /// Drawn: each with its probability under the settings.
    pub drawn: Vec<(u32, f32)>,
    /// Every hypothesis beam search ever proposed, parents before children; at each depth the best
    /// first.
    pub beams: Vec<BeamNode>,
}

/// What one set of weights makes of a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// The most likely next tokens with their probabilities under the settings, most likely first.
    pub top: Vec<(u32, f32)>,
    /// What was drawn, each with its probability under the settings.
    pub drawn: Vec<(u32, f32)>,
    /// The head's pattern at the last positions `[query][key]`, keys from `first` to the query.
    pub pattern: Vec<Vec<f32>>,
    /// First position of the pattern, as query and as key.
    pub first: usize,
}

/// One token that was hidden alone, and what an encoder says of it. The mean of `-log2 p` is the
/// text's pseudo-log-likelihood per token.
///
/// Source: Salazar et al. 2020, "Masked Language Model Scoring", <https://arxiv.org/abs/1910.14659>.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FilledBlank {
    /// Its position.
    pub position: usize,
    /// The probability of the token that stands there.
    pub p: f32,
    /// How many tokens are more likely.
    pub rank: usize,
    /// The most likely tokens with their probabilities, most likely first.
    pub top: Vec<(u32, f32)>,
}

/// One token of one hypothesis of beam search.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BeamNode {
    /// Index of the hypothesis it extends; `None` for the first token.
    pub parent: Option<usize>,
    /// The token.
    pub id: u32,
    /// Its probability after its parent.
    pub p: f32,
    /// Sum of the natural logarithms of the probabilities up to here.
    pub log_p: f32,
    /// Number of tokens up to here, from 1.
    pub depth: usize,
    /// Whether it is in the beam at its depth. Others were proposed, cut off and never extended.
    pub is_kept: bool,
}

/// What one head does, as numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HeadCharacter {
    /// Mean attention to the token just before.
    pub previous_token: f32,
    /// Mean attention to the token after the last occurrence of the same token.
    pub induction: f32,
    /// Mean entropy of the rows, bits.
    pub entropy: f32,
    /// Mean distance looked back, tokens.
    pub distance: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_written_before_there_was_a_penalty_still_read() {
        let old = r#"{"temperature":0.5,"top_k":3,"top_p":null,"greedy":false}"#;
        let settings: Settings = serde_json::from_str(old).unwrap();
        let expected = Settings {
            temperature: 0.5,
            top_k: Some(3),
            ..Settings::default()
        };
        assert_eq!(settings, expected);
    }
}
