//! Which engine computes, how long it took, what is on its way, and the switch.

use web_sys::MouseEvent;
use yew::prelude::*;

use crate::protocol::BackendKind;
use crate::ui::components::part::drawn_by;
use crate::ui::i18n::Language;
use crate::ui::state::{Action, Engine, EngineStatus};

use super::menu::use_menu;
use super::sentences::{backend_name, loading_line};
use super::words::words;

/// The badge.
#[derive(PartialEq)]
pub struct Badge {
    /// Whose numbers are shown.
    pub active: BackendKind,
    /// The shown engine in words: its adapter, or what it is.
    pub adapter: AttrValue,
    /// Milliseconds of the last run.
    pub elapsed_ms: Option<f64>,
    /// How far WebGPU is, while it loads: percent and words.
    pub loading: Option<(u32, AttrValue)>,
    /// Whether WebGPU was tried and cannot be used.
    pub is_webgpu_missing: bool,
    /// Language.
    pub language: Language,
    /// Says what was done.
    pub act: Callback<Action>,
}

impl Badge {
    /// What the badge says of the two engines.
    pub fn parts(
        active: &Engine,
        webgpu: &Engine,
        is_behind: bool,
        language: Language,
    ) -> (AttrValue, Option<(u32, AttrValue)>, bool) {
        let adapter = active.info().map_or("", |info| &info.adapter);
        let loading = loading_line(webgpu, language).filter(|_| is_behind);
        let is_missing = matches!(webgpu.status, EngineStatus::Failed(_));
        (
            AttrValue::from(adapter.to_owned()),
            loading.map(|(percent, line)| (percent, line.into())),
            is_missing,
        )
    }
}

drawn_by!(Badge, use_badge);

#[hook]
fn use_badge(props: &Badge) -> Html {
    let menu = use_menu();
    let words = words(props.language);
    let option = |kind: BackendKind| {
        let (act, close) = (props.act.clone(), menu.close.clone());
        let choose = Callback::from(move |_: MouseEvent| {
            close.emit(());
            act.emit(Action::ChooseBackend(kind));
        });
        let is_chosen = (kind == props.active).to_string();
        html! {
            <button role="menuitemradio" aria-checked={is_chosen} onclick={choose}
                data-testid={format!("use-{}", kind.name())}>
                { backend_name(kind, props.language) }
                if kind == BackendKind::WebGpu && props.is_webgpu_missing {
                    <small>{ words.webgpu_missing }</small>
                }
            </button>
        }
    };
    html! {
        <div ref={menu.node} class="badge">
            <button class="quiet" data-testid="backend" data-backend={props.active.name()} title={words.choose_engine}
                aria-haspopup="menu" aria-expanded={menu.is_open.to_string()} onclick={menu.toggle}>
                <i class="dot" aria-hidden="true" />
                <b>{ backend_name(props.active, props.language) }</b>
                if !props.adapter.is_empty() { <span class="adapter">{ props.adapter.clone() }</span> }
                if let Some(ms) = props.elapsed_ms { <span class="number">{ format!("{ms:.1} ms") }</span> }
            </button>
            if let Some((percent, line)) = &props.loading {
                <span class="load" role="status" title={line.clone()}>
                    { words.webgpu_loading }
                    <progress max="100" value={percent.to_string()} aria-label={words.webgpu_loading} />
                    <span class="number">{ format!("{percent}%") }</span>
                </span>
            }
            if menu.is_open {
                <div class="menu-list" role="menu" aria-label={words.choose_engine}>
                    { option(BackendKind::Cpu) }
                    { option(BackendKind::WebGpu) }
                </div>
            }
        </div>
    }
}
