//! Running other programs, with what they print going straight to the person.

use std::{
    ffi::OsStr,
    io,
    process::{Command, Stdio},
};

use crate::failure::{Failure, Result};

/// Runs `command` to its end, its output in sight.
///
/// # Errors
/// [`Failure::MissingProgram`] when there is no such program, [`Failure::Step`] when it fails.
pub fn run(step: &str, advice: &'static str, command: &mut Command) -> Result<()> {
    eprintln!("==> {step}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Failure::Step {
            step: step.to_string(),
            advice,
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(missing(command, advice)),
        Err(source) => Err(Failure::File {
            path: command.get_program().into(),
            source,
        }),
    }
}

/// The first line a program prints, for example its version; `None` when it does not run.
pub fn first_line(program: impl AsRef<OsStr>, args: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(args)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    output
        .status
        .success()
        .then(|| text.lines().next().unwrap_or_default().trim().to_string())
}

/// `cargo` as the person's toolchain file names it, run in the root of the repository.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::root());
    command
}

fn missing(command: &Command, advice: &'static str) -> Failure {
    Failure::MissingProgram {
        program: command.get_program().to_string_lossy().into_owned(),
        advice,
    }
}
