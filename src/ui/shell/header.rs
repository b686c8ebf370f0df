//! The slim line at the top: name, model, engine, language, theme, share, export.

use gloo::timers::callback::Timeout;
use web_sys::MouseEvent;
use yew::prelude::*;

use crate::ui::components::part::drawn_by;
use crate::ui::i18n::Language;
use crate::ui::state::{Action, Theme, TypeSize};

use super::menu::use_menu;
use super::words::words;

/// The header.
#[derive(PartialEq)]
pub struct Header {
    /// The models, or the only one in a line.
    pub model: Html,
    /// The badge of the engine.
    pub children: Html,
    /// Language.
    pub language: Language,
    /// Theme.
    pub theme: Theme,
    /// Type size.
    pub type_size: TypeSize,
    /// Whether the small things hide behind a menu.
    pub is_phone: bool,
    /// Says what was done.
    pub act: Callback<Action>,
    /// Copies the link.
    pub on_share: Callback<(), bool>,
}

drawn_by!(Header, use_header);

#[hook]
fn use_header(props: &Header) -> Html {
    let words = words(props.language);
    let answer = use_state(|| None::<&'static str>);
    let menu = use_menu();
    let share = {
        let (answer, on_share) = (answer.clone(), props.on_share.clone());
        Callback::from(move |_: MouseEvent| {
            answer.set(Some(match on_share.emit(()) {
                true => words.copied,
                false => words.too_long_to_share,
            }));
            let answer = answer.clone();
            Timeout::new(2500, move || answer.set(None)).forget();
        })
    };
    let say = |action: Action| {
        let act = props.act.clone();
        Callback::from(move |_: MouseEvent| act.emit(action.clone()))
    };
    let language = |language: Language, name: &'static str| {
        html! {
            <button lang={language.code()} aria-pressed={(language == props.language).to_string()}
                data-language={language.code()} onclick={say(Action::SetLanguage(language))}>{ name }</button>
        }
    };
    let theme_index = Theme::ALL.iter().position(|theme| *theme == props.theme);
    let theme_name = words.themes[theme_index.unwrap_or(0)];
    let tools = html! {
        <>
            <button class="quiet" data-testid="theme" data-theme-choice={props.theme.name()}
                onclick={say(Action::SetTheme(props.theme.next()))}>{ theme_name }</button>
            <button class="quiet" data-testid="type-size" title={words.type_size}
                aria-label={format!("{} {}", words.type_size, props.type_size.name())}
                onclick={say(Action::SetTypeSize(props.type_size.next()))}>{ format!("{} {}×", if props.is_phone { words.type_size } else { "A" }, props.type_size.name()) }</button>
            <button class="quiet" data-testid="export-trace" onclick={say(Action::Export)}>{ words.export }</button>
            <button class="quiet" data-testid="share" onclick={share}>{ answer.unwrap_or(words.share) }</button>
            <span class="visually-hidden" role="status">{ *answer }</span>
        </>
    };
    html! {
        <header class="head">
            <h1 class="name">
                <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
                    <path d="M2 5h18M2 11h18M2 17h18" class="mark-rail" />
                    <path d="M2 5c8 0 8 12 18 12" class="mark-path" />
                    <circle cx="2.5" cy="5" r="2.2" class="mark-dot" />
                    <circle cx="19.5" cy="17" r="2.2" class="mark-dot" />
                </svg>
                { words.name }
                <small lang={if props.language == Language::En { "ko" } else { "en" }}>{ words.other_name }</small>
            </h1>
            if !props.is_phone { { props.model.clone() } }
            <div class="grow" />
            { props.children.clone() }
            <div class="segments" role="group" data-testid="language" aria-label={words.language}>
                { language(Language::En, "EN") }
                { language(Language::Ko, "한국어") }
            </div>
            if props.is_phone {
                <div ref={menu.node}>
                    <button class="quiet" data-testid="menu" aria-expanded={menu.is_open.to_string()} onclick={menu.toggle}>
                        { words.menu }
                    </button>
                    if menu.is_open {
                        <div class="menu-list phone-menu">{ tools }</div>
                    }
                </div>
            } else {
                { tools }
            }
        </header>
    }
}
