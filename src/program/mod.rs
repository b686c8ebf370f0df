//! The native program `atlas`: the same engine as the page's, with files instead of a browser.

mod args;
mod clock;
mod eval;
mod failure;
mod generate;
mod glob;
mod model_folder;
mod tokenize;
mod trace;
mod train;
mod translate;
mod village;

pub use args::{Args, Command};
pub use failure::Failure;
pub use glob::glob_matches;

/// Runs one command of the program.
///
/// # Errors
/// One sentence for standard error; the exit code is then not 0.
pub fn run(args: Args) -> Result<(), Failure> {
    match args.command {
        Command::Tokenize(args) => tokenize::run(&args),
        Command::Trace(args) => trace::run(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Village(args) => village::run(&args),
    }
}
