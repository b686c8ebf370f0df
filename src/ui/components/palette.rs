//! The page's colours and faces as a canvas wants them, asked of its CSS once per theme.

use std::collections::HashMap;
use std::rc::Rc;

use js_sys::JsString;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement, ImageData};

use crate::color_scale::{DIM_VAR, Ink};

use super::canvas::fill_canvas;
use super::read_number;
use super::scene::{Scene, Text};

/// The page's colours and faces, as a canvas wants them.
#[derive(Default)]
pub struct Palette {
    theme: String,
    colors: HashMap<Ink, JsString>,
    fonts: HashMap<Font, JsString>,
    /// Families for words.
    text_face: String,
    /// Families for tokens.
    code_face: String,
    /// Opacity of what is off the path.
    pub dim: f64,
    /// One pixel per cell, to be drawn larger.
    pub scratch: Option<HtmlCanvasElement>,
    backdrop: Option<Backdrop>,
}

/// A painted backdrop.
struct Backdrop {
    scene: Rc<Scene>,
    ratio: f64,
    image: HtmlCanvasElement,
}

/// A heatmap to be put on the scratch canvas.
pub struct Heatmap<'a> {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// One ink per cell, row by row.
    pub inks: &'a [Option<Ink>],
}

/// A size and face of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Font {
    /// Thousandths of a pixel.
    size: u32,
    is_code: bool,
    is_strong: bool,
}

impl Font {
    /// What a text is written in.
    pub fn of(text: &Text) -> Self {
        Font {
            size: (text.size * 1000.0).round() as u32,
            is_code: text.is_code,
            is_strong: text.is_strong,
        }
    }
}

impl Palette {
    /// Forgets the colours when the theme is another one.
    pub fn follow(&mut self, theme: &str, style: &CssStyleDeclaration) {
        if self.theme == theme && !self.text_face.is_empty() {
            return;
        }
        self.theme = theme.to_owned();
        self.colors.clear();
        self.fonts.clear();
        self.backdrop = None;
        let value = |name: &str| style.get_property_value(name).unwrap_or_default();
        self.text_face = value("--font-text").trim().to_owned();
        if self.text_face.is_empty() {
            self.text_face = "sans-serif".to_owned();
        }
        self.code_face = value("--font-code").trim().to_owned();
        if self.code_face.is_empty() {
            self.code_face = "monospace".to_owned();
        }
        self.dim = read_number(&value(DIM_VAR)).unwrap_or(0.28);
    }

    /// The colour of an ink in this theme.
    pub fn color(&mut self, ink: Ink, style: &CssStyleDeclaration) -> &JsString {
        self.colors.entry(ink).or_insert_with(|| {
            let value = style.get_property_value(ink.css_var());
            value.unwrap_or_default().trim().into()
        })
    }

    /// A font as a canvas wants it.
    pub fn font(&mut self, font: Font) -> &JsString {
        let face = if font.is_code {
            &self.code_face
        } else {
            &self.text_face
        };
        self.fonts.entry(font).or_insert_with(|| {
            let weight = if font.is_strong { 600 } else { 400 };
            let size = f64::from(font.size) / 1000.0;
            format!("{weight} {size}px {face}").into()
        })
    }

    /// The image of a backdrop; painted if it is another one than before.
    ///
    /// # Errors
    /// What the browser says.
    pub fn backdrop(
        &mut self,
        scene: &Rc<Scene>,
        ratio: f64,
        style: &CssStyleDeclaration,
    ) -> Result<Option<HtmlCanvasElement>, JsValue> {
        let kept = self.backdrop.take();
        let backdrop = match kept {
            Some(kept) if Rc::ptr_eq(&kept.scene, scene) && kept.ratio == ratio => kept,
            kept => {
                let image = kept.map(|kept| kept.image).or_else(new_canvas);
                let Some(image) = image else {
                    return Ok(None);
                };
                fill_canvas(&image, scene, ratio, None, self, style)?;
                let scene = Rc::clone(scene);
                Backdrop {
                    scene,
                    ratio,
                    image,
                }
            }
        };
        let image = backdrop.image.clone();
        self.backdrop = Some(backdrop);
        Ok(Some(image))
    }

