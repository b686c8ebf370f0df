//! The models of the site side by side: which one is used, what each does, how far a chosen one is.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, MouseEvent};
use yew::prelude::*;

use crate::ui::components::part::drawn_by;
use crate::ui::i18n::Language;
use crate::ui::state::{Action, ModelAction, Offer, OpenAction};

use super::models::{button_names, progress_line, what_it_does};
use super::words::words;

/// A model, and how many bytes of how many are there while it is on its way.
type Offered = (Offer, Option<(u64, u64)>);

/// The switch.
#[derive(PartialEq)]
pub struct ModelSwitch {
    /// The models, and how far each is on its way.
    pub offers: Vec<Offered>,
    /// The model in use.
    pub used: AttrValue,
    /// The chosen model: another one while it is on its way.
    pub wanted: AttrValue,
    /// The model in use in one line.
    pub line: AttrValue,
    /// Language.
    pub language: Language,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(ModelSwitch, use_model_switch);

#[hook]
fn use_model_switch(props: &ModelSwitch) -> Html {
    let language = props.language;
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((props.wanted.clone(), props.used.clone()), move |_| {
            // On a narrow screen they scroll: the one in use is seen.
            let models = node.cast::<HtmlElement>();
            let used = models.and_then(|models| {
                let used = models.query_selector("[aria-pressed=true]").ok()??;
                used.dyn_into::<HtmlElement>()
                    .ok()
                    .map(|used| (models, used))
            });
            if let Some((models, used)) = used {
                let left = used.offset_left() - models.offset_left();
                models.set_scroll_left(left + (used.offset_width() - models.client_width()) / 2);
            }
        });
    }
    let offers: Vec<Offer> = props
        .offers
        .iter()
        .map(|(offer, _)| offer.clone())
        .collect();
    let button = |((offer, progress), called): (&Offered, String)| {
        let (act, name) = (props.act.clone(), offer.name.clone());
        let choose = Callback::from(move |_: MouseEvent| {
            act.emit(Action::Model(ModelAction::Choose(name.clone())));
        });
        let is_used = props.used == *offer.name;
        let is_coming = props.wanted == *offer.name && !is_used;
        let what = what_it_does(offer.architecture, language);
        let line = progress.filter(|_| is_coming);
        let line = line.map(|progress| progress_line(progress, language));
        let title = match is_used {
            true => props.line.clone(),
            false => AttrValue::from(what),
        };
        html! {
            <button data-testid="model" data-model={offer.name.clone()} aria-pressed={is_used.to_string()}
                aria-busy={is_coming.to_string()} {title} onclick={choose}>
                <b>{ called.clone() }</b>
                if let Some((percent, line)) = line {
                    <small role="status" class="number">{ line }</small>
                    <i style={format!("width:{percent}%")} />
                } else {
                    <small>{ what }</small>
                }
            </button>
        }
    };
    let act = props.act.clone();
    let open = Callback::from(move |_: MouseEvent| act.emit(Action::Opening(OpenAction::Show)));
    html! {
        <div ref={node} class="models" role="group" aria-label={language.pick("Model", "모델")}>
            { for props.offers.iter().zip(button_names(&offers)).map(button) }
            <button class="opens" data-testid="open" title={words(language).open} onclick={open}>
                <b>{ language.pick("Open…", "열기…") }</b><small>{ language.pick("a model", "체크포인트") }</small>
            </button>
        </div>
    }
}
