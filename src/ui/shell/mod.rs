//! The page around the drawings: header, prompt, controls, sections, phone layout.
//!
//! Every part takes what it shows as properties and says what was done as an
//! [`Action`](crate::ui::state::Action). What a part shows is worked out by pure functions that
//! are tested natively ([`mirror`], [`sentences`], [`slider`]).

pub mod faults;
pub mod mirror;
pub mod models;
pub mod sentences;
pub mod slider;
pub mod suggestions;
pub mod way;
pub mod words;

#[cfg(feature = "page")]
mod app;
#[cfg(feature = "page")]
mod arithmetic;
#[cfg(feature = "page")]
mod attention_table;
#[cfg(feature = "page")]
mod badge;
#[cfg(feature = "page")]
mod browser;
#[cfg(feature = "page")]
mod candidates;
#[cfg(feature = "page")]
mod compare;
#[cfg(feature = "page")]
mod controls;
#[cfg(feature = "page")]
mod desktop;
#[cfg(feature = "page")]
mod figure;
#[cfg(feature = "page")]
mod head_grid;
#[cfg(feature = "page")]
mod header;
#[cfg(feature = "page")]
mod loading;
#[cfg(feature = "page")]
mod map_section;
#[cfg(feature = "page")]
mod menu;
#[cfg(feature = "page")]
mod model_switch;
#[cfg(feature = "page")]
mod open_dialog;
#[cfg(feature = "page")]
mod panel;
#[cfg(feature = "page")]
mod panel_controls;
#[cfg(feature = "page")]
mod phone;
#[cfg(feature = "page")]
mod prompt;
#[cfg(feature = "page")]
mod prompt_tokens;
#[cfg(feature = "page")]
mod say;
#[cfg(feature = "page")]
mod scene_view;
#[cfg(feature = "page")]
mod task;
#[cfg(feature = "page")]
mod token_table;
#[cfg(feature = "page")]
mod training;
#[cfg(feature = "page")]
mod why_draw;

#[cfg(feature = "page")]
pub use app::App;
