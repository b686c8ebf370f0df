//! Paints a scene on a canvas. Knows marks only; which colour an ink has is asked of the page's
//! CSS once per theme.

use std::rc::Rc;

use js_sys::JsString;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement};

use crate::color_scale::Ink;

use super::palette::{Font, Heatmap, Palette};
use super::scene::{Align, Mark, Paint, Rect, Scene, Segment, Text};

/// Distance of two hatch lines along the axes, pixels: 5 px across, at 45 degrees.
const HATCH_STEP: f64 = 7.071;

/// Heatmaps and strips with at least so many cells are drawn as an image: one call in place of one
/// per cell.
const CELLS_OF_AN_IMAGE: usize = 12;

/// Paints `scene` over the whole canvas, as sharp as the screen is.
///
/// # Errors
/// What the browser says, for example when the canvas cannot give a context.
pub fn paint(
    canvas: &HtmlCanvasElement,
    scene: &Rc<Scene>,
    palette: &mut Palette,
    theme: &str,
) -> Result<(), JsValue> {
    let Some(window) = web_sys::window() else {
        return Ok(());
    };
    let Some(root) = window.document().and_then(|d| d.document_element()) else {
        return Ok(());
    };
    let Some(style) = window.get_computed_style(&root)? else {
        return Ok(());
    };
    palette.follow(theme, &style);
    let ratio = window.device_pixel_ratio().max(1.0);
    let beneath = match &scene.backdrop {
        Some(backdrop) => palette.backdrop(backdrop, ratio, &style)?,
        None => None,
    };
    fill_canvas(canvas, scene, ratio, beneath.as_ref(), palette, &style)
}

/// Paints marks on a canvas of their own or over an image of what lies beneath.
pub(super) fn fill_canvas(
    canvas: &HtmlCanvasElement,
    scene: &Scene,
    ratio: f64,
    beneath: Option<&HtmlCanvasElement>,
    palette: &mut Palette,
    style: &CssStyleDeclaration,
) -> Result<(), JsValue> {
    let Some(context) = canvas.get_context("2d")? else {
        return Ok(());
    };
    let context: CanvasRenderingContext2d = context.unchecked_into();
    let (width, height) = (
        (scene.width * ratio).round() as u32,
        (scene.height * ratio).round() as u32,
    );
    // Setting the size reallocates and clears; a canvas of the right size is only cleared.
    if canvas.width() != width || canvas.height() != height {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0)?;
    context.clear_rect(0.0, 0.0, scene.width, scene.height);
    let heatmaps: Vec<Heatmap<'_>> = scene.marks.iter().filter_map(heatmap).collect();
    let tops = palette.put_heatmaps(&heatmaps, style)?;
    let mut painter = Painter {
        pen: context.unchecked_ref(),
        context: &context,
        style,
        palette,
        fill: None,
        stroke: None,
        opacity: -1.0,
        font: None,
        align: None,
        tops: tops.into_iter(),
    };
    painter.context.set_line_join("round");
    if let Some(image) = beneath {
        painter.set_opacity(&Paint::default());
        let (width, height) = (scene.width, scene.height);
        context
            .draw_image_with_html_canvas_element_and_dw_and_dh(image, 0.0, 0.0, width, height)?;
    }
    for mark in &scene.marks {
        painter.mark(mark)?;
    }
    Ok(())
}

/// A mark that is drawn as an image, as that.
fn heatmap(mark: &Mark) -> Option<Heatmap<'_>> {
    match mark {
        Mark::Cells {
            rows,
            columns,
            inks,
            gap,
            ..
        } if is_image(inks, *gap) => Some(Heatmap {
            rows: *rows,
            columns: *columns,
            inks,
        }),
        _ => None,
    }
}

