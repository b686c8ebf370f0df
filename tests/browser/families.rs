//! The other kinds of models: the switch, blanks, translation, the recurrent model, two side by side.
//! Their numbers are those of the program.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::{Value, json};
use xtask::driver::View;

use crate::explorer::{Explorer, from};
use crate::program::{self, Array};
use crate::site::Site;
use crate::values::largest_difference;

const BERT: &str = "village-bert";
const T5: &str = "village-t5";
pub const LSTM: &str = "village-lstm";

/// The folder of a model in the built site; says so and returns `None` if the site has none.
pub fn folder(name: &str) -> Option<PathBuf> {
    let folder = program::model().with_file_name(name);
    let is_there = folder.join("model.safetensors").exists();
    if !is_there {
        eprintln!("skipped: the site has no {name}");
    }
    is_there.then_some(folder)
}

impl Explorer {
    /// Waits until the numbers on the page are a model's, of the text as it stands, and nothing is
    /// being written.
    pub fn wait_for_model(&self, name: &str) {
        let condition = format!(
            "(() => {{
                const page = document.querySelector('.page');
                const playing = document.querySelector('[data-testid=play]')?.ariaPressed === 'true';
                return page?.dataset.model === '{name}' && page.dataset.current === 'true' && !playing;
            }})()"
        );
        self.wait_for(&format!("the numbers of {name}"), &condition);
    }

    /// What was written beside the source.
    fn target(&self) -> Vec<u32> {
        from(self.eval(
            "[...document.querySelectorAll('[data-testid=target-token]')].map(({ dataset }) => Number(dataset.id))",
        ))
    }

    /// Whether a file of a model has been fetched.
    fn has_fetched(&self, name: &str) -> bool {
        from(self.eval(&format!(
            "performance.getEntriesByType('resource').some(({{ name }}) => name.includes('models/{name}/'))"
        )))
    }

    pub fn choose_model(&self, name: &str) {
        self.click(&format!("[data-testid=model][data-model={name}]"));
        self.wait_for_model(name);
    }
}

/// Compares all the page exports with what the program computes, and returns both.
fn assert_export_is_of(
    explorer: &Explorer,
    folder: &std::path::Path,
    arguments: &[&str],
) -> (Value, BTreeMap<String, Array>) {
    let file = explorer.export();
    let computed = program::trace_with(folder, arguments);
    let exported: BTreeMap<String, Array> = from(file["activations"].clone());
    assert!(exported.contains_key("logits") && exported.len() > 3);
    for (name, array) in &exported {
        // The page holds no scores of what may not be looked at.
        if name.ends_with("attn.scores") {
            continue;
        }
        let expected = &computed[name];
        assert_eq!(array.shape, expected.shape, "{name}");
        let length = expected.data.iter().map(|x| x * x).sum::<f32>();
        let scale = (length / expected.data.len().max(1) as f32).sqrt().max(1.0);
        let difference = largest_difference(&array.data, &expected.data);
        assert!(difference <= 1e-4 * scale, "{name} differs by {difference}");
    }
    (file, computed)
}

