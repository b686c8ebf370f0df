//! What the page holds: one state, one reducer, one table of what lives in the URL.
//!
//! [`reduce`] is the only place where the state changes. What has to happen outside (a message to
//! a worker, a line in the address bar, a download) comes back as [`Effect`]s, so that everything
//! here runs natively under test.
//!
//! The text: `State::text` was typed, `State::generation` are the ids drawn or chosen after it.
//! The box shows both (see [`TextBox`]). Any edit in the box makes the whole box typed text and
//! forgets the ids; only Step, a chosen candidate and Undo work on ids.

mod accompany;
mod action;
mod blanks;
mod companion;
mod dress;
mod engines;
mod export;
mod film;
mod generate;
mod heads;
mod hear;
mod inquire;
mod inspect;
mod model_lost;
mod models;
mod next;
mod opening;
mod parameters;
mod prepared;
mod reduce;
mod run;
mod shared;
mod store;
mod surprises;
mod take_away;
mod text;
mod url;

#[cfg(test)]
mod tests;

pub use action::{Action, Effect, Storage};
pub use companion::{COMPARISON, Companion, compared_views};
pub use dress::{Theme, TypeSize};
pub use engines::{Engine, EngineStatus, Engines, Ran};
pub use export::{export_json, export_spec};
pub use film::{FilmAction, Projector};
pub use inspect::Inspections;
pub use models::{ModelAction, Offer, Shelf};
pub use next::{Next, Sampling, SamplingChange};
pub use opening::{OpenAction, Opening, Origin, Picked};
pub use prepared::{BLANK, prepared_for, prepared_text};
pub use reduce::reduce;
pub use run::needed_spec;
pub use shared::Shared;
pub use store::{Notice, Play, Preferences, State};
pub use surprises::Surprises;
pub use take_away::{Body, Format};
pub use text::{TextBox, common_prefix};
pub use url::decode_query;
