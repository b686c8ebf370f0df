//! Every registered view, drawn for short and long texts in both languages.

mod checks;
mod kinds;
mod other_decoders;
mod snapshots;

use crate::protocol::{Activation, Architecture, Attention, CellSite, Trace};
use crate::ui::components::svg::svg;
use crate::ui::i18n::Language;

use self::checks::{check_inside, check_sources, only};
use super::fixture::Fixture;
use super::{FIRST_PANELS, HeadOrder, Measure, OpenPart, Target, VIEWS};

const SIZES: [usize; 5] = [0, 1, 2, 9, 64];
const PARTS: [OpenPart; 6] = [
    OpenPart::Embedding,
    OpenPart::Attention,
    OpenPart::Lines,
    OpenPart::Mlp,
    OpenPart::Logits,
    OpenPart::None,
];

const OTHERS: [Architecture; 3] = [
    Architecture::Encoder,
    Architecture::EncoderDecoder,
    Architecture::Recurrent,
];

/// Every kind of model with every attention it has.
const KINDS: [(Architecture, Attention); 6] = [
    (Architecture::Decoder, Attention::Own),
    (Architecture::Encoder, Attention::Own),
    (Architecture::EncoderDecoder, Attention::Cross),
    (Architecture::EncoderDecoder, Attention::Source),
    (Architecture::EncoderDecoder, Attention::Target),
    (Architecture::Recurrent, Attention::Own),
];

fn fixtures() -> Vec<Fixture> {
    let mut all = Vec::new();
    for language in [Language::En, Language::Ko] {
        all.extend(SIZES.map(|n| Fixture::new(n, 4, 4, language)));
        all.extend([3, 12].map(|blocks| Fixture::new(9, blocks, blocks, language)));
        for kind in OTHERS {
            all.extend(SIZES.map(|n| Fixture::of(kind, n, (3, 4), language)));
        }
    }
    all
}

#[test]
fn every_view_draws_inside_its_box_and_states_its_sources() {
    for mut fixture in fixtures() {
        for part in PARTS {
            fixture.focus.open = part;
            // The first time without answers, then with them.
            if part == PARTS[1] {
                fixture.find();
            }
            for view in VIEWS {
                for (width, height) in [(1090.0, 414.0), (358.0, 420.0)] {
                    let input = fixture.input(width, height);
                    let what = format!(
                        "{} {:?} {part:?} {width} {} tokens {} layers {:?}",
                        view.name,
                        fixture.model.architecture,
                        fixture.trace.len(),
                        fixture.model.n_layers,
                        fixture.language
                    );
                    let scene = view.scene(&input);
                    check_inside(&scene, &what);
                    check_sources(&scene, &fixture.trace, &what);
                    let words = view.words(&input);
                    assert!(!words.is_empty(), "{what}");
                    let text = svg(&scene, &words);
                    assert!(!text.contains("NaN") && !text.contains("inf"), "{what}");
                }
            }
        }
    }
}

