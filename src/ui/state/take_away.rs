//! A figure as a file: drawn anew at the size it has on the page, with its caption and numbers.

use std::rc::Rc;

use serde::Serialize;

use crate::sampling::Settings;
use crate::ui::components::export::{Datum, captioned, csv};
use crate::ui::components::scene::Scene;
use crate::ui::views::figure::{Place, caption, data, file_stem};
use crate::ui::views::{Target, VIEWS, ViewInput};

use super::reduce::Effects;
use super::{Action, Effect, State};

/// What a figure can be taken away as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Pixels, twice as many as on the page.
    Png,
    /// Lines and letters.
    Svg,
    /// Its numbers as a table.
    Csv,
    /// Its numbers with all that is known of them.
    Json,
}

impl Format {
    /// All of them, in the order of the menu.
    pub const ALL: [Format; 4] = [Format::Png, Format::Svg, Format::Csv, Format::Json];

    /// The ending of the file's name.
    pub fn name(self) -> &'static str {
        match self {
            Format::Png => "png",
            Format::Svg => "svg",
            Format::Csv => "csv",
            Format::Json => "json",
        }
    }
}

/// What is in a file that is saved.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A text.
    Text {
        /// Its kind, such as `text/csv`.
        mime: &'static str,
        /// The text.
        text: String,
    },
    /// A drawing, to be painted in the page's colours.
    Picture {
        /// The drawing, with its caption.
        scene: Rc<Scene>,
        /// What it is called.
        title: String,
        /// The caption.
        caption: String,
        /// Whether as pixels; else as SVG.
        is_pixels: bool,
    },
}

#[derive(Serialize)]
struct File<'a> {
    caption: &'a str,
    view: &'static str,
    model: &'a str,
    backend: &'static str,
    text: &'a str,
    ids: Vec<u32>,
    layer: Option<usize>,
    head: Option<usize>,
    seed: u64,
    settings: &'a Settings,
    numbers: Vec<Datum>,
}

impl State {
    /// What a view draws from at a size; `None` before the first trace.
    pub(super) fn view_input(&self, width: f64, height: f64) -> Option<ViewInput<'_>> {
        let next = self.next.as_ref()?;
        Some(ViewInput {
            model: self.model.as_ref()?,
            trace: &self.trace,
            distribution: &next.distribution,
            draw: next.draw.as_ref(),
            settings: &next.settings,
            seed: self.sampling.seed,
            surprises: self.surprises.each(),
            work: &self.engines.active().work,
            findings: &self.inspections.found,
            reel: self.reel(),
            embeddings: self.embeddings.as_deref(),
            focus: &self.focus,
            language: self.language,
            width,
            height,
            type_scale: 1.0,
        })
    }

    /// Saves the figure of a view that is `width` by `height` pixels large on the page.
    pub(super) fn take_away(
        &self,
        name: &str,
        format: Format,
        (width, height): (f64, f64),
        effects: &mut Effects,
    ) {
        // What is pointed at belongs to the page and not to the figure.
        let mut focus = self.focus.clone();
        focus.hovered = None;
        let Some(input) = self.view_input(width, height) else {
            return;
        };
        let input = ViewInput {
            focus: &focus,
            ..input
        };
        // The text the numbers are of, which may be older than the one in the box.
        self.save_figure(name, format, &input, &self.traced_box.text, effects);
    }

    /// What is done to a drawing of the second model. It shares what is chosen with the first, but
    /// not its text.
    pub(super) fn act_beside(&mut self, action: Action, effects: &mut Effects) {
        match action {
            Action::TakeAway {
                view,
                format,
                width,
                height,
            } => {
                let focus = self.companion_focus();
                let input = self.companion_input(&focus, (width, height));
                let ran = self.companion.traced.as_ref();
                if let (Some(input), Some(ran)) = (input, ran) {
                    self.save_figure(view, format, &input, &ran.text, effects);
                }
            }
            Action::Click(Target::Candidate(_)) | Action::Take(_) => {}
            action => self.apply(action, effects),
        }
    }

    fn save_figure(
        &self,
        name: &str,
        format: Format,
        input: &ViewInput<'_>,
        text: &str,
        effects: &mut Effects,
    ) {
        let Some(view) = VIEWS.iter().find(|view| view.name == name) else {
            return;
        };
        let caption = caption(view, input, text, self.engines.active);
        let scene = view.scene(input);
        let body = match format {
            Format::Png | Format::Svg => Body::Picture {
                scene: Rc::new(captioned(&scene, &caption)),
                title: (view.title)(self.language).to_owned(),
                caption,
                is_pixels: format == Format::Png,
            },
            Format::Csv => Body::Text {
                mime: "text/csv",
                text: csv(&data(view, input, &scene)),
            },
            Format::Json => {
                let place = Place::of(view, input);
                let tokens = input.trace.tokens().iter();
                let file = File {
                    caption: &caption,
                    view: view.name,
                    model: &input.model.name,
                    backend: self.engines.active.name(),
                    text,
                    ids: tokens.map(|token| token.id).collect(),
                    layer: place.layer,
                    head: place.head,
                    seed: input.seed,
                    settings: input.settings,
                    numbers: data(view, input, &scene),
                };
                match serde_json::to_string(&file) {
                    Ok(text) => Body::Text {
                        mime: "application/json",
                        text,
                    },
                    Err(_) => return,
                }
            }
        };
        effects.push(Effect::Download {
            name: format!("{}.{}", file_stem(view, input), format.name()),
            body,
        });
    }
}