    /// Puts the heatmaps beneath each other on the scratch canvas, one pixel per cell, in one
    /// go. Where each begins; nothing if a colour is not written as `#rrggbb`.
    ///
    /// # Errors
    /// What the browser says when it cannot make an image.
    pub fn put_heatmaps(
        &mut self,
        heatmaps: &[Heatmap<'_>],
        style: &CssStyleDeclaration,
    ) -> Result<Vec<usize>, JsValue> {
        let width = heatmaps.iter().map(|map| map.columns).max().unwrap_or(0);
        let height: usize = heatmaps.iter().map(|map| map.rows).sum();
        if width == 0 || height == 0 {
            return Ok(Vec::new());
        }
        let mut known: Vec<(Ink, [u8; 4])> = Vec::with_capacity(16);
        let mut pixels = vec![0u8; width * height * 4];
        let (mut tops, mut top) = (Vec::with_capacity(heatmaps.len()), 0);
        for map in heatmaps {
            let mut last: (Option<Ink>, [u8; 4]) = (None, [0; 4]);
            let lines = pixels.chunks_exact_mut(width * 4).skip(top);
            for (line, inks) in lines.zip(map.inks.chunks_exact(map.columns)) {
                for (pixel, ink) in line.as_chunks_mut::<4>().0.iter_mut().zip(inks) {
                    // Cells side by side often have the same ink.
                    if last.0 != *ink {
                        let Some(rgba) = self.rgba(*ink, &mut known, style) else {
                            return Ok(Vec::new());
                        };
                        last = (*ink, rgba);
                    }
                    *pixel = last.1;
                }
            }
            tops.push(top);
            top += map.rows;
        }
        let Some(context) = self.scratch_context(height, width)? else {
            return Ok(Vec::new());
        };
        let (width, height) = (width as u32, height as u32);
        let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels), width, height)?;
        context.put_image_data(&image, 0.0, 0.0)?;
        Ok(tops)
    }

    fn rgba(
        &mut self,
        ink: Option<Ink>,
        known: &mut Vec<(Ink, [u8; 4])>,
        style: &CssStyleDeclaration,
    ) -> Option<[u8; 4]> {
        let Some(ink) = ink else {
            return Some([0; 4]);
        };
        if let Some((_, rgba)) = known.iter().find(|(other, _)| *other == ink) {
            return Some(*rgba);
        }
        let [red, green, blue] = hex_rgb(&String::from(self.color(ink, style)))?;
        let rgba = [red, green, blue, 255];
        known.push((ink, rgba));
        Some(rgba)
    }

    fn scratch_context(
        &mut self,
        rows: usize,
        columns: usize,
    ) -> Result<Option<CanvasRenderingContext2d>, JsValue> {
        if self.scratch.is_none() {
            self.scratch = new_canvas();
        }
        let Some(scratch) = &self.scratch else {
            return Ok(None);
        };
        let (width, height) = (columns as u32, rows as u32);
        // Every pixel is put anew; only a larger heatmap needs a larger canvas.
        if scratch.width() < width || scratch.height() < height {
            scratch.set_width(width.max(scratch.width()));
            scratch.set_height(height.max(scratch.height()));
        }
        let context = scratch.get_context("2d")?;
        Ok(context.map(JsCast::unchecked_into))
    }
}

/// A canvas that is nowhere on the page.
pub(super) fn new_canvas() -> Option<HtmlCanvasElement> {
    let document = web_sys::window()?.document()?;
    document.create_element("canvas").ok()?.dyn_into().ok()
}

/// The channels of a colour written as `#rrggbb`.
fn hex_rgb(color: &str) -> Option<[u8; 3]> {
    let digits = color.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let channel = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([channel(0)?, channel(2)?, channel(4)?])
}
