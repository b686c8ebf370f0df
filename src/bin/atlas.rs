//! The native program.

use std::process::ExitCode;

use clap::Parser;
use llm_atlas::program::{Args, run};

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("atlas: {failure}");
            ExitCode::FAILURE
        }
    }
}
