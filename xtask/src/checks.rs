//! Every check a change must pass, in the order in which they fail soonest.

use std::process::Command;

use crate::{browser, failure::Result, process, site};

/// The parts of the crate, each with the features and the target it is built with.
const PARTS: [(&str, &[&str]); 4] = [
    (
        "the program, its tests and xtask",
        &["--workspace", "--all-targets"],
    ),
    (
        "the page",
        &[
            "--bin=app",
            "--no-default-features",
            "--features=page",
            "--target=wasm32-unknown-unknown",
        ],
    ),
    (
        "the processor engine",
        &[
            "--bin=worker_cpu",
            "--no-default-features",
            "--features=worker,cpu",
            "--target=wasm32-unknown-unknown",
        ],
    ),
    (
        "the WebGPU engine",
        &[
            "--bin=worker_gpu",
            "--no-default-features",
            "--features=worker,gpu",
            "--target=wasm32-unknown-unknown",
        ],
    ),
];

/// Checks form and lints, builds the site if it is stale, and runs every test, the browser's too.
///
/// # Errors
/// The first check that fails.
pub fn run() -> Result<()> {
    let browser = browser::find_or_install()?;
    process::run(
        "Checking the form",
        "run `cargo fmt --all`.",
        process::cargo().args(["fmt", "--all", "--check"]),
    )?;
    for (part, arguments) in PARTS {
        process::run(
            &format!("Checking {part}"),
            "correct what the messages above name.",
            process::cargo()
                .args(["clippy", "--locked"])
                .args(arguments)
                .args(["--", "-D", "warnings"]),
        )?;
    }
    site::build_if_stale()?;
    process::run(
        "Running the tests",
        "the names of the failed tests stand above.",
        tests().env(browser::VARIABLE, browser),
    )
}

/// Unit tests, doctests, tests across folders and the browser tests, of every package.
fn tests() -> Command {
    let mut command = process::cargo();
    command.args([
        "test",
        "--release",
        "--locked",
        "--workspace",
        "--no-fail-fast",
    ]);
    command
}
