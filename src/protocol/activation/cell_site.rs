//! The places inside one layer of a recurrent model.

/// What one layer of a recurrent model computes at each step `[pos, d_hidden]`.
///
/// Source: Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CellSite {
    /// How much of the candidate is let in, 0 to 1.
    InputGate,
    /// How much of the cell is kept, 0 to 1.
    ForgetGate,
    /// What could be added to the cell, -1 to 1.
    Candidate,
    /// How much of the cell is shown, 0 to 1.
    OutputGate,
    /// The cell: what is carried from step to step.
    Cell,
    /// The hidden state: what the next layer and the next step see.
    #[default]
    Hidden,
}

impl CellSite {
    /// Those that are made of what a step reads and of the state before it, each with matrices of
    /// its own: three gates and the candidate, in the order in which PyTorch stacks them.
    pub const GATES: [CellSite; 4] = [
        CellSite::InputGate,
        CellSite::ForgetGate,
        CellSite::Candidate,
        CellSite::OutputGate,
    ];

    /// All of them in the order in which a layer computes them.
    pub const ALL: [CellSite; 6] = [
        CellSite::InputGate,
        CellSite::ForgetGate,
        CellSite::Candidate,
        CellSite::OutputGate,
        CellSite::Cell,
        CellSite::Hidden,
    ];

    /// The part of the name behind `cells.{l}.`.
    pub fn name(self) -> &'static str {
        match self {
            CellSite::InputGate => "gates.input",
            CellSite::ForgetGate => "gates.forget",
            CellSite::Candidate => "gates.candidate",
            CellSite::OutputGate => "gates.output",
            CellSite::Cell => "cell",
            CellSite::Hidden => "hidden",
        }
    }

    /// The letter it is written with.
    pub fn letter(self) -> &'static str {
        match self {
            CellSite::InputGate => "i",
            CellSite::ForgetGate => "f",
            CellSite::Candidate => "g",
            CellSite::OutputGate => "o",
            CellSite::Cell => "c",
            CellSite::Hidden => "h",
        }
    }
}
