//! What is shown until the first numbers are there: how far the load is, in percent and bytes.

use yew::prelude::*;

use crate::ui::components::part::drawn_by;
use crate::ui::i18n::Language;

/// The stages of the flow as in `index.html`: class, title in English and Korean.
const STAGES: [(&str, &str, &str); 7] = [
    ("rows", "Tokens", "토큰"),
    ("rows", "Embedding", "임베딩"),
    ("", "", ""),
    ("wide", "Attention", "어텐션"),
    ("", "", ""),
    ("", "", ""),
    ("rows", "Next token", "다음 토큰"),
];

/// A bar with its number, and the places where everything will be.
#[derive(PartialEq)]
pub struct Loading {
    /// Percent and words; `None` while the engine starts.
    pub progress: Option<(u32, AttrValue)>,
    /// Language.
    pub language: Language,
}

drawn_by!(Loading, use_loading);

#[hook]
fn use_loading(props: &Loading) -> Html {
    let fetching = props
        .language
        .pick("Fetching the model", "모델을 받고 있습니다");
    let starting = props
        .language
        .pick("Starting the model", "모델을 시작합니다");
    let (percent, title, line) = match &props.progress {
        Some((percent, line)) if *percent < 100 => (*percent, fetching, line.clone()),
        Some((_, line)) => (100, starting, line.clone()),
        None => (100, starting, AttrValue::default()),
    };
    html! {
        <div class="loading" aria-busy="true">
            <div class="row"><span>{ title }</span><span class="number" role="status">{ line }</span></div>
            <div class="boot-progress" role="progressbar" aria-valuemin="0" aria-valuemax="100"
                aria-valuenow={percent.to_string()} aria-label={title}>
                <b style={format!("width:{percent}%")} />
            </div>
            <div class="places" aria-hidden="true">
                { for STAGES.iter().map(|(class, en, ko)| html! {
                    <section class={*class}><b>{ props.language.pick(*en, *ko) }</b><i /></section>
                }) }
            </div>
        </div>
    }
}
