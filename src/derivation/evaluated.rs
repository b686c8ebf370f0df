//! What an operation comes to: its terms, the numbers on the way and the result.

use super::quantity::Quantity;

/// A number that takes part, and its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    /// Which number.
    pub quantity: Quantity,
    /// Its value, as the engine computed or learned it.
    pub value: f32,
}

/// One of the terms that are added up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// What it is made of.
    pub left: Factor,
    /// What that is multiplied by, if it is a product.
    pub right: Option<Factor>,
    /// What it adds: the product, the exponential, the squared distance from the mean.
    pub product: f64,
}

/// What a line of the computation is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// All terms together.
    Sum,
    /// What is added to it.
    Bias,
    /// Divided by the root of this.
    Root(usize),
    /// What the mask adds: 0 or minus infinity.
    Mask,
    /// The largest number of the row, taken off every one.
    Largest,
    /// What the row was divided by first.
    Temperature,
    /// The exponential of the number itself.
    Exponential,
    /// The exponentials of the whole row together.
    Normaliser,
    /// Mean of the vector.
    Mean,
    /// Mean squared distance from it.
    Variance,
    /// Mean of the squares, where no mean is taken off.
    MeanSquare,
    /// `(x - mean) / sqrt(variance + epsilon)`
    Normalised,
    /// What that is multiplied by.
    Gain,
    /// The share that passes the bend.
    Gate,
    /// The number after the bend.
    Bent,
    /// What that is multiplied by: how much of it is shown.
    Shown,
    /// What a gate makes of what its layer reads now.
    Now,
    /// What a gate makes of the state a step before.
    Before,
    /// What is kept of the cell a step before.
    Kept,
    /// What is let into the cell.
    LetIn,
    /// What is then multiplied by, behind a gate.
    Times,
    /// The number before its pair is turned.
    Unturned,
    /// The other number of the pair.
    Partner,
    /// By how many radians the pair is turned.
    Angle,
}

/// A number on the way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// What it is.
    pub step: Step,
    /// Its value.
    pub value: f64,
    /// Its name, if it can be opened.
    pub quantity: Option<Quantity>,
}

/// An operation with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluated {
    /// What is added up, in the order of the vectors.
    pub terms: Vec<Term>,
    /// The numbers on the way, in order.
    pub lines: Vec<Line>,
    /// The result.
    pub value: f64,
    /// The same as the engine has it; `None` for what it does not hold.
    pub engine: Option<f32>,
}
