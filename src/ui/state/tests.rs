//! The reducer against a worker of a few lines: bytes are tokens, logits follow the last byte.

use crate::protocol::{
    Activation, BackendInfo, BackendKind, EmbeddingTable, EngineError, Event, ModelInfo, Request,
    Rows, TokenInfo, TraceUpdate,
};
use crate::ui::i18n::Language;
use crate::ui::views::Target;

use super::*;

mod film;

const N_CTX: usize = 16;

/// A page with the workers it started; answers are given only when a test says so.
struct Page {
    state: State,
    effects: Vec<Effect>,
}

impl Page {
    fn open(query: &str) -> Self {
        let state = State::open(query, &Preferences::default(), Language::En);
        let mut page = Page {
            state,
            effects: Vec::new(),
        };
        page.act(Action::Start);
        page
    }

    /// A page whose processor has answered for `text`.
    fn with(text: &str) -> Self {
        let mut page = Page::open(&format!("?text={text}&backend=cpu"));
        page.ready(BackendKind::Cpu, false);
        page.answer(BackendKind::Cpu);
        page
    }

    fn act(&mut self, action: Action) {
        let (state, effects) = reduce(std::mem::take(&mut self.state), action);
        self.state = state;
        self.effects.extend(effects);
    }

    fn hear(&mut self, kind: BackendKind, event: Event) {
        self.act(Action::Engine(kind, event));
    }

    fn ready(&mut self, kind: BackendKind, is_software: bool) {
        let backend = BackendInfo {
            kind,
            adapter: "a".to_owned(),
            is_software,
        };
        let model = Box::new(model());
        self.hear(
            kind,
            Event::Ready {
                id: 1,
                backend,
                model,
            },
        );
    }

    /// The runs sent to a worker and not yet answered.
    fn runs(&self, kind: BackendKind) -> Vec<Request> {
        self.effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Send(to, request @ Request::Run { .. }) if *to == kind => {
                    Some(request.clone())
                }
                _ => None,
            })
            .collect()
    }

    /// Answers the oldest run, if there is one.
    fn answer(&mut self, kind: BackendKind) -> bool {
        self.answer_with(kind, 0.0)
    }

    fn answer_with(&mut self, kind: BackendKind, error: f32) -> bool {
        let Some(request) = self.runs(kind).into_iter().next() else {
            return false;
        };
        self.effects
            .retain(|effect| *effect != Effect::Send(kind, request.clone()));
        self.hear(kind, run(&request, error));
        true
    }

    fn tick(&mut self) {
        let id = self.state.play.map_or(0, |play| play.id);
        self.act(Action::Tick(id));
    }

    fn typed(&mut self, value: &str) {
        self.act(Action::Type {
            value: value.to_owned(),
            is_composing: false,
        });
    }

    fn ids(&self) -> Vec<u32> {
        self.state.trace.tokens().iter().map(|t| t.id).collect()
    }

    fn has(&self, is_it: impl Fn(&Effect) -> bool) -> bool {
        self.effects.iter().any(is_it)
    }
}

fn model() -> ModelInfo {
    ModelInfo {
        name: "bytes".to_owned(),
        n_layers: 1,
        n_heads: 1,
        d_model: 4,
        d_head: 4,
        d_mlp: 8,
        d_hidden: 0,
        n_ctx: N_CTX,
        activation_function: "relu".to_owned(),
        vocabulary: (0..=255u8).map(|byte| vec![byte]).collect(),
        ..ModelInfo::default()
    }
}

/// What a worker would answer: every activation of the request, logits that favour the next byte.
fn run(request: &Request, error: f32) -> Event {
    let Request::Run {
        id,
        text,
        generation,
        spec,
        held,
        ..
    } = request
    else {
        panic!("not a run");
    };
    let typed = text.len();
    let bytes: Vec<u8> = text
        .bytes()
        .chain(generation.iter().map(|id| *id as u8))
        .collect();
    let tokens: Vec<TokenInfo> = bytes
        .iter()
        .take(N_CTX)
        .enumerate()
        .map(|(start, byte)| TokenInfo {
            id: u32::from(*byte),
            bytes: vec![*byte],
            start,
            end: start + 1,
        })
        .collect();
    let rows = |activation| {
        let mut rows = Rows::default();
        for token in tokens.iter().skip(*held) {
            let mut row = vec![error; 256];
            row[(token.id as usize + 1) % 256] = 9.0;
            rows.push(if activation == Activation::Logits {
                &row
            } else {
                &row[..1]
            });
        }
        rows
    };
    let rows = spec.0.iter().map(|a| (*a, rows(*a))).collect();
    Event::Trace {
        id: *id,
        update: TraceUpdate {
            total_tokens: bytes.len(),
            typed_tokens: typed.min(tokens.len()),
            first_position: (*held).min(tokens.len()),
            tokens,
            rows,
            ..TraceUpdate::default()
        },
    }
}

