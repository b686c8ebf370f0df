//! Which tokens each attention may look at on this text: small grids, one per attention.

use crate::color_scale::Ink;
use crate::protocol::{Attention, TokenInfo};
use crate::ui::components::scene::{Mark, Paint, Rect, Scene, Text};
use crate::ui::components::text_width::{shortened, text_width, wrapped};
use crate::ui::views::attended::labels_of;
use crate::ui::views::{Target, ViewInput};

use super::{chain, strings};

/// The highest row of a grid, pixels.
const HIGHEST: f64 = 22.0;
/// The lowest row that is named, pixels.
const LOWEST_NAMED: f64 = 11.0;

/// The grids side by side with what the model was trained to do above them.
pub fn draw(scene: &mut Scene, input: &ViewInput<'_>, area: Rect) {
    let (words, scale) = (strings::of(input.language), input.type_scale);
    let size = input.size(12.5);
    let mut y = area.y + 11.0 * scale - size * 1.4;
    for line in wrapped(
        words.trained(input.model.architecture),
        size,
        false,
        area.width,
    ) {
        y += size * 1.4;
        scene.text(Text::new(area.x, y, size, Ink::Text1, line));
    }
    let top = y + 10.0 * scale;
    let room = Rect::new(area.x, top, area.width, (area.bottom() - top).max(20.0));
    let attentions = Attention::of(input.model.architecture);
    if attentions.is_empty() {
        chain::draw(scene, input, room);
        return;
    }
    // The order in which they are computed.
    let order = [
        Attention::Own,
        Attention::Source,
        Attention::Target,
        Attention::Cross,
    ];
    let shown: Vec<Attention> = order
        .into_iter()
        .filter(|attention| attentions.contains(attention))
        .collect();
    let gap = 18.0 * scale;
    let count = shown.len() as f64;
    let width = (room.width - gap * (count - 1.0)) / count;
    for (i, attention) in shown.into_iter().enumerate() {
        let x = room.x + (width + gap) * i as f64;
        grid(scene, input, attention, Rect { x, width, ..room });
    }
}

/// One attention: its name, its grid, what it means.
fn grid(scene: &mut Scene, input: &ViewInput<'_>, attention: Attention, area: Rect) {
    let (words, scale) = (strings::of(input.language), input.type_scale);
    let (small, size) = (input.size(11.0), input.size(12.5));
    let (queries, keys) = (attention.queries(input.trace), attention.keys(input.trace));
    if queries.is_empty() || keys.is_empty() {
        return;
    }
    let name = shortened(words.attention(attention), size, false, area.width);
    let base = area.y + size;
    scene.text(Text::new(area.x, base, size, Ink::AttentionLine, name).strong());
    let means = words.means(input.model.architecture, attention);
    let means = wrapped(means, small, false, area.width);
    let below = means.len() as f64 * small * 1.35 + 8.0;
    let top = base + 7.0 * scale;
    let height = (area.bottom() - below - top).max(8.0);
    // Cells stay about square: a long source is as wide as it is high.
    let squarest = area.width * 1.1 / keys.len() as f64;
    let pitch = (height / queries.len() as f64)
        .min(HIGHEST * scale)
        .min(squarest);
    let labels = labels_of(queries);
    let is_named = pitch >= LOWEST_NAMED && area.width >= 120.0;
    let left = if is_named {
        let widest = labels.iter().map(|label| text_width(label, small, true));
        widest.fold(0.0, f64::max).min(area.width * 0.38) + 6.0
    } else {
        0.0
    };
    let column = ((area.width - left) / keys.len() as f64).min(pitch * 1.25);
    let rect = Rect::new(
        area.x + left,
        top,
        column * keys.len() as f64,
        pitch * queries.len() as f64,
    );
    cells(scene, input, attention, rect, (queries, keys));
    for (query, label) in labels.iter().enumerate() {
        let y = top + pitch * (query as f64 + 0.5);
        let is_lit = lit(input, attention) == Some(query);
        if is_named {
            let label = shortened(label, small, true, left - 6.0);
            let ink = if is_lit { Ink::Text1 } else { Ink::Text3 };
            let x = area.x + left - 5.0;
            let text = Text::new(x, y + small * 0.35, small, ink, label);
            scene.text(text.code().end().strong_if(is_lit));
        }
        let row = Rect::new(area.x, y - pitch / 2.0, left + rect.width, pitch);
        let target = match attention {
            Attention::Source => Target::SourceToken(query),
            _ => Target::Token(query),
        };
        scene.hit(row, target, None);
        if is_lit {
            let frame = Rect::new(rect.x - 1.0, y - pitch / 2.0, rect.width + 2.0, pitch);
            scene.rect(frame, 2.0, Paint::stroke(Ink::Text1, 1.2));
        }
    }
    let mut y = rect.bottom() + 4.0;
    for line in means {
        y += small * 1.35;
        scene.text(Text::new(area.x, y, small, Ink::Text3, line));
    }
}

/// The row that is lit in a grid.
fn lit(input: &ViewInput<'_>, attention: Attention) -> Option<usize> {
    match (attention, &input.focus.hovered) {
        (Attention::Source, Some(Target::SourceToken(token))) => Some(*token),
        (Attention::Source, _) => input.focus.source_token,
        _ => input.path(),
    }
}

/// Violet where a token may look, hatched where it may not.
fn cells(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    attention: Attention,
    rect: Rect,
    (queries, keys): (&[TokenInfo], &[TokenInfo]),
) {
    let lit = lit(input, attention);
    let mut inks = Vec::with_capacity(queries.len() * keys.len());
    for query in 0..queries.len() {
        let visible = attention.n_visible(input.model, input.trace, query);
        let step = if lit == Some(query) { 5 } else { 3 };
        let ink = |key| (key < visible).then_some(Ink::Attention(step));
        inks.extend((0..keys.len()).map(ink));
    }
    if inks.contains(&None) {
        // The cells cover the hatch wherever a token may look.
        scene.hatch(rect);
    }
    let pitch = rect.width / keys.len() as f64;
    scene.marks.push(Mark::Cells {
        rect,
        rows: queries.len(),
        columns: keys.len(),
        inks,
        gap: if pitch >= 7.0 { 1.0 } else { 0.0 },
        opacity: 0.0,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Architecture;
    use crate::ui::i18n::Language;
    use crate::ui::views::fixture::Fixture;

    /// How many cells of each grid are visible, and how many there are.
    fn counts(kind: Architecture) -> Vec<(usize, usize)> {
        let fixture = Fixture::of(kind, 5, (2, 2), Language::En);
        let mut scene = Scene::new(600.0, 300.0);
        let input = fixture.input(600.0, 300.0);
        draw(&mut scene, &input, Rect::new(0.0, 0.0, 600.0, 300.0));
        let count = |mark: &Mark| match mark {
            Mark::Cells { inks, .. } => Some((inks.iter().flatten().count(), inks.len())),
            _ => None,
        };
        scene.marks.iter().filter_map(count).collect()
    }

    #[test]
    fn a_grid_shows_what_its_attention_may_look_at() {
        assert_eq!(counts(Architecture::Decoder), [(15, 25)]);
        assert_eq!(counts(Architecture::Encoder), [(25, 25)]);
        // Five tokens of the target, seven of the source.
        let expected = [(49, 49), (15, 25), (35, 35)];
        assert_eq!(counts(Architecture::EncoderDecoder), expected);
        assert_eq!(counts(Architecture::Recurrent), []);
    }
}