#[test]
fn blanks_are_filled_in_both_languages_as_the_program_would() {
    let Some(folder) = folder(BERT) else { return };
    for (backend, language) in [("cpu", "en"), ("cpu", "ko"), ("webgpu", "ko")] {
        let query = format!("?backend={backend}&lang={language}&model={BERT}&greedy=1");
        let explorer = Explorer::open_in(View::DESKTOP, &query);
        explorer.wait_for_model(BERT);
        let text = explorer.prompt();
        assert_eq!(text.matches("[MASK]").count(), 2, "{text}");
        let (file, computed) = assert_export_is_of(&explorer, &folder, &["--text", &text]);
        assert_eq!(file["backend"], backend);
        // The candidates are those of the first blank.
        let tokens: Vec<String> = from(file["tokens"].clone());
        let blank = tokens.iter().position(|token| token == "[MASK]").unwrap();
        let logits = &computed["logits"];
        let row = &logits.data[blank * logits.shape[1]..][..logits.shape[1]];
        let weights: Vec<f64> = row.iter().map(|logit| f64::from(*logit).exp()).collect();
        let total: f64 = weights.iter().sum();
        let candidates = explorer.candidates();
        for candidate in &candidates {
            let p = weights[candidate.id as usize] / total;
            assert!((candidate.p - p).abs() < 1e-4, "{candidate:?} {p}");
        }
        let best = candidates.iter().map(|candidate| candidate.p);
        assert_eq!(candidates[0].p, best.fold(0.0, f64::max));
        // Taken by hand, then by a step, then both taken back.
        explorer.click_on("candidate");
        for left in [1, 0] {
            explorer.wait_for(
                "a filled blank",
                &format!(
                    "document.querySelector('[data-testid=prompt]').value.split('[MASK]').length === {}",
                    left + 1
                ),
            );
            explorer.wait_for_model(BERT);
            if left == 1 {
                explorer.click_on("step");
            }
        }
        assert_export_is_of(&explorer, &folder, &["--text", &explorer.prompt()]);
        explorer.click_on("undo");
        explorer.click_on("undo");
        explorer.wait_for(
            "the blanks again",
            &format!(
                "document.querySelector('[data-testid=prompt]').value === {}",
                json!(text)
            ),
        );
        explorer.finish();
    }
}

/// In the prepared texts a head looks at the word that fills the blank: it is open, arithmetic and
/// all, and in the address.
#[test]
fn an_encoder_opens_where_its_answer_is_said() {
    if folder(BERT).is_none() {
        return;
    }
    for (language, word) in [("en", "apple"), ("ko", "사과")] {
        let explorer = Explorer::open(&format!("lang={language}"));
        explorer.choose_model(BERT);
        explorer.wait_for_model(BERT);
        explorer.wait_for(
            "the arithmetic of its weight",
            "document.querySelectorAll('[data-testid=arithmetic] [data-testid=number]').length > 9",
        );
        let sentence = explorer.text("[data-testid=sentence]");
        assert!(sentence.contains(word), "{sentence}");
        explorer.wait_for(
            "the address",
            "new URLSearchParams(location.search).has('head')",
        );
        explorer.reload();
        explorer.wait_ready();
        explorer.wait_for_model(BERT);
        assert_eq!(explorer.text("[data-testid=sentence]"), sentence);
        explorer.finish();
    }
}

#[test]
fn a_token_is_hidden_by_hand_and_by_keyboard() {
    if folder(BERT).is_none() {
        return;
    }
    let explorer = Explorer::open(&format!("lang=en&model={BERT}&text=Mina+gave+the+apple"));
    explorer.wait_for_model(BERT);
    let hint = explorer.text("[data-testid=blank-hint]");
    explorer.click("[data-testid=token][data-index='2']");
    explorer.click_on("hide-token");
    explorer.wait_for_model(BERT);
    assert_eq!(explorer.prompt(), "Mina [MASK] the apple");
    assert_ne!(explorer.text("[data-testid=blank-hint]"), hint);
    explorer.eval("document.querySelector('[data-testid=token][data-index=\"4\"]').focus()");
    explorer.press("Delete");
    explorer.wait_for_model(BERT);
    assert_eq!(explorer.prompt(), "Mina [MASK] the [MASK]");
    explorer.finish();
}

