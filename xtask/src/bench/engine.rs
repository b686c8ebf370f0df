//! The processor engine's worker alone: forward pass, decode step, and their growth with the text.

use serde_json::{Value, json};

use crate::{
    driver::{Browser, Page, View},
    server::Server,
    table::{Row, Target},
    version::FIRST_MODEL,
};

const DRIVER: &str = include_str!("engine.js");
const RANDOM_MODEL: &str = include_str!("random_model.js");

/// Calls before the browser has optimised the code; a step is a small part of a forward pass, and
/// takes as many times more of them.
const WARM_UP: usize = 60;
const FORWARDS: usize = 100;
/// One sample is the mean of so many steps: the browser's clock has a grain of 0.1 ms.
const STEPS_PER_SAMPLE: usize = 20;
const STEP_SAMPLES: usize = 25;
const APPENDED_LENGTHS: [usize; 5] = [16, 32, 64, 128, 255];
const SHAPE: &str = "4 layers x d 128 x 4 heads, vocabulary 512";

/// A page of the site that runs nothing by itself, with [`DRIVER`] in it.
pub fn open(browser: &Browser, server: &Server) -> Page {
    let page = browser.page(View::DESKTOP);
    page.goto(&format!("{}worker.js", server.url()));
    page.wait_for("the document", "document.readyState === 'complete'");
    for script in [DRIVER, RANDOM_MODEL] {
        page.eval(&format!("{script}; 1"));
    }
    page
}

/// JavaScript that starts the engine `name` of `worker` on the bundled model.
pub fn start_bundled(name: &str, worker: &str) -> String {
    format!("bench.start('{name}', '{worker}', 'models/{FIRST_MODEL}/')")
}

/// The rows of the processor engine.
pub fn measure(server: &Server) -> Vec<Row> {
    let browser = Browser::launch();
    let page = open(&browser, server);
    let shape =
        json!({ "layers": 4, "width": 128, "heads": 4, "vocabulary": 512, "positions": 256 });
    page.eval(&format!(
        "bench.start('random', 'worker_cpu', 'random-model/', randomModel({shape}))"
    ));
    let attention = "bench.patterns(4)";
    let (forward, trip) = times(
        &page,
        "random",
        (64, 0),
        &with_logits(attention),
        FORWARDS,
        1,
    );
    let (step, _) = times(
        &page,
        "random",
        (64, 63),
        "['logits']",
        STEP_SAMPLES,
        STEPS_PER_SAMPLE,
    );
    let (seen_step, step_trip) = times(
        &page,
        "random",
        (64, 63),
        &with_logits(attention),
        STEP_SAMPLES,
        STEPS_PER_SAMPLE,
    );
    let mut rows = vec![
        row("full forward T = 64 with all attention", SHAPE, forward).target(Target::AtMost(7.5)),
        row("the same from the page and back", SHAPE, trip),
        row("one decode step at T = 64", SHAPE, step).target(Target::AtMost(0.3)),
        row("one decode step with all attention", SHAPE, seen_step),
        row("the same from the page and back", SHAPE, step_trip),
    ];

    page.eval(&start_bundled("bundled", "worker_cpu"));
    // What the page asks for when the export's numbers are all it shows.
    let needed = "['embed', 'logits', ...[0, 1, 2, 3].flatMap((layer) => ['attn.pattern', 'resid_post'].map((site) => `blocks.${layer}.${site}`))]";
    let (forward, _) = times(&page, "bundled", (64, 0), needed, FORWARDS / 2, 1);
    rows.push(row(
        "full forward T = 64, bundled model",
        "what an export holds",
        forward,
    ));
    for length in APPENDED_LENGTHS {
        let span = (length, length - 1);
        let (step, _) = times(
            &page,
            "bundled",
            span,
            needed,
            STEP_SAMPLES,
            STEPS_PER_SAMPLE,
        );
        let name = format!("appending one token, T = {length}, bundled model");
        let positions = page.eval(&format!(
            "bench.read('bundled', {length}, {}, ['logits'], 1).then(([[, , count]]) => count)",
            length - 1
        ));
        rows.push(row(&name, &format!("{positions} position computed"), step));
    }
    rows
}

fn with_logits(spec: &str) -> String {
    format!("[...{spec}, 'logits']")
}

fn row(name: &str, note: &str, values: Vec<f64>) -> Row {
    Row::new(name, "ms", values).note(note)
}

/// Milliseconds of the model and of the round trip, one sample per `steps` runs of
/// `(length, held)` positions.
fn times(
    page: &Page,
    engine: &str,
    (length, held): (usize, usize),
    spec: &str,
    samples: usize,
    steps: usize,
) -> (Vec<f64>, Vec<f64>) {
    let read = |runs: usize| -> Vec<[f64; 2]> {
        let answer = page.eval(&format!(
            "bench.read('{engine}', {length}, {held}, {spec}, {runs})"
        ));
        let number = |time: &Value, index: usize| time[index].as_f64().unwrap_or(f64::NAN);
        let list = answer.as_array().into_iter().flatten();
        list.map(|time| [number(time, 0), number(time, 1)])
            .collect()
    };
    read(WARM_UP * steps);
    let times = read(samples * steps);
    let mean = |index: usize| {
        let means = times
            .chunks(steps)
            .map(|chunk| chunk.iter().map(|time| time[index]).sum::<f64>() / chunk.len() as f64);
        means.collect::<Vec<f64>>()
    };
    (mean(0), mean(1))
}
