//! A scene as pixels: painted on a canvas nobody sees, twice as sharp as the page.

use wasm_bindgen::JsValue;
use web_sys::HtmlCanvasElement;

use super::canvas::fill_canvas;
use super::palette::{Palette, new_canvas};
use super::scene::Scene;

/// Pixels per CSS pixel.
const RATIO: f64 = 2.0;

/// The scene on a canvas of its own, in the page's colours. A backdrop has to be part of the
/// scene. `None` if the browser gives no canvas.
///
/// # Errors
/// What the browser says while painting.
pub fn picture(scene: &Scene) -> Result<Option<HtmlCanvasElement>, JsValue> {
    let (Some(window), Some(canvas)) = (web_sys::window(), new_canvas()) else {
        return Ok(None);
    };
    let root = window.document().and_then(|d| d.document_element());
    let style = match root {
        Some(root) => window.get_computed_style(&root)?,
        None => None,
    };
    let Some(style) = style else {
        return Ok(None);
    };
    let mut palette = Palette::default();
    palette.follow("a file", &style);
    fill_canvas(&canvas, scene, RATIO, None, &mut palette, &style)?;
    Ok(Some(canvas))
}
