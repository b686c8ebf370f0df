//! From a keystroke to the picture, and how long the page keeps a person waiting meanwhile.

use serde_json::json;

use super::memory::{WATCH_BLOCKING, blocking_rows, numbers_of, resident_megabytes, take_blocking};
use crate::{
    driver::{Browser, Page, View},
    server::Server,
    table::{Row, Target},
};

const KEYSTROKES: usize = 60;
/// The first ones run code the browser has not optimised yet, as a person's first ones do.
const FIRST: usize = 8;
/// Positions after the keystroke.
const LENGTH: usize = 64;

/// Long enough for 64 tokens of any tokenizer.
const TEXT: &str = "Mina gave the apple to Jun. Jun thanked Mina. Mina went to the market. \
    Jun put the apple on the table. The child saw the apple and was glad. Mina gave the book to the child. \
    The child thanked Mina and went to the school. Jun took the apple and went to the garden. \
    Mina was sad. The child gave the book to Mina.";

const WATCH_KEYS: &str = include_str!("typing.js");

/// The rows of typing and generating on the processor.
pub fn measure(server: &Server) -> Vec<Row> {
    let browser = Browser::launch();
    let page = browser.page(View::DESKTOP);
    for script in [WATCH_KEYS, WATCH_BLOCKING] {
        page.call(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": script }),
        );
    }
    let address = |text: &str| {
        let text = text.replace(' ', "%20").replace('?', "%3F");
        format!("{}?backend=cpu&lang=en&text={text}", server.url())
    };
    page.open_ready(&address(TEXT));
    let text = page.eval(&format!("typing.beginning({}, {:?})", LENGTH - 1, TEXT));
    page.open_ready(&address(text.as_str().unwrap_or_default()));
    let tokens = page.eval("typing.tokens()");
    let length = tokens.as_u64().map_or(0, |count| count as usize) + 1;
    pause(&page, 1000);
    take_blocking(&page);

    page.focus("[data-testid=prompt]");
    page.eval("typing.caretToEnd()");
    let mut rows = Vec::new();
    let [mut painted, mut drawn, mut engine, mut whole] = [const { Vec::new() }; 4];
    let domain = json!({ "timeDomain": "threadTicks" });
    page.call("Performance.enable", domain);
    let before = processor_ms(&page);
    for number in 0..KEYSTROKES {
        page.eval(&format!("typing.expect({length})"));
        page.type_keys("?");
        let times = numbers_of(&page, "typing.seen()");
        page.eval(&format!("typing.expect({})", length - 1));
        page.press("Backspace");
        page.eval("typing.seen()");
        // Not in step with the screen's frames, as nobody types.
        pause(&page, 60 + (number as u64 * 7) % 17);
        if let (true, [picture, drawing, computing, all]) = (number >= FIRST, &times[..]) {
            painted.push(*picture);
            drawn.push(*drawing);
            engine.push(*computing);
            whole.push(*all);
        }
    }
    // Each round is two keystrokes.
    let after = processor_ms(&page);
    let per_key = |index: usize| (after[index] - before[index]) / (2 * KEYSTROKES) as f64;
    let typing = take_blocking(&page);
    let row = |what: &str, values| Row::new(format!("{what}, T = {length}"), "ms", values);
    rows.extend([
        row("keystroke that appends a token -> painted", painted)
            .target(Target::MedianAndP95(16.0, 33.0))
            .note("text, flow and candidates, to the end of the frame, 60 frames/s"),
        row("keystroke that appends a token -> the panels too", whole).note("one frame later"),
        row("keystroke that appends a token -> drawn", drawn).note("without waiting for the frame"),
        row("of it the engine", engine).note("as the page shows it"),
    ]);

    let names = [
        "the whole thread of the page",
        "its WebAssembly and JavaScript",
    ];
    for (index, name) in names.into_iter().enumerate() {
        let row = row(&format!("per keystroke, {name}"), vec![per_key(index)]);
        rows.push(row.note("processor time; appending and taking back"));
    }

    type_and_generate(&page);
    rows.extend(blocking_rows(
        "typing and generating",
        &[typing, take_blocking(&page)],
    ));
    let heap = "[performance.memory ? performance.memory.usedJSHeapSize / 1e6 : null]";
    rows.push(
        Row::new(
            "memory of the page and its worker",
            "MB",
            resident_megabytes(&browser),
        )
        .note("resident, the browser's own code included"),
    );
    rows.push(Row::new(
        "of it the page's JavaScript heap",
        "MB",
        numbers_of(&page, heap),
    ));
    rows
}

/// Processor time of the page's thread so far, milliseconds: all of it, and that of scripts.
pub fn processor_ms(page: &Page) -> [f64; 2] {
    let metrics = page.call("Performance.getMetrics", json!({}));
    let of = |name: &str| {
        let mut all = metrics["metrics"].as_array().into_iter().flatten();
        let metric = all.find(|metric| metric["name"] == name);
        metric.and_then(|metric| metric["value"].as_f64())
    };
    ["TaskDuration", "ScriptDuration"].map(|name| of(name).map_or(f64::NAN, |s| 1000.0 * s))
}

/// What a person does in the first minute.
fn type_and_generate(page: &Page) {
    page.type_keys(" Jun was glad");
    page.compose(&["ㅁ", "미", "민", "미나"]);
    page.type_keys(" ");
    for _ in 0..20 {
        page.click("[data-testid=step]");
        pause(page, 40);
    }
    page.click("[data-testid=play]");
    pause(page, 4000);
    page.click("[data-testid=stop]");
}

fn pause(page: &Page, milliseconds: u64) {
    page.eval(&format!(
        "new Promise((done) => setTimeout(done, {milliseconds}))"
    ));
}
