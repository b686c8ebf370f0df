//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Look inside a language model from the command line.
#[derive(Debug, Parser)]
#[command(name = "atlas", version)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train a model from a recipe.
    Train(TrainArgs),
}

/// Which device computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DeviceArg {
    /// The processor.
    #[default]
    Cpu,
    /// The graphics card, through Vulkan or Metal (needs a build with `--features gpu`).
    Gpu,
}

/// Arguments of `atlas train`.
#[derive(Debug, clap::Args)]
pub struct TrainArgs {
    /// The recipe, a JSON file.
    #[arg(long)]
    pub recipe: PathBuf,
    /// Folder for checkpoints, metrics and, at the end, the model.
    #[arg(long)]
    pub out: PathBuf,
    /// Go on from the newest checkpoint in the folder.
    #[arg(long)]
    pub resume: bool,
    /// Which device computes.
    #[arg(long, value_enum, default_value_t)]
    pub device: DeviceArg,
    /// Stop with a checkpoint after this many minutes.
    #[arg(long)]
    pub minutes: Option<f64>,
}
