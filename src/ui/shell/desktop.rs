//! One screen: prompt and controls, one sentence, the flow with the candidates, four questions.

use yew::prelude::*;

use crate::protocol::{Attention, BackendKind};
use crate::ui::components::Later;
use crate::ui::components::part::part;
use crate::ui::state::Action;
use crate::ui::views::{OpenPart, Target};

use super::app::App;
use super::attention_table::AttentionTable;
use super::badge::Badge;
use super::browser;
use super::candidates::Candidates;
use super::controls::{PlayButtons, Sliders};
use super::header::Header;
use super::loading::Loading;
use super::model_switch::ModelSwitch;
use super::models::{model_line, progress_line};
use super::open_dialog::OpenDialog;
use super::panel_controls::attentions::attention_switch;
use super::prompt::Prompt;
use super::say::{NoticeLine, Say};
use super::scene_view::{Drawn, SceneView};
use super::sentences::{loading_line, percent};
use super::why_draw::WhyDraw;
use super::words::words;

/// Height of the flow at a desk, CSS pixels.
const FLOW_HEIGHT: f64 = 402.0;
/// What a second text, one row per token, adds to it: room for the prepared sentence and its translation.
const SECOND_TEXT_HEIGHT: f64 = 126.0;
/// Width the design was drawn for, without its margins.
const DESIGN_WIDTH: f64 = 1392.0;
/// Left and right margin together.
const MARGINS: f64 = 48.0;

/// Bytes of the longest address that servers take by default.
const LONGEST_LINK: usize = 8000;

impl App {
    /// The page on a screen of at least 1000 pixels.
    pub(super) fn view_desktop(&self) -> Html {
        let state = &self.state;
        let below = match self.drawn() {
            Some(drawn) => self.view_sections(&drawn),
            None => self.view_loading(),
        };
        html! {
            <div class="page desktop" data-model={self.drawn_model()} data-current={state.is_current().to_string()}>
                { self.view_header() }
                <main>
                    <div class="top">
                        <div class="asking">{ self.view_prompt() }{ self.view_task() }</div>
                        <div class="controls">
                            { part(PlayButtons {
                                is_playing: state.play.is_some(), is_dock: false, fills_blanks: !state.architecture().writes(), can_add: self.can_add(), can_undo: state.can_undo(), is_over: state.is_ended(), speed: state.speed,
                                is_greedy: state.is_greedy(), language: state.language,
                                act: self.act.clone()
                            }) }
                            { self.view_sliders() }
                        </div>
                    </div>
                    { self.view_notice() }
                    { below }
                    { self.view_generated() }
                </main>
                { self.view_opening() }
            </div>
        }
    }

    fn view_sections(&self, drawn: &Drawn) -> Html {
        let state = &self.state;
        let act = &self.act;
        let words = words(state.language);
        let growth = ((self.window_width - MARGINS) / DESIGN_WIDTH).clamp(1.0, 1.2);
        let second = match drawn.model.architecture.has_source() {
            true => SECOND_TEXT_HEIGHT,
            false => 0.0,
        };
        let flow_height = (FLOW_HEIGHT + second) * growth.max(state.type_size.factor().min(1.2));
        html! {
            <>
                { part(Say { drawn: drawn.clone(), text: state.text_box.text.clone().into(), is_of_site: state.uses_model_of_site() }) }
                <section class="flow" aria-label={words.flow}>
                    { part(SceneView {
                        view: "flow", drawn: drawn.clone(), height: flow_height, has_buttons: false, act: act.clone()
                    }) }
                    { part(Candidates {
                        drawn: drawn.clone(), height: flow_height, can_add: self.can_add(), act: act.clone()
                    }) }
                </section>
                { self.view_panels(drawn) }
                <Later edition={self.edition}>{ self.view_table(drawn) }</Later>
            </>
        }
    }

    /// Whether a token can be added now.
    pub(super) fn can_add(&self) -> bool {
        self.state.can_add()
    }

    /// Name of the model whose numbers are drawn.
    pub(super) fn drawn_model(&self) -> AttrValue {
        let model = self.state.model.as_ref();
        model.map_or(AttrValue::default(), |model| model.name.clone().into())
    }

    /// The models of the site; of a site with one, that one in a line.
    pub(super) fn view_models(&self) -> Html {
        let (state, shelf) = (&self.state, &self.state.shelf);
        let line = state.in_use.as_ref();
        let line = line.map_or(String::new(), |model| model_line(model, state.language));
        if shelf.offers.is_empty() {
            return html! { <div class="model">{ line }</div> };
        }
        let offers = shelf.offers.iter();
        let used = state.in_use.as_ref().map(|model| model.name.clone());
        part(ModelSwitch {
            offers: offers
                .map(|offer| (offer.clone(), shelf.progress(&offer.name)))
                .collect(),
            used: used.unwrap_or_default().into(),
            wanted: shelf.wanted().unwrap_or_default().to_owned().into(),
            line: line.into(),
            language: state.language,
            act: self.act.clone(),
        })
    }

    /// The dialog that opens a checkpoint, and what is seen while one is dragged over the page.
    pub(super) fn view_opening(&self) -> Html {
        let language = self.state.language;
        html! {
            <>
                { part(OpenDialog { opening: self.state.opening.clone(), language, act: self.act.clone() }) }
                <div class="drop-here" aria-hidden="true">{ words(language).drop_here }</div>
            </>
        }
    }

