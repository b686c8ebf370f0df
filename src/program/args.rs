//! The command line.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand, ValueEnum};

use crate::village::Slice;

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
    /// Cut a text into tokens.
    Tokenize(TokenizeArgs),
    /// Write all activations of one text to a safetensors file.
    Trace(TraceArgs),
    /// Let a model go on with a text.
    Generate(GenerateArgs),
    /// Train a model from a recipe.
    Train(TrainArgs),
    /// Measure a village model on what training never saw.
    Eval(EvalArgs),
    /// Tell stories of the village.
    Village(VillageArgs),
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

/// Which model.
#[derive(Debug, clap::Args)]
pub struct ModelArg {
    /// A model folder, or the name of a bundled model in $ATLAS_MODELS or www/models.
    #[arg(long)]
    pub model: PathBuf,
}

/// What the model reads.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct InputArgs {
    /// Text to read.
    #[arg(long)]
    pub text: Option<String>,
    /// Token ids to read, separated by commas.
    #[arg(long, value_delimiter = ',')]
    pub ids: Option<Vec<u32>>,
}

/// Arguments of `atlas tokenize`.
#[derive(Debug, clap::Args)]
pub struct TokenizeArgs {
    /// Which model.
    #[command(flatten)]
    pub model: ModelArg,
    /// Text to cut.
    #[arg(long)]
    pub text: String,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `atlas trace`.
#[derive(Debug, clap::Args)]
pub struct TraceArgs {
    /// Which model.
    #[command(flatten)]
    pub model: ModelArg,
    /// What it reads.
    #[command(flatten)]
    pub input: InputArgs,
    /// What an encoder-decoder has written of the translation.
    #[arg(long, conflicts_with = "target_ids")]
    pub target: Option<String>,
    /// The same as token ids, separated by commas, the start token first.
    #[arg(long, value_delimiter = ',')]
    pub target_ids: Option<Vec<u32>>,
    /// File to write.
    #[arg(long)]
    pub out: PathBuf,
    /// Only activations whose name matches; `*` stands for anything.
    #[arg(long)]
    pub only: Option<String>,
    /// Which device computes.
    #[arg(long, value_enum, default_value_t)]
    pub device: DeviceArg,
}

/// Arguments of `atlas generate`.
#[derive(Debug, clap::Args)]
pub struct GenerateArgs {
    /// Which model.
    #[command(flatten)]
    pub model: ModelArg,
    /// What it reads first.
    #[command(flatten)]
    pub input: InputArgs,
    /// How many tokens to add.
    #[arg(long)]
    pub max_new_tokens: usize,
    /// Always take the most likely token.
    #[arg(long, conflicts_with_all = ["temperature", "top_k", "top_p", "min_p", "seed"])]
    pub greedy: bool,
    /// Divides the logits.
    #[arg(long, default_value_t = 1.0)]
    pub temperature: f32,
    /// Draw from the K most likely tokens only.
    #[arg(long)]
    pub top_k: Option<usize>,
    /// Draw from the fewest tokens whose probabilities reach P only.
    #[arg(long)]
    pub top_p: Option<f32>,
    /// Draw from the tokens with at least this share of the most likely one's probability only.
    #[arg(long)]
    pub min_p: Option<f32>,
    /// Divide the positive logits of tokens that were there already, multiply the negative ones.
    #[arg(long, default_value_t = 1.0)]
    pub repetition_penalty: f32,
    /// Seed of the draws.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Stop after the token that ends a text.
    #[arg(long)]
    pub stop_at_eos: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// Which device computes.
    #[arg(long, value_enum, default_value_t)]
    pub device: DeviceArg,
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

/// Arguments of `atlas eval`.
#[derive(Debug, clap::Args)]
pub struct EvalArgs {
    /// Which model.
    #[command(flatten)]
    pub model: ModelArg,
    /// Held-out stories per language for the loss.
    #[arg(long, default_value_t = 500)]
    pub stories: u64,
    /// Sampled continuations per language.
    #[arg(long, default_value_t = 500)]
    pub samples: u64,
    /// Questions per language.
    #[arg(long, default_value_t = 500)]
    pub questions: u64,
    /// Measure every frame of this folder, the film of the model's training, and write into its
    /// index when the model could do what first.
    #[arg(long)]
    pub film: Option<PathBuf>,
    /// Seed of stories, samples and questions.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// Which device computes.
    #[arg(long, value_enum, default_value_t)]
    pub device: DeviceArg,
}

/// A language of the village.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LanguageArg {
    /// English.
    En,
    /// Korean.
    Ko,
}

/// A split of the village.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SplitArg {
    /// What models are trained on.
    #[default]
    Train,
    /// The same distribution, other content.
    Validation,
    /// Pairs of words that training never has in one sentence.
    HeldOutCombination,
    /// Sentence templates that training never has.
    HeldOutTemplate,
}

/// Arguments of `atlas village`.
#[derive(Debug, clap::Args)]
pub struct VillageArgs {
    /// Which language.
    #[arg(long, value_enum)]
    pub language: LanguageArg,
    /// Examples of this slice instead of stories.
    #[arg(long, value_parser = slice_parser())]
    pub slice: Option<Slice>,
    /// Which split.
    #[arg(long, value_enum, default_value_t)]
    pub split: SplitArg,
    /// Seed of the stories.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Number of stories.
    #[arg(long, default_value_t = 1)]
    pub count: u64,
    /// Instead of the stories, print how many bits their choices took.
    #[arg(long)]
    pub entropy: bool,
    /// With --entropy: bits per token of this model's tokenizer too.
    #[arg(long)]
    pub model: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Reads the name of a slice; the help lists them with what they are.
fn slice_parser() -> impl TypedValueParser<Value = Slice> {
    let names = Slice::ALL
        .iter()
        .map(|slice| PossibleValue::new(slice.name()).help(slice.description()));
    PossibleValuesParser::new(names)
        .try_map(|name| Slice::from_name(&name).ok_or("there is no such slice"))
}
