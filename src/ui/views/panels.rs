//! The panels of the lower part of the page. Some are open; which ones is part of the focus and
//! of the address. Adding a panel is one line here and the views that name it.

use super::{Focus, VIEWS, View};
use crate::protocol::{Architecture, ModelInfo};
use crate::ui::i18n::Language;

/// One panel.
pub struct Panel {
    /// Stable name, for tests and the address.
    pub name: &'static str,
    /// Its name on the bar in each language.
    pub title: fn(Language) -> &'static str,
    /// How much of the width it takes, in tenths of the page's.
    pub width: u32,
    /// Height of its drawings together, CSS pixels at a desk.
    pub height: f64,
}

impl Panel {
    /// Whether one of its views draws something for a model of this kind; a panel without views
    /// draws for all.
    pub fn serves(&self, model: &ModelInfo) -> bool {
        let mut views = VIEWS
            .iter()
            .filter(|view| view.panel == Some(self.name))
            .peekable();
        views.peek().is_none() || views.any(|view| (view.why_not)(model, Language::En).is_none())
    }
}

/// Every panel, in the order of the bar.
pub const PANELS: &[Panel] = &[
    Panel {
        name: "heads",
        title: |language| language.pick("Heads", "헤드"),
        width: 2,
        height: 190.0,
    },
    Panel {
        name: "map",
        title: |language| language.pick("Embeddings", "임베딩"),
        width: 3,
        height: 190.0,
    },
    Panel {
        name: "why",
        title: |language| language.pick("Arithmetic", "계산"),
        width: 3,
        height: 190.0,
    },
    Panel {
        name: "draw",
        title: |language| language.pick("Draw", "추첨"),
        width: 2,
        height: 190.0,
    },
    Panel {
        name: "objective",
        title: |language| language.pick("What may look where", "무엇을 볼 수 있나"),
        width: 5,
        height: 330.0,
    },
    Panel {
        name: "alignment",
        title: |language| language.pick("Alignment", "단어 짝"),
        width: 5,
        height: 260.0,
    },
    Panel {
        name: "cells",
        title: |language| language.pick("State over time", "시간에 따른 상태"),
        width: 5,
        height: 300.0,
    },
    Panel {
        name: "compare",
        title: |language| language.pick("Two models side by side", "두 모델 나란히"),
        width: 10,
        height: 720.0,
    },
    Panel {
        name: "stages",
        title: |language| language.pick("Attention in stages", "어텐션 단계"),
        width: 4,
        height: 260.0,
    },
    Panel {
        name: "characters",
        title: |language| language.pick("What heads do", "헤드의 성격"),
        width: 3,
        height: 300.0,
    },
    Panel {
        name: "lens",
        title: |language| language.pick("Logit lens", "로짓 렌즈"),
        width: 3,
        height: 260.0,
    },
    Panel {
        name: "attribution",
        title: |language| language.pick("Who wrote this logit", "누가 이 로짓을 썼나"),
        width: 3,
        height: 400.0,
    },
    Panel {
        name: "surprise",
        title: |language| language.pick("Surprise", "놀라움"),
        width: 3,
        height: 220.0,
    },
    Panel {
        name: "continuations",
        title: |language| language.pick("Decoding", "디코딩"),
        width: 4,
        height: 300.0,
    },
    Panel {
        name: "cache",
        title: |language| language.pick("KV cache", "KV 캐시"),
        width: 3,
        height: 300.0,
    },
    Panel {
        name: "training",
        title: |language| language.pick("Training", "훈련"),
        width: 5,
        height: 330.0,
    },
];

/// What is open before anything was chosen.
pub const FIRST_PANELS: [&str; 4] = ["heads", "map", "why", "draw"];

/// The same for a model that attends to nothing.
const FIRST_PANELS_OF_STEPS: [&str; 3] = ["cells", "why", "draw"];

