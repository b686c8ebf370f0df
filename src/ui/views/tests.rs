//! Every registered view, drawn for short and long texts in both languages.

use crate::protocol::{Activation, Architecture, Attention, Block, CellSite, Positions, Trace};
use crate::sampling::Distribution;
use crate::ui::components::scene::{Mark, Rect, Scene, Segment, Source};
use crate::ui::components::svg::svg;
use crate::ui::i18n::Language;

use super::fixture::Fixture;
use super::{FIRST_PANELS, HeadOrder, Measure, OpenPart, Target, VIEWS, ViewInput};

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

/// Pointing at something draws every open panel again: the scene must be there well within a frame.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "tests run natively, where there is a clock"
)]
fn pointing_is_answered_within_a_frame() {
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
        assert!(fastest_ms < 16.0, "{}: {fastest_ms} ms", view.name);
    }
}

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

/// Every kind of model with every attention it has.
const KINDS: [(Architecture, Attention); 6] = [
    (Architecture::Decoder, Attention::Own),
    (Architecture::Encoder, Attention::Own),
    (Architecture::EncoderDecoder, Attention::Cross),
    (Architecture::EncoderDecoder, Attention::Source),
    (Architecture::EncoderDecoder, Attention::Target),
    (Architecture::Recurrent, Attention::Own),
];

/// A view draws something of each kind of model, or says in one sentence why it does not.
#[test]
fn every_view_draws_each_kind_or_says_why_not() {
    for (kind, attention) in KINDS {
        for language in [Language::En, Language::Ko] {
            let mut fixture = Fixture::of(kind, 9, (4, 4), language);
            fixture.focus.attention = attention;
            fixture.find();
            for view in VIEWS {
                let what = format!("{} {kind:?} {attention:?}", view.name);
                let scene = view.scene(&fixture.input(660.0, 300.0));
                assert!(
                    !scene.marks.is_empty() || scene.backdrop.is_some(),
                    "{what}"
                );
                let words = view.words(&fixture.input(660.0, 300.0));
                assert!(words.chars().count() > 8, "{what}: {words}");
                let Some(reason) = (view.why_not)(&fixture.model, language) else {
                    continue;
                };
                assert_eq!(words, reason, "{what}");
                assert!(reason.ends_with('.'), "{what}: {reason}");
                assert!(view.needs(&fixture.model, &fixture.focus).0.is_empty());
                assert!(view.asks(&fixture.input(0.0, 0.0)).is_empty());
            }
        }
    }
    let is_bare = |view: &super::View, kind| {
        let fixture = Fixture::of(kind, 9, (4, 4), Language::En);
        (view.why_not)(&fixture.model, Language::En).is_none()
    };
    for kind in Architecture::ALL {
        assert!(is_bare(super::main_view(kind), kind), "{kind:?}");
    }
}

#[test]
fn views_of_attention_hatch_what_may_not_be_looked_at() {
    for name in ["heads", "attention"] {
        let fixture = Fixture::new(9, 4, 4, Language::En);
        let view = VIEWS.iter().find(|view| view.name == name).unwrap();
        let scene = view.scene(&fixture.input(500.0, 300.0));
        assert!(scene.marks.iter().any(|m| matches!(m, Mark::Hatch { .. })));
    }
}

#[test]
fn views_of_attention_hatch_nothing_where_all_may_be_looked_at() {
    for (kind, attention) in KINDS.into_iter().filter(|kind| kind.0.attends()) {
        let mut fixture = Fixture::of(kind, 9, (2, 4), Language::En);
        fixture.focus.attention = attention;
        for name in ["heads", "attention"] {
            let view = VIEWS.iter().find(|view| view.name == name).unwrap();
            let scene = view.scene(&fixture.input(500.0, 300.0));
            let is_hatched = scene.marks.iter().any(|m| matches!(m, Mark::Hatch { .. }));
            let looks_back = attention == Attention::Target || kind == Architecture::Decoder;
            assert_eq!(is_hatched, looks_back, "{name} {kind:?} {attention:?}");
        }
    }
}

#[test]
fn names_are_unique() {
    for (i, view) in VIEWS.iter().enumerate() {
        assert!(VIEWS[..i].iter().all(|other| other.name != view.name));
    }
}

