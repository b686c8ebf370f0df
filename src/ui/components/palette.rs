//! The page's colours and faces as a canvas wants them, asked of its CSS once per theme.

use std::collections::HashMap;

use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement, ImageData};

use crate::color_scale::{DIM_VAR, Ink};

/// The page's colours and faces, as a canvas wants them.
#[derive(Default)]
pub struct Palette {
    theme: String,
    colors: HashMap<Ink, String>,
    /// Families for words.
    pub text_face: String,
    /// Families for tokens.
    pub code_face: String,
    /// Opacity of what is off the path.
    pub dim: f64,
    /// One pixel per cell, to be drawn larger.
    pub scratch: Option<HtmlCanvasElement>,
}

impl Palette {
    /// Forgets the colours when the theme is another one.
    pub fn follow(&mut self, theme: &str, style: &CssStyleDeclaration) {
        if self.theme == theme && !self.text_face.is_empty() {
            return;
        }
        self.theme = theme.to_owned();
        self.colors.clear();
        let value = |name: &str| style.get_property_value(name).unwrap_or_default();
        self.text_face = value("--font-text").trim().to_owned();
        if self.text_face.is_empty() {
            self.text_face = "sans-serif".to_owned();
        }
        self.code_face = value("--font-code").trim().to_owned();
        if self.code_face.is_empty() {
            self.code_face = "monospace".to_owned();
        }
        self.dim = value(DIM_VAR).trim().parse().unwrap_or(0.28);
    }

    /// The colour of an ink in this theme.
    pub fn color(&mut self, ink: Ink, style: &CssStyleDeclaration) -> &str {
        self.colors.entry(ink).or_insert_with(|| {
            let value = style.get_property_value(ink.css_var());
            value.unwrap_or_default().trim().to_owned()
        })
    }

    /// Puts the cells on the scratch canvas, one pixel each. Whether it could: colours must be
    /// written as `#rrggbb`.
    ///
    /// # Errors
    /// What the browser says when it cannot make an image.
    pub fn put_cells(
        &mut self,
        inks: &[Option<Ink>],
        (rows, columns): (usize, usize),
        style: &CssStyleDeclaration,
    ) -> Result<bool, JsValue> {
        let mut known: Vec<(Ink, [u8; 3])> = Vec::with_capacity(9);
        let mut pixels = vec![0u8; inks.len() * 4];
        for (pixel, ink) in pixels.chunks_exact_mut(4).zip(inks) {
            let Some(ink) = ink else { continue };
            let found = known.iter().find(|(other, _)| other == ink);
            let rgb = match found {
                Some((_, rgb)) => *rgb,
                None => {
                    let Some(rgb) = hex_rgb(self.color(*ink, style)) else {
                        return Ok(false);
                    };
                    known.push((*ink, rgb));
                    rgb
                }
            };
            pixel[..3].copy_from_slice(&rgb);
            pixel[3] = 255;
        }
        let Some(context) = self.scratch_context(rows, columns)? else {
            return Ok(false);
        };
        let (columns, rows) = (columns as u32, rows as u32);
        let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels), columns, rows)?;
        context.put_image_data(&image, 0.0, 0.0)?;
        Ok(true)
    }

    fn scratch_context(
        &mut self,
        rows: usize,
        columns: usize,
    ) -> Result<Option<CanvasRenderingContext2d>, JsValue> {
        if self.scratch.is_none() {
            let document = web_sys::window().and_then(|window| window.document());
            let Some(document) = document else {
                return Ok(None);
            };
            self.scratch = document.create_element("canvas")?.dyn_into().ok();
        }
        let Some(scratch) = &self.scratch else {
            return Ok(None);
        };
        scratch.set_width(columns as u32);
        scratch.set_height(rows as u32);
        let context = scratch.get_context("2d")?;
        Ok(context.map(JsCast::unchecked_into))
    }
}

/// The channels of a colour written as `#rrggbb`.
fn hex_rgb(color: &str) -> Option<[u8; 3]> {
    let digits = color.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let channel = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([channel(0)?, channel(2)?, channel(4)?])
}
