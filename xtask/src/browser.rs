//! Finding a Chromium or Chrome, and installing one where the system's package manager allows.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    failure::{Failure, Result},
    process,
};

/// The variable that names the browser to use.
pub const VARIABLE: &str = "ATLAS_BROWSER";

const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];
const MAC_APPLICATIONS: [&str; 2] = [
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
];

/// The browser: the one `ATLAS_BROWSER` names, else the first that is installed.
pub fn find() -> Option<PathBuf> {
    if let Some(named) = env::var_os(VARIABLE) {
        return Some(PathBuf::from(named));
    }
    let search_path = env::var_os("PATH").unwrap_or_default();
    let on_path =
        env::split_paths(&search_path).flat_map(|folder| NAMES.map(|name| folder.join(name)));
    let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let folders = [PathBuf::from("/Applications"), home.join("Applications")];
    let on_mac = folders
        .iter()
        .flat_map(|folder| MAC_APPLICATIONS.map(|name| folder.join(name)));
    on_path.chain(on_mac).find(|path| path.is_file())
}

/// The browser, installed first if there is none.
///
/// # Errors
/// [`Failure::NoBrowser`] with what to do.
pub fn find_or_install() -> Result<PathBuf> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    if Path::new("/usr/bin/apt-get").exists() {
        install_by_apt()?;
    } else if process::first_line("brew", &["--version"]).is_some() {
        let advice = "install Google Chrome from its site, then run the command again.";
        process::run(
            "Installing Google Chrome",
            advice,
            Command::new("brew").args(["install", "--cask", "google-chrome"]),
        )?;
    }
    find().ok_or(Failure::NoBrowser {
        advice: "install Chromium or Google Chrome, or name one in ATLAS_BROWSER, then run the command again.",
    })
}

/// As root, or by a sudo that asks for no password.
fn install_by_apt() -> Result<()> {
    let is_root = process::first_line("id", &["-u"]).as_deref() == Some("0");
    if !is_root && process::first_line("sudo", &["-n", "true"]).is_none() {
        return Err(Failure::NoBrowser {
            advice: "run `sudo apt-get install chromium fonts-noto-cjk`, then run the command again.",
        });
    }
    for arguments in [
        &["update"][..],
        &[
            "install",
            "-y",
            "--no-install-recommends",
            "chromium",
            "fonts-noto-cjk",
        ],
    ] {
        let mut command = Command::new(if is_root { "apt-get" } else { "sudo" });
        if !is_root {
            command.args(["-n", "apt-get"]);
        }
        let advice =
            "run `apt-get install chromium fonts-noto-cjk` yourself, then run the command again.";
        process::run(
            "Installing Chromium",
            advice,
            command
                .args(arguments)
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )?;
    }
    Ok(())
}
