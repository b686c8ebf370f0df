//! A decoder: what it knows of held-out stories, and what each of its heads does.

use serde::Serialize;

use super::next_token::{NextToken, Report, measure, print_table, rows};
use super::{not_of_the_village, print_json};
use crate::engine::Session;
use crate::program::Failure;
use crate::program::args::EvalArgs;
use crate::program::model_folder::{open, open_village_tokenizer};
use crate::protocol::{Activation, Finding, HeadCharacter, Inspection, TraceSpec};
use crate::tokenizer::ByteLevelBpe;

/// Random sequences on which the heads are measured, and tokens in each half of one.
pub(super) const SEQUENCES: usize = 32;
const HALF: usize = 32;

/// Everything measured.
#[derive(Debug, Serialize)]
struct All {
    languages: [Report; 2],
    heads: Vec<Head>,
}

/// What one head does on random tokens said twice.
#[derive(Debug, Serialize)]
struct Head {
    layer: usize,
    head: usize,
    induction: f32,
    previous_token: f32,
}

struct Village {
    session: Session,
    tokenizer: ByteLevelBpe,
    end_of_text: u32,
}

impl NextToken for Village {
    fn tokenizer(&self) -> &ByteLevelBpe {
        &self.tokenizer
    }

    fn end_of_text(&self) -> u32 {
        self.end_of_text
    }

    fn n_ctx(&self) -> usize {
        self.session.info().n_ctx
    }

    fn logits(&mut self, ids: &[u32], first: usize) -> Result<Vec<Vec<f32>>, Failure> {
        let spec: TraceSpec = [Activation::Logits].into_iter().collect();
        let run = self.session.run("", ids, &spec, first, &|| 0.0);
        let update = pollster::block_on(run)?;
        let skip = first - update.first_position;
        let rows = update.rows.into_iter().next().map(|(_, rows)| rows);
        let rows = rows.unwrap_or_default();
        Ok(rows.iter().skip(skip).map(<[f32]>::to_vec).collect())
    }
}

/// Measures and prints.
pub fn run(args: &EvalArgs) -> Result<(), Failure> {
    let session = open(&args.model.model, args.device)?;
    let tokenizer = open_village_tokenizer(&args.model.model)?;
    let Some(end_of_text) = session.info().end_of_text else {
        return Err(not_of_the_village());
    };
    let mut village = Village {
        session,
        tokenizer,
        end_of_text,
    };
    let heads = heads(&mut village.session, args.seed)?;
    let all = All {
        languages: measure(&mut village, args)?,
        heads,
    };
    if args.json {
        return print_json(&all);
    }
    print_table(&rows(&all.languages[0]), &rows(&all.languages[1]));
    println!("\n| head | induction score | previous-token score |\n|---|---|---|");
    for head in &all.heads {
        println!(
            "| {}.{} | {:.3} | {:.3} |",
            head.layer, head.head, head.induction, head.previous_token
        );
    }
    Ok(())
}

/// The head with the best induction score, as block and head, and its score.
pub(super) fn best_induction(
    session: &mut Session,
    seed: u64,
) -> Result<((usize, usize), f32), Failure> {
    let scores = heads(session, seed)?.into_iter();
    let scores = scores.map(|head| ((head.layer, head.head), head.induction));
    let best = scores.reduce(|best, other| if other.1 > best.1 { other } else { best });
    Ok(best.unwrap_or_default())
}

/// The scores of every head, block by block.
fn heads(session: &mut Session, seed: u64) -> Result<Vec<Head>, Failure> {
    let asked = Inspection::HeadCharacters {
        sequences: SEQUENCES,
        half: HALF.min(session.info().n_ctx / 2),
        seed,
    };
    let found = pollster::block_on(session.inspect("", &[], &asked))?;
    let characters: Vec<HeadCharacter> = match found {
        Finding::HeadCharacters(characters) => characters,
        _ => Vec::new(),
    };
    let n_heads = session.info().n_heads;
    let numbered = characters.into_iter().enumerate();
    Ok(numbered
        .map(|(index, character)| Head {
            layer: index / n_heads,
            head: index % n_heads,
            induction: character.induction,
            previous_token: character.previous_token,
        })
        .collect())
}
