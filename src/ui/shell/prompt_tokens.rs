//! The tokens painted under the prompt, as buttons.

use std::rc::Rc;

use yew::prelude::*;

use crate::ui::components::part::drawn_by;

use super::mirror::{Mirror, Part, Stretch};

/// A few stretches in a row. A key changes the last ones; those before them stay as they are.
pub struct Run {
    /// The layer.
    pub mirror: Rc<Mirror>,
    /// The first stretch.
    pub first: usize,
    /// Which tokens are marked.
    pub marks: Marks,
}

impl Run {
    /// How many stretches are in one.
    pub const LENGTH: usize = 12;

    fn of(mirror: &Mirror, first: usize) -> &[Stretch] {
        let end = mirror.stretches.len().min(first + Run::LENGTH);
        mirror.stretches.get(first..end).unwrap_or_default()
    }

    fn stretches(&self) -> &[Stretch] {
        Run::of(&self.mirror, self.first)
    }
}

impl PartialEq for Run {
    /// Whether the same would be shown.
    fn eq(&self, other: &Self) -> bool {
        self.marks == other.marks && self.stretches() == other.stretches()
    }
}

drawn_by!(Run, use_run);

#[hook]
fn use_run(run: &Run) -> Html {
    let stretches = run.stretches().iter();
    stretches
        .map(|stretch| run.marks.stretch(stretch, false))
        .collect()
}

/// Which tokens are marked.
#[derive(Clone, Copy, PartialEq)]
pub struct Marks {
    /// The chosen token.
    pub chosen: Option<usize>,
    /// The one that is pointed at.
    pub hovered: Option<usize>,
}

impl Marks {
    /// The marks on the tokens of a run.
    pub fn within(self, mirror: &Mirror, first: usize) -> Self {
        let mut parts = Run::of(mirror, first)
            .iter()
            .flat_map(|stretch| &stretch.parts);
        let from = parts.next().map_or(0, |part| part.index);
        let to = parts.last().map_or(from, |part| part.index);
        let inside = |token: &usize| (from..=to).contains(token);
        Marks {
            chosen: self.chosen.filter(inside),
            hovered: self.hovered.filter(inside),
        }
    }

    /// A stretch of the text. The space a token begins with may stay behind at the end of a line;
    /// what is marked is the rest.
    pub fn stretch(&self, stretch: &Stretch, is_chip: bool) -> Html {
        let first = &stretch.parts[0];
        let (space, word) = match stretch.text.strip_prefix(' ') {
            Some(word) if !word.is_empty() && !is_chip => (true, word),
            _ => (false, stretch.text.as_str()),
        };
        let class = classes!("token", self.class(first), is_chip.then_some("chip"));
        let is_single = stretch.parts.len() == 1;
        let label = if is_single {
            first.label.clone()
        } else {
            String::new()
        };
        let inside = html! {
            <>
                if space { <span class="space">{ " " }</span> }
                <span class="ink">{ word.to_owned() }<small aria-hidden="true">{ label }</small></span>
            </>
        };
        if is_single {
            return self.token(first, class, inside);
        }
        // Here in the order of the text, for the keyboard and for those who listen; seen below it.
        let parts = stretch.parts.iter().map(|part| {
            let class = classes!("token", "visually-hidden");
            self.token(part, class, html! { { part.label.clone() } })
        });
        html! { <span key={first.index} {class} data-index={first.index.to_string()}>{ inside }{ for parts }</span> }
    }

    /// A character that consists of several tokens, and the bytes of each.
    pub fn parts(&self, stretch: &Stretch) -> Html {
        let parts = stretch.parts.iter().map(|part| {
            let class = classes!("token", "part", self.class(part));
            html! {
                <span {class} data-index={part.index.to_string()} title={part.title.clone()}>
                    <span class="ink">{ part.label.clone() }</span>
                </span>
            }
        });
        html! { <span class="whole"><span>{ stretch.text.clone() }</span>{ for parts }</span> }
    }

    fn class(&self, part: &Part) -> Classes {
        classes!(
            format!("hue-{}", part.hue),
            (self.chosen == Some(part.index)).then_some("on"),
            (self.hovered == Some(part.index)).then_some("hovered"),
        )
    }

    fn token(&self, part: &Part, class: Classes, inside: Html) -> Html {
        let is_chosen = self.chosen == Some(part.index);
        let title = AttrValue::from(part.title.clone());
        html! {
            <span key={part.index} {class} role="button" tabindex={if is_chosen { "0" } else { "-1" }} data-testid="token"
                data-id={part.id.to_string()} data-index={part.index.to_string()} title={title.clone()}
                aria-label={title} aria-pressed={if is_chosen { "true" } else { "false" }}>{ inside }</span>
        }
    }
}