#[test]
fn the_prepared_sentence_is_run_at_once() {
    let mut page = Page::open("");
    assert!(page.has(|e| matches!(
        e,
        Effect::StartEngine {
            kind: BackendKind::Cpu,
            ..
        }
    )));
    page.ready(BackendKind::Cpu, false);
    let runs = page.runs(BackendKind::Cpu);
    assert!(matches!(&runs[..], [Request::Run { text, held: 0, .. }]
        if text == prepared_text(Language::En)));
    page.answer(BackendKind::Cpu);
    assert!(page.state.next.is_some());
    assert!(page.has(|e| matches!(
        e,
        Effect::StartEngine {
            kind: BackendKind::WebGpu,
            ..
        }
    )));
}

#[test]
fn late_results_are_kept_but_not_shown() {
    let mut page = Page::with("ab");
    page.typed("abc");
    page.typed("abcd");
    page.typed("abcde");
    assert_eq!(page.runs(BackendKind::Cpu).len(), 1, "one run is out");
    page.answer(BackendKind::Cpu);
    assert_eq!(page.state.trace.len(), 2, "the result for abc is not shown");
    let runs = page.runs(BackendKind::Cpu);
    assert!(
        matches!(&runs[..], [Request::Run { text, held: 3, .. }] if text == "abcde"),
        "the newest text, on top of what abc left: {runs:?}"
    );
    page.answer(BackendKind::Cpu);
    assert_eq!(page.ids(), b"abcde".map(u32::from));
    assert!(page.runs(BackendKind::Cpu).is_empty());
}

#[test]
fn an_answer_nobody_asked_for_is_dropped() {
    let mut page = Page::with("ab");
    let before = page.state.clone();
    page.hear(
        BackendKind::Cpu,
        Event::Trace {
            id: 999,
            update: TraceUpdate::default(),
        },
    );
    assert_eq!(page.state, before);
}

#[test]
fn sampling_never_asks_the_model() {
    let mut page = Page::with("ab");
    page.effects.clear();
    for change in [
        SamplingChange::Temperature(0.3),
        SamplingChange::TopK(3),
        SamplingChange::TopP(0.5),
        SamplingChange::Seed(8),
        SamplingChange::Greedy(true),
    ] {
        page.act(Action::Sample(change));
    }
    page.act(Action::NextSeed);
    assert!(!page.has(|e| matches!(e, Effect::Send(..))));
    assert_eq!(page.state.sampling.seed, 9);
}

#[test]
fn step_and_undo_are_exact_by_ids() {
    let mut page = Page::with("ab");
    page.act(Action::Sample(SamplingChange::Greedy(true)));
    page.act(Action::Step);
    page.act(Action::Step);
    while page.answer(BackendKind::Cpu) {}
    assert_eq!(page.state.generation, [99, 100], "the second step waited");
    assert_eq!(page.state.text_box.text, "abcd");
    page.act(Action::Undo);
    page.act(Action::Undo);
    page.act(Action::Undo);
    while page.answer(BackendKind::Cpu) {}
    assert_eq!(page.ids(), [97]);
    page.act(Action::Undo);
    while page.answer(BackendKind::Cpu) {}
    assert_eq!(page.state.text_box.text, "");
}

#[test]
fn an_edit_makes_everything_typed() {
    let mut page = Page::with("ab");
    page.act(Action::Take(120));
    page.answer(BackendKind::Cpu);
    page.typed("abx!");
    assert_eq!(page.state.text, "abx!");
    assert!(page.state.generation.is_empty());
}

