//! What each token of the text costs the model, in bits.

use crate::color_scale::Ink;
use crate::protocol::{Activation, Architecture, Finding};
use crate::sampling::surprise;
use crate::ui::components::scene::{Paint, Rect, Scene, Source, Text};
use crate::ui::components::shape::straight;
use crate::ui::components::text_width::{shortened, text_width, wrapped};
use crate::ui::views::number::decimal;
use crate::ui::views::rows::RowWindow;
use crate::ui::views::waiting::draw_waiting;
use crate::ui::views::{Target, ViewInput};

use super::{asked, strings};

/// The loss of one token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loss {
    /// Position of the token.
    pub position: usize,
    /// `-log2 p`.
    pub bits: f64,
    /// The probability the model gave the token.
    pub p: f32,
}

/// The loss at each position; `None` where none is computed: at a first token, which nothing comes
/// before, at special tokens and at blanks of an encoder. Empty while they are being computed.
pub fn losses(input: &ViewInput<'_>) -> Vec<Option<Loss>> {
    let n = input.trace.len();
    if let Some(asked) = asked(input.model.architecture) {
        let Some(Finding::Blanks(filled)) = input.findings.get(&asked) else {
            return Vec::new();
        };
        let mut losses = vec![None; n];
        for blank in filled {
            if let Some(loss) = losses.get_mut(blank.position) {
                *loss = Some(Loss {
                    position: blank.position,
                    bits: -f64::from(blank.p).log2(),
                    p: blank.p,
                });
            }
        }
        return losses;
    }
    let mut losses = vec![None];
    let has_all = input.surprises.len() + 1 == n;
    for (position, token) in input.trace.tokens().iter().enumerate().skip(1) {
        let known = has_all.then(|| input.surprises[position - 1]);
        let row = || input.trace.row(Activation::Logits, position - 1);
        let found = known.or_else(|| surprise(row()?, token.id));
        let Some(found) = found else {
            return Vec::new();
        };
        losses.push(Some(Loss {
            position,
            bits: found.bits,
            p: found.p,
        }));
    }
    losses
}

/// Bits per token, over those that have a loss, and how many those are.
pub fn mean(losses: &[Option<Loss>]) -> Option<(f64, usize)> {
    let count = losses.iter().flatten().count();
    let bits: f64 = losses.iter().flatten().map(|loss| loss.bits).sum();
    (count > 0).then(|| (bits / count as f64, count))
}

/// How many tokens the model found more likely than the one that stands at a position.
pub fn rank(input: &ViewInput<'_>, position: usize) -> Option<usize> {
    if let Some(asked) = asked(input.model.architecture) {
        let Some(Finding::Blanks(filled)) = input.findings.get(&asked) else {
            return None;
        };
        let blank = filled.iter().find(|blank| blank.position == position)?;
        return Some(blank.rank);
    }
    let row = input
        .trace
        .row(Activation::Logits, position.checked_sub(1)?)?;
    let own = *row.get(input.trace.tokens().get(position)?.id as usize)?;
    Some(row.iter().filter(|logit| **logit > own).count())
}

/// One row per token: its name, a bar as long as its loss, the loss.
pub fn draw(scene: &mut Scene, input: &ViewInput<'_>, losses: &[Option<Loss>], area: Rect) {
    let (words, scale) = (strings::of(input.language), input.type_scale);
    let (size, small) = (input.size(12.5), input.size(11.0));
    // Room for how many tokens are out of view.
    let heading = shortened(words.losses, size, false, area.width - 80.0 * scale);
    let base = area.y + 11.0 * scale;
    scene.text(Text::new(area.x, base, size, Ink::Text1, heading).strong());
    let lit = input.path();
    let mut foot = wrapped(&words.mean(input, losses), size, false, area.width);
    let about = lit.map(|position| words.token(input, losses, position));
    let about = wrapped(&about.unwrap_or_default(), small, false, area.width);
    let line = size * 1.4;
    let room = area.height - 20.0 * scale - 3.0 * 14.0;
    foot.truncate((room / line).max(0.0) as usize);
    let below = line * foot.len() as f64 + small * 1.4 * about.len() as f64 + 8.0;
    let top = area.y + 19.0 * scale;
    let n = input.trace.len();
    let height = (area.bottom() - below - top).max(14.0);
    let rows = RowWindow::new(n, height, top, lit.unwrap_or(n.max(1) - 1), 22.0 * scale);
    if losses.is_empty() {
        draw_waiting(scene, input, (area.x, top));
        return;
    }
    if let Some(above) = rows.words_above(input.language) {
        let text = Text::new(area.right(), base, small, Ink::Text3, above);
        scene.text(text.end());
    }
    bars(scene, input, losses, &rows, area);
    let mut y = rows.bottom() + 6.0;
    for text in foot {
        y += line;
        scene.text(Text::new(area.x, y - 3.0, size, Ink::Text1, text));
    }
    for text in about {
        y += small * 1.4;
        scene.text(Text::new(area.x, y - 2.0, small, Ink::Text2, text));
    }
}