/// The same for everything the panels can be set to, and whatever is pointed at.
#[test]
fn every_view_draws_whatever_is_chosen_and_pointed_at() {
    let decoders = [(1, 4), (2, 4), (9, 12), (64, 4), (256, 4)];
    let decoders = decoders.map(|(n, blocks)| (Architecture::Decoder, n, blocks));
    let others = OTHERS.map(|kind| [1, 2, 9, 64].map(|n| (kind, n, 2)));
    let all = decoders.into_iter().chain(others.into_iter().flatten());
    for (kind, n, blocks) in all {
        let mut fixture = Fixture::of(kind, n, (blocks, 4), Language::Ko);
        fixture.find();
        let last = n - 1;
        let hovered = [
            None,
            Some(Target::Token(0)),
            Some(Target::Cell {
                layer: 1,
                head: 2,
                query: last,
                key: last / 2,
            }),
            Some(Target::Prediction {
                position: last,
                depth: blocks,
            }),
            Some(Target::Head { layer: 0, head: 1 }),
        ];
        for (i, hovered) in hovered.into_iter().enumerate() {
            fixture.focus.hovered = hovered;
            fixture.focus.merges_words = i % 2 == 1;
            fixture.focus.measure = Measure::ALL[i % 3];
            fixture.focus.sort_heads = HeadOrder::ALL[i];
            fixture.focus.target = (i > 2).then_some(5);
            fixture.focus.token = (i == 3).then_some(n / 2);
            fixture.focus.attention = Attention::ALL[i % 4];
            fixture.focus.merges_heads = i % 2 == 0;
            fixture.focus.cell = CellSite::ALL[i];
            fixture.focus.source_token = (i == 2).then_some(n / 2);
            fixture.find();
            let is_closer = |panel: &str| !FIRST_PANELS.contains(&panel);
            for view in VIEWS
                .iter()
                .filter(|view| view.panel.is_some_and(is_closer))
            {
                for (width, height) in [(660.0, 260.0), (358.0, 420.0), (300.0, 180.0)] {
                    let input = fixture.input(width, height);
                    let what = format!("{} {kind:?} {width} {n} tokens, way {i}", view.name);
                    let scene = view.scene(&input);
                    check_inside(&scene, &what);
                    check_sources(&scene, &fixture.trace, &what);
                    let text = svg(&scene, &view.words(&input));
                    assert!(!text.contains("NaN") && !text.contains("inf"), "{what}");
                    // A piece of a Hangul syllable is written as bytes, never as a broken letter.
                    assert!(!text.contains('\u{fffd}'), "{what}");
                }
            }
        }
    }
}

/// Pointing at something draws every open panel again, within a frame of 16 ms. Prints what it takes;
/// fails at ten times that, which is not a busy machine.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "tests run natively, where there is a clock"
)]
fn pointing_draws_every_panel_soon() {
    let mut fixture = Fixture::new(64, 12, 12, Language::En);
    fixture.find();
    for view in VIEWS.iter().filter(|view| view.panel.is_some()) {
        let time = |key: usize| {
            let mut focus = fixture.focus.clone();
            focus.hovered = Some(Target::Cell {
                layer: focus.layer,
                head: focus.head,
                query: 50,
                key,
            });
            let input = super::ViewInput {
                focus: &focus,
                ..fixture.input(660.0, 260.0)
            };
            let start = std::time::Instant::now();
            std::hint::black_box(view.scene(&input));
            start.elapsed().as_secs_f64() * 1e3
        };
        // The fastest of some: the others were disturbed.
        let fastest_ms = (0..9).map(time).fold(f64::MAX, f64::min);
        println!("{}: {fastest_ms:.2} ms", view.name);
        assert!(fastest_ms < 160.0, "{}: {fastest_ms} ms", view.name);
    }
}

/// What a view draws from is what it asks for, no more: it is drawn from a trace that holds
/// nothing else.
#[test]
fn every_view_draws_the_same_from_what_it_asks_for_alone() {
    for (kind, attention) in KINDS {
        for part in PARTS {
            let mut fixture = Fixture::of(kind, 9, (4, 4), Language::En);
            fixture.focus.open = part;
            fixture.focus.attention = attention;
            fixture.find();
            for view in VIEWS {
                let full = view.scene(&fixture.input(1090.0, 414.0));
                let spec = view.needs(&fixture.model, &fixture.focus);
                let whole = fixture.trace.clone();
                let kept: Vec<Activation> = spec.0.iter().copied().collect();
                fixture.trace = only(&whole, &kept, Trace::of(&fixture.model));
                let part_only = view.scene(&fixture.input(1090.0, 414.0));
                assert_eq!(full, part_only, "{} {kind:?} {part:?}", view.name);
                fixture.trace = whole;
            }
        }
    }
}

#[test]
fn names_are_unique() {
    for (i, view) in VIEWS.iter().enumerate() {
        assert!(VIEWS[..i].iter().all(|other| other.name != view.name));
    }
}
