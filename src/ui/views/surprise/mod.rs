//! How much every token of the text surprised the model, as colour on the text itself.
//!
//! Source: Shannon 1948 for the bits; Jelinek et al. 1977 for perplexity.

mod paragraph;
mod repeats;
mod strings;

use crate::color_scale::Ink;
use crate::protocol::{Activation, ModelInfo, TraceSpec};
use crate::sampling::Surprise;
use crate::ui::components::export::{Datum, Value};
use crate::ui::components::scene::{Paint, Rect, Scene, Source, Text};
use crate::ui::components::shape::straight;
use crate::ui::components::text_width::{shortened, text_width, wrapped};

use super::{Focus, Target, View, ViewInput, token_label};
use paragraph::{Paragraph, Placed};

/// The surprise of every token.
pub const VIEW: View = View {
    name: "surprise",
    title: |language| strings::of(language).title,
    panel: Some("surprise"),
    why_not: |model, language| strings::of(language).why_not(model.architecture),
    spec: |_: &ModelInfo, _: &Focus| TraceSpec::from_iter([Activation::Logits]),
    inspections: |_| Vec::new(),
    draw,
    describe,
};

/// Where the four steps of the scale begin, bits.
const STEPS: [f64; 4] = [0.0, 1.0, 3.0, 6.0];

/// The fill of a number of bits, and what can be read on it.
fn inks(bits: f64) -> (Ink, Ink) {
    match STEPS.iter().filter(|step| bits >= **step).count() {
        0 | 1 => (Ink::Diverging(5), Ink::Text1),
        2 => (Ink::Diverging(6), Ink::Text1),
        3 => (Ink::Diverging(7), Ink::Text1),
        _ => (Ink::Diverging(9), Ink::TextOnHigh),
    }
}

/// The sums over a text.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Totals {
    /// How many tokens had a prediction.
    tokens: usize,
    /// Their bits.
    bits: f64,
    /// How many characters they are.
    characters: usize,
}

impl Totals {
    /// `None` while a token's surprise is missing, or if no token has one.
    fn new(input: &ViewInput<'_>) -> Option<Self> {
        let predicted = input.trace.tokens().get(1..)?;
        if predicted.is_empty() || input.surprises.len() != predicted.len() {
            return None;
        }
        // A character begins with a byte that continues none.
        let begins = |byte: &&u8| **byte & 0b1100_0000 != 0b1000_0000;
        let bytes = predicted.iter().flat_map(|token| &token.bytes);
        Some(Totals {
            tokens: predicted.len(),
            bits: input.surprises.iter().map(|surprise| surprise.bits).sum(),
            characters: bytes.filter(begins).count(),
        })
    }

    fn bits_per_token(&self) -> f64 {
        self.bits / self.tokens as f64
    }

    /// `None` if the tokens end no character.
    fn bits_per_character(&self) -> Option<f64> {
        (self.characters > 0).then(|| self.bits / self.characters as f64)
    }

    /// `2^(bits per token)`: between so many equally likely tokens the model was as unsure.
    fn perplexity(&self) -> f64 {
        self.bits_per_token().exp2()
    }
}

/// The surprise of the token at a position.
fn surprise_at<'a>(input: &ViewInput<'a>, position: usize) -> Option<&'a Surprise> {
    input.surprises.get(position.checked_sub(1)?)
}

fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    if input.trace.is_empty() {
        return scene;
    }
    let lines = lines(input);
    let height = lines.len() as f64 * line_height(input) + LEGEND * input.type_scale + 16.0;
    let room = Rect::new(0.0, 0.0, input.width, (input.height - height).max(20.0));
    let paragraph = Paragraph::new(input, room);
    let below = paragraph.bottom().min(input.height - height) + 16.0;
    foot(&mut scene, input, &lines, below);
    let repeated = repeats::repeated(input.trace.tokens());
    for placed in paragraph.placed() {
        token(&mut scene, input, placed, &paragraph);
        if repeated[placed.position] {
            let y = placed.rect.bottom() + 2.0;
            let line = straight((placed.rect.x, y), (placed.rect.right(), y));
            scene.path(line, Paint::stroke(Ink::Line3, 1.2));
        }
    }
    if paragraph.hidden_lines > 0 {
        let text = Text::new(0.0, 9.0, input.size(11.0), Ink::Text3, "…");
        scene.text(text);
    }
    scene
}

