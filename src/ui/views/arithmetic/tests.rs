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
        let mut fixture = Fixture::of(kind, 9, (4, 4), language);
        for array in Array::all(&fixture.model) {
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

/// A panel of a recurrent model's number, its formula with names, and the names of its lines.
fn of_recurrent(name: &str, language: Language) -> (Panel, String, Vec<String>) {
    let mut fixture = Fixture::of(Architecture::Recurrent, 9, (2, 2), language);
    fixture.focus.path = vec![name.parse().unwrap()];
    answered(&mut fixture);
    let panel = panel(&fixture.input(360.0, 300.0), FEW).unwrap();
    let formula = panel.formulas.last().unwrap().0.in_line();
    let names = panel.lines.iter().map(|line| line.name.clone()).collect();
    (panel, formula, names)
}

#[test]
fn gates_and_cells_say_what_each_factor_is() {
    let en = |name: &str| of_recurrent(name, Language::En);
    let (panel, formula, lines) = en("cells.0.gates.forget[3,1]");
    assert_eq!(
        formula,
        "f_(4, 2) = σ (∑_j e_(4, j) · W_(f, j, 2) + ∑_j h_(3, j) · U_(f, j, 2) + b_(f, 2) + b′_(f, 2))"
    );
    assert_eq!(
        lines,
        [
            "from what is read now",
            "from the state before",
            "plus bias",
            "plus bias",
            "sum"
        ]
    );
    assert!(panel.about.starts_with("σ makes the sum a share"));
    let table = panel.table.unwrap();
    let is_named = |row: &Row| row.label.starts_with("now: ") || row.label.starts_with("before: ");
    assert!(table.rows.iter().all(is_named));
    // Above the first layer what is read is called x; at the first step nothing comes before.
    let (panel, formula, _) = en("cells.1.gates.candidate[0,1]");
    assert_eq!(
        formula,
        "g_(1, 2) = tanh (∑_j x_(1, j) · W_(g, j, 2) + b_(g, 2) + b′_(g, 2))"
    );
    assert!(panel.about.ends_with(
        "Here x is the hidden state of the layer below. Nothing comes before the first token."
    ));
    let (panel, formula, lines) = en("cells.1.hidden[3,1]");
    assert_eq!(
        panel.formulas[0].0.in_line(),
        "c_(4, 2) = f_(4, 2) · c_(3, 2) + i_(4, 2) · g_(4, 2)"
    );
    assert_eq!(formula, "h_(4, 2) = tanh (c_(4, 2)) · o_(4, 2)");
    assert_eq!(
        lines,
        [
            "forget gate × cell before",
            "input gate × candidate",
            "tanh of the cell",
            "times output gate"
        ]
    );
    let opened = panel.formulas[0].1.as_ref().unwrap().numbers();
    let opened: Vec<String> = opened
        .iter()
        .filter_map(|n| Some(n.quantity?.to_string()))
        .collect();
    assert_eq!(
        opened,
        [
            "cells.1.gates.forget[3,1]",
            "cells.1.cell[2,1]",
            "cells.1.gates.input[3,1]",
            "cells.1.gates.candidate[3,1]",
            "cells.1.cell[3,1]"
        ]
    );
    let (panel, ..) = of_recurrent("cells.1.U_f[3,1]", Language::Ko);
    assert!(
        panel
            .subtitle
            .starts_with("앞 단계 상태의 가중치, 층 2, 망각 게이트, ")
    );
}

#[test]
fn a_recurrent_model_begins_with_the_strongest_unit_after_the_chosen_token() {
    let mut fixture = Fixture::of(Architecture::Recurrent, 9, (2, 2), Language::En);
    for (token, site) in [(None, CellSite::Hidden), (Some(4), CellSite::ForgetGate)] {
        (fixture.focus.token, fixture.focus.cell) = (token, site);
        let input = fixture.input(360.0, 300.0);
        let of = shown(&input).unwrap();
        let layer = fixture.focus.layer_of(&fixture.model);
        let activation = Activation::Cell { layer, site };
        assert_eq!(of.array, Array::Activation(activation));
        let row = fixture.trace.row(activation, token.unwrap_or(8)).unwrap();
        let strongest = row[of.index()[1]].abs();
        assert!(row.iter().all(|number| number.abs() <= strongest));
        assert!(
            panel(&input, FEW)
                .unwrap()
                .subtitle
                .starts_with("strongest unit: ")
        );
        let spec = spec(&fixture.model, &fixture.focus);
        assert!(
            links(&of, &input)
                .iter()
                .all(|made| spec.covers(&made.spec()))
        );
    }
}

#[test]
fn a_number_of_the_state_under_the_pointer_shows_its_arithmetic() {
    let mut fixture = Fixture::of(Architecture::Recurrent, 9, (2, 2), Language::En);
    let cell = |site| Activation::Cell { layer: 1, site };
    let at = |site| Quantity::activation(cell(site), &[3, 17]);
    let first = shown(&fixture.input(360.0, 300.0));
    fixture.focus.hovered = Some(Target::Number(at(CellSite::Hidden)));
    let pointed = shown(&fixture.input(360.0, 300.0));
    assert_eq!(pointed, Some(at(CellSite::Hidden)));
    // What is not drawn may not be there yet.
    fixture.focus.hovered = Some(Target::Number(at(CellSite::ForgetGate)));
    assert_eq!(shown(&fixture.input(360.0, 300.0)), first);
}
