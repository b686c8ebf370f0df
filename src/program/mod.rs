//! The native program `atlas`: the same engine as the page's, with files instead of a browser.

mod args;
mod clock;
mod failure;
mod model_folder;
mod train;

pub use args::{Args, Command};
pub use failure::Failure;

/// Runs one command of the program.
///
/// # Errors
/// One sentence for standard error; the exit code is then not 0.
pub fn run(args: Args) -> Result<(), Failure> {
    match args.command {
        Command::Train(args) => train::run(&args),
    }
}
