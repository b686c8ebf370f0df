//! Ways to look at a trace. A view states which activations it needs and draws what it gets; it
//! never talks to a worker. Adding a view touches its folder and one line of the registry.

pub mod alignment;
pub mod arithmetic;
mod attended;
pub mod attention;
pub mod attribution;
pub mod cache;
pub mod cells;
pub mod characters;
pub mod continuations;
pub mod figure;
pub mod film;
mod findings;
pub mod flow;
pub mod heads;
pub mod korean;
pub mod lens;
mod look;
pub mod map;
pub mod matrix;
pub mod neurons;
pub mod number;
pub mod numbered;
pub mod objective;
mod panels;
pub mod prediction;
mod reading;
pub mod rows;
mod spoken;
pub mod stages;
pub mod surprise;
mod telling;
pub mod token_label;
mod view;
mod waiting;

#[cfg(test)]
pub(super) mod fixture;
#[cfg(test)]
mod tests;

pub use attribution::candidates;
pub use cache::Work;
pub use film::{Reel, frame_address};
pub use findings::Findings;
pub use look::{HeadOrder, LookChange, Measure};
pub use map::Landscape;
pub use panels::{FIRST_PANELS, PANELS, Panel, first_panels, panel_named};
pub use reading::{NormScale, norm};
pub use spoken::spoken;
pub use telling::telling_head;
pub use token_label::{TokenLabel, token_hues, token_label};
pub use view::{View, main_view};

use crate::derivation::Quantity;
use crate::protocol::{Attention, CellSite, ModelInfo, Trace};
use crate::sampling::{Distribution, Draw, Settings, Surprise};
use crate::ui::i18n::Language;

/// Everything a view may draw from.
#[derive(Clone, Copy)]
pub struct ViewInput<'a> {
    /// The model that ran.
    pub model: &'a ModelInfo,
    /// Its activations for the current text.
    pub trace: &'a Trace,
    /// The next token's distribution under the current sampling settings.
    pub distribution: &'a Distribution,
    /// The seeded draw from it.
    pub draw: Option<&'a Draw>,
    /// How it is drawn.
    pub settings: &'a Settings,
    /// Seed of the draw.
    pub seed: u64,
    /// How much each token but the first surprised the model: number `i` is of token `i + 1`. While
    /// there are fewer, they are being computed.
    pub surprises: &'a [Surprise],
    /// What the KV cache spared.
    pub work: &'a Work,
    /// Closer looks at the text, as far as they have been answered.
    pub findings: &'a Findings,
    /// The film of the model's training, once it is there.
    pub reel: Option<Reel<'a>>,
    /// The vocabulary's vectors, once they have arrived.
    pub embeddings: Option<&'a Landscape>,
    /// What is chosen and what is pointed at.
    pub focus: &'a Focus,
    /// Language of the labels.
    pub language: Language,
    /// Room to draw in, CSS pixels.
    pub width: f64,
    /// Room to draw in, CSS pixels.
    pub height: f64,
    /// Factor on all type sizes (presenter size).
    pub type_scale: f64,
}

/// What is chosen (stays) and what is pointed at (passes).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Focus {
    /// The chosen token; `None` is the one that makes the prediction: the last one, or an encoder's
    /// first blank.
    pub token: Option<usize>,
    /// The chosen token of an encoder-decoder's source; `None` is the last one.
    pub source_token: Option<usize>,
    /// Which attention is meant, in a model that has it; see [`Focus::attention_of`].
    pub attention: Attention,
    /// The chosen block, from 0.
    pub layer: usize,
    /// The chosen head, from 0.
    pub head: usize,
    /// Whether they were chosen; if not, the first trace of a model says which are opened.
    pub has_head: bool,
    /// The chosen key position of the chosen token's row; `None` is the one with most attention.
    pub key: Option<usize>,
    /// The part of the flow that is open in place.
    pub open: OpenPart,
    /// The numbers that were opened one out of another; the last one's arithmetic is shown. Empty:
    /// that of the chosen attention weight.
    pub path: Vec<Quantity>,
    /// After how many blocks the hidden states are drawn on the map: 0 is the embedding.
    pub map_layer: usize,
    /// The open panels by name, the one open longest first.
    pub panels: Vec<&'static str>,
    /// The panels that the one opened last has closed, for want of room.
    pub made_room: Vec<&'static str>,
    /// Whether the page is narrow: the first panels are then sections of their own.
    pub is_narrow: bool,
    /// What the attention panel draws of each pair.
    pub measure: Measure,
    /// Whether it merges tokens to words.
    pub merges_words: bool,
    /// What the heads are sorted by.
    pub sort_heads: HeadOrder,
    /// The token whose logit is taken apart; `None` is the most likely next one.
    pub target: Option<u32>,
    /// What is drawn of a recurrent model's cells.
    pub cell: CellSite,
    /// Whether lines between two texts are the mean over a block's heads, and not the chosen head.
    pub merges_heads: bool,
    /// What the pointer or the keyboard focus is on.
    pub hovered: Option<Target>,
}

/// A part of the flow picture that can be open in place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OpenPart {
    /// Token and position embeddings as heatmaps.
    Embedding,
    /// The chosen head of the chosen block (`Focus::layer`, `Focus::head`).
    #[default]
    Attention,
    /// The same head with lines between tokens in place of the heatmap.
    Lines,
    /// The MLP of the chosen block.
    Mlp,
    /// The final norm and the logits.
    Logits,
    /// Nothing: all blocks are closed.
    None,
}

/// Something on the page that can be pointed at, wherever it is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A token of the text, by position; of an encoder-decoder: of the target.
    Token(usize),
    /// A token of an encoder-decoder's source, by position.
    SourceToken(usize),
    /// One attention head.
    Head {
        /// Block, from 0.
        layer: usize,
        /// Head, from 0.
        head: usize,
    },
    /// One weight of the attention that is meant ([`Focus::attention_of`]).
    Cell {
        /// Block, from 0.
        layer: usize,
        /// Head, from 0.
        head: usize,
        /// Position that looks.
        query: usize,
        /// Position that is looked at.
        key: usize,
    },
    /// A block of the flow.
    Block(usize),
    /// A part that opens in place.
    Part(OpenPart),
    /// A candidate for the next token, by id.
    Candidate(u32),
    /// What would be predicted at a position after some blocks.
    Prediction {
        /// Position.
        position: usize,
        /// How many blocks the stream has passed.
        depth: usize,
    },
    /// An order of the heads.
    Order(HeadOrder),
    /// A token of the vocabulary on the map, by id.
    Vocabulary(u32),
    /// A step of the training; `None` is the trained model.
    Step(Option<usize>),
    /// One number of the model.
    Number(Quantity),
}

/// Every view of the page.
pub const VIEWS: &[View] = &[
    flow::VIEW,
    heads::VIEW,
    attention::VIEW,
    attention::LINES,
    alignment::VIEW,
    cells::VIEW,
    objective::VIEW,
    prediction::VIEW,
    map::VIEW,
    arithmetic::VIEW,
    continuations::VIEW,
    surprise::VIEW,
    cache::VIEW,
    stages::VIEW,
    characters::VIEW,
    lens::VIEW,
    attribution::VIEW,
    neurons::VIEW,
    film::CURVE,
    film::SIDES,
];
