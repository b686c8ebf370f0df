//! `atlas village`

use clap::ValueEnum;
use serde_json::{Value, json};

use super::Failure;
use super::args::{LanguageArg, SplitArg, VillageArgs};
use super::model_folder::open_village_tokenizer;
use crate::village::{
    Entropy, Example, Language, Slice, Split, Story, entropy, generate_example, generate_story,
    slice_entropy,
};

impl From<LanguageArg> for Language {
    fn from(language: LanguageArg) -> Language {
        match language {
            LanguageArg::En => Language::English,
            LanguageArg::Ko => Language::Korean,
        }
    }
}

impl From<SplitArg> for Split {
    fn from(split: SplitArg) -> Split {
        match split {
            SplitArg::Train => Split::Train,
            SplitArg::Validation => Split::Validation,
            SplitArg::HeldOutCombination => Split::HeldOutCombination,
            SplitArg::HeldOutTemplate => Split::HeldOutTemplate,
        }
    }
}

/// What is printed: stories, or examples of a slice.
enum Told {
    Story(Box<Story>),
    Example(Box<Example>),
}

impl Told {
    fn text(&self) -> &str {
        match self {
            Self::Story(story) => &story.text,
            Self::Example(example) => &example.text,
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Story(story) => {
                let questions: Vec<_> = story
                    .questions
                    .iter()
                    .map(|question| json!({ "question": question.text, "answer": question.answer }))
                    .collect();
                json!({ "text": story.text, "bits": story.bits, "questions": questions })
            }
            Self::Example(example) => json!(example),
        }
    }
}

fn tell(args: &VillageArgs, index: u64) -> Told {
    let (language, split) = (Language::from(args.language), Split::from(args.split));
    match args.slice {
        None => Told::Story(Box::new(generate_story(language, args.seed, index, split))),
        Some(slice) => Told::Example(Box::new(generate_example(
            slice, language, args.seed, index, split,
        ))),
    }
}

/// Prints stories or examples of a slice, or how much information they hold.
pub fn run(args: &VillageArgs) -> Result<(), Failure> {
    if let Some(slice) = args.slice {
        check_split(slice, args.split)?;
    }
    if args.entropy {
        return print_entropy(args);
    }
    for index in 0..args.count {
        let told = tell(args, index);
        if args.json {
            println!("{}", told.to_json());
        } else {
            println!("{}\n", told.text());
        }
    }
    Ok(())
}

fn check_split(slice: Slice, split: SplitArg) -> Result<(), Failure> {
    if slice.splits().contains(&Split::from(split)) {
        return Ok(());
    }
    let has: Vec<String> = SplitArg::value_variants()
        .iter()
        .filter(|&&split| slice.splits().contains(&Split::from(split)))
        .filter_map(|split| Some(split.to_possible_value()?.get_name().to_string()))
        .collect();
    Err(Failure::Arguments(format!(
        "the slice `{}` has no such split: choose one of {}",
        slice.name(),
        has.join(", ")
    )))
}

fn measure(args: &VillageArgs) -> Entropy {
    let (language, split) = (Language::from(args.language), Split::from(args.split));
    let count = args.count as usize;
    match args.slice {
        None => entropy(language, args.seed, count, split),
        Some(slice) => slice_entropy(slice, language, args.seed, count, split),
    }
}

fn print_entropy(args: &VillageArgs) -> Result<(), Failure> {
    let measured = measure(args);
    let tokens = match &args.model {
        Some(model) => {
            let tokenizer = open_village_tokenizer(model)?;
            // One more for the token that ends the story.
            Some(
                (0..args.count)
                    .map(|index| tokenizer.encode(tell(args, index).text()).len() + 1)
                    .sum::<usize>(),
            )
        }
        None => None,
    };
    let bits_per_token = tokens.map(|tokens| measured.bits / tokens as f64);
    if args.json {
        println!(
            "{}",
            json!({
                "stories": measured.stories,
                "bits_per_story": measured.bits_per_story(),
                "bits_per_byte": measured.bits / measured.bytes as f64,
                "words": measured.words,
                "sentences": measured.sentences,
                "tokens": tokens,
                "bits_per_token": bits_per_token,
            })
        );
    } else {
        println!(
            "{} {}, {:.2} bits each",
            measured.stories,
            if args.slice.is_some() {
                "examples"
            } else {
                "stories"
            },
            measured.bits_per_story()
        );
        println!("{:.3} bits per byte", measured.bits / measured.bytes as f64);
        if let Some(bits) = bits_per_token {
            println!(
                "{bits:.4} bits per token, {:.4} nats per token",
                bits * std::f64::consts::LN_2
            );
        }
    }
    Ok(())
}
