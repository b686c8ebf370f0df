//! What stands below the prompt for a kind of model: the blanks of an encoder, the target of an
//! encoder-decoder.

use web_sys::{Element, KeyboardEvent, MouseEvent};
use yew::prelude::*;

use crate::protocol::Architecture;
use crate::ui::components::part::{drawn_by, part};
use crate::ui::i18n::Language;
use crate::ui::state::Action;
use crate::ui::views::token_label;

use super::app::App;
use super::models::{blank_hint, ids_hint};
use super::prompt::step_focus;

impl App {
    /// What the model in use needs besides the prompt.
    pub(super) fn view_task(&self) -> Html {
        let state = &self.state;
        let reads_ids = state.in_use.as_ref().filter(|model| model.reads_ids);
        let hint = reads_ids.map(|model| ids_hint(model.vocab_size(), state.language));
        let task = self.view_task_of(state.architecture(), hint.is_some());
        html! {
            <>
                if let Some(hint) = hint {
                    <p class="task hint" data-testid="ids-hint">{ hint }</p>
                }
                { task }
            </>
        }
    }

    fn view_task_of(&self, architecture: Architecture, reads_ids: bool) -> Html {
        let state = &self.state;
        match architecture {
            // Without a tokenizer it is not known which id is a blank.
            Architecture::Encoder if reads_ids => Html::default(),
            Architecture::Encoder => part(Blanks {
                has_blank: state.blank().is_some(),
                hidden: state
                    .hideable()
                    .map(|token| AttrValue::from(token_label(&token.bytes).text)),
                language: state.language,
                act: self.act.clone(),
            }),
            Architecture::EncoderDecoder => part(Target {
                tokens: state
                    .written_tokens()
                    .map(|(id, bytes)| (id, AttrValue::from(token_label(bytes).text)))
                    .collect(),
                ghost: self
                    .ghost()
                    .filter(|_| state.is_current() && !state.is_ended()),
                chosen: state.chosen_token(),
                language: state.language,
                act: self.act.clone(),
            }),
            _ => Html::default(),
        }
    }
}

/// Buttons that put blanks into the text, and what to do.
#[derive(PartialEq)]
struct Blanks {
    has_blank: bool,
    /// The chosen token, if it can be hidden.
    hidden: Option<AttrValue>,
    language: Language,
    act: Callback<Action>,
}

drawn_by!(Blanks, use_blanks);

#[hook]
fn use_blanks(props: &Blanks) -> Html {
    let language = props.language;
    let say = |action: Action| {
        let act = props.act.clone();
        Callback::from(move |_: MouseEvent| act.emit(action.clone()))
    };
    html! {
        <div class="task row">
            <button class="quiet" data-testid="insert-blank" onclick={say(Action::InsertBlank)}>
                { language.pick("Put a blank here", "여기에 빈칸 넣기") }
            </button>
            <button class="quiet" data-testid="hide-token" disabled={props.hidden.is_none()}
                title={language.pick("Delete key on a token", "토큰에서 Delete 키")} onclick={say(Action::Hide(None))}>
                if let Some(token) = &props.hidden {
                    { language.pick("Hide ", "") }<span class="code">{ token.clone() }</span>{ language.pick("", " 가리기") }
                } else {
                    { language.pick("Hide a token", "토큰 가리기") }
                }
            </button>
            <span class="hint" data-testid="blank-hint">{ blank_hint(props.has_blank, language) }</span>
        </div>
    }
}

/// What is written beside the source, token by token.
#[derive(PartialEq)]
struct Target {
    tokens: Vec<(u32, AttrValue)>,
    /// The token that comes next and its probability.
    ghost: Option<(AttrValue, AttrValue)>,
    /// The chosen position: 0 is the token the target starts with.
    chosen: Option<usize>,
    language: Language,
    act: Callback<Action>,
}

drawn_by!(Target, use_target);

#[hook]
fn use_target(props: &Target) -> Html {
    let on_click = {
        let act = props.act.clone();
        Callback::from(move |event: MouseEvent| {
            let element: Option<Element> = event.target_dyn_into();
            let chip = element.and_then(|element| element.closest("[data-index]").ok().flatten());
            let index = chip.and_then(|chip| chip.get_attribute("data-index")?.parse().ok());
            if index.is_some() {
                act.emit(Action::ChooseToken(index));
            }
        })
    };
    let on_key_down = Callback::from(|event: KeyboardEvent| match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => step_focus(&event, 1),
        "ArrowLeft" | "ArrowUp" => step_focus(&event, -1),
        _ => {}
    });
    let chip = |(place, (id, text)): (usize, &(u32, AttrValue))| {
        let index = place + 1;
        let is_chosen = props.chosen == Some(index);
        html! {
            <button key={index} class={classes!("token", format!("hue-{}", id % 8 + 1), is_chosen.then_some("on"))}
                tabindex={if place == 0 { "0" } else { "-1" }} data-testid="target-token" data-id={id.to_string()}
                data-index={index.to_string()} aria-pressed={is_chosen.to_string()}>
                <span class="ink">{ text.clone() }</span>
            </button>
        }
    };
    let name = props.language.pick("Translation", "번역");
    html! {
        <div class="task target" role="group" aria-label={name} data-testid="target" onclick={on_click}
            onkeydown={on_key_down}>
            <span class="arrow" aria-hidden="true">{ "→" }</span>
            { for props.tokens.iter().enumerate().map(chip) }
            if let Some((text, share)) = &props.ghost {
                <span class="ghost">{ text.clone() }<small>{ share.clone() }</small></span>
            }
        </div>
    }
}
