//! The pinned build tools in `target/tools`, installed once.

use std::{env, ffi::OsString, path::PathBuf};

use crate::{failure::Result, process, root};

/// A build tool and the one version we use.
struct Tool {
    program: &'static str,
    package: &'static str,
    version: &'static str,
    options: &'static [&'static str],
    /// Of the profile it is compiled with.
    settings: &'static [(&'static str, &'static str)],
}

/// Sooner compiled, for a tool that mostly waits for others.
const QUICK: &[(&str, &str)] = &[
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"),
];

/// trunk 0.22 wants a newer Rust than ours. wasm-bindgen must equal the version in `Cargo.toml`;
/// the versions its own lock file names are not all to be had, so it is resolved afresh.
const TOOLS: [Tool; 2] = [
    Tool {
        program: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        version: "0.2.130",
        options: &[],
        settings: &[],
    },
    Tool {
        program: "trunk",
        package: "trunk",
        version: "0.21.14",
        options: &["--locked", "--no-default-features", "--features", "rustls"],
        settings: QUICK,
    },
];

/// Where the tools live.
pub fn folder() -> PathBuf {
    root().join("target").join("tools")
}

/// The search path with our tools first.
pub fn search_path() -> OsString {
    let others = env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder().join("bin")).chain(env::split_paths(&others));
    env::join_paths(all).unwrap_or(others)
}

/// Installs every tool that is missing or has another version.
///
/// # Errors
/// When an installation fails.
pub fn install() -> Result<()> {
    for tool in &TOOLS {
        if is_installed(tool) {
            continue;
        }
        let Tool {
            package, version, ..
        } = tool;
        eprintln!("{package} {version} is built once into target/tools; this takes a few minutes.");
        process::run(
            &format!("Installing {package} {version}"),
            "check the network connection and that a C compiler is installed (Debian: `apt-get install build-essential`), then run the command again.",
            process::cargo()
                .args([
                    "install",
                    package,
                    "--version",
                    version,
                    "--force",
                    "--root",
                ])
                .arg(folder())
                .arg("--target-dir")
                .arg(folder().join("build"))
                .args(tool.options)
                .envs(tool.settings.iter().copied())
                .env_remove("CARGO_TARGET_DIR"),
        )?;
    }
    // The objects are of no use once the programs are there.
    let _ = std::fs::remove_dir_all(folder().join("build"));
    Ok(())
}

fn is_installed(tool: &Tool) -> bool {
    let program = folder().join("bin").join(tool.program);
    let line = process::first_line(program, &["--version"]).unwrap_or_default();
    line.split_whitespace().nth(1) == Some(tool.version)
}
