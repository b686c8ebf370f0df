//! One sentence computed from the numbers, one thing to try, and the line a person has to read.

use web_sys::MouseEvent;
use yew::prelude::*;

use crate::protocol::Architecture;
use crate::ui::components::part::drawn_by;
use crate::ui::i18n::Language;
use crate::ui::state::{Action, Notice, OpenAction};
use crate::ui::views::main_view;

use super::scene_view::Drawn;
use super::sentences::{Piece, Weight, notice_sentence};
use super::suggestions::{is_spelt, suggestion, village_line};
use super::words::words;

/// The sentence and the suggestion.
#[derive(PartialEq)]
pub struct Say {
    /// What is drawn.
    pub drawn: Drawn,
    /// The text.
    pub text: AttrValue,
    /// Whether the model is one of the site, which has read the village.
    pub is_of_site: bool,
}

drawn_by!(Say, use_say);

#[hook]
fn use_say(props: &Say) -> Html {
    let model = &props.drawn.model;
    let view = main_view(model.architecture);
    // Where nobody knows which id is a blank, there is nothing to hide.
    let fills = model.architecture != Architecture::Encoder || model.mask.is_some();
    let sentence = view.words(&props.drawn.input(0.0, 0.0));
    let trace = &props.drawn.trace;
    let language = props.drawn.language;
    let to_try = match props.is_of_site && is_spelt(trace.tokens()) {
        true => village_line(language),
        false => suggestion(&props.text, model.architecture, language),
    };
    html! {
        <div class="say">
            <p data-testid="sentence">{ with_strong_quotes(&sentence) }</p>
            if fills {
                <p class="try" data-testid="try">{ to_try }</p>
            }
        </div>
    }
}

/// A sentence with the tokens it quotes in strong type.
fn with_strong_quotes(sentence: &str) -> Html {
    sentence
        .split_inclusive('”')
        .map(|piece| match piece.split_once('“') {
            Some((before, quoted)) => {
                html! { <>{ before.to_owned() }<b>{ format!("“{quoted}") }</b></> }
            }
            None => html! { { piece.to_owned() } },
        })
        .collect()
}

/// One line: bold what happened, plain what to do.
#[derive(PartialEq)]
pub struct NoticeLine {
    /// What a person has to know.
    pub notice: Option<Notice>,
    /// Language.
    pub language: Language,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(NoticeLine, use_notice_line);

#[hook]
fn use_notice_line(props: &NoticeLine) -> Html {
    let Some(notice) = &props.notice else {
        return Html::default();
    };
    let (what, then) = notice_sentence(notice, props.language);
    let is_quiet = matches!(
        notice,
        Notice::ExtraTensors { .. } | Notice::FilesWanted { .. }
    );
    let class = classes!("notice", is_quiet.then_some("earlier"));
    let is_fixed = matches!(notice, Notice::TooLong { .. } | Notice::Full { .. });
    let close = {
        let act = props.act.clone();
        Callback::from(move |_: MouseEvent| act.emit(Action::DismissNotice))
    };
    let open = {
        let act = props.act.clone();
        Callback::from(move |_: MouseEvent| act.emit(Action::Opening(OpenAction::Show)))
    };
    html! {
        <div {class} role="alert" data-testid="error">
            <span><b>{ what }</b>{ " " }{ then }</span>
            if matches!(notice, Notice::FilesWanted { .. } | Notice::NotOpened { .. }) {
                <button class="quiet" data-testid="open-again" onclick={open}>{ words(props.language).open }</button>
            }
            if !is_fixed {
                <button class="quiet" onclick={close}>{ words(props.language).dismiss }</button>
            }
        </div>
    }
}

/// A sentence from its pieces.
pub fn written(pieces: &[Piece]) -> Html {
    pieces
        .iter()
        .map(|(weight, text)| match weight {
            Weight::Plain => html! { { text.clone() } },
            Weight::Strong => html! { <b>{ text.clone() }</b> },
            Weight::Drawn => html! { <b class="drawn">{ text.clone() }</b> },
        })
        .collect()
}