#[test]
fn bytes_that_are_no_character_stay_beside_the_box() {
    let mut page = Page::with("a");
    for byte in "뷁".bytes() {
        page.act(Action::Take(u32::from(byte)));
        page.answer(BackendKind::Cpu);
    }
    assert_eq!(page.state.text_box.text, "a뷁");
    page.act(Action::Undo);
    assert_eq!(page.state.text_box.text, "a");
    assert_eq!(page.state.text_box.tail.len(), 2);
}

#[test]
fn undo_of_half_a_syllable_keeps_the_other_half() {
    let mut page = Page::with("%EB%B7%81");
    page.act(Action::Undo);
    while page.answer(BackendKind::Cpu) {}
    assert_eq!(page.ids(), [0xEB, 0xB7]);
    assert_eq!(page.state.text_box.text, "");
}

#[test]
fn play_goes_on_by_the_clock_and_stops_at_once() {
    let mut page = Page::with("ab");
    page.act(Action::Sample(SamplingChange::Greedy(true)));
    page.act(Action::Play);
    assert_eq!(page.state.generation.len(), 1);
    page.answer(BackendKind::Cpu);
    assert_eq!(page.state.generation.len(), 1, "not before its time");
    page.tick();
    assert_eq!(page.state.generation.len(), 2);
    page.tick();
    assert_eq!(page.state.generation.len(), 2, "not before the numbers");
    page.answer(BackendKind::Cpu);
    assert_eq!(page.state.generation.len(), 3);
    page.act(Action::Stop);
    page.answer(BackendKind::Cpu);
    page.tick();
    assert_eq!(page.state.generation.len(), 3);
}

#[test]
fn nothing_is_added_to_a_full_text_and_nothing_is_lost() {
    let long = "x".repeat(N_CTX + 3);
    let mut page = Page::with(&long);
    page.act(Action::Step);
    page.act(Action::Take(97));
    page.act(Action::Play);
    assert_eq!(page.state.text, long);
    assert!(page.state.generation.is_empty());
    let notice = Notice::TooLong {
        n_ctx: N_CTX,
        left_out: 3,
    };
    assert_eq!(page.state.notice(), Some(notice));
    page.act(Action::Undo);
    assert_eq!(page.state.text.len(), N_CTX + 2);
}

#[test]
fn nothing_is_put_into_the_box_while_composing() {
    let mut page = Page::with("ab");
    page.act(Action::Type {
        value: "abㅁ".to_owned(),
        is_composing: true,
    });
    while page.answer(BackendKind::Cpu) {}
    let version = page.state.box_version;
    page.act(Action::Step);
    page.act(Action::Undo);
    page.act(Action::Play);
    page.act(Action::SetLanguage(Language::Ko));
    assert_eq!(page.state.box_version, version);
    assert_eq!(page.state.text, "abㅁ");
}

#[test]
fn the_prepared_sentence_follows_the_language_until_it_is_edited() {
    let mut page = Page::open("");
    page.act(Action::SetLanguage(Language::Ko));
    assert_eq!(page.state.text, prepared_text(Language::Ko));
    page.typed("x");
    page.act(Action::SetLanguage(Language::En));
    assert_eq!(page.state.text, "x");
}

/// A page whose processor shows "ab" and whose WebGPU is ready.
fn both(query: &str, is_software: bool) -> Page {
    let mut page = Page::open(query);
    page.ready(BackendKind::Cpu, false);
    page.answer(BackendKind::Cpu);
    page.ready(BackendKind::WebGpu, is_software);
    page
}

#[test]
fn webgpu_takes_over_when_it_computes_the_same() {
    let mut page = both("text=ab", false);
    page.answer_with(BackendKind::WebGpu, 1e-4);
    assert_eq!(page.state.backend(), BackendKind::WebGpu);
    page.typed("abc");
    assert_eq!(page.runs(BackendKind::WebGpu).len(), 1);
    assert!(page.runs(BackendKind::Cpu).is_empty());
}

#[test]
fn webgpu_is_refused_when_it_computes_something_else() {
    for error in [0.5, f32::NAN] {
        let mut page = both("text=ab", false);
        page.answer_with(BackendKind::WebGpu, error);
        assert_eq!(page.state.backend(), BackendKind::Cpu);
        let notice = page.state.notice();
        assert!(matches!(notice, Some(Notice::WebGpuDiffers { .. })));
    }
}