/// One token: its fill, its letters, and where it can be pointed at.
fn token(scene: &mut Scene, input: &ViewInput<'_>, placed: &Placed, paragraph: &Paragraph) {
    let (rect, position) = (placed.rect, placed.position);
    let surprise = surprise_at(input, position);
    let ink = match surprise {
        Some(surprise) => {
            let (fill, ink) = inks(surprise.bits);
            scene.rect(rect, 3.0, Paint::fill(fill));
            ink
        }
        None => {
            if position == 0 {
                // Nothing came before: a prediction is not possible, which is not zero bits.
                scene.hatch(rect);
            }
            Ink::Text1
        }
    };
    if input.chosen() == Some(position) && input.focus.token.is_some() {
        scene.rect(around(rect, 1.5), 4.0, Paint::stroke(Ink::Text1, 1.5));
    } else if input.hovered_token() == Some(position) {
        scene.rect(around(rect, 1.0), 4.0, Paint::stroke(Ink::Line3, 1.0));
    }
    let text = Text::new(
        rect.x + rect.width / 2.0,
        rect.y + rect.height * 0.5 + paragraph.size * 0.35,
        paragraph.size,
        ink,
        placed.label.clone(),
    );
    scene.text(text.code().middle());
    scene.hit(rect, Target::Token(position), logit(input, position));
}

fn around(rect: Rect, by: f64) -> Rect {
    Rect::new(
        rect.x - by,
        rect.y - by,
        rect.width + 2.0 * by,
        rect.height + 2.0 * by,
    )
}

/// The logit the token's probability was computed from.
fn logit(input: &ViewInput<'_>, position: usize) -> Option<Source> {
    let (before, id) = (
        position.checked_sub(1)?,
        input.trace.tokens().get(position)?.id as usize,
    );
    Some(Source {
        activation: Activation::Logits,
        index: vec![before, id],
        value: *input.trace.row(Activation::Logits, before)?.get(id)?,
    })
}

/// The lines below the text: what is pointed at, then the sums.
fn lines(input: &ViewInput<'_>) -> Vec<(String, Ink)> {
    let words = strings::of(input.language);
    let size = input.size(12.5);
    let pointed = input.path().map(|position| words.token(input, position));
    let totals = Totals::new(input).map_or(words.waiting(input), |totals| words.totals(&totals));
    let all = [
        (pointed.unwrap_or_default(), Ink::Text1),
        (totals, Ink::Text2),
    ];
    let in_lines = |(text, ink): (String, Ink)| {
        let lines = wrapped(&text, size, false, input.width).into_iter();
        lines.map(move |line| (line, ink))
    };
    // Where there is little room the text comes first.
    let spare = input.height - 40.0 - LEGEND * input.type_scale;
    let fitting = (spare / line_height(input)).max(0.0) as usize;
    all.into_iter().flat_map(in_lines).take(fitting).collect()
}

fn line_height(input: &ViewInput<'_>) -> f64 {
    18.0 * input.type_scale
}

/// Height of the legend at a desk.
const LEGEND: f64 = 24.0;

fn foot(scene: &mut Scene, input: &ViewInput<'_>, lines: &[(String, Ink)], top: f64) {
    let size = input.size(12.5);
    let mut y = top;
    for (text, ink) in lines {
        let text = shortened(text, size, false, input.width);
        scene.text(Text::new(0.0, y + size, size, *ink, text));
        y += line_height(input);
    }
    legend(scene, input, y + 8.0 * input.type_scale);
}

