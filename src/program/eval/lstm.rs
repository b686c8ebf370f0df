//! A recurrent model: the decoder's own table, so that both stand side by side.

use super::next_token::{NextToken, measure, print_table, rows};
use super::print_json;
use crate::engine::Recurrent;
use crate::program::Failure;
use crate::program::args::EvalArgs;
use crate::program::model_folder::{open_recurrent, open_village_tokenizer};
use crate::tokenizer::ByteLevelBpe;

struct Village {
    model: Recurrent,
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
        self.model.config.n_positions
    }

    fn logits(&mut self, ids: &[u32], first: usize) -> Result<Vec<Vec<f32>>, Failure> {
        Ok(pollster::block_on(self.model.logits(ids, first))?)
    }
}

/// Measures and prints.
pub fn run(args: &EvalArgs) -> Result<(), Failure> {
    let model = open_recurrent(&args.model.model, args.device)?;
    let tokenizer = open_village_tokenizer(&args.model.model)?;
    let Some(end_of_text) = model.info().end_of_text else {
        return Err(super::not_of_the_village());
    };
    let mut model = Village {
        model,
        tokenizer,
        end_of_text,
    };
    let reports = measure(&mut model, args)?;
    if args.json {
        print_json(&reports)
    } else {
        print_table(&rows(&reports[0]), &rows(&reports[1]));
        Ok(())
    }
}