#[test]
fn both_ways_are_translated_with_the_alignment_of_the_program() {
    let Some(folder) = folder(T5) else { return };
    // In software WebGPU takes seconds for a token: a short text.
    for (backend, language, text) in [
        ("cpu", "en", ""),
        ("cpu", "ko", ""),
        ("webgpu", "en", "&text=Mina+slept."),
    ] {
        let query = format!("?backend={backend}&lang={language}&model={T5}&layer=1&head=2{text}");
        let explorer = Explorer::open_in(View::DESKTOP, &query);
        explorer.wait_for_model(T5);
        let source = explorer.prompt();
        let settings = ["--greedy", "--stop-at-eos"];
        let expected = program::generate_on(&folder, &source, 100, &settings);
        assert_eq!(explorer.target(), expected, "{source}");
        assert_eq!(explorer.attribute("step", "disabled"), "disabled");
        // The start token and what was written.
        let file = explorer.export();
        let ids: Vec<u32> = from(file["ids"].clone());
        assert_eq!(ids[1..], expected);
        let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
        let ids = ids.join(",");
        let arguments = ["--text", &source, "--target-ids", &ids];
        let (_, computed) = assert_export_is_of(&explorer, &folder, &arguments);
        // The alignment as numbers: the weights of the chosen head, target by source.
        let name = "decoder.blocks.1.cross_attn.pattern";
        assert_eq!(
            explorer.attribute("attention-table", "data-activation"),
            name
        );
        let cells: Vec<(String, String)> = from(explorer.eval(
            "[...document.querySelectorAll('[data-testid=attention-table] td[data-index]')].map((cell) => [cell.dataset.index, cell.textContent])",
        ));
        let pattern = &computed[name];
        assert_eq!(cells.len(), pattern.shape[1] * pattern.shape[2]);
        for (index, shown) in cells {
            let place: Vec<usize> = index.split(',').map(|part| part.parse().unwrap()).collect();
            let difference = (shown.parse::<f32>().unwrap() - pattern.at(&place)).abs();
            assert!(place[0] == 2 && difference <= 1.1e-4, "{index}: {shown}");
        }
        // Another source is translated anew, by itself.
        explorer.eval("document.querySelector('[data-testid=prompt]').select()");
        explorer.focus("[data-testid=prompt]");
        explorer.press("End");
        explorer.insert_text(" ");
        explorer.wait_for(
            "a target of nothing",
            "document.querySelector('[data-testid=target-token]') === null",
        );
        explorer.wait_for(
            "its translation",
            "document.querySelectorAll('[data-testid=target-token]').length > 2",
        );
        explorer.wait_for_model(T5);
        explorer.finish();
    }
}

#[test]
fn a_link_to_a_model_that_is_not_there_opens_with_the_first() {
    let query = "?lang=en&model=no-such-model&text=Mina+gave&seed=7&panels=lens";
    let explorer = Explorer::open_in(View::DESKTOP, query);
    explorer.wait_for_model("village-gpt");
    let notice = "document.querySelector('[data-testid=error]')?.textContent ?? ''";
    let notice: String = from(explorer.eval(notice));
    assert!(notice.contains("no-such-model"), "{notice}");
    explorer.finish();
}

#[test]
fn the_recurrent_model_goes_on_as_the_program_does() {
    let Some(folder) = folder(LSTM) else { return };
    let text = "Mina gave the";
    for backend in ["cpu", "webgpu"] {
        let query = format!(
            "?backend={backend}&lang=en&model={LSTM}&greedy=1&text=Mina+gave+the&panels=cells"
        );
        let explorer = Explorer::open_in(View::DESKTOP, &query);
        explorer.wait_for_model(LSTM);
        assert_export_is_of(&explorer, &folder, &["--text", text]);
        let added = explorer.step(4);
        assert_eq!(added, program::generate_on(&folder, text, 4, &["--greedy"]));
        assert_eq!(
            explorer.eval("document.querySelector('[data-view=cells] canvas') !== null"),
            true
        );
        assert_eq!(
            explorer.eval("document.querySelector('[data-testid=attention-table]')"),
            Value::Null,
            "there is no attention to show"
        );
        explorer.finish();
    }
}

#[test]
fn a_model_is_fetched_when_it_is_chosen_and_a_link_opens_with_it() {
    if folder(T5).is_none() {
        return;
    }
    let explorer = Explorer::open("lang=en");
    explorer.settle();
    assert!(!explorer.has_fetched(T5) && !explorer.has_fetched(BERT));
    let prepared = explorer.prompt();
    explorer.choose_model(T5);
    assert!(explorer.has_fetched(T5) && !explorer.has_fetched(BERT));
    assert_ne!(explorer.prompt(), prepared, "a sentence of its own");
    let target = explorer.target();
    assert!(!target.is_empty());
    explorer.wait_for(
        "the address",
        &format!("new URLSearchParams(location.search).get('model') === '{T5}'"),
    );
    explorer.reload();
    explorer.wait_ready();
    explorer.wait_for_model(T5);
    assert_eq!(explorer.target(), target);
    explorer.choose_model("village-gpt");
    explorer.settle();
    assert_eq!(explorer.prompt(), prepared);
    explorer.finish();
}

