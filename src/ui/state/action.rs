//! Everything that can happen, and everything that has to happen outside because of it.

use crate::derivation::Quantity;
use crate::protocol::{BackendKind, Event, Request};
use crate::ui::i18n::Language;
use crate::ui::views::{LookChange, OpenPart, Target};

use super::{Body, FilmAction, Format, ModelAction, OpenAction, SamplingChange, Theme, TypeSize};

/// Everything that can happen to the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The page is up.
    Start,
    /// The box was edited.
    Type {
        /// All of its text.
        value: String,
        /// Whether an input method is composing.
        is_composing: bool,
    },
    /// The caret moved to this byte of the box.
    Caret(usize),
    /// Draw one token and append it.
    Step,
    /// Append this token.
    Take(u32),
    /// Put a blank where the caret is, for an encoder.
    InsertBlank,
    /// Make a token a blank; `None` is the chosen one.
    Hide(Option<usize>),
    /// Take back the last token that was written, or what was last put into a blank.
    Undo,
    /// Generate until told to stop.
    Play,
    /// Stop at once.
    Stop,
    /// The time of play number `0` for its next token has come.
    Tick(u64),
    /// Tokens per second while playing.
    SetSpeed(f64),
    /// Draw differently.
    Sample(SamplingChange),
    /// The next seed.
    NextSeed,
    /// Choose a token; `None` is the last one.
    ChooseToken(Option<usize>),
    /// Open a head.
    ChooseHead {
        /// Block, from 0.
        layer: usize,
        /// Head, from 0.
        head: usize,
    },
    /// Open or close a part of the flow.
    Open(OpenPart),
    /// Open a panel.
    OpenPanel(&'static str),
    /// Close a panel.
    ClosePanel(&'static str),
    /// Open the arithmetic of a number.
    Inquire(Quantity),
    /// Go back to the number that was opened as this one, from 1; 0 is the chosen weight.
    InquireBack(usize),
    /// Go the way to a number that an address tells of, `why` in this query.
    InquireAgain(String),
    /// The page is narrow and shows one section at a time, or not.
    SetNarrow(bool),
    /// Look differently at the same numbers.
    Look(LookChange),
    /// Draw the hidden states after this many blocks on the map.
    SetMapLayer(usize),
    /// The pointer or the keyboard focus is on something, or on nothing.
    Hover(Option<Target>),
    /// Something in a drawing was clicked.
    Click(Target),
    /// Speak this language.
    SetLanguage(Language),
    /// Light or dark.
    SetTheme(Theme),
    /// Presenter size.
    SetTypeSize(TypeSize),
    /// Compute on this engine.
    ChooseBackend(BackendKind),
    /// A worker says something.
    Engine(BackendKind, Event),
    /// A worker ended or could not be started.
    Crashed {
        /// Which.
        kind: BackendKind,
        /// What the browser said.
        detail: String,
    },
    /// Something about the models of the site.
    Model(ModelAction),
    /// Something about opening a checkpoint.
    Opening(OpenAction),
    /// Something about the film of the training.
    Film(FilmAction),
    /// Download the trace.
    Export,
    /// Save a figure.
    TakeAway {
        /// Name of its view.
        view: &'static str,
        /// As what.
        format: Format,
        /// Its width on the page, CSS pixels.
        width: f64,
        /// Its height on the page, CSS pixels.
        height: f64,
    },
    /// Something was done to a drawing of the second model.
    Beside(Box<Action>),
    /// Destroy the graphics device (test hook).
    LoseDevice,
    /// The line has been read.
    DismissNotice,
}

/// What is remembered on this device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Storage {
    /// The chosen language.
    Language(Language),
    /// The chosen theme.
    Theme(Theme),
    /// Sampling, as in the URL.
    Sampling(String),
}

/// What has to happen outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Start a worker and load the model into it.
    StartEngine {
        /// Which.
        kind: BackendKind,
        /// Number of its [`Request::Load`].
        load_id: u64,
        /// Whether a software adapter is welcome.
        accepts_software: bool,
        /// The model by name; `None` is the one the site opens with.
        model: Option<String>,
    },
    /// End a worker.
    StopEngine(BackendKind),
    /// Send a request.
    Send(BackendKind, Request),
    /// Fetch the files of the model of this name.
    FetchModel(String),
    /// The files of this model are of no use.
    ForgetModel(String),
    /// The opened model of this name is let go of, in the workers too.
    PutAway(String),
    /// Fetch the index of the film, of this address.
    FetchFilm(String),
    /// Fetch a frame of this address.
    FetchFrame(String),
    /// What was fetched from this address is of no use.
    ForgetFrame(String),
    /// Something that lives in the URL may have changed.
    UrlChanged,
    /// Remember something on this device.
    Remember(Storage),
    /// Send [`Action::Tick`] after a while.
    Tick {
        /// Number of the play.
        id: u64,
        /// Milliseconds from now.
        after_ms: u32,
    },
    /// Save a file.
    Download {
        /// Its name.
        name: String,
        /// Its contents.
        body: Body,
    },
}
