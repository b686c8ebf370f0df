//! Parts that know numbers and labels only: the drawing (scene) and its painters.

pub mod scene;
