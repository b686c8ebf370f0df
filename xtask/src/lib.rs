//! What builds, serves and tests the site; `cargo xtask help` lists the commands.
//!
//! The browser tests use [`server`] and [`browser`] too, so that a test sees what a person sees.

pub mod bench;
pub mod browser;
pub mod checks;
pub mod driver;
pub mod failure;
pub mod lean;
pub mod parts;
pub mod process;
pub mod server;
pub mod short_names;
pub mod site;
pub mod table;
pub mod tools;
pub mod version;

use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_path_buf)
        .unwrap_or_default()
}

/// The built site.
pub fn dist() -> PathBuf {
    root().join("dist")
}
