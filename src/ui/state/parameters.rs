//! The table of what lives in the address.

use crate::derivation::Quantity;
use crate::protocol::{Attention, BackendKind, CellSite};
use crate::ui::components::read_number;
use crate::ui::i18n::Language;
use crate::ui::views::{HeadOrder, Measure, OpenPart, first_panels, panel_named};

use super::inquire::LONGEST_PATH;
use super::{COMPARISON, State, Theme, TypeSize};

/// One entry of the address.
pub struct Parameter {
    /// Its name in the address.
    pub name: &'static str,
    /// Whether it belongs to what is seen (and not only to who looks at it).
    pub is_shared: bool,
    /// The value; `None` for the default.
    pub write: fn(&State) -> Option<String>,
    /// Takes the value in; ignores what cannot be read.
    pub read: fn(&mut State, &str) -> Option<()>,
}

const OPEN_PARTS: [(&str, OpenPart); 6] = [
    ("attention", OpenPart::Attention),
    ("lines", OpenPart::Lines),
    ("embedding", OpenPart::Embedding),
    ("mlp", OpenPart::Mlp),
    ("logits", OpenPart::Logits),
    ("none", OpenPart::None),
];

/// The table. Language comes first, because the prepared text depends on it.
pub const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "lang",
        is_shared: false,
        write: |_| None,
        read: |state, value| {
            state.language = [Language::En, Language::Ko]
                .into_iter()
                .find(|language| language.code() == value)?;
            Some(())
        },
    },
    Parameter {
        name: "model",
        is_shared: true,
        write: |state| state.shelf.chosen.clone(),
        read: |state, value| {
            state.shelf.chosen = Some(value.to_owned());
            Some(())
        },
    },
    Parameter {
        name: "from",
        is_shared: true,
        write: State::linked,
        read: |state, value| {
            state.shelf.linked = Some(value.to_owned());
            Some(())
        },
    },
    Parameter {
        name: "text",
        is_shared: true,
        write: |state| (state.text != state.prepared()).then(|| state.text.clone()),
        read: |state, value| {
            state.text = value.to_owned();
            Some(())
        },
    },
    Parameter {
        name: "gen",
        is_shared: true,
        write: |state| {
            let ids: Vec<String> = state.generation.iter().map(u32::to_string).collect();
            (!ids.is_empty()).then(|| ids.join("."))
        },
        read: |state, value| {
            state.generation = value
                .split('.')
                .map(|id| id.parse().ok())
                .collect::<Option<_>>()?;
            Some(())
        },
    },
    Parameter {
        name: "seed",
        is_shared: true,
        write: |state| unless_default(state.sampling.seed, 0),
        read: |state, value| {
            state.sampling.seed = value.parse().ok()?;
            Some(())
        },
    },
    Parameter {
        name: "temp",
        is_shared: true,
        write: |state| unless_default(state.sampling.temperature, 1.0),
        read: |state, value| {
            state.sampling.temperature = number_in(value, 0.0, 2.0)?;
            Some(())
        },
    },
    Parameter {
        name: "k",
        is_shared: true,
        write: |state| unless_default(state.sampling.top_k, 0),
        read: |state, value| {
            state.sampling.top_k = value.parse().ok()?;
            Some(())
        },
    },
    Parameter {
        name: "p",
        is_shared: true,
        write: |state| unless_default(state.sampling.top_p, 1.0),
        read: |state, value| {
            state.sampling.top_p = number_in(value, 0.05, 1.0)?;
            Some(())
        },
    },
    Parameter {
        name: "minp",
        is_shared: true,
        write: |state| unless_default(state.sampling.min_p, 0.0),
        read: |state, value| {
            state.sampling.min_p = number_in(value, 0.0, 1.0)?;
            Some(())
        },
    },
    Parameter {
        name: "rep",
        is_shared: true,
        write: |state| unless_default(state.sampling.repetition_penalty, 1.0),
        read: |state, value| {
            state.sampling.repetition_penalty = number_in(value, 1.0, 2.0)?;
            Some(())
        },
    },
    Parameter {
        name: "greedy",
        is_shared: true,
        write: |state| state.sampling.is_greedy.then(|| "1".to_owned()),
        read: |state, value| {
            state.sampling.is_greedy = flag(value)?;
            Some(())
        },
    },
    Parameter {
        name: "layer",
        is_shared: true,
        write: |state| state.tells_head(|focus| focus.layer),
        read: |state, value| {
            state.focus.layer = value.parse().ok()?;
            state.focus.has_head = true;
            Some(())
        },
    },
    Parameter {
        name: "head",
        is_shared: true,
        write: |state| state.tells_head(|focus| focus.head),
        read: |state, value| {
            state.focus.head = value.parse().ok()?;
            state.focus.has_head = true;
            Some(())
        },
    },
    Parameter {
        name: "token",
        is_shared: true,
        write: |state| state.focus.token.map(|token| token.to_string()),
        read: |state, value| {
            state.focus.token = Some(value.parse().ok()?);
            Some(())
        },
    },
    Parameter {
        name: "open",
        is_shared: true,
        write: |state| {
            let (name, part) = OPEN_PARTS
                .into_iter()
                .find(|(_, part)| *part == state.focus.open)?;
            (part != OpenPart::default()).then(|| name.to_owned())
        },
        read: |state, value| {
            let (_, part) = OPEN_PARTS.into_iter().find(|(name, _)| *name == value)?;
            state.focus.open = part;
            Some(())
        },
    },
    Parameter {
        name: "panels",
        is_shared: true,
        write: |state| {
            let panels = &state.focus.panels;
            (*panels != first_panels(state.architecture())).then(|| panels.join("."))
        },
        read: |state, value| {
            state.focus.panels.clear();
            for panel in value.split('.').filter_map(panel_named) {
                state.focus.open_panel(panel.name);
            }
            Some(())
        },
    },
    Parameter {
        name: "with",
        is_shared: true,
        write: |state| {
            let is_seen = state.focus.has_panel(COMPARISON);
            state.companion.chosen.clone().filter(|_| is_seen)
        },
        read: |state, value| {
            state.focus.open_panel(COMPARISON);
            state.companion.chosen = Some(value.to_owned());
            Some(())
        },
    },
    Parameter {
        name: "attn",
        is_shared: true,
        write: |state| {
            let kind = state.architecture();
            let meant = state.focus.attention.meant(kind)?;
            (Attention::of(kind).first() != Some(&meant)).then(|| meant.name().to_owned())
        },
        read: |state, value| {
            state.focus.attention = Attention::named(value)?;
            Some(())
        },
    },
    Parameter {
        name: "mean",
        is_shared: true,
        write: |state| state.focus.merges_heads.then(|| "1".to_owned()),
        read: |state, value| {
            state.focus.merges_heads = flag(value)?;
            Some(())
        },
    },
    Parameter {
        name: "cell",
        is_shared: true,
        write: |state| {
            let site = state.focus.cell;
            (site != CellSite::default()).then(|| site.name().to_owned())
        },
        read: |state, value| {
            let mut all = CellSite::ALL.into_iter();
            state.focus.cell = all.find(|site| site.name() == value)?;
            Some(())
        },
    },
    Parameter {
        name: "why",
        is_shared: true,
        write: |state| {
            let path = state.focus.path.iter().map(Quantity::to_string);
            let path: Vec<String> = path.collect();
            (!path.is_empty()).then(|| path.join(";"))
        },
        read: |state, value| {
            let path = value.split(';').take(LONGEST_PATH);
            state.focus.path = path.map(|name| name.parse().ok()).collect::<Option<_>>()?;
            Some(())
        },
    },
    Parameter {
        name: "map",
        is_shared: true,
        write: |state| unless_default(state.focus.map_layer, 0),
        read: |state, value| {
            state.focus.map_layer = value.parse().ok()?;
            Some(())
        },
    },
    Parameter {
        name: "measure",
        is_shared: true,
        write: |state| {
            let measure = state.focus.measure;
            (measure != Measure::default()).then(|| measure.name().to_owned())
        },
        read: |state, value| {
            let mut all = Measure::ALL.into_iter();
            state.focus.measure = all.find(|measure| measure.name() == value)?;
            Some(())
        },
    },
    Parameter {
        name: "words",
        is_shared: true,
        write: |state| state.focus.merges_words.then(|| "1".to_owned()),
        read: |state, value| {
            state.focus.merges_words = flag(value)?;
            Some(())
        },
    },
    Parameter {
        name: "sort",
        is_shared: true,
        write: |state| {
            let order = state.focus.sort_heads;
            (order != HeadOrder::default()).then(|| order.name().to_owned())
        },
        read: |state, value| {
            let mut all = HeadOrder::ALL.into_iter();
            state.focus.sort_heads = all.find(|order| order.name() == value)?;
            Some(())
        },
    },
    Parameter {
        name: "target",
        is_shared: true,
        write: |state| state.focus.target.map(|target| target.to_string()),
        read: |state, value| {
            state.focus.target = Some(value.parse().ok()?);
            Some(())
        },
    },
    Parameter {
        name: "at",
        is_shared: true,
        write: |state| state.projector.chosen.map(|step| step.to_string()),
        read: |state, value| {
            state.projector.chosen = Some(value.parse().ok()?);
            Some(())
        },
    },
    Parameter {
        name: "beside",
        is_shared: true,
        write: |state| state.projector.against.map(|step| step.to_string()),
        read: |state, value| {
            state.projector.against = Some(value.parse().ok()?);
            Some(())
        },
    },
    Parameter {
        name: "theme",
        is_shared: false,
        write: |state| (state.theme != Theme::System).then(|| state.theme.name().to_owned()),
        read: |state, value| {
            state.theme = Theme::ALL.into_iter().find(|theme| theme.name() == value)?;
            Some(())
        },
    },
    Parameter {
        name: "backend",
        is_shared: false,
        write: |state| state.engines.wanted.map(|kind| kind.name().to_owned()),
        read: |state, value| {
            state.engines.wanted = Some(
                [BackendKind::Cpu, BackendKind::WebGpu]
                    .into_iter()
                    .find(|kind| kind.name() == value)?,
            );
            Some(())
        },
    },
    Parameter {
        name: "size",
        is_shared: false,
        write: |state| {
            (state.type_size != TypeSize::Desk).then(|| state.type_size.name().to_owned())
        },
        read: |state, value| {
            state.type_size = TypeSize::ALL
                .into_iter()
                .find(|size| size.name() == value)?;
            Some(())
        },
    },
];

fn unless_default<T: PartialEq + ToString + Copy>(value: T, default: T) -> Option<String> {
    (value != default).then(|| value.to_string())
}

fn flag(value: &str) -> Option<bool> {
    match value {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}

fn number_in(value: &str, low: f32, high: f32) -> Option<f32> {
    let number = read_number(value)? as f32;
    (low..=high).contains(&number).then_some(number)
}
