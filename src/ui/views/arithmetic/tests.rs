//! What the panel says is the arithmetic of the derivation, for every kind of number.

use super::*;
use crate::derivation::Lengths;
use crate::protocol::Architecture;
use crate::ui::i18n::Language;
use crate::ui::views::fixture::Fixture;

fn answered(fixture: &mut Fixture) {
    let wanted = inspections(&fixture.input(360.0, 300.0));
    for inspection in wanted {
        let Inspection::Parameters(slices) = &inspection else {
            continue;
        };
        let model = &fixture.model;
        let numbers = slices.iter().map(|slice| {
            let shape = Array::Parameter(slice.parameter).shape(model, Lengths::default());
            let run = |(i, n): (&Option<usize>, usize)| if i.is_some() { 1 } else { n };
            let n: usize = slice.index.iter().zip(shape).map(run).product();
            (0..n).map(|i| (i as f32 * 0.7).sin()).collect()
        });
        let finding = Finding::Parameters(numbers.collect());
        fixture.findings.insert(inspection, finding);
    }
}

#[test]
fn every_number_has_a_panel_and_a_drawing_in_both_languages() {
    let kinds = Architecture::ALL.into_iter();
    for (kind, language) in kinds.flat_map(|kind| [(kind, Language::En), (kind, Language::Ko)]) {
        for array in Array::all(&Fixture::of(kind, 9, (4, 4), language).model) {
            let mut fixture = Fixture::of(kind, 9, (4, 4), language);
            let quantity = Quantity::new(array, &[2; 3]);
            fixture.focus.path = vec![quantity];
            let waiting = panel(&fixture.input(360.0, 300.0), FEW).unwrap();
            answered(&mut fixture);
            let input = fixture.input(360.0, 300.0);
            let panel = panel(&input, FEW).unwrap();
            assert!(panel.check.is_some(), "{array}");
            assert_eq!(waiting.formulas.len(), panel.formulas.len());
            let words = (VIEW.describe)(&input);
            for bad in ["NaN", "inf", "…:"] {
                assert!(!words.contains(bad), "{array}: {words}");
            }
            let is_korean = |c: char| ('가'..='힣').contains(&c);
            let title = format!("{} {}", panel.title, panel.crumbs[0].name);
            assert_eq!(
                title.contains(is_korean),
                language == Language::Ko,
                "{title}"
            );
            let scene = (VIEW.draw)(&input);
            let has_drawing = drawing_height(&input) > 0.0;
            assert_eq!(!scene.marks.is_empty(), has_drawing, "{array}");
        }
    }
}

#[test]
fn opened_numbers_need_no_more_than_the_spec_says() {
    let model = Fixture::new(9, 4, 4, Language::En).model;
    let focus = |name: &str| Focus {
        path: vec![name.parse().unwrap()],
        ..Focus::default()
    };
    let names = |name: &str| -> Vec<String> {
        let spec = spec(&model, &focus(name));
        spec.0.iter().map(ToString::to_string).collect()
    };
    // Its own and its operands', and what those are made of.
    let first = "blocks.0.attn.pattern";
    assert_eq!(names("p[3,2]"), [first, "ln_final", "logits"]);
    assert_eq!(names("embed.W_E[3,2]"), [first]);
    assert_eq!(
        names("blocks.2.mlp.post[3,2]"),
        [
            first,
            "blocks.2.ln2",
            "blocks.2.mlp.pre",
            "blocks.2.mlp.post"
        ]
    );
}

#[test]
fn a_long_sum_shows_its_largest_terms_and_the_rest_adds_up() {
    let mut fixture = Fixture::new(9, 4, 4, Language::En);
    for name in [
        "logits[3,2]",
        "blocks.1.mlp_out[3,2]",
        "p[8,40]",
        "blocks.0.ln1[3,2]",
    ] {
        fixture.focus.path = vec![name.parse().unwrap()];
        answered(&mut fixture);
        let table = |rows| {
            panel(&fixture.input(360.0, 300.0), rows)
                .unwrap()
                .table
                .unwrap()
        };
        let (few, all) = (table(FEW), table(usize::MAX));
        assert_eq!(few.rows.len(), FEW);
        assert!(all.rest.is_none());
        let value = |row: &Row| row.numbers.last().unwrap().value;
        let sum: f64 = few.rows.iter().map(value).sum();
        let rest = few.rest.unwrap().1.value;
        assert!((sum + rest - few.total.value).abs() < 1e-9, "{name}");
        let sum: f64 = all.rows.iter().map(value).sum();
        assert!((sum - few.total.value).abs() < 1e-9, "{name}");
        let largest = few.rows.iter().map(|row| value(row).abs());
        let is_chosen_elsewhere = few.rows.iter().any(|row| row.is_chosen);
        assert!(
            is_chosen_elsewhere || largest.is_sorted_by(|a, b| a >= b),
            "{name}"
        );
    }
}

#[test]
fn the_chosen_weight_is_shown_from_query_and_key_on() {
    let fixture = Fixture::new(9, 4, 4, Language::En);
    let input = fixture.input(360.0, 300.0);
    let panel = panel(&input, FEW).unwrap();
    assert_eq!(panel.formulas.len(), 4);
    assert!(panel.crumbs.is_empty());
    let names: Vec<String> = panel.lines.iter().map(|line| line.name.clone()).collect();
    assert_eq!(names, ["sum", "divided by √32", "softmax over 9 tokens"]);
    let opened: Vec<&math::Number> = panel
        .formulas
        .iter()
        .flat_map(|f| f.1.as_ref().unwrap().numbers())
        .collect();
    assert!(opened.iter().any(|number| number.quantity.is_some()));
}

#[test]
fn what_can_be_picked_exists() {
    let model = Fixture::new(9, 4, 4, Language::En).model;
    let from = "blocks.3.attn.scores[3,8,5]".parse().unwrap();
    let layers = [None, Some(0), Some(3)];
    let text = Lengths {
        tokens: 9,
        source: 0,
    };
    for array in layers
        .into_iter()
        .flat_map(|layer| picker::arrays(layer, &model))
    {
        let near = picker::nearest(array, &from, &model, text);
        assert!(near.exists(&model, text), "{near}");
        for place in 0..array.axes().len() {
            let moved = picker::moved(&near, place, usize::MAX, &model, text);
            assert!(moved.exists(&model, text), "{moved}");
        }
    }
}
