//! The style sheet keeps what the scales promise, in both themes.

use std::collections::HashMap;

use super::*;

const STYLE_SHEET: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/www/tokens.css"));
/// Contrast of readable text and of marks, WCAG 2.2, success criteria 1.4.3 and 1.4.11.
const TEXT_CONTRAST: f64 = 4.5;
const MARK_CONTRAST: f64 = 3.0;

type Properties = HashMap<String, String>;

fn without_comments(css: &str) -> String {
    css.split("/*")
        .enumerate()
        .fold(String::new(), |text, (index, part)| {
            text + if index == 0 {
                part
            } else {
                part.split_once("*/").expect("a closed comment").1
            }
        })
}

/// The custom properties of the first rule with this selector.
fn properties(selector: &str) -> Properties {
    let css = without_comments(STYLE_SHEET);
    let after = css
        .split_once(&format!("{selector} {{"))
        .expect("the selector is in the style sheet")
        .1;
    let body = after.split_once('}').expect("a closed rule").0;
    let declarations = body
        .split(';')
        .filter_map(|declaration| declaration.trim().split_once(':'));
    declarations
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

fn light() -> Properties {
    properties(":root")
}

fn dark() -> Properties {
    properties(":root[data-theme=\"dark\"]")
}

/// Relative luminance, 0 to 1, of `#rrggbb`.
fn luminance(color: &str) -> f64 {
    let channel = |at: usize| {
        let value =
            f64::from(u8::from_str_radix(&color[at..at + 2], 16).expect("hexadecimal")) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    assert!(
        color.len() == 7 && color.starts_with('#'),
        "{color} is no #rrggbb"
    );
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn color(theme: &Properties, ink: Ink) -> f64 {
    luminance(
        theme
            .get(ink.css_var())
            .unwrap_or_else(|| panic!("{} is missing", ink.css_var())),
    )
}

fn assert_contrast(theme: &Properties, front: Ink, back: Ink, least: f64) {
    let (a, b) = (color(theme, front), color(theme, back));
    let ratio = (a.max(b) + 0.05) / (a.min(b) + 0.05);
    assert!(
        ratio >= least,
        "{front:?} on {back:?}: {ratio:.2} is below {least}"
    );
}

#[test]
fn every_ink_has_a_color_in_light_and_dark() {
    for theme in [light(), dark()] {
        for ink in Ink::all() {
            color(&theme, ink);
        }
        assert!(theme.contains_key(DIM_VAR));
    }
}

#[test]
fn the_dark_theme_is_the_same_by_choice_and_by_system() {
    assert_eq!(dark(), properties(":root:not([data-theme=\"light\"])"));
}

#[test]
fn text_is_readable_where_it_stands() {
    let surfaces = [Ink::Surface0, Ink::Surface1, Ink::Surface2];
    let roles = [
        Ink::Query,
        Ink::Key,
        Ink::Value,
        Ink::Draw,
        Ink::Error,
        Ink::AttentionLine,
    ];
    for theme in [light(), dark()] {
        for back in surfaces {
            for text in [Ink::Text1, Ink::Text2, Ink::Text3]
                .into_iter()
                .chain(roles)
            {
                assert_contrast(&theme, text, back, TEXT_CONTRAST);
            }
            for mark in [Ink::Line3, Ink::Focus]
                .into_iter()
                .chain((1..=CATEGORIES).map(Ink::CategoryMark))
            {
                assert_contrast(&theme, mark, back, MARK_CONTRAST);
            }
        }
        for hue in 1..=CATEGORIES {
            assert_contrast(&theme, Ink::Text1, Ink::Category(hue), TEXT_CONTRAST);
        }
        assert_contrast(&theme, Ink::TextInverse, Ink::SurfaceInverse, TEXT_CONTRAST);
        assert_contrast(&theme, Ink::Draw, Ink::DrawSoft, TEXT_CONTRAST);
        assert_contrast(&theme, Ink::Error, Ink::ErrorSoft, TEXT_CONTRAST);
    }
}

#[test]
fn text_is_readable_on_every_attention_step() {
    for theme in [light(), dark()] {
        for step in 1..=SCALE_STEPS {
            assert_contrast(
                &theme,
                text_on_attention(step),
                Ink::Attention(step),
                TEXT_CONTRAST,
            );
        }
    }
}

#[test]
fn attention_lightness_is_monotone() {
    let steps = |theme: &Properties| -> Vec<f64> {
        (1..=SCALE_STEPS)
            .map(|step| color(theme, Ink::Attention(step)))
            .collect()
    };
    assert!(steps(&light()).is_sorted_by(|a, b| a > b));
    assert!(steps(&dark()).is_sorted_by(|a, b| a < b));
}

#[test]
fn diverging_lightness_is_monotone_away_from_zero() {
    let away_from_zero = |theme: &Properties, ink: fn(u8) -> u8| -> Vec<f64> {
        (0..=4)
            .map(|distance| color(theme, Ink::Diverging(ink(distance))))
            .collect()
    };
    for side in [(|distance| 5 - distance) as fn(u8) -> u8, |distance| {
        5 + distance
    }] {
        assert!(away_from_zero(&light(), side).is_sorted_by(|a, b| a > b));
        assert!(away_from_zero(&dark(), side).is_sorted_by(|a, b| a < b));
    }
}

#[test]
fn the_thresholds_are_those_written_beside_the_steps() {
    for step in 1..=SCALE_STEPS {
        let line = STYLE_SHEET
            .lines()
            .find(|line| line.trim().starts_with(&format!("--attn-{step}:")));
        let comment = line
            .and_then(|line| line.split_once("/*"))
            .expect("a comment")
            .1;
        let (from, to) = comment
            .trim_end_matches("*/")
            .trim()
            .split_once(" to ")
            .expect("a range");
        let (from, to): (f32, f32) = (
            from.parse().expect("a number"),
            to.parse().expect("a number"),
        );
        assert_eq!(attention_step(from), step);
        assert_eq!(attention_step(to - 1e-4), step);
    }
}
