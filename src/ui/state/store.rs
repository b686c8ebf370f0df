//! The state of the page.

use std::collections::BTreeMap;

use crate::protocol::{Architecture, BackendKind, EngineError, Generation, ModelInfo, Trace};
use crate::ui::i18n::Language;
use crate::ui::views::{FIRST_PANELS, Focus, Landscape};

use super::heads::HeadPlace;
use super::{
    Companion, Engines, Inspections, Next, Offer, Opening, Projector, Ran, Sampling, Shared, Shelf,
    Surprises, TextBox, Theme, TypeSize, prepared_text,
};

/// Something a person has to know, as data; the shell has the sentences.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// The text has more tokens than the model reads at once.
    TooLong {
        /// What the model reads.
        n_ctx: usize,
        /// How many tokens are left out.
        left_out: usize,
    },
    /// The text fills the model exactly: nothing can be added.
    Full {
        /// What the model reads.
        n_ctx: usize,
    },
    /// WebGPU was asked for or in use and cannot go on; the processor does.
    WebGpuUnavailable(EngineError),
    /// WebGPU computes something else than the processor and is not used.
    WebGpuDiffers {
        /// Largest difference between two logits of the same token.
        max_abs_difference: f32,
    },
    /// A worker ended unexpectedly and was started again.
    Restarted,
    /// Nothing can compute.
    EngineFailed(EngineError),
    /// A model cannot be used; the page goes on with another.
    ModelUnusable {
        /// Its name.
        name: String,
        /// The name of that other model.
        instead: String,
        /// Why.
        error: EngineError,
    },
    /// A checkpoint cannot be opened; the page goes on with the model before.
    NotOpened {
        /// Its name.
        name: String,
        /// Why.
        error: EngineError,
    },
    /// The address names a model that the site does not have.
    NoSuchModel {
        /// Its name.
        name: String,
        /// The name of the model it opens with instead.
        instead: String,
    },
    /// The address names a model whose files have to be picked again.
    FilesWanted {
        /// Its name.
        name: String,
    },
    /// A checkpoint has tensors that its model has no use for.
    ExtraTensors {
        /// Their names.
        names: Vec<String>,
    },
    /// A token whose bytes are no text alone cannot be written into a blank.
    NoText {
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// A step of the training cannot be shown; the page shows the one before.
    FrameUnusable {
        /// The step.
        step: usize,
        /// Why.
        error: EngineError,
    },
    /// The model drew its end-of-text token while playing.
    TextEnded,
}

/// Generation that goes on by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Play {
    /// Tells the timer of this run from one that was stopped.
    pub id: u64,
    /// The time for the next token has come, but the numbers for it have not.
    pub is_due: bool,
    /// Whether it takes the most likely token whatever the settings say.
    pub is_greedy: bool,
}

/// What is remembered on this device.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preferences {
    /// Language, if chosen once.
    pub language: Option<Language>,
    /// Theme, if chosen once.
    pub theme: Option<Theme>,
    /// Sampling, as in the URL (`temp=0.8&k=40`).
    pub sampling: String,
}