/// What is open before anything was chosen, of a kind of model.
pub fn first_panels(architecture: Architecture) -> &'static [&'static str] {
    match architecture.attends() {
        true => &FIRST_PANELS,
        false => &FIRST_PANELS_OF_STEPS,
    }
}

/// Tenths of the width there are.
const ROOM: u32 = 10;

/// A panel by its name.
pub fn panel_named(name: &str) -> Option<&'static Panel> {
    PANELS.iter().find(|panel| panel.name == name)
}

impl Focus {
    /// Whether a panel is open.
    pub fn has_panel(&self, name: &str) -> bool {
        self.panels.contains(&name)
    }

    /// Opens what a kind of model opens with, if nothing else was chosen.
    pub fn suit_panels(&mut self, architecture: Architecture) {
        let is_first = |kind: &Architecture| self.panels == first_panels(*kind);
        if Architecture::ALL.iter().any(is_first) {
            self.panels = first_panels(architecture).to_vec();
        }
    }

    /// Opens a panel beside the others; those open longest make room, and are named in
    /// [`Focus::made_room`].
    pub fn open_panel(&mut self, name: &str) {
        let Some(panel) = panel_named(name) else {
            return;
        };
        if self.has_panel(name) {
            return;
        }
        self.made_room.clear();
        let width = |name: &&'static str| panel_named(name).map_or(0, |panel| panel.width);
        while self.panels.iter().map(width).sum::<u32>() + panel.width > ROOM {
            self.made_room.push(self.panels.remove(0));
        }
        self.panels.push(panel.name);
    }

    /// Closes a panel. Those that made room for it come back.
    pub fn close_panel(&mut self, name: &str) {
        let made_room = std::mem::take(&mut self.made_room);
        if self.panels.pop_if(|last| *last == name).is_some() {
            self.panels.splice(0..0, made_room);
        } else {
            self.panels.retain(|open| *open != name);
        }
    }

    /// Whether a view is on the page: it belongs to no panel or to an open one.
    pub fn shows(&self, view: &View) -> bool {
        view.panel.is_none_or(|panel| {
            self.has_panel(panel) || (self.is_narrow && FIRST_PANELS.contains(&panel))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_model_opens_with_what_it_has_unless_something_was_chosen() {
        let mut focus = Focus {
            panels: FIRST_PANELS.to_vec(),
            ..Focus::default()
        };
        focus.suit_panels(Architecture::Recurrent);
        assert_eq!(focus.panels, FIRST_PANELS_OF_STEPS);
        focus.suit_panels(Architecture::Encoder);
        assert_eq!(focus.panels, FIRST_PANELS);
        focus.close_panel("map");
        let chosen = focus.panels.clone();
        focus.suit_panels(Architecture::Recurrent);
        assert_eq!(focus.panels, chosen);
    }

    #[test]
    fn a_panel_makes_room_for_itself() {
        let mut focus = Focus {
            panels: FIRST_PANELS.to_vec(),
            ..Focus::default()
        };
        for panel in PANELS {
            let (before, was_open) = (focus.panels.clone(), focus.has_panel(panel.name));
            focus.open_panel(panel.name);
            assert!(focus.has_panel(panel.name));
            let gone = before.into_iter().filter(|name| !focus.has_panel(name));
            assert!(was_open || gone.eq(focus.made_room.iter().copied()));
            let widths = focus.panels.iter().filter_map(|name| panel_named(name));
            assert!(widths.map(|panel| panel.width).sum::<u32>() <= ROOM);
        }
        assert!(!focus.made_room.is_empty());
        focus.close_panel("map");
        assert!(focus.made_room.is_empty());
        let before = focus.panels.clone();
        focus.open_panel("compare");
        assert_eq!(focus.panels, ["compare"]);
        focus.close_panel("compare");
        assert_eq!(focus.panels, before, "those that made room come back");
        focus.open_panel("no such panel");
        assert!(!focus.has_panel("map") && !focus.has_panel("no such panel"));
    }
}