    /// The header with its badge.
    pub(super) fn view_header(&self) -> Html {
        let state = &self.state;
        let engines = &state.engines;
        let is_behind = engines.active == BackendKind::Cpu;
        let (adapter, loading, is_webgpu_missing) =
            Badge::parts(engines.active(), &engines.webgpu, is_behind, state.language);
        let share = {
            let address = browser::address_with(&state.share_query()).unwrap_or_default();
            Callback::from(move |()| {
                let is_short = address.len() <= LONGEST_LINK;
                if is_short {
                    browser::copy(&address);
                }
                is_short
            })
        };
        let badge = part(Badge {
            active: engines.active,
            adapter,
            elapsed_ms: engines.active().elapsed_ms,
            loading,
            is_webgpu_missing,
            language: state.language,
            act: self.act.clone(),
        });
        part(Header {
            model: self.view_models(),
            children: badge,
            language: state.language,
            theme: state.theme,
            type_size: state.type_size,
            is_phone: self.is_phone,
            act: self.act.clone(),
            on_share: share,
        })
    }

    /// The prompt.
    pub(super) fn view_prompt(&self) -> Html {
        let state = &self.state;
        let is_source = state.drawn_architecture().has_source();
        let hovered = match state.focus.hovered {
            Some(Target::Token(token)) if !is_source => Some(token),
            Some(Target::SourceToken(token)) if is_source => Some(token),
            _ => None,
        };
        let chosen = match is_source {
            true => state.focus.source_token,
            false => state.chosen_token(),
        };
        let goes_on = state.architecture().writes() && !state.architecture().has_source();
        let is_shown = goes_on && state.is_current() && self.can_add();
        let ghost = self.ghost().filter(|_| is_shown);
        part(Prompt {
            text_box: state.text_box.clone(),
            box_version: state.box_version,
            edits: self.edits,
            traced_box: state.traced_box.clone(),
            trace: state.trace.clone(),
            ghost,
            is_source,
            chosen,
            hovered,
            language: state.language,
            act: self.act.clone(),
        })
    }

    /// The token that comes next, with its probability.
    pub(super) fn ghost(&self) -> Option<(AttrValue, AttrValue)> {
        let (model, next) = (self.state.model.as_ref()?, self.state.next.as_ref()?);
        let token = next.token()?;
        let bytes = model.vocabulary.get(token as usize)?;
        let label = crate::ui::views::token_label(bytes).text;
        let p = next.distribution.p()[token as usize];
        Some((label.into(), percent(p).into()))
    }

    /// Temperature, top-k, top-p, seed.
    pub(super) fn view_sliders(&self) -> Html {
        let state = &self.state;
        let vocab_size = state
            .model
            .as_ref()
            .map_or(2048, |model| model.vocab_size());
        part(Sliders {
            sampling: state.sampling,
            vocab_size,
            language: state.language,
            act: self.act.clone(),
        })
    }

    /// The line a person has to read.
    pub(super) fn view_notice(&self) -> Html {
        let (notice, language) = (self.state.notice(), self.state.language);
        let notice = part(NoticeLine {
            notice,
            language,
            act: self.act.clone(),
        });
        html! { <>{ self.view_earlier_step() }{ notice }</> }
    }

    /// How far the load is.
    pub(super) fn view_loading(&self) -> Html {
        let language = self.state.language;
        let shelf = &self.state.shelf;
        let opening = || shelf.wanted().and_then(|name| shelf.progress(name));
        let opening = || opening().map(|progress| progress_line(progress, language));
        let progress = loading_line(self.state.engines.active(), language)
            .or_else(opening)
            .map(|(percent, line)| (percent, AttrValue::from(line)));
        part(Loading { progress, language })
    }

    /// Why this token.
    pub(super) fn view_why_draw(&self, drawn: &Drawn, has_key: bool) -> Html {
        let state = &self.state;
        part(WhyDraw {
            drawn: drawn.clone(),
            sampling: state.sampling,
            can_add: self.can_add(),
            has_key,
            act: self.act.clone(),
        })
    }

    /// Shows the chosen head as lines or as a heatmap, and shows or hides its numbers.
    pub(super) fn view_head_toggles(&self) -> Html {
        let state = &self.state;
        let Some(model) = state
            .model
            .as_ref()
            .filter(|model| model.architecture.attends())
        else {
            return Html::default();
        };
        let attentions = Attention::of(model.architecture);
        let meant = state.focus.attention_of(model);
        let kinds = attention_switch(attentions, meant, state.language, &self.act);
        let words = words(state.language);
        let is_lines = self.state.focus.open == OpenPart::Lines;
        let act = self.act.clone();
        let other = if is_lines {
            OpenPart::Attention
        } else {
            OpenPart::Lines
        };
        let switch = Callback::from(move |_: web_sys::MouseEvent| act.emit(Action::Open(other)));
        html! {
            <span class="row toggles">
                { kinds }
                <button class="quiet toggle" data-testid="as-lines" aria-pressed={is_lines.to_string()}
                    onclick={switch}>{ words.as_lines }</button>
                <button class="quiet toggle" data-testid="as-numbers" aria-pressed={self.has_numbers.to_string()}
                    onclick={self.toggle_numbers.clone()}>{ words.as_numbers }</button>
            </span>
        }
    }

    /// The chosen head as numbers.
    pub(super) fn view_table(&self, drawn: &Drawn) -> Html {
        part(AttentionTable {
            model: drawn.model.clone(),
            trace: drawn.trace.clone(),
            attention: drawn.focus.attention_of(&drawn.model),
            layer: drawn.focus.layer_of(&drawn.model),
            head: drawn.focus.head,
            language: drawn.language,
            is_shown: self.has_numbers,
        })
    }

    /// What was generated, for those who listen.
    pub(super) fn view_generated(&self) -> Html {
        let state = &self.state;
        html! {
            <output class="visually-hidden" data-testid="generated" aria-live="polite"
                aria-label={words(state.language).generated}>{ state.written() }</output>
        }
    }
}