/// The steps of the scale in one line.
fn legend(scene: &mut Scene, input: &ViewInput<'_>, y: f64) {
    let words = strings::of(input.language);
    let (size, scale) = (input.size(11.0), input.type_scale);
    let side = 11.0 * scale;
    let mut x = 0.0;
    let label = |scene: &mut Scene, x: &mut f64, text: &str| {
        scene.text(Text::new(*x, y + side - 1.5, size, Ink::Text3, text));
        *x += text_width(text, size, false) + 12.0 * scale;
    };
    label(scene, &mut x, words.bits);
    for (step, from) in STEPS.iter().enumerate() {
        let text = match STEPS.get(step + 1) {
            Some(to) => format!("{from}–{to}"),
            None => format!("{from}+"),
        };
        let swatch = Rect::new(x, y, side * 1.6, side);
        scene.rect(swatch, 3.0, Paint::fill(inks(*from).0));
        scene.rect(swatch, 3.0, Paint::stroke(Ink::Line1, 0.8));
        x += side * 1.6 + 5.0 * scale;
        label(scene, &mut x, &text);
    }
    let has_repeats = repeats::repeated(input.trace.tokens()).contains(&true);
    let width = 22.0 * scale + text_width(words.repeated, size, false);
    if has_repeats && x + width <= input.width {
        let line = straight((x, y + side - 1.0), (x + 16.0 * scale, y + side - 1.0));
        scene.path(line, Paint::stroke(Ink::Line3, 1.2));
        x += 22.0 * scale;
        label(scene, &mut x, words.repeated);
    }
}

/// The numbers of every token that has a prediction, for a table.
pub fn data(input: &ViewInput<'_>) -> Vec<Datum> {
    let rows = input
        .surprises
        .iter()
        .enumerate()
        .flat_map(|(i, surprise)| {
            let expected = input.model.vocabulary.get(surprise.expected as usize);
            let expected = expected.map_or(String::new(), |bytes| token_label(bytes).text);
            [
                ("surprise.bits", Value::Exact(surprise.bits)),
                ("surprise.p", Value::Number(surprise.p)),
                ("surprise.expected", Value::Text(expected)),
                ("surprise.p_expected", Value::Number(surprise.p_expected)),
            ]
            .map(|(name, value)| Datum {
                name: name.to_owned(),
                indices: vec![i + 1],
                value,
            })
        });
    rows.collect()
}

fn describe(input: &ViewInput<'_>) -> String {
    let words = strings::of(input.language);
    let totals = Totals::new(input).map_or(words.waiting(input), |totals| words.totals(&totals));
    let most = (1..input.trace.len())
        .filter_map(|position| Some((position, surprise_at(input, position)?.bits)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    match most {
        Some((position, _)) => format!("{totals} {}", words.most(input, position)),
        None => totals,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::i18n::Language;
    use crate::ui::views::fixture::Fixture;

    #[test]
    fn the_sums_are_those_of_the_numbers() {
        let fixture = Fixture::new(9, 2, 2, Language::En);
        let input = fixture.input(700.0, 260.0);
        let totals = Totals::new(&input).unwrap();
        assert_eq!(totals.tokens, 8);
        // " gave the apple to Jun. Jun thanked" without "Mina".
        assert_eq!(
            totals.characters,
            " gave the apple to Jun. Jun thanked".len()
        );
        let product: f64 = fixture
            .surprises
            .iter()
            .map(|s| f64::from(s.p).log2())
            .sum();
        assert!((totals.bits + product).abs() < 1e-3);
        assert!((totals.perplexity().log2() * 8.0 - totals.bits).abs() < 1e-9);
    }

    #[test]
    fn characters_of_split_syllables_are_counted_once() {
        let mut fixture = Fixture::new(22, 2, 2, Language::En);
        let totals = Totals::new(&fixture.input(700.0, 260.0)).unwrap();
        let bytes = fixture.trace.tokens()[1..].iter().map(|t| t.bytes.len());
        // EB B7 and 81 are one syllable of three bytes.
        assert_eq!(totals.characters, bytes.sum::<usize>() - 2);
        fixture.surprises.pop();
        assert_eq!(Totals::new(&fixture.input(700.0, 260.0)), None);
    }

    #[test]
    fn more_bits_are_never_a_lower_step() {
        let step = |bits| match inks(bits).0 {
            Ink::Diverging(step) => step,
            ink => panic!("{ink:?}"),
        };
        let all: Vec<u8> = (0..100).map(|i| step(f64::from(i) / 10.0)).collect();
        assert!(all.is_sorted());
        assert_eq!((all[0], all[99]), (5, 9));
    }
}
