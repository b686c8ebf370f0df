//! Models of other families: parts missing, shared or side by side.

use super::super::fixture::Fixture;
use super::super::{OpenPart, VIEWS, ViewInput};
use super::PARTS;
use super::checks::{check_inside, check_sources, only};
use crate::protocol::{Activation, Architecture, Block, Positions, Trace};
use crate::sampling::Distribution;
use crate::ui::i18n::Language;

/// Decoders of other families: without positions of their own, with shared keys, a gate, attention
/// and MLP side by side.
fn other_decoders() -> [Block; 2] {
    let positions = || Positions::Rotary {
        frequencies: vec![1.0, 0.1, 0.01, 0.001],
    };
    let llama = Block {
        is_rms_norm: true,
        positions: positions(),
        group_size: 2,
        is_gated: true,
        has_attention_bias: false,
        has_mlp_bias: false,
        ..Block::default()
    };
    let neox = Block {
        positions: positions(),
        is_parallel: true,
        is_tied: false,
        ..Block::default()
    };
    [llama, neox]
}

#[test]
fn every_view_draws_decoders_of_other_families() {
    for (block, part) in other_decoders().into_iter().flat_map(with_every_part) {
        let mut fixture = Fixture::new(9, 4, 4, Language::En).with_block(block);
        fixture.focus.open = part;
        fixture.find();
        let all = fixture.model.activations();
        assert!(!all.contains(&Activation::PosEmbed));
        for view in VIEWS {
            let spec = view.needs(&fixture.model, &fixture.focus);
            let asks_for_what_there_is = spec.0.iter().all(|activation| all.contains(activation));
            assert!(asks_for_what_there_is, "{}", view.name);
            let full = view.scene(&fixture.input(1090.0, 414.0));
            let is_drawn = !full.marks.is_empty() || full.backdrop.is_some();
            assert!(is_drawn, "{} {part:?}", view.name);
            // Where the numbers of a computation are from is held by the tests of `derivation`.
            if view.name != "arithmetic" {
                check_sources(&full, &fixture.trace, view.name);
            }
            assert!(view.words(&fixture.input(660.0, 300.0)).len() > 8);
            let whole = fixture.trace.clone();
            let kept: Vec<Activation> = spec.0.iter().copied().collect();
            fixture.trace = only(&whole, &kept, Trace::of(&fixture.model));
            let part_only = view.scene(&fixture.input(1090.0, 414.0));
            assert_eq!(full, part_only, "{} {part:?}", view.name);
            fixture.trace = whole;
        }
    }
}

/// A model without a head predicts nothing; everything else is drawn.
#[test]
fn every_view_draws_a_model_without_a_head() {
    let block = Block {
        is_post_norm: true,
        is_headless: true,
        ..Block::default()
    };
    for (block, part) in with_every_part(block) {
        let size = (3, 4);
        let mut fixture = Fixture::of(Architecture::Encoder, 9, size, Language::En);
        fixture = fixture.with_block(block);
        fixture.focus.open = part;
        fixture.distribution = Distribution::default();
        fixture.surprises.clear();
        for view in VIEWS {
            let input = ViewInput {
                draw: None,
                ..fixture.input(1090.0, 414.0)
            };
            let scene = view.scene(&input);
            check_inside(&scene, view.name);
            check_sources(&scene, &fixture.trace, view.name);
            assert!(view.words(&input).len() > 8, "{}", view.name);
        }
    }
}

fn with_every_part(block: Block) -> impl Iterator<Item = (Block, OpenPart)> {
    PARTS.into_iter().map(move |part| (block.clone(), part))
}