/// Everything the page holds.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// What was typed.
    pub text: String,
    /// What was drawn or chosen after it.
    pub generation: Generation,
    /// Both, as the box shows them.
    pub text_box: TextBox,
    /// Goes up whenever the box changes for another reason than typing.
    pub box_version: u64,
    /// Whether an input method is composing; the box is not touched then.
    pub is_composing: bool,
    /// The models of the site.
    pub shelf: Shelf,
    /// The model in use: text and ids are for it, and runs are of it.
    pub in_use: Option<Shared<ModelInfo>>,
    /// The model whose numbers are drawn: that in use as soon as there are any of it.
    pub model: Option<Shared<ModelInfo>>,
    /// Where the caret is, as far as that is known, in bytes.
    pub caret: Option<usize>,
    /// The texts before blanks were filled or put in, for undo.
    pub filled: Vec<String>,
    /// Whether nothing on the page may move by itself.
    pub is_still: bool,
    /// The two engines.
    pub engines: Engines,
    /// What is drawn.
    pub trace: Shared<Trace>,
    /// What it is of; `None` before the first trace.
    pub traced: Option<Ran>,
    /// The text in the box when it was of that.
    pub traced_box: TextBox,
    /// The next token, from `trace` and the sampling settings.
    pub next: Option<Shared<Next>>,
    /// How much each of its tokens surprised the model.
    pub surprises: Shared<Surprises>,
    /// Closer looks at it.
    pub inspections: Inspections,
    /// A second model that reads the same text.
    pub companion: Companion,
    /// A checkpoint that is being opened.
    pub opening: Opening,
    /// The film of the training.
    pub projector: Projector,
    /// The vocabulary as vectors.
    pub embeddings: Option<Shared<Landscape>>,
    /// How the next token is drawn.
    pub sampling: Sampling,
    /// Generation that goes on by itself.
    pub play: Option<Play>,
    /// Its speed, tokens per second.
    pub speed: f64,
    /// Steps that wait for numbers: they are done when the trace of the text arrives.
    pub waiting_steps: usize,
    /// Whether an export waits for its numbers.
    pub is_exporting: bool,
    /// What is chosen and pointed at.
    pub focus: Focus,
    /// Which head was open in models that are not in use, by name.
    pub(super) heads: BTreeMap<String, HeadPlace>,
    /// Language of the page.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
    /// Presenter size.
    pub type_size: TypeSize,
    /// What a person has to know.
    pub notice: Option<Notice>,
    /// Number of the last request or play.
    pub last_id: u64,
}

impl Default for State {
    fn default() -> Self {
        State {
            text: prepared_text(Language::En).to_owned(),
            generation: Vec::new(),
            text_box: TextBox::new(prepared_text(Language::En), &[], None),
            box_version: 0,
            is_composing: false,
            shelf: Shelf::default(),
            in_use: None,
            model: None,
            caret: None,
            filled: Vec::new(),
            is_still: false,
            engines: Engines::default(),
            trace: Shared::default(),
            traced: None,
            traced_box: TextBox::default(),
            next: None,
            surprises: Shared::default(),
            inspections: Inspections::default(),
            companion: Companion::default(),
            opening: Opening::default(),
            projector: Projector::default(),
            embeddings: None,
            sampling: Sampling::default(),
            play: None,
            speed: 4.0,
            waiting_steps: 0,
            is_exporting: false,
            focus: State::default_focus(),
            heads: BTreeMap::new(),
            language: Language::En,
            theme: Theme::System,
            type_size: TypeSize::Desk,
            notice: None,
            last_id: 0,
        }
    }
}

impl State {
    /// What is open before anything was chosen.
    pub fn default_focus() -> Focus {
        Focus {
            layer: 3,
            head: 3,
            panels: FIRST_PANELS.to_vec(),
            ..Focus::default()
        }
    }

    /// The state of a page opened with `query` (with or without `?`) by someone who has
    /// `preferences` and whose browser speaks `language`. What the URL says wins.
    pub fn open(query: &str, preferences: &Preferences, language: Language) -> Self {
        State::open_with(Vec::new(), query, preferences, language)
    }

    /// The same on a site with these models, the first of which it opens with.
    pub fn open_with(
        offers: Vec<Offer>,
        query: &str,
        preferences: &Preferences,
        language: Language,
    ) -> Self {
        let mut state = State {
            language: preferences.language.unwrap_or(language),
            theme: preferences.theme.unwrap_or_default(),
            ..State::default()
        };
        state.text = String::new();
        let is_whole = super::url::read_query(&mut state, query, &preferences.sampling);
        state.put_up(offers);
        if !is_whole {
            state.text = state.prepared().to_owned();
        }
        state.refresh_box();
        state
    }

    /// The text and ids an engine has to run.
    pub fn wanted_run(&self) -> Ran {
        Ran {
            model: self.in_use_name().to_owned(),
            text: self.text.clone(),
            generation: self.generation.clone(),
            at: self.projector.at,
        }
    }