#[test]
fn a_model_that_cannot_be_fetched_leaves_the_one_before() {
    if folder(T5).is_none() {
        return;
    }
    // The network gives the weights cut off.
    let script = format!(
        "(() => {{
            const fetchAll = window.fetch;
            window.fetch = async (address, ...rest) => {{
                const response = await fetchAll(address, ...rest);
                if (!String(address).includes('models/{T5}/model.safetensors')) return response;
                return new Response((await response.arrayBuffer()).slice(0, 1000));
            }};
        }})()"
    );
    let explorer =
        Explorer::prepare(Site::open(), View::DESKTOP, &script).at("?backend=cpu&lang=en");
    explorer.settle();
    let ids = explorer.ids();
    explorer.click(&format!("[data-testid=model][data-model={T5}]"));
    explorer.wait_for(
        "a sentence",
        "document.querySelector('[data-testid=error]')",
    );
    assert!(explorer.notice().unwrap().contains("T5"));
    explorer.wait_for_model("village-gpt");
    assert_eq!(explorer.ids(), ids);
    assert_eq!(explorer.step(1).len(), 1);
    explorer.finish();
}

#[test]
fn two_models_stand_side_by_side_and_a_link_shows_them_again() {
    let Some(folder) = folder(T5) else { return };
    for view in [View::DESKTOP, View::PHONE] {
        let text = "Mina gave the apple to Jun.";
        let query = format!("?backend=cpu&lang=en&text=Mina+gave+the+apple+to+Jun.&with={T5}");
        let explorer = Explorer::open_in(view, &query);
        let expected = program::generate_on(&folder, text, 60, &["--greedy", "--stop-at-eos"]);
        for _ in 0..2 {
            explorer.wait_for(
                "both sides",
                &format!(
                    "(() => {{
                        const sides = [...document.querySelectorAll('[data-testid=side]')];
                        const drawn = sides.every((side) => side.querySelectorAll('.scene canvas').length === 3);
                        return sides.length === 2 && drawn && sides[1].dataset.model === '{T5}';
                    }})()"
                ),
            );
            // The drawings say in words how many tokens were written; the line has them all.
            explorer.wait_for(
                "the translation",
                "/[.!?]$/.test(document.querySelector('[data-testid=written]')?.textContent ?? '')",
            );
            explorer.eval("new Promise((done) => setTimeout(done, 1500))");
            let written: String = from(
                explorer
                    .eval("document.querySelector('[data-testid=written]').textContent.slice(2)"),
            );
            assert_eq!(
                written.as_bytes(),
                bytes_of(&folder, &expected),
                "{written}"
            );
            explorer.reload();
            explorer.wait_ready();
        }
        assert_eq!(explorer.prompt(), text);
        explorer.finish();
    }
}

/// What tokens stand for, without the one that ends a text.
fn bytes_of(folder: &std::path::Path, ids: &[u32]) -> Vec<u8> {
    let json = std::fs::read_to_string(folder.join("tokenizer.json")).unwrap();
    let tokenizer = llm_atlas::tokenizer::ByteLevelBpe::from_json(&json).unwrap();
    let end = ids.last().copied();
    let kept = ids.iter().filter(|id| Some(**id) != end);
    kept.flat_map(|id| tokenizer.token_bytes(*id).unwrap().to_vec())
        .collect()
}

#[test]
fn the_switch_is_usable_on_a_phone() {
    if folder(T5).is_none() {
        return;
    }
    let explorer = Explorer::open_in(View::PHONE, "?backend=cpu&lang=ko");
    explorer.settle();
    let sizes: Vec<[f64; 2]> = from(explorer.eval(
        "[...document.querySelectorAll('[data-testid=model]')].map((button) => {
            const { right, height } = button.getBoundingClientRect();
            return [right, height];
        })",
    ));
    assert!(sizes.len() > 1);
    for [right, height] in sizes {
        assert!(right <= 390.0 && height >= 44.0, "{right} {height}");
    }
    explorer.choose_model(T5);
    assert_ne!(
        explorer.eval("document.querySelector('[data-testid=target]')"),
        json!(null)
    );
    explorer.finish();
}
