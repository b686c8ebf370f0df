//! Why a command stopped, as one sentence that says what to do.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

/// Why a command stopped.
#[derive(Debug)]
pub enum Failure {
    /// A file could not be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A program is not installed.
    MissingProgram {
        /// Its name.
        program: String,
        /// What to do.
        advice: &'static str,
    },
    /// A step ran and failed; its own output stands above.
    Step {
        /// What was being done.
        step: String,
        /// What to do.
        advice: &'static str,
    },
    /// No browser was found and none could be installed.
    NoBrowser {
        /// What to do.
        advice: &'static str,
    },
    /// A port is in use.
    PortInUse {
        /// The port.
        port: u16,
    },
    /// The command line makes no sense.
    Usage {
        /// What was given.
        given: String,
    },
    /// The site lacks something it must have.
    Site {
        /// What it lacks.
        problem: String,
    },
}

/// A result with a [`Failure`].
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// An error of the system about `path`.
    pub fn file(path: &Path) -> impl FnOnce(io::Error) -> Failure + '_ {
        |source| Failure::File {
            path: path.to_path_buf(),
            source,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::File { path, source } => {
                write!(
                    f,
                    "{} could not be read or written ({source}): check its rights and the free space.",
                    path.display()
                )
            }
            Failure::MissingProgram { program, advice } => {
                write!(f, "`{program}` is not installed: {advice}")
            }
            Failure::Step { step, advice } => write!(f, "{step} failed: {advice}"),
            Failure::NoBrowser { advice } => write!(f, "No Chromium or Chrome was found: {advice}"),
            Failure::PortInUse { port } => {
                write!(
                    f,
                    "Port {port} is in use: stop what uses it or choose another with `--port`."
                )
            }
            Failure::Usage { given } => write!(
                f,
                "`{given}` is not a command: `cargo xtask help` lists them."
            ),
            Failure::Site { problem } => write!(f, "{problem}"),
        }
    }
}

impl std::error::Error for Failure {}
