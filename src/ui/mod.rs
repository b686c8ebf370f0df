//! The page: what it holds, what it draws, how it talks to the workers. Never burn.
//!
//! What computes geometry from numbers compiles everywhere and is tested natively; what touches
//! the browser compiles with the feature `page`.

pub mod components;
pub mod i18n;
pub mod views;

#[cfg(feature = "page")]
pub mod bridge;
pub mod shell;
pub mod state;
