//! Every check a change must pass, in the order in which they fail soonest.

use std::process::Command;

use crate::{browser, failure::Result, parts::PARTS, process, site};

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
    process::run(
        "Checking the program, its tests and xtask",
        "correct what the messages above name.",
        process::cargo().args([
            "clippy",
            "--release",
            "--locked",
            "--package=llm-atlas",
            "--package=kernels",
            "--package=xtask",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    PARTS[0].cargo("Checking", &["clippy"], &["--", "-D", "warnings"])?;
    // The engines' few lines of their own are compiled by the build below, warnings and all;
    // linting them too would check burn a second time, for the browser.
    site::build_if_stale()?;
    process::run(
        "Running the tests",
        "the names of the failed tests stand above.",
        tests().env(browser::VARIABLE, browser),
    )
}

/// Unit tests, doctests, tests across folders and the browser tests. The processor's engine is a
/// package without tests, whose features would leave out most of the library.
fn tests() -> Command {
    let mut command = process::cargo();
    command.args([
        "test",
        "--release",
        "--locked",
        "--package=llm-atlas",
        "--package=kernels",
        "--package=xtask",
        "--no-fail-fast",
    ]);
    command
}
