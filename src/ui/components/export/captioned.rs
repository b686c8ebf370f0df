//! A drawing on its paper, with its caption below.

use crate::color_scale::Ink;
use crate::ui::components::scene::{Mark, Paint, Rect, Scene, Text};
use crate::ui::components::text_width::{shortened, wrapped};

/// Size of the caption's letters.
const SIZE: f64 = 11.0;
/// From one line of the caption to the next.
const LINE: f64 = 16.0;
/// Paper around the drawing.
const MARGIN: f64 = 16.0;
/// Lines of the caption that are drawn; all of it is in the file's description.
const MOST_LINES: usize = 4;

/// The scene in one layer on paper, its caption below it, a margin around both.
pub fn captioned(scene: &Scene, caption: &str) -> Scene {
    let mut lines = wrapped(caption, SIZE, false, scene.width.max(120.0));
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    let width = scene.width.max(120.0) + 2.0 * MARGIN;
    let height = scene.height + 2.0 * MARGIN + LINE * lines.len() as f64 + 8.0;
    let mut page = Scene::new(width, height);
    let paper = Rect::new(0.0, 0.0, width, height);
    page.rect(paper, 0.0, Paint::fill(Ink::Surface0));
    add(&mut page, scene);
    let mut y = MARGIN + scene.height + 8.0 + SIZE;
    for line in lines {
        let line = shortened(&line, SIZE, false, width - 2.0 * MARGIN);
        page.text(Text::new(MARGIN, y, SIZE, Ink::Text3, line));
        y += LINE;
    }
    page
}

/// Adds what lies beneath and what is drawn, moved by the margin.
fn add(page: &mut Scene, scene: &Scene) {
    if let Some(backdrop) = &scene.backdrop {
        add(page, backdrop);
    }
    page.marks.extend(scene.marks.iter().map(moved));
    page.hits.extend(scene.hits.iter().map(|hit| {
        let mut hit = hit.clone();
        hit.rect = moved_rect(&hit.rect);
        hit
    }));
}

fn moved_rect(rect: &Rect) -> Rect {
    Rect::new(rect.x + MARGIN, rect.y + MARGIN, rect.width, rect.height)
}

fn moved(mark: &Mark) -> Mark {
    use crate::ui::components::scene::Segment::{Close, Cubic, Line, Move};
    let m = MARGIN;
    let mut mark = mark.clone();
    match &mut mark {
        Mark::Rect { rect, .. } | Mark::Hatch { rect } | Mark::Cells { rect, .. } => {
            *rect = moved_rect(rect);
        }
        Mark::Text(text) => {
            text.x += m;
            text.y += m;
        }
        Mark::Path { segments, .. } => {
            for segment in segments {
                *segment = match *segment {
                    Move(x, y) => Move(x + m, y + m),
                    Line(x, y) => Line(x + m, y + m),
                    Cubic(a, b, c, d, x, y) => Cubic(a + m, b + m, c + m, d + m, x + m, y + m),
                    Close => Close,
                };
            }
        }
    }
    mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caption_lies_below_the_drawing() {
        let mut scene = Scene::new(200.0, 100.0);
        scene.text(Text::new(0.0, 10.0, 12.5, Ink::Text1, "Mina"));
        let long = "village-gpt, block 4, head 2, seed 7 ".repeat(20);
        for (caption, lines) in [("Mina", 1), (long.as_str(), MOST_LINES)] {
            let page = captioned(&scene, caption);
            let texts: Vec<&Text> = page
                .marks
                .iter()
                .filter_map(|mark| match mark {
                    Mark::Text(text) => Some(text),
                    _ => None,
                })
                .collect();
            assert_eq!(texts.len(), 1 + lines);
            assert_eq!((texts[0].x, texts[0].y), (MARGIN, 10.0 + MARGIN));
            assert!(texts[1..].iter().all(|text| text.y > 100.0 + MARGIN));
            assert!(texts[1..].iter().all(|text| text.y < page.height));
        }
    }
}