    /// Whether `ran` is the text as it stands.
    pub fn is_of(&self, ran: &Ran) -> bool {
        let is_of_text = ran.text == self.text && ran.generation == self.generation;
        is_of_text && ran.at == self.projector.at && ran.model == self.in_use_name()
    }

    /// Name of the model in use; empty before there is one.
    pub(super) fn in_use_name(&self) -> &str {
        self.in_use.as_ref().map_or("", |model| &model.name)
    }

    /// Whether what is drawn is of the text as it stands.
    pub fn is_current(&self) -> bool {
        self.traced.as_ref().is_some_and(|ran| self.is_of(ran))
    }

    /// Whether one more token fits into what the model reads at once. Not known before the first
    /// trace.
    pub fn has_room(&self) -> bool {
        self.model.as_ref().is_none_or(|model| {
            // A blank takes no room when it is filled.
            model.architecture == Architecture::Encoder || self.trace.total_tokens() < model.n_ctx
        })
    }

    /// Whether a token can be added now, or put into a blank.
    pub fn can_add(&self) -> bool {
        let is_possible = match self.architecture() {
            Architecture::Encoder => self.blank().is_some(),
            _ => !self.is_ended(),
        };
        is_possible && self.has_room() && !self.is_composing
    }

    /// Whether a text that is written beside a source has come to its end.
    pub fn is_ended(&self) -> bool {
        let end = self.in_use.as_ref().and_then(|model| model.end_of_text);
        self.architecture().has_source() && end.is_some() && self.generation.last().copied() == end
    }

    /// The one line a person has to read now.
    pub fn notice(&self) -> Option<Notice> {
        let trace = &self.trace;
        let left_out = trace.total_tokens().saturating_sub(trace.len())
            + trace.total_source().saturating_sub(trace.source().len());
        let is_short = left_out > 0 || !self.has_room();
        if let (Some(model), true) = (&self.model, is_short) {
            let n_ctx = model.n_ctx;
            return Some(if left_out == 0 {
                Notice::Full { n_ctx }
            } else {
                Notice::TooLong { n_ctx, left_out }
            });
        }
        self.notice.clone()
    }

    /// Which backend the page shows.
    pub fn backend(&self) -> BackendKind {
        self.engines.active
    }

    /// The position the next token will have. 0 for an empty text: the token the model then reads
    /// stands for "nothing yet" and is gone as soon as there is another.
    pub fn next_position(&self) -> usize {
        self.trace.total_tokens().min(self.trace.len())
    }

    /// The chosen token; at rest the one whose prediction is shown.
    pub fn chosen_token(&self) -> Option<usize> {
        self.focus.chosen_in(self.model.as_ref()?, &self.trace)
    }

    /// What was written beside a source: id and bytes of each token.
    pub fn written_tokens(&self) -> impl Iterator<Item = (u32, &[u8])> + '_ {
        let model = self
            .in_use
            .as_ref()
            .filter(|_| self.architecture().has_source());
        let bytes = move |id: &u32| {
            let bytes = model?.vocabulary.get(*id as usize)?;
            Some((*id, bytes.as_slice()))
        };
        self.generation.iter().filter_map(bytes)
    }

    /// What was written, as text: what follows the typed text, or stands beside it.
    pub fn written(&self) -> String {
        match self.architecture().has_source() {
            true => TextBox::new("", &self.generation, self.in_use.as_deref()).text,
            false => {
                let all = &self.text_box.text;
                all.get(self.text.len()..).unwrap_or_default().to_owned()
            }
        }
    }

    /// Makes the box agree with text and ids.
    pub(super) fn refresh_box(&mut self) {
        // What is written beside a source is a text of its own.
        let written: &[u32] = match self.architecture().has_source() {
            true => &[],
            false => &self.generation,
        };
        let text_box = TextBox::new(&self.text, written, self.in_use.as_deref());
        if text_box != self.text_box {
            self.text_box = text_box;
            self.box_version += 1;
        }
    }

    /// A number no request had before.
    pub(super) fn take_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }
}