#[test]
fn a_software_adapter_is_used_only_when_asked_for() {
    let mut page = both("text=ab", true);
    assert!(page.runs(BackendKind::WebGpu).is_empty());
    assert_eq!(page.state.notice(), None, "nothing a person has to know");
    page = Page::open("text=ab&backend=webgpu");
    page.ready(BackendKind::WebGpu, true);
    page.answer(BackendKind::WebGpu);
    assert_eq!(page.state.backend(), BackendKind::WebGpu);
    assert_eq!(page.ids(), b"ab".map(u32::from));
}

#[test]
fn a_lost_device_leaves_the_text_to_the_processor() {
    let mut page = both("text=ab", false);
    page.answer(BackendKind::WebGpu);
    page.typed("abc");
    let detail = "destroyed".to_owned();
    let error = EngineError::DeviceLost { detail };
    page.effects.clear();
    page.hear(
        BackendKind::WebGpu,
        Event::Failed {
            id: 0,
            error: error.clone(),
        },
    );
    assert_eq!(page.state.backend(), BackendKind::Cpu);
    assert_eq!(page.state.notice(), Some(Notice::WebGpuUnavailable(error)));
    page.answer(BackendKind::Cpu);
    assert_eq!(page.ids(), b"abc".map(u32::from));
}

#[test]
fn no_adapter_when_asked_for_webgpu_starts_the_processor() {
    let mut page = Page::open("text=ab&backend=webgpu");
    let detail = String::new();
    page.hear(
        BackendKind::WebGpu,
        Event::Failed {
            id: 1,
            error: EngineError::NoAdapter { detail },
        },
    );
    page.ready(BackendKind::Cpu, false);
    page.answer(BackendKind::Cpu);
    assert_eq!(page.ids(), b"ab".map(u32::from));
    assert!(page.state.notice().is_some());
}

#[test]
fn a_crashed_worker_is_started_again_once() {
    let mut page = Page::with("ab");
    let crash = || Action::Crashed {
        kind: BackendKind::Cpu,
        detail: String::new(),
    };
    page.act(crash());
    assert_eq!(page.state.notice(), Some(Notice::Restarted));
    page.ready(BackendKind::Cpu, false);
    page.typed("abc");
    page.answer(BackendKind::Cpu);
    page.answer(BackendKind::Cpu);
    assert_eq!(page.ids(), b"abc".map(u32::from));
    page.act(crash());
    assert!(matches!(page.state.notice(), Some(Notice::EngineFailed(_))));
}

#[test]
fn a_crash_behind_the_page_is_no_news() {
    let mut page = both("text=ab", false);
    page.act(Action::Crashed {
        kind: BackendKind::WebGpu,
        detail: String::new(),
    });
    assert_eq!(page.state.notice(), None);
    assert_eq!(page.ids(), b"ab".map(u32::from));
}

#[test]
fn playing_ends_with_the_text() {
    let mut page = Page::open("text=ab&backend=cpu&greedy=1");
    let backend = BackendInfo {
        kind: BackendKind::Cpu,
        adapter: String::new(),
        is_software: false,
    };
    let model = Box::new(ModelInfo {
        end_of_text: Some(99),
        ..model()
    });
    let event = Event::Ready {
        id: 1,
        backend,
        model,
    };
    page.hear(BackendKind::Cpu, event);
    page.answer(BackendKind::Cpu);
    page.act(Action::Play);
    assert_eq!(page.state.play, None);
    assert_eq!(page.state.generation, [99]);
    assert_eq!(page.state.text_box.text, "ab");
    assert_eq!(page.state.notice(), Some(Notice::TextEnded));
    page.act(Action::Undo);
    assert_eq!(page.state.notice(), None);
}

#[test]
fn ids_outside_the_vocabulary_are_left_out() {
    let mut page = Page::open("text=ab&gen=9999");
    page.ready(BackendKind::Cpu, false);
    page.answer(BackendKind::Cpu);
    assert_eq!(page.ids(), b"ab".map(u32::from));
}

