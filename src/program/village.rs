//! `atlas village`

use serde_json::json;

use super::Failure;
use super::args::{LanguageArg, VillageArgs};
use super::model_folder::open_tokenizer;
use crate::village::{Language, Split, entropy, generate_story};

impl From<LanguageArg> for Language {
    fn from(language: LanguageArg) -> Language {
        match language {
            LanguageArg::En => Language::English,
            LanguageArg::Ko => Language::Korean,
        }
    }
}

/// Prints stories of the training split, or how much information they hold.
pub fn run(args: &VillageArgs) -> Result<(), Failure> {
    let language = Language::from(args.language);
    if args.entropy {
        return print_entropy(args, language);
    }
    for index in 0..args.count {
        let story = generate_story(language, args.seed, index, Split::Train);
        if args.json {
            let questions: Vec<_> = story
                .questions
                .iter()
                .map(|question| json!({ "question": question.text, "answer": question.answer }))
                .collect();
            println!(
                "{}",
                json!({ "text": story.text, "bits": story.bits, "questions": questions })
            );
        } else {
            println!("{}\n", story.text);
        }
    }
    Ok(())
}

fn print_entropy(args: &VillageArgs, language: Language) -> Result<(), Failure> {
    let measured = entropy(language, args.seed, args.count as usize, Split::Train);
    let tokens = match &args.model {
        Some(model) => {
            let tokenizer = open_tokenizer(model)?;
            let story = |index| generate_story(language, args.seed, index, Split::Train).text;
            // One more for the token that ends the story.
            Some(
                (0..args.count)
                    .map(|index| tokenizer.encode(&story(index)).len() + 1)
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
            "{} stories, {:.2} bits each",
            measured.stories,
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
