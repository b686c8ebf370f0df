//! The page's side of the workers: starting them, sending requests, hearing events.
//!
//! The reducer decides what is sent; this folder only carries it. What the browser says comes
//! back as [`Action`](crate::ui::state::Action)s.

mod adapter;
mod carrier;
mod downloads;
mod line;

pub use carrier::Bridge;
pub use downloads::{forget, forget_model, offers, take};
