//! Drives a real Chromium by the Chrome DevTools Protocol: for the browser tests and the benchmark.
//!
//! The protocol goes through a pipe, so no port is opened and the browser ends with us.
//! Everything here panics with a sentence when the browser does not do what is asked: it is test code.

mod connection;
mod input;
mod page;
mod session;

pub use connection::Connection;
pub use page::{Page, View};
pub use session::Browser;
