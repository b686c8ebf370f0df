//! What stands below a stage's heatmap: the number of the lit pair, and what the colours mean.

use crate::color_scale::Ink;
use crate::ui::components::scene::{Mark, Rect, Scene, Text};
use crate::ui::components::text_width::text_width;
use crate::ui::views::number::decimal;
use crate::ui::views::{Measure, ViewInput, norm};

use super::cells::Cells;
use super::numbers::Numbers;
use super::{Stage, strings};

/// Room for the number of the pair and the scale.
pub fn below(input: &ViewInput<'_>) -> f64 {
    38.0 * input.type_scale
}

/// The number of the lit pair, and the scale of the colours, below the heatmap at `rect`; the number
/// may take up `room`.
pub fn foot(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    numbers: &Numbers<'_>,
    cells: &Cells,
    (stage, rect, room): (Stage, Rect, f64),
) {
    let (size, small) = (input.size(12.5), input.size(11.0));
    let y = rect.bottom() + 16.0 * input.type_scale;
    let number = number(input, numbers, stage, |text| {
        text_width(text, size, false) <= room + 4.0
    });
    let ink = match stage {
        Stage::Weights => Ink::AttentionLine,
        Stage::Result => Ink::Value,
        _ => Ink::Text1,
    };
    let taken = text_width(&number, size, false) * 1.1 + 8.0;
    scene.text(Text::new(rect.x, y, size, ink, number).strong());
    if stage == Stage::Weights && numbers.measure != Measure::ValueWeighted {
        let sum = format!("Σ = {}", decimal(numbers.row_sum(), 2));
        let fits = text_width(&sum, size, false) + taken <= rect.width + 4.0;
        if fits {
            scene.text(Text::new(rect.right(), y, size, Ink::Text2, sum).end());
        }
    }
    let y = rect.bottom() + 24.0 * input.type_scale;
    draw_scale(scene, cells, rect, (y, small));
}

/// The number of the lit pair; of the result, its length. As exact as fits; without a number where
/// none may look.
fn number(
    input: &ViewInput<'_>,
    numbers: &Numbers<'_>,
    stage: Stage,
    fits: impl Fn(&str) -> bool,
) -> String {
    let (query, key) = numbers.pair;
    let value = match stage {
        Stage::Scores => Some(numbers.dot(query, key)),
        Stage::Scaled => numbers.scaled(query, key),
        Stage::Masked => numbers.scores[query].get(key).copied(),
        Stage::Weights => numbers.weight(query, key),
        Stage::Result => Some(norm(numbers.results[query])),
    };
    let Some(value) = value.map(f64::from) else {
        return String::new();
    };
    let words = strings::of(input.language);
    let named = (stage == Stage::Result).then(|| words.length(&decimal(value, 2)));
    let plain = [2, 1].map(|digits| decimal(value, digits));
    let mut texts = named.into_iter().chain(plain);
    texts
        .find(|text| fits(text))
        .unwrap_or_else(|| decimal(value, 0))
}

/// The nine colours and the numbers at their ends.
fn draw_scale(scene: &mut Scene, cells: &Cells, rect: Rect, (y, size): (f64, f64)) {
    let end = f64::from(cells.largest);
    let digits = if end >= 10.0 { 0 } else { 1 };
    let (low, high) = if cells.is_signed {
        (decimal(-end, digits), decimal(end, digits))
    } else {
        ("0".to_owned(), decimal(end, usize::from(end != 1.0) * 2))
    };
    let (before, after) = (
        text_width(&low, size, false) + 4.0,
        text_width(&high, size, false) + 4.0,
    );
    let width = (rect.width - before - after).min(63.0);
    if width < 9.0 {
        return;
    }
    let ink = |step| {
        if cells.is_signed {
            Ink::Diverging(step)
        } else {
            Ink::Attention(step)
        }
    };
    let base = y + size * 0.85;
    scene.text(Text::new(rect.x, base, size, Ink::Text3, low));
    scene.marks.push(Mark::Cells {
        rect: Rect::new(rect.x + before, y + 1.0, width, size * 0.7),
        rows: 1,
        columns: 9,
        inks: (1..=9).map(|step| Some(ink(step))).collect(),
        gap: 0.0,
        opacity: 0.0,
    });
    scene.text(Text::new(
        rect.x + before + width + 4.0,
        base,
        size,
        Ink::Text3,
        high,
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::i18n::Language;
    use crate::ui::views::fixture::Fixture;

    #[test]
    fn without_room_a_stage_says_its_own_number_shorter() {
        let fixture = Fixture::new(6, 2, 2, Language::En);
        let input = fixture.input(600.0, 300.0);
        let numbers = Numbers::new(&input).unwrap();
        let (query, key) = numbers.pair;
        let values = [
            (Stage::Scores, numbers.dot(query, key)),
            (Stage::Scaled, numbers.scaled(query, key).unwrap()),
            (Stage::Masked, numbers.scores[query][key]),
            (Stage::Weights, numbers.weight(query, key).unwrap()),
            (Stage::Result, norm(numbers.results[query])),
        ];
        for (stage, value) in values {
            let text = number(&input, &numbers, stage, |text| text.chars().count() <= 4);
            let shown: f32 = text.replace('−', "-").parse().unwrap();
            assert!(
                (shown - value).abs() <= 0.051,
                "{stage:?}: {text} for {value}"
            );
        }
    }
}
