//! High-dimensional vectors on the plane, and who is near whom.
//!
//! [`Pca`] finds the directions of largest variance; [`nearest`] compares in the
//! full space, because nearness on a plane is not nearness in the model.
//!
//! Deliberately absent: t-SNE and UMAP, whose pictures depend on a seed.

mod collapsed;
mod error;
mod nearest;
mod pca;
mod symmetric_eigen;

pub use collapsed::collapsed;
pub use error::ProjectionError;
pub use nearest::{Directions, Metric, Neighbor, nearest};
pub use pca::Pca;

#[cfg(test)]
mod tests;
