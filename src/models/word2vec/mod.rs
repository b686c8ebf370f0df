//! word2vec: one vector per word, learned from the company it keeps.
//!
//! Source: Mikolov et al. 2013, "Efficient Estimation of Word Representations in Vector Space",
//! <https://arxiv.org/abs/1301.3781>.

mod config;
mod text_format;
mod vectors;

pub use config::Word2VecConfig;
pub use text_format::{TextFormatError, read_text_format, write_text_format};
pub use vectors::WordVectors;