#[test]
fn what_is_chosen_stays_inside_the_text() {
    let mut page = Page::with("abcd");
    page.act(Action::ChooseToken(Some(2)));
    page.act(Action::Click(Target::Cell {
        layer: 5,
        head: 5,
        query: 1,
        key: 0,
    }));
    assert_eq!(page.state.focus.token, Some(1));
    assert_eq!((page.state.focus.layer, page.state.focus.head), (0, 0));
    page.act(Action::Caret(4));
    assert_eq!(page.state.chosen_token(), Some(3));
    page.act(Action::Caret(2));
    assert_eq!(page.state.chosen_token(), Some(1));
    page.act(Action::Caret(0));
    assert_eq!(page.state.chosen_token(), Some(0));
    page.typed("a");
    page.answer(BackendKind::Cpu);
    assert_eq!(page.state.chosen_token(), Some(0));
}

#[test]
fn the_embeddings_are_asked_for_once() {
    let mut page = Page::with("ab");
    let asked: Vec<u64> = page
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(_, Request::Embeddings { id, .. }) => Some(*id),
            _ => None,
        })
        .collect();
    let [id] = asked[..] else { panic!("{asked:?}") };
    let table = EmbeddingTable::default();
    page.hear(BackendKind::Cpu, Event::Embeddings { id, table });
    assert!(page.state.embeddings.is_some());
}

#[test]
fn an_export_carries_the_numbers() {
    let mut page = Page::with("ab");
    page.act(Action::Export);
    let json = page.effects.iter().find_map(|effect| match effect {
        Effect::Download {
            body: Body::Text { text, .. },
            ..
        } => Some(text.clone()),
        _ => None,
    });
    let file: serde_json::Value = serde_json::from_str(&json.unwrap()).unwrap();
    assert_eq!(file["ids"], serde_json::json!([97, 98]));
    assert_eq!(file["activations"]["logits"]["shape"][1], 256);
    assert_eq!(file["backend"], "cpu");
}

impl Page {
    fn inquire(&mut self, names: &[&str]) {
        for name in names {
            self.act(Action::Inquire(name.parse().unwrap()));
            while self.answer(BackendKind::Cpu) {}
        }
    }

    fn way(&self) -> Vec<String> {
        let path = self.state.focus.path.iter();
        path.map(ToString::to_string).collect()
    }
}

#[test]
fn an_operand_is_a_step_further_and_any_other_number_a_new_way() {
    let mut page = Page::with("abcd");
    page.act(Action::ClosePanel("why"));
    let way = ["logits[3,7]", "ln_final[3,2]", "blocks.0.resid_post[3,1]"];
    page.inquire(&way);
    assert_eq!(page.way(), way);
    assert!(page.state.focus.has_panel("why"));
    page.inquire(&["ln_final[3,2]"]);
    assert_eq!(page.way(), way[..2], "back to what is on the way");
    page.inquire(&["unembed.W_U[2,7]"]);
    assert_eq!(page.way(), ["unembed.W_U[2,7]"], "no operand of the norm");
    page.act(Action::InquireBack(0));
    assert!(page.way().is_empty());
    let weight = crate::ui::views::arithmetic::home(&model(), &page.state.trace, &page.state.focus);
    let [head, query, key] = weight.unwrap().index().try_into().unwrap();
    let score = format!("raw:blocks.0.attn.scores[{head},{query},{key}]");
    page.inquire(&[&score]);
    assert_eq!(page.way(), [score]);
    page.act(Action::Click(Target::Cell {
        layer: 0,
        head: 0,
        query: 1,
        key: 0,
    }));
    assert!(page.way().is_empty(), "a cell is the beginning");
    page.act(Action::Click(Target::Number("embed[1,2]".parse().unwrap())));
    assert_eq!(page.way(), ["embed[1,2]"]);
}

#[test]
fn the_way_is_no_longer_than_an_address_bears() {
    let mut page = Page::with("abcd");
    let mut way = vec![
        "p[3,7]".to_owned(),
        "logits[3,7]".into(),
        "ln_final[3,2]".into(),
    ];
    for site in [
        "resid_post",
        "mlp_out",
        "mlp.post",
        "mlp.pre",
        "ln2",
        "resid_mid",
        "attn_out",
    ] {
        way.push(format!("blocks.0.{site}[3,1]"));
    }
    for name in [
        "attn.z[0,3,1]",
        "attn.v[0,2,1]",
        "ln1[2,1]",
        "resid_pre[2,1]",
    ] {
        way.push(format!("blocks.0.{name}"));
    }
    let names: Vec<&str> = way.iter().map(String::as_str).collect();
    page.inquire(&names);
    assert_eq!(page.way(), way[2..]);
    let opened = State::open(&page.state.query(), &Preferences::default(), Language::En);
    assert_eq!(opened.focus.path, page.state.focus.path);
}

