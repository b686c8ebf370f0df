//! The built site in a real browser, as a person meets it.
//!
//! Each test has a browser of its own with an empty profile, and a server of its own.

#![allow(clippy::unwrap_used, reason = "test code")]

mod harness;
mod loading;
mod site;
mod versions;
mod worker;
