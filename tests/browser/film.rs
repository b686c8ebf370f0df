//! The film of the training: the slider, play, the link, frames that cannot be had; and at every step
//! the numbers are those of that step's weights.

use std::fs;
use std::path::PathBuf;

use llm_atlas::checkpoint::{Precision, read_packed, write_safetensors};
use llm_atlas::protocol::Film;
use serde_json::json;
use xtask::driver::View;

use crate::explorer::{Explorer, from};
use crate::program;
use crate::site::Site;
use crate::values::assert_export_is_of;

/// The film of the built site.
fn film() -> Film {
    let index = fs::read_to_string(program::model().join("film/index.json"));
    serde_json::from_str(&index.expect("the site has a film")).unwrap()
}

/// A step from the middle of the film.
fn some_step() -> usize {
    let film = film();
    film.frames[film.frames.len() / 2].step
}

/// A model folder with the weights of a step, for the program.
fn model_at(step: usize) -> PathBuf {
    let film = film();
    let (model, folder) = (program::model(), std::env::temp_dir());
    let name = format!("llm-atlas-step-{step}-{}", std::process::id());
    let folder = folder.join(name);
    fs::create_dir_all(&folder).unwrap();
    for file in ["config.json", "tokenizer.json"] {
        fs::copy(model.join(file), folder.join(file)).unwrap();
    }
    let packed = fs::read(model.join("film").join(&film.frame(step).unwrap().file)).unwrap();
    let weights = write_safetensors(&read_packed(&packed).unwrap(), Precision::F32).unwrap();
    fs::write(folder.join("model.safetensors"), weights).unwrap();
    folder
}

impl Explorer {
    /// Waits until the page shows the numbers of a step.
    fn wait_for_step(&self, step: usize) {
        let condition = format!(
            "(document.querySelector('[data-testid=earlier-step]')?.dataset.step === '{step}') && spy.isSettled()"
        );
        self.wait_for(&format!("step {step}"), &condition);
    }

    fn wait_for_the_trained_model(&self) {
        let condition = "!document.querySelector('[data-testid=earlier-step]') && spy.isSettled()";
        self.wait_for("the trained model", condition);
    }

    fn wait_for_film(&self) {
        self.wait_for(
            "the film",
            "document.querySelector('[data-testid=film-slider]')",
        );
    }
}

#[test]
fn the_slider_shows_each_step_and_a_link_shows_it_again() {
    let explorer = Explorer::open("lang=en&panels=training");
    explorer.settle();
    explorer.wait_for_film();
    let film = film();
    let last = film.frames.len() - 1;
    explorer.eval("document.querySelector('[data-testid=film-slider]').focus()");
    for back in 1..=2 {
        explorer.press("ArrowLeft");
        explorer.wait_for_step(film.frames[last - back].step);
    }
    explorer.press("Home");
    explorer.wait_for_step(0);
    let folder = model_at(0);
    assert_export_is_of(&explorer, &folder);
    fs::remove_dir_all(folder).unwrap();
    // Typing, a step and undoing go on with these weights.
    explorer.write("Mina gave");
    let added = explorer.step(1)[0];
    explorer.wait_for_step(0);
    explorer.wait_for(
        "the address",
        &format!(
            "(query => query.get('at') === '0' && query.get('gen') === '{added}')(new URLSearchParams(location.search))"
        ),
    );
    let before = explorer.candidates();
    explorer.reload();
    explorer.wait_ready();
    explorer.wait_for_step(0);
    // Read at once now and token by token before: equal up to rounding.
    let after = explorer.candidates();
    assert!(
        after.len() == before.len()
            && after
                .iter()
                .zip(&before)
                .all(|(after, before)| after.id == before.id && (after.p - before.p).abs() < 1e-6),
        "{after:?} after {before:?}"
    );
    explorer.click_on("back-to-trained");
    explorer.wait_for_the_trained_model();
    assert_ne!(explorer.candidates(), before);
    explorer.finish();
}

#[test]
fn both_engines_compute_a_step_as_the_program_does() {
    let step = some_step();
    let folder = model_at(step);
    for backend in ["cpu", "webgpu"] {
        let query = format!("?backend={backend}&lang=ko&at={step}");
        let explorer = Explorer::open_in(View::DESKTOP, &query);
        explorer.wait_for_step(step);
        assert_eq!(explorer.backend(), backend);
        assert_export_is_of(&explorer, &folder);
        explorer.finish();
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_film_plays_from_the_first_step_to_the_trained_model() {
    let explorer = Explorer::open("lang=en&panels=training");
    explorer.settle();
    explorer.wait_for_film();
    explorer.eval(
        "(() => {
            window.seen = [];
            new MutationObserver(() => {
                const step = document.querySelector('[data-testid=earlier-step]')?.dataset.step;
                if (step !== undefined && step !== seen[seen.length - 1]) seen.push(step);
            }).observe(document.body, { subtree: true, childList: true, attributes: true });
        })()",
    );
    explorer.eval("document.querySelector('[data-testid=play-film]').focus()");
    explorer.press("Enter");
    explorer.wait_for(
        "the end of the film",
        "document.querySelector('[data-testid=play-film]').ariaPressed === 'false'",
    );
    explorer.wait_for_the_trained_model();
    let seen: Vec<String> = from(explorer.eval("seen"));
    let film = film();
    let steps = film.frames.iter().map(|frame| frame.step.to_string());
    let steps: Vec<String> = steps.take(film.frames.len() - 1).collect();
    assert_eq!(seen, steps);
    explorer.finish();
}

#[test]
fn two_steps_stand_side_by_side() {
    let (step, first) = (some_step(), film().frames[0].step);
    let query = format!("lang=en&panels=training&at={step}&beside={first}");
    let explorer = Explorer::open(&query);
    explorer.wait_for_step(step);
    explorer.wait_for(
        "both sides",
        &format!(
            "(() => {{
                const said = document.querySelector('[data-view=steps] canvas')?.ariaLabel ?? '';
                return said.includes('Step {first}:') && !said.includes('computing');
            }})()"
        ),
    );
    explorer.finish();
}

#[test]
fn a_damaged_frame_leaves_the_page_as_it_was() {
    let step = some_step();
    // The network gives the frame cut in half.
    let script = format!(
        "(() => {{
            const fetchAll = window.fetch;
            window.fetch = async (address, ...rest) => {{
                const response = await fetchAll(address, ...rest);
                if (!String(address).includes('/film/step-{step:06}')) return response;
                return new Response((await response.arrayBuffer()).slice(0, 1000));
            }};
        }})()"
    );
    let query = format!("?backend=cpu&lang=en&panels=training&at={step}");
    let explorer = Explorer::prepare(Site::open(), View::DESKTOP, &script).at(&query);
    explorer.wait_for(
        "a sentence",
        "document.querySelector('[data-testid=error]')",
    );
    assert!(explorer.notice().unwrap().contains(&step.to_string()));
    explorer.wait_for_the_trained_model();
    assert!(!explorer.tokens().is_empty());
    explorer.wait_for_film();
    explorer.eval("document.querySelector('[data-testid=film-slider]').focus()");
    explorer.press("Home");
    explorer.wait_for_step(film().frames[0].step);
    explorer.finish();
}

#[test]
fn a_first_visit_fetches_no_frame() {
    let explorer = Explorer::open("lang=en");
    explorer.settle();
    let fetched = explorer.eval(
        "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/film/')).length",
    );
    assert_eq!(fetched, json!(0));
    explorer.finish();
}
