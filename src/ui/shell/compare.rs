//! Two models side by side: the same text, the same views, each from its own numbers. On a narrow
//! screen one is above the other.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::protocol::ModelInfo;
use crate::ui::components::part::keyed;
use crate::ui::state::{Action, ModelAction, TextBox, compared_views};

use super::app::App;
use super::models::{button_names, called, model_line, progress_line, what_it_does};
use super::scene_view::{Drawn, SceneView};

/// Heights of the three drawings, CSS pixels at a desk.
const HEIGHTS: [f64; 3] = [220.0, 250.0, 250.0];

impl App {
    /// What is in the panel.
    pub(super) fn view_comparison(&self, drawn: &Drawn) -> Html {
        let state = &self.state;
        let title = state
            .language
            .pick("Two models side by side", "두 모델 나란히");
        let beside = self
            .act
            .reform(|action: Action| Action::Beside(Box::new(action)));
        let second = match (self.beside(), state.compared()) {
            (Some(second), Some(name)) if second.model.name == name => {
                let written = &state.companion.written;
                self.view_side(&second, written, &beside)
            }
            (_, Some(name)) => self.view_waiting_side(name),
            _ => Html::default(),
        };
        html! {
            <>
                <h2>{ title }{ self.view_other_models() }</h2>
                <div class="pair">
                    <section data-testid="side" data-model={drawn.model.name.clone()}>
                        { self.view_side(drawn, &state.generation, &self.act) }
                    </section>
                    <section data-testid="side" data-model={state.compared().unwrap_or_default().to_owned()}>
                        { second }
                    </section>
                </div>
            </>
        }
    }

    /// What the second model's drawings draw from.
    fn beside(&self) -> Option<Drawn> {
        let state = &self.state;
        let companion = &state.companion;
        Some(Drawn {
            model: companion.model.clone()?,
            trace: companion.trace.clone(),
            next: companion.next.clone()?,
            sampling: state.sampling,
            surprises: companion.surprises.clone(),
            work: companion.work,
            findings: companion.found.clone(),
            reel: None,
            embeddings: None,
            focus: state.companion_focus(),
            language: state.language,
            type_scale: self.type_scale(),
            theme_key: self.theme_key.clone(),
        })
    }

    /// One model: its name, what it writes beside a source, its drawings.
    fn view_side(&self, drawn: &Drawn, written: &[u32], act: &Callback<Action>) -> Html {
        let (model, language): (&ModelInfo, _) = (&drawn.model, drawn.language);
        let growth = if drawn.focus.is_narrow { 1.5 } else { 1.0 };
        let views = compared_views(model).into_iter().zip(HEIGHTS);
        let scenes = views.map(|(view, height)| {
            let scene = SceneView {
                view: view.name,
                drawn: drawn.clone(),
                height: height * growth * self.type_scale(),
                has_buttons: false,
                act: act.clone(),
            };
            // Of the next token or of a blank: the two models may differ in it.
            let title = match view.name {
                "prediction" if drawn.next.written.is_some() => language.pick(
                    "Prediction where a word is in sight",
                    "가리지 않은 자리의 예측",
                ),
                "prediction" => language.pick("Prediction", "예측"),
                _ => (view.title)(language),
            };
            html! {
                <>
                    <h4>{ title }</h4>
                    { keyed(&format!("{} {}", model.name, view.name), scene) }
                </>
            }
        });
        let text = TextBox::new("", written, Some(model)).text;
        html! {
            <>
                <h3 title={model_line(model, language)}>
                    { called(&model.name, &self.state.shelf.offers) }<small>{ what_it_does(model.architecture, language) }</small>
                </h3>
                if model.architecture.has_source() {
                    <p class="written" data-testid="written"><span aria-hidden="true">{ "→ " }</span>{ text }</p>
                }
                { for scenes }
            </>
        }
    }

    /// The second model before its first numbers.
    fn view_waiting_side(&self, name: &str) -> Html {
        let state = &self.state;
        let language = state.language;
        let progress = state.shelf.progress(name);
        let line = match (progress, &state.companion.failed) {
            (Some(progress), _) => progress_line(progress, language).1,
            (None, Some(_)) => language
                .pick("It cannot read this text.", "이 글은 읽지 못합니다.")
                .to_owned(),
            (None, None) => language.pick("computing…", "계산하는 중…").to_owned(),
        };
        html! {
            <><h3>{ called(name, &state.shelf.offers) }</h3><p class="hint" role="status">{ line }</p></>
        }
    }

    /// Chooses the second model.
    fn view_other_models(&self) -> Html {
        let state = &self.state;
        let act = self.act.clone();
        let choose = Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            if let Some(select) = select {
                act.emit(Action::Model(ModelAction::Compare(select.value())));
            }
        });
        let used = state.in_use.as_ref().map(|model| model.name.as_str());
        let offers = &state.shelf.offers;
        let others = offers.iter().zip(button_names(offers));
        let others = others.filter(|(offer, _)| Some(offer.name.as_str()) != used);
        let label = state.language.pick("Compare with", "비교할 모델");
        html! {
            <label class="map-layer look">
                { label }
                <select data-testid="compare-with" onchange={choose}>
                    { for others.map(|(offer, name)| html! {
                        <option value={offer.name.clone()} selected={state.compared() == Some(offer.name.as_str())}>
                            { format!("{name}: {}", what_it_does(offer.architecture, state.language)) }
                        </option>
                    }) }
                </select>
            </label>
        }
    }
}
