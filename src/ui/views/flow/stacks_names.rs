//! The headings of the picture of two stacks, and its legend.

use crate::color_scale::Ink;
use crate::protocol::Stack;
use crate::ui::components::scene::{Paint, Rect, Scene, Text};
use crate::ui::components::shape::straight;
use crate::ui::components::text_width::{shortened, text_width};
use crate::ui::views::number::decimal;
use crate::ui::views::numbered::Numbered;
use crate::ui::views::{OpenPart, Target};

use super::closed_block::BLOCK_AND_GAP;
use super::stacks::Picture;
use super::{legend, link, strings};

impl Picture<'_> {
    /// Names of texts and blocks, and what widths and lines are.
    pub fn names(&self, scene: &mut Scene) {
        let (input, layout) = (self.input, self.layout);
        let words = strings::of(input.language);
        let (size, small) = (input.size(14.0), input.size(11.0));
        for (stack, name) in [
            (Stack::Encoder, words.source),
            (Stack::Decoder, words.translation),
        ] {
            let y = layout.title(stack);
            let (left, _) = layout.chips(stack);
            let title_size = if layout.is_compact { small } else { size };
            let text = Text::new(left, y, title_size, Ink::Text1, name);
            scene.text(text.strong());
            let hidden = self.texts(stack).rows.hidden_above();
            if hidden > 0 && !layout.is_compact {
                let text = words.hidden_above(self.texts(stack).tokens.len(), hidden);
                let y = y + 15.0;
                scene.text(Text::new(left, y, small, Ink::Text3, text));
            }
            for (layer, &(left, right)) in layout.blocks(stack).iter().enumerate() {
                if layout.is_open(stack, layer) {
                    self.name_open(scene, layer, (left, right), y);
                    continue;
                }
                let prefix = match stack {
                    Stack::Encoder => words.encoder,
                    Stack::Decoder => words.decoder,
                };
                let room = right - left;
                let long = format!("{prefix} {}", layer + 1);
                let is_wide = room > 74.0 * input.type_scale && !layout.is_compact;
                let name = if is_wide {
                    long
                } else {
                    (layer + 1).to_string()
                };
                let numbered = Numbered {
                    pitch: room * BLOCK_AND_GAP,
                    room: text_width("00", title_size, false) + 4.0,
                    chosen: None,
                };
                if is_wide || numbered.names(layer) {
                    let text = Text::new((left + right) / 2.0, y, title_size, Ink::Text1, name);
                    scene.text(text.strong().middle().halo(Ink::Surface0));
                }
            }
        }
        if layout.is_compact {
            return;
        }
        // Below the source, left of the translation: what widths and lines are.
        let (x, mut y) = (layout.chips(Stack::Encoder).0, layout.legend_top);
        let room = layout.chips(Stack::Decoder).0 - x - 12.0;
        let width = self.scale.width.min(13.0);
        scene.rect(
            Rect::new(x, y - width / 2.0, 18.0, width),
            0.0,
            Paint::fill(Ink::RailOn),
        );
        let text = words.width(&decimal(f64::from(self.scale.largest), 1));
        let text = shortened(&text, small, false, room - 26.0);
        scene.text(Text::new(x + 26.0, y + 4.0, small, Ink::Text3, text));
        y += 18.0;
        let line = straight((x, y), (x + 18.0, y));
        scene.path(line, Paint::stroke(Ink::AttentionLine, 2.4).opacity(0.7));
        let text = shortened(words.strongest_head, small, false, room - 26.0);
        scene.text(Text::new(x + 26.0, y + 4.0, small, Ink::Text3, text));
        if layout.open.is_some() {
            legend::draw_scale(scene, input, (x, y + 14.0));
        }
    }

    /// The name of the open block and the way to fold it.
    fn name_open(&self, scene: &mut Scene, layer: usize, (left, right): (f64, f64), y: f64) {
        let (input, words) = (self.input, strings::of(self.input.language));
        let size = input.size(14.0);
        let Some(attention) = input.attention() else {
            return;
        };
        let name = words.open_attention(attention, layer, input.head());
        let name = shortened(&name, size, false, right - left - 44.0);
        scene.text(Text::new(left + 2.0, y, size, Ink::Text1, name).strong());
        let fold = Target::Part(OpenPart::None);
        link(scene, (right - 2.0, y), input.size(12.5), words.fold, fold);
    }
}