#[wasm_bindgen]
extern "C" {
    /// A context that takes texts the browser already has: no copy at every mark.
    type Pen;

    #[wasm_bindgen(method, setter, js_name = font)]
    fn set_font(this: &Pen, font: &JsString);

    #[wasm_bindgen(method, setter, js_name = fillStyle)]
    fn set_fill(this: &Pen, color: &JsString);

    #[wasm_bindgen(method, setter, js_name = strokeStyle)]
    fn set_stroke(this: &Pen, color: &JsString);
}

/// A context with what is set on it, so that nothing is set twice.
struct Painter<'a> {
    pen: &'a Pen,
    context: &'a CanvasRenderingContext2d,
    style: &'a CssStyleDeclaration,
    palette: &'a mut Palette,
    fill: Option<Ink>,
    stroke: Option<(Ink, f64)>,
    opacity: f64,
    font: Option<Font>,
    align: Option<Align>,
    /// Where on the scratch canvas the heatmaps to come begin.
    tops: std::vec::IntoIter<usize>,
}

/// Whether a heatmap is drawn as an image.
fn is_image(inks: &[Option<Ink>], gap: f64) -> bool {
    gap <= 0.0 && inks.len() >= CELLS_OF_AN_IMAGE
}

impl Painter<'_> {
    fn mark(&mut self, mark: &Mark) -> Result<(), JsValue> {
        match mark {
            Mark::Rect {
                rect,
                radius,
                paint,
            } => self.rect(rect, *radius, paint),
            Mark::Path { segments, paint } => {
                self.trace(segments);
                self.inside_and_outline(paint)
            }
            Mark::Text(text) => self.text(text),
            Mark::Cells {
                rect,
                rows,
                columns,
                inks,
                gap,
                opacity,
            } => self.cells(rect, (*rows, *columns), inks, *gap, *opacity),
            Mark::Hatch { rect } => {
                self.hatch(rect);
                Ok(())
            }
        }
    }

    fn rect(&mut self, rect: &Rect, radius: f64, paint: &Paint) -> Result<(), JsValue> {
        if radius <= 0.0 && paint.stroke.is_none() {
            if let Some(ink) = paint.fill {
                self.set_opacity(paint);
                self.set_fill(ink);
                let Rect {
                    x,
                    y,
                    width,
                    height,
                } = *rect;
                self.context.fill_rect(x, y, width, height);
            }
            return Ok(());
        }
        let radius = radius.min(rect.width / 2.0).min(rect.height / 2.0).max(0.0);
        self.context.begin_path();
        self.context
            .round_rect_with_f64(rect.x, rect.y, rect.width, rect.height, radius)?;
        self.inside_and_outline(paint)
    }

    fn trace(&self, segments: &[Segment]) {
        self.context.begin_path();
        for segment in segments {
            match *segment {
                Segment::Move(x, y) => self.context.move_to(x, y),
                Segment::Line(x, y) => self.context.line_to(x, y),
                Segment::Cubic(a, b, c, d, x, y) => {
                    self.context.bezier_curve_to(a, b, c, d, x, y);
                }
                Segment::Close => self.context.close_path(),
            }
        }
    }

    fn inside_and_outline(&mut self, paint: &Paint) -> Result<(), JsValue> {
        self.set_opacity(paint);
        if let Some(ink) = paint.fill {
            self.set_fill(ink);
            self.context.fill();
        }
        if let Some((ink, width)) = paint.stroke {
            self.set_stroke(ink, width);
            if paint.is_dashed {
                let dashes = js_sys::Array::of2(&2.into(), &3.into());
                self.context.set_line_dash(&dashes)?;
            }
            self.context.stroke();
            if paint.is_dashed {
                self.context.set_line_dash(&js_sys::Array::new())?;
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &Text) -> Result<(), JsValue> {
        let font = Font::of(text);
        if self.font != Some(font) {
            self.pen.set_font(self.palette.font(font));
            self.font = Some(font);
        }
        if self.align != Some(text.align) {
            self.context.set_text_align(match text.align {
                Align::Start => "left",
                Align::Middle => "center",
                Align::End => "right",
            });
            self.align = Some(text.align);
        }
        self.set_opacity(&Paint::default());
        if let Some(surface) = text.halo {
            self.set_stroke(surface, 4.0);
            self.context.stroke_text(&text.text, text.x, text.y)?;
        }
        self.set_fill(text.ink);
        self.context.fill_text(&text.text, text.x, text.y)
    }

    /// Ink by ink: the colour is set as often as there are colours. Cells without a gap become an
    /// image, one pixel per cell.
    fn cells(
        &mut self,
        rect: &Rect,
        (rows, columns): (usize, usize),
        inks: &[Option<Ink>],
        gap: f64,
        opacity: f64,
    ) -> Result<(), JsValue> {
        self.set_opacity(&Paint {
            opacity,
            ..Paint::default()
        });
        if is_image(inks, gap)
            && let (Some(top), Some(scratch)) = (self.tops.next(), &self.palette.scratch)
        {
            // Cells larger than a pixel keep their edges; smaller ones share pixels evenly.
            self.context
                .set_image_smoothing_enabled(rect.width < columns as f64);
            return self
                .context
                .draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                    scratch,
                    0.0,
                    top as f64,
                    columns as f64,
                    rows as f64,
                    rect.x,
                    rect.y,
                    rect.width,
                    rect.height,
                );
        }
        let (width, height) = (rect.width / columns as f64, rect.height / rows as f64);
        let mut seen: Vec<Ink> = Vec::with_capacity(9);
        for ink in inks.iter().flatten() {
            if !seen.contains(ink) {
                seen.push(*ink);
            }
        }
        // Cells without a gap overlap by a hair, or the seams would shine through.
        let overlap = if gap > 0.0 { -gap } else { 0.3 };
        for ink in seen {
            self.set_fill(ink);
            for (i, _) in inks.iter().enumerate().filter(|(_, i)| **i == Some(ink)) {
                self.context.fill_rect(
                    rect.x + (i % columns) as f64 * width + gap / 2.0,
                    rect.y + (i / columns) as f64 * height + gap / 2.0,
                    (width + overlap).max(0.3),
                    (height + overlap).max(0.3),
                );
            }
        }
        Ok(())
    }

    /// Lines at 45 degrees, cut at the edges by arithmetic: no clipping, no pattern, and areas
    /// side by side continue each other.
    fn hatch(&mut self, rect: &Rect) {
        self.set_opacity(&Paint::default());
        self.set_stroke(Ink::MaskLine, 1.0);
        self.context.begin_path();
        let (right, bottom) = (rect.right(), rect.bottom());
        let mut sum = ((rect.x + rect.y) / HATCH_STEP).ceil() * HATCH_STEP;
        while sum < right + bottom {
            let (from, to) = ((sum - bottom).max(rect.x), (sum - rect.y).min(right));
            self.context.move_to(from, sum - from);
            self.context.line_to(to, sum - to);
            sum += HATCH_STEP;
        }
        self.context.stroke();
    }

    fn set_fill(&mut self, ink: Ink) {
        if self.fill != Some(ink) {
            let color = self.palette.color(ink, self.style);
            self.pen.set_fill(color);
            self.fill = Some(ink);
        }
    }

    fn set_stroke(&mut self, ink: Ink, width: f64) {
        if self.stroke != Some((ink, width)) {
            let color = self.palette.color(ink, self.style);
            self.pen.set_stroke(color);
            self.context.set_line_width(width);
            self.stroke = Some((ink, width));
        }
    }

    fn set_opacity(&mut self, paint: &Paint) {
        let set = if paint.opacity == 0.0 {
            1.0
        } else {
            paint.opacity
        };
        let opacity = if paint.is_dim {
            set * self.palette.dim
        } else {
            set
        };
        if (opacity - self.opacity).abs() > 1e-6 {
            self.context.set_global_alpha(opacity);
            self.opacity = opacity;
        }
    }
}