fn only(trace: &Trace, kept: &[Activation], mut part: Trace) -> Trace {
    use crate::protocol::{Rows, TraceUpdate};
    let rows = kept.iter().map(|activation| {
        let mut rows = Rows::default();
        for position in 0..trace.len_of(*activation) {
            rows.push(trace.row(*activation, position).unwrap());
        }
        (*activation, rows)
    });
    assert!(part.apply(TraceUpdate {
        tokens: trace.tokens().to_vec(),
        source: trace.source().to_vec(),
        total_tokens: trace.len(),
        typed_tokens: trace.len(),
        rows: rows.collect(),
        ..TraceUpdate::default()
    }));
    part
}

fn check_sources(scene: &Scene, trace: &Trace, what: &str) {
    for source in scene.hits.iter().filter_map(|hit| hit.source.as_ref()) {
        check_source(source, trace, what);
    }
    for matrix in &scene.matrices {
        let (width, height) = (
            matrix.rect.width / matrix.columns as f64,
            matrix.rect.height / matrix.rows as f64,
        );
        for row in 0..matrix.rows {
            for column in 0..matrix.columns {
                let x = matrix.rect.x + (column as f64 + 0.5) * width;
                let y = matrix.rect.y + (row as f64 + 0.5) * height;
                // Where a token would look ahead there is nothing to point at.
                if let Some(source) = matrix.hit_at(x, y).and_then(|hit| hit.source) {
                    check_source(&source, trace, what);
                }
            }
        }
    }
}

fn check_source(source: &Source, trace: &Trace, what: &str) {
    let (shape, values) = trace.to_array(source.activation).unwrap();
    assert_eq!(shape.len(), source.index.len(), "{what}");
    let flat = shape.iter().zip(&source.index).fold(0, |at, (size, i)| {
        assert!(i < size, "{what}: {source:?}");
        at * size + i
    });
    assert_eq!(values[flat], source.value, "{what}: {source:?}");
}

fn check_inside(scene: &Scene, what: &str) {
    let slack = 3.0;
    let point = |x: f64, y: f64| {
        assert!(x.is_finite() && y.is_finite(), "{what}: {x}, {y}");
        assert!(
            x >= -slack && y >= -slack && x <= scene.width + slack && y <= scene.height + slack,
            "{what}: ({x}, {y}) is outside"
        );
    };
    let rect = |rect: &Rect| {
        assert!(rect.width >= 0.0 && rect.height >= 0.0, "{what}: {rect:?}");
        point(rect.x, rect.y);
        point(rect.right(), rect.bottom());
    };
    for mark in &scene.marks {
        match mark {
            Mark::Rect { rect: r, .. } | Mark::Hatch { rect: r } => rect(r),
            Mark::Cells {
                rect: r,
                rows,
                columns,
                inks,
                ..
            } => {
                rect(r);
                assert_eq!(inks.len(), rows * columns, "{what}");
            }
            Mark::Text(text) => point(text.x, text.y),
            Mark::Path { segments, .. } => segments.iter().for_each(|segment| match *segment {
                Segment::Move(x, y) | Segment::Line(x, y) | Segment::Cubic(.., x, y) => point(x, y),
                Segment::Close => {}
            }),
        }
    }
    scene.hits.iter().for_each(|hit| rect(&hit.rect));
    if let Some(backdrop) = &scene.backdrop {
        check_inside(backdrop, what);
    }
}

/// Two tokens, so that a change can be read. `SNAPSHOTS=write cargo test snapshots` accepts it.
#[test]
fn views_match_their_snapshots() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/ui/views/snapshots");
    for language in [Language::En, Language::Ko] {
        for (kind, suffix) in [
            (Architecture::Decoder, ""),
            (Architecture::Encoder, "-encoder"),
            (Architecture::EncoderDecoder, "-encoder-decoder"),
            (Architecture::Recurrent, "-recurrent"),
        ] {
            let n = if kind == Architecture::Decoder { 2 } else { 5 };
            let mut fixture = Fixture::of(kind, n, (2, 2), language);
            fixture.find();
            // What another kind has no picture of is one sentence, tested elsewhere.
            let is_drawn = |view: &&super::View| (view.why_not)(&fixture.model, language).is_none();
            for view in VIEWS.iter().filter(is_drawn) {
                let input = fixture.input(1090.0, 414.0);
                let drawn = svg(&view.scene(&input), &view.words(&input));
                let path = format!("{folder}/{}{suffix}-{}.svg", view.name, language.code());
                if std::env::var("SNAPSHOTS").is_ok_and(|action| action == "write") {
                    std::fs::write(&path, &drawn).unwrap();
                }
                let kept = std::fs::read_to_string(&path).unwrap_or_default();
                let line = drawn.lines().zip(kept.lines()).position(|(a, b)| a != b);
                assert!(drawn == kept, "{path} differs, first in line {line:?}");
            }
        }
    }
}
