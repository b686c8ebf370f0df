//! The film of the training: the slider, the play button, what the model could do first when; and the
//! line that says when the page shows an earlier step.

use web_sys::{HtmlInputElement, HtmlSelectElement, MouseEvent};
use yew::prelude::*;

use crate::protocol::{Film, Milestone};
use crate::ui::components::part::keyed;
use crate::ui::state::{Action, FilmAction};
use crate::ui::views::film::words;

use super::app::App;
use super::scene_view::{Drawn, SceneView};

/// Height of the curve, CSS pixels at a desk.
const CURVE_HEIGHT: f64 = 150.0;
/// Height of the comparison.
const SIDES_HEIGHT: f64 = 186.0;

impl App {
    /// What is in the panel.
    pub(super) fn view_training(&self, drawn: &Drawn) -> Html {
        let words = words(drawn.language);
        let title = drawn.language.pick("Training", "훈련");
        let Some(film) = self.state.projector.film.clone() else {
            let line = match self.state.projector.is_lost {
                true => words.lost,
                false => words.fetching,
            };
            return html! { <><h2>{ title }</h2><p class="hint">{ line }</p></> };
        };
        let projector = &self.state.projector;
        let line = match projector
            .chosen
            .filter(|_| projector.chosen != projector.at)
        {
            Some(step) => words.coming(step, projector.percent()),
            None => words.step_line(&film, projector.chosen),
        };
        // A narrow drawing needs more room below.
        let growth = if drawn.focus.is_narrow { 1.2 } else { 1.0 };
        let scene = |view: &'static str, height: f64| {
            let scene = SceneView {
                view,
                drawn: drawn.clone(),
                height: height * growth * self.type_scale(),
                has_buttons: view == "steps",
                act: self.act.clone(),
            };
            keyed(view, scene)
        };
        html! {
            <>
                <h2>{ title }{ self.view_beside(&film) }</h2>
                <div class="film-parts">
                    <div>
                        <div class="row film">
                            { self.view_play_film() }
                            { self.view_film_slider(&film) }
                        </div>
                        <p class="film-line" data-testid="step-line" aria-live="polite">{ line }</p>
                        { scene("training", CURVE_HEIGHT) }
                        if !film.milestones.is_empty() {
                            <ul class="milestones">
                                { for film.milestones.iter().map(|mark| self.view_milestone(&film, mark)) }
                            </ul>
                        }
                    </div>
                    <div>{ scene("steps", SIDES_HEIGHT) }</div>
                </div>
            </>
        }
    }

    fn film_action(&self, action: FilmAction) -> Callback<MouseEvent> {
        let act = self.act.clone();
        Callback::from(move |_: MouseEvent| act.emit(Action::Film(action.clone())))
    }

    fn view_play_film(&self) -> Html {
        let words = words(self.state.language);
        let is_playing = self.state.projector.play.is_some();
        let (word, icon) = match is_playing {
            true => (words.pause, "M2 1h3v10H2zM7 1h3v10H7z"),
            false => (words.play, "M2 1l9 5-9 5z"),
        };
        html! {
            <button class="button" data-testid="play-film" aria-label={words.play_film} aria-pressed={is_playing.to_string()}
                onclick={self.film_action(FilmAction::TogglePlay)}>
                <svg viewBox="0 0 12 12" aria-hidden="true"><path d={icon} /></svg>{ word }
            </button>
        }
    }

    fn view_film_slider(&self, film: &Film) -> Html {
        let words = words(self.state.language);
        let (chosen, last) = (
            self.state.projector.chosen,
            film.frames.len().saturating_sub(1),
        );
        let place = film.place(chosen);
        let share = 100.0 * place as f64 / last.max(1) as f64;
        let steps: Vec<Option<usize>> = (0..film.frames.len()).map(|at| film.step_at(at)).collect();
        let act = self.act.clone();
        let slide = Callback::from(move |event: InputEvent| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            let place = input.and_then(|input| input.value().parse::<usize>().ok());
            if let Some(step) = place.and_then(|place| steps.get(place)) {
                act.emit(Action::Film(FilmAction::Choose(*step)));
            }
        });
        html! {
            <div class="slider">
                <input type="range" data-testid="film-slider" aria-label={words.slider} min="0" max={last.to_string()} step="1"
                    value={place.to_string()} aria-valuetext={words.step_line(film, chosen)}
                    style={format!("--fill:{share:.1}%")} oninput={slide} />
            </div>
        }
    }

    /// Which step is compared with.
    fn view_beside(&self, film: &Film) -> Html {
        let words = words(self.state.language);
        let against = self.state.projector.against;
        let act = self.act.clone();
        let choose = Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            if let Some(select) = select {
                let step = select.value().parse().ok();
                act.emit(Action::Film(FilmAction::Compare(step)));
            }
        });
        let steps = (0..film.frames.len())
            .rev()
            .map(|place| film.step_at(place));
        html! {
            <label class="map-layer look">
                { words.beside }{ " " }
                <select data-testid="beside" onchange={choose}>
                    { for steps.map(|step| html! {
                        <option value={step.map_or(String::new(), |step| step.to_string())} selected={step == against}>
                            { words.step(step) }
                        </option>
                    }) }
                </select>
            </label>
        }
    }

    fn view_milestone(&self, film: &Film, mark: &Milestone) -> Html {
        let words = words(self.state.language);
        let (name, measured) = (words.milestone(mark), words.measured(film, mark));
        let choose = mark.step.map(|step| {
            let place = film.place(Some(step));
            self.film_action(FilmAction::Choose(film.step_at(place)))
        });
        html! {
            <li>
                <button class="quiet" data-testid="milestone" title={measured.clone()} aria-label={format!("{name}. {measured}")}
                    disabled={choose.is_none()} onclick={choose}>{ name }</button>
            </li>
        }
    }

    /// That the page shows, or fetches, an earlier step, and the way back.
    pub(super) fn view_earlier_step(&self) -> Html {
        let words = words(self.state.language);
        let projector = &self.state.projector;
        let drawn = self.state.traced.as_ref().and_then(|ran| ran.at);
        let line = match (drawn, projector.chosen) {
            (Some(step), _) => words.earlier(step),
            (None, Some(step)) => words.coming(step, projector.percent()),
            (None, None) => return Html::default(),
        };
        html! {
            <div class="notice earlier" role="status" data-testid="earlier-step"
                data-step={drawn.map(|step| step.to_string())}>
                <span>{ line }</span>
                <button class="quiet" data-testid="back-to-trained" onclick={self.film_action(FilmAction::Choose(None))}>
                    { words.back }
                </button>
            </div>
        }
    }
}