#[test]
fn the_way_lasts_as_long_as_its_tokens() {
    let mut page = Page::with("abcd");
    page.inquire(&["embed[3,2]", "embed.W_E[100,2]"]);
    assert_eq!(page.way().len(), 2);
    for (text, left) in [("abcde", 2), ("abcxe", 1), ("abc", 0)] {
        page.typed(text);
        while page.answer(BackendKind::Cpu) {}
        assert_eq!(page.way().len(), left, "{text}");
    }
    let mut page = Page::open("?text=ab&backend=cpu&why=embed%5B9%2C2%5D");
    assert_eq!(page.way(), ["embed[9,2]"]);
    page.ready(BackendKind::Cpu, false);
    page.answer(BackendKind::Cpu);
    assert!(page.way().is_empty());
}

#[test]
fn only_what_an_opened_number_needs_is_asked_for() {
    let mut page = Page::with("abcd");
    page.inquire(&["logits[3,7]"]);
    let asked = page.effects.iter().find_map(|effect| match effect {
        Effect::Send(_, Request::Inspect { inspection, .. }) => Some(inspection.clone()),
        _ => None,
    });
    let slice = crate::protocol::ParameterSlice {
        parameter: crate::protocol::Parameter::Unembedding,
        index: vec![None, Some(7)],
    };
    assert_eq!(
        asked,
        Some(crate::protocol::Inspection::Parameters(vec![slice]))
    );
}

#[test]
fn a_figure_is_taken_away_with_what_its_numbers_are_of() {
    let mut page = Page::with("ab");
    let mut take = |view, format| {
        page.effects.clear();
        page.act(Action::TakeAway {
            view,
            format,
            width: 300.0,
            height: 300.0,
        });
        page.effects.iter().find_map(|effect| match effect {
            Effect::Download { name, body } => Some((name.clone(), body.clone())),
            _ => None,
        })
    };
    let (name, body) = take("prediction", Format::Json).unwrap();
    assert_eq!(name, "bytes-prediction.json");
    let Body::Text { mime, text } = body else {
        panic!("a text expected");
    };
    assert_eq!(mime, "application/json");
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(file["text"], "ab");
    assert_eq!(file["ids"], serde_json::json!([97, 98]));
    assert_eq!(
        (&file["backend"], &file["seed"]),
        (&"cpu".into(), &0.into())
    );
    assert!(file["caption"].as_str().unwrap().contains("“ab”"));
    let numbers = file["numbers"].as_array().unwrap();
    assert!(numbers.iter().any(|number| number["name"] == "logits"));

    let (name, body) = take("surprise", Format::Csv).unwrap();
    assert_eq!(name, "bytes-surprise.csv");
    assert!(
        matches!(body, Body::Text { text, .. } if text.starts_with("activation,indices,value\n"))
    );

    for (format, expected) in [(Format::Png, true), (Format::Svg, false)] {
        let Some((
            _,
            Body::Picture {
                caption, is_pixels, ..
            },
        )) = take("heads", format)
        else {
            panic!("a picture expected");
        };
        assert_eq!(is_pixels, expected);
        assert!(caption.contains("“ab”"));
    }
    assert_eq!(take("no such view", Format::Csv), None);
}

#[test]
fn the_surprise_follows_the_text_while_its_panel_is_open() {
    let mut page = Page::with("abc");
    assert_eq!(page.state.surprises.each().len(), 0, "nobody looks");
    page.act(Action::OpenPanel("surprise"));
    assert_eq!(page.state.surprises.each().len(), 2);
    page.act(Action::Step);
    while page.answer(BackendKind::Cpu) {}
    assert_eq!(page.state.trace.len(), 4);
    assert_eq!(page.state.surprises.each().len(), 3);
    assert_eq!(page.state.engines.active().work.positions, 4);
}