fn bars(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    losses: &[Option<Loss>],
    rows: &RowWindow,
    area: Rect,
) {
    let (labels, hues, size) = (
        input.labels(),
        input.hues(),
        input.size(12.5).min(rows.pitch * 0.82),
    );
    let widest = labels.iter().map(|label| text_width(label, size, true));
    let widest = widest.fold(24.0, f64::max) + 12.0;
    let left = area.x + widest.min(area.width * 0.34);
    let number = text_width("00.00", size, false) + 6.0;
    let (bar_left, bar_right) = (left + 6.0, area.right() - number);
    let largest = losses.iter().flatten().map(|loss| loss.bits);
    // Never shorter than 4 bits, so that a text the model knows well looks like one.
    let largest = largest.fold(4.0, f64::max);
    let thick = (rows.pitch * 0.56).min(13.0);
    for position in rows.positions() {
        let (y, is_lit) = (rows.y(position), input.is_lit(position));
        let height = (rows.pitch - 2.0).min(21.0 * input.type_scale);
        let chip = Rect::new(area.x, y - height / 2.0, left - area.x, height);
        let mut paint = Paint::fill(Ink::Category(hues[position]));
        if is_lit {
            paint = paint.outlined(Ink::Text1, 1.5);
        }
        scene.rect(chip, 3.0, paint);
        let label = shortened(&labels[position], size, true, left - area.x - 10.0);
        let base = y + size * 0.35;
        let text = Text::new(left - 5.0, base, size, Ink::Text1, label);
        scene.text(text.code().end().strong_if(is_lit));
        let track = Rect::new(bar_left, y - thick / 2.0, bar_right - bar_left, thick);
        match losses.get(position).copied().flatten() {
            Some(loss) => {
                let width = (track.width * loss.bits / largest).max(1.0);
                let ink = if is_lit { Ink::Text1 } else { Ink::Line3 };
                scene.rect(Rect { width, ..track }, 1.5, Paint::fill(ink));
                let value = decimal(loss.bits, 2);
                let ink = if is_lit { Ink::Text1 } else { Ink::Text2 };
                let text = Text::new(area.right(), base, size, ink, value).end();
                scene.text(text.strong_if(is_lit));
            }
            None => {
                // No loss is not a loss of zero.
                scene.hatch(Rect {
                    width: track.width.min(26.0),
                    ..track
                });
                let text = Text::new(area.right(), base, size, Ink::Text3, "–");
                scene.text(text.end());
            }
        }
        let whole = Rect::new(area.x, y - rows.pitch / 2.0, area.width, rows.pitch);
        scene.hit(whole, Target::Token(position), logit(input, position));
    }
    let axis = straight((bar_left, rows.top), (bar_left, rows.bottom()));
    scene.path(axis, Paint::stroke(Ink::Line2, 1.0));
    if let Some((bits, _)) = mean(losses) {
        let x = bar_left + (bar_right - bar_left) * bits / largest;
        let line = straight((x, rows.top), (x, rows.bottom()));
        scene.path(line, Paint::stroke(Ink::Text3, 1.0).dashed());
    }
}

/// The logit a token's probability was computed from; an encoder's are of runs that are not held.
fn logit(input: &ViewInput<'_>, position: usize) -> Option<Source> {
    if input.model.architecture == Architecture::Encoder {
        return None;
    }
    let before = position.checked_sub(1)?;
    let id = input.trace.tokens().get(position)?.id as usize;
    Some(Source {
        activation: Activation::Logits,
        index: vec![before, id],
        value: *input.trace.row(Activation::Logits, before)?.get(id)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::i18n::Language;
    use crate::ui::views::fixture::Fixture;

    #[test]
    fn the_loss_is_that_of_the_logits() {
        for kind in [
            Architecture::Decoder,
            Architecture::Recurrent,
            Architecture::EncoderDecoder,
        ] {
            let fixture = Fixture::of(kind, 9, (2, 2), Language::En);
            let found = losses(&fixture.input(600.0, 300.0));
            assert_eq!((found.len(), found[0]), (9, None), "{kind:?}");
            let row = fixture.trace.row(Activation::Logits, 3).unwrap();
            let id = fixture.trace.tokens()[4].id as usize;
            let sum: f64 = row.iter().map(|x| f64::from(*x).exp()).sum();
            let p = f64::from(row[id]).exp() / sum;
            assert!((found[4].unwrap().bits + p.log2()).abs() < 1e-4, "{kind:?}");
            let sorted = row.iter().filter(|x| **x > row[id]).count();
            assert_eq!(rank(&fixture.input(600.0, 300.0), 4), Some(sorted));
            let mut without = fixture;
            without.surprises.clear();
            assert_eq!(losses(&without.input(600.0, 300.0)), found);
        }
    }

    #[test]
    fn an_encoder_has_losses_of_typed_tokens_in_sight_only() {
        let mut fixture = Fixture::of(Architecture::Encoder, 9, (2, 2), Language::En);
        assert!(losses(&fixture.input(600.0, 300.0)).is_empty());
        fixture.find();
        let found = losses(&fixture.input(600.0, 300.0));
        let has: Vec<bool> = found.iter().map(Option::is_some).collect();
        // [CLS] Mina gave the [MASK] to Jun . [SEP]
        let expected = [false, true, true, true, false, true, true, true, false];
        assert_eq!(has, expected);
        let (bits, count) = mean(&found).unwrap();
        let all: f64 = found.iter().flatten().map(|loss| loss.bits).sum();
        assert_eq!((bits * count as f64 - all).abs() < 1e-9, count == 6);
    }
}
