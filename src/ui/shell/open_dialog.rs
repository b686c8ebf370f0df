//! The dialog that opens a checkpoint: files, a folder or an address; then what it is.

use web_sys::{HtmlDialogElement, HtmlInputElement, MouseEvent};
use yew::prelude::*;

use crate::protocol::Look;
use crate::ui::bridge::take;
use crate::ui::components::part::drawn_by;
use crate::ui::i18n::Language;
use crate::ui::state::{Action, OpenAction, Opening};

use super::faults::{bytes, not_opened};
use super::models::what_it_does;

/// The dialog.
#[derive(PartialEq)]
pub struct OpenDialog {
    /// How far it is.
    pub opening: Opening,
    /// Language.
    pub language: Language,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(OpenDialog, use_open_dialog);

#[hook]
fn use_open_dialog(props: &OpenDialog) -> Html {
    let language = props.language;
    let dialog = use_node_ref();
    let address = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with(props.opening.is_shown, move |is_shown| {
            // A browser that has no dialogs shows it in its place.
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                match is_shown {
                    true if !dialog.open() => drop(dialog.show_modal()),
                    false if dialog.open() => dialog.close(),
                    _ => {}
                }
            }
        });
    }
    let say = |action: OpenAction| {
        let act = props.act.clone();
        move || act.emit(Action::Opening(action.clone()))
    };
    let close = say(OpenAction::Close);
    // Escape closes it without asking. What the page closed itself is told late: by then another
    // checkpoint may have been picked.
    let on_close = {
        let (close, is_shown) = (close.clone(), props.opening.is_shown);
        Callback::from(move |event: Event| {
            let dialog = event.target_dyn_into::<HtmlDialogElement>();
            if is_shown && dialog.is_some_and(|dialog| !dialog.open()) {
                close();
            }
        })
    };
    let on_cancel = Callback::from(move |_: MouseEvent| close());
    let accept = say(OpenAction::Accept);
    let on_accept = Callback::from(move |_: MouseEvent| accept());
    let on_files = Callback::from(|event: Event| {
        let Some(input) = event.target_dyn_into::<HtmlInputElement>() else {
            return;
        };
        if let Some(files) = input.files().filter(|files| files.length() > 0) {
            take(&files);
        }
        // The same files may be picked again.
        input.set_value("");
    });
    let on_submit = {
        let (act, address) = (props.act.clone(), address.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(input) = address.cast::<HtmlInputElement>() {
                act.emit(Action::Opening(OpenAction::Address(input.value())));
            }
        })
    };
    let picked = props.opening.picked.as_ref();
    let look = picked.and_then(|picked| picked.seen.as_ref()?.as_ref().ok());
    let error = picked.and_then(|picked| picked.seen.as_ref()?.as_ref().err());
    let files = |is_folder: bool, name: &'static str, testid: &'static str| {
        html! {
            <label class="button">
                <input type="file" class="visually-hidden" data-testid={testid} multiple=true webkitdirectory={is_folder}
                    onchange={on_files.clone()} />
                { name }
            </label>
        }
    };
    html! {
        <dialog ref={dialog} class="open" data-testid="open-dialog" aria-labelledby="open-title" onclose={on_close}>
            <h2 id="open-title">{ language.pick("Open a checkpoint", "체크포인트 열기") }</h2>
            <p>{ language.pick(
                "A Hugging Face folder: config.json, the weights (safetensors or pytorch_model.bin) and, if there is one, its tokenizer. You can also drop it on the page. It stays on this device.",
                "허깅 페이스 형식의 폴더: config.json과 가중치(safetensors 또는 pytorch_model.bin), 있으면 토크나이저까지. 페이지에 끌어다 놓아도 됩니다. 파일은 이 기기를 벗어나지 않습니다.") }</p>
            <div class="row">
                { files(true, language.pick("Choose a folder…", "폴더 고르기…"), "pick-folder") }
                { files(false, language.pick("Choose files…", "파일 고르기…"), "pick-files") }
            </div>
            <form class="row" onsubmit={on_submit}>
                <input ref={address} type="text" inputmode="url" required=true pattern=".*/.*" title="https://…/" data-testid="open-address" spellcheck="false" autocapitalize="off"
                    aria-label={language.pick("Address of a folder", "폴더의 주소")}
                    placeholder={language.pick("or the address of a folder: https://…", "또는 폴더의 주소: https://…")} />
                <button class="button" data-testid="look">{ language.pick("Look", "살펴보기") }</button>
            </form>
            <div aria-live="polite">
                if let Some(error) = error {
                    { refusal(not_opened(error, language)) }
                } else if let (Some(picked), Some(look)) = (picked, look) {
                    { summary(&picked.name, look, language) }
                } else if let Some(picked) = picked {
                    <p data-testid="looking">{ language.pick(
                        format!("Looking at {}", picked.name), format!("{} 폴더를 살펴보고 있습니다", picked.name)) }</p>
                }
            </div>
            <div class="row end">
                <button class="button" data-testid="open-cancel" onclick={on_cancel}>{ language.pick("Cancel", "취소") }</button>
                <button class="button main" data-testid="open-accept" disabled={!look.is_some_and(Look::fits)}
                    onclick={on_accept}>{ language.pick("Open", "열기") }</button>
            </div>
        </dialog>
    }
}

fn refusal((what, advice): (String, String)) -> Html {
    html! { <p class="refusal" data-testid="refusal"><b>{ what }</b>{ " " }{ advice }</p> }
}

/// What was seen, line by line.
fn summary(name: &str, look: &Look, language: Language) -> Html {
    let tokenizer = match look.has_tokenizer {
        true => language.pick("there", "있음"),
        false => language.pick("none: its input is ids", "없음: id를 입력합니다"),
    };
    let (needed, limit) = (bytes(look.memory_bytes), bytes(look.limit_bytes));
    let parameters = millions(look.n_params);
    let tensors = look.n_tensors;
    let rows = [
        (language.pick("Name", "이름"), name.to_owned()),
        (
            language.pick("Architecture", "구조"),
            format!(
                "{}, {}",
                look.family,
                what_it_does(look.architecture, language)
            ),
        ),
        (
            language.pick("Parameters", "매개변수"),
            language.pick(
                format!("{parameters} in {tensors} tensors"),
                format!("{parameters}, 텐서 {tensors}개"),
            ),
        ),
        (
            language.pick("Files", "파일"),
            format!("{}, {}", bytes(look.file_bytes), look.number_types),
        ),
        (
            language.pick("Memory, estimated", "필요한 메모리(어림)"),
            language.pick(
                format!("{needed} of {limit}"),
                format!("{limit} 중 {needed}"),
            ),
        ),
        (
            language.pick("Tokenizer", "토크나이저"),
            tokenizer.to_owned(),
        ),
    ];
    html! {
        <>
            <table data-testid="summary"><tbody>
                { for rows.iter().map(|(what, value)| html! { <tr><th scope="row">{ *what }</th><td>{ value.clone() }</td></tr> }) }
            </tbody></table>
            if !look.fits() {
                { refusal(not_opened(&look.too_large(), language)) }
            }
        </>
    }
}

/// A number of parameters as it is spoken of.
fn millions(count: u64) -> String {
    match count {
        0..1_000 => count.to_string(),
        1_000..1_000_000 => format!("{},{:03}", count / 1000, count % 1000),
        _ => format!("{:.1} M", count as f64 / 1e6),
    }
}
