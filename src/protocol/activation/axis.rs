//! What the numbers of an activation run over.

/// What one axis of an activation runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Axis {
    /// Position in the sequence.
    Pos,
    /// Position that looks (the row of an attention pattern).
    Query,
    /// Position that is looked at (the column of an attention pattern).
    Key,
    /// Position in the text an encoder read, looked at by a decoder.
    Source,
    /// Attention head.
    Head,
    /// Dimension of the residual stream.
    DModel,
    /// Dimension of one head's query, key or value.
    DHead,
    /// Neuron of the MLP's hidden layer.
    DMlp,
    /// Dimension of a recurrent cell's state.
    DHidden,
    /// Bucket of distances, for a bias that says where another token is.
    Bucket,
    /// Token id.
    Vocab,
}
