//! What an attention pattern is like, as numbers: pure functions on its rows.
//!
//! The page measures the text on screen with them, the engine a sample of random sequences. A
//! pattern is a list of rows, one per query; row `q` begins with the weights on the keys `0..=q`
//! and may go on with the zeros of a square matrix.
//!
//! Deliberately absent: averages over layers or texts; those are the caller's.

mod alignment;
mod character;
mod rollout;
mod value_weighted;
mod words;

pub use alignment::{diagonal_links, merge_words_across, spaced_word_ranges, strongest_links};
pub use character::{
    distance, entropy_bits, head_character, induction, induction_key, previous_token, row_distance,
    row_entropy_bits,
};
pub use rollout::{attention_rollout, mean_over_heads};
pub use value_weighted::{norm, value_weighted};
pub use words::{merge_words, word_ranges};
