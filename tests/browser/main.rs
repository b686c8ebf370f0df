//! The built site in a real browser, as a person meets it.
//!
//! Each test has a browser of its own with an empty profile, and a server of its own. No test
//! depends on what the model says: what a number should be is asked of the program, with the
//! site's own model.

#![allow(clippy::unwrap_used, reason = "test code")]

mod access;
mod arithmetic;
mod engines;
mod explorer;
mod families;
mod film;
mod generating;
mod harness;
mod loading;
mod open;
mod open_refused;
mod panels;
mod program;
mod programs;
mod settings;
mod site;
mod taking;
mod typing;
mod values;
mod versions;
mod worker;
