//! Parts that know numbers and labels only: the drawing (scene) and its painters.

pub mod cursor;
pub mod export;
pub mod pen;
mod read_number;
pub mod scene;
pub mod shape;
pub mod svg;
pub mod text_width;

#[cfg(feature = "page")]
pub mod canvas;
#[cfg(feature = "page")]
pub mod frames;
#[cfg(feature = "page")]
pub mod later;
#[cfg(feature = "page")]
pub mod palette;
#[cfg(feature = "page")]
pub mod part;
#[cfg(feature = "page")]
pub mod picture;
#[cfg(feature = "page")]
pub mod scene_canvas;
#[cfg(feature = "page")]
pub mod scene_cursor;

pub use read_number::read_number;

#[cfg(feature = "page")]
pub use later::Later;
#[cfg(feature = "page")]
pub use scene_canvas::SceneCanvas;
#[cfg(feature = "page")]
pub use scene_cursor::SceneCursor;
