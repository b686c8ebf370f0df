//! What open panels cost: what is read back from the engine per keystroke, and hovering.

use serde_json::json;

use super::memory::numbers_of;
use super::typing::processor_ms;
use crate::{
    driver::{Browser, Page, View},
    server::Server,
    table::{Row, Target},
};

const KEYSTROKES: usize = 10;

/// About 60 tokens of the bundled model.
const TEXT: &str = "Mina gave the apple to Jun. Jun thanked Mina. Mina went to the market. \
    Jun put the apple in the box. Sora found a kite. Sora gave the kite to Mina. Mina was glad. \
    Where is the apple? In the box. Who has the kite";

/// Which panels are open, and how the row names it.
const OPEN: [(&str, &str); 4] = [
    ("none", "all panels closed"),
    ("heads.map.why.draw", "as at first"),
    ("stages.lens.attribution", "stages, lens, attribution"),
    ("surprise.continuations.cache", "surprise, ways on, cache"),
];

/// The rows of bytes read back per keystroke that appends a token.
pub fn measure(server: &Server) -> Vec<Row> {
    let browser = Browser::launch();
    let mut rows: Vec<Row> = OPEN
        .iter()
        .map(|(panels, name)| {
            let page = browser.page(View::DESKTOP);
            let script = json!({ "source": include_str!("panels.js") });
            page.call("Page.addScriptToEvaluateOnNewDocument", script);
            let text = TEXT.replace(' ', "%20").replace('?', "%3F");
            let flow = if *panels == "none" { "&open=none" } else { "" };
            page.open_ready(&format!(
                "{}?backend=cpu&lang=en&panels={panels}{flow}&text={text}",
                server.url()
            ));
            Row::new(
                format!("read back per keystroke, {name}"),
                "kB",
                bytes_per_key(&page),
            )
            .note("one appended token at about 60, everything the worker sends")
        })
        .collect();
    rows.push(hovering(server, &browser));
    rows.push(opening(server, &browser));
    rows
}

/// Time until the arithmetic of a number that was clicked is painted.
fn opening(server: &Server, browser: &Browser) -> Row {
    const TURNS: usize = 24;
    let page = browser.page(View::DESKTOP);
    let script = json!({ "source": include_str!("panels.js") });
    page.call("Page.addScriptToEvaluateOnNewDocument", script);
    let text = TEXT.replace(' ', "%20").replace('?', "%3F");
    let mut taken = Vec::new();
    for turn in 0..TURNS {
        // Four steps down, then from the top again.
        if turn % 4 == 0 {
            page.open_ready(&format!(
                "{}?backend=cpu&lang=en&panels=why&why=blocks.3.attn.pattern%5B1%2C9%2C4%5D&text={text}",
                server.url()
            ));
            pause(&page, 1500);
        }
        taken.extend(numbers_of(
            &page,
            &format!("panels.open({turn}).then((ms) => [ms])"),
        ));
        pause(&page, 300);
    }
    Row::new("a number clicked -> its arithmetic painted", "ms", taken)
        .target(Target::AtMost(50.0))
        .note("about 60 tokens, four steps down from an attention weight")
}

/// Processor time of the page's thread per move of the pointer over the flow.
fn hovering(server: &Server, browser: &Browser) -> Row {
    const MOVES: usize = 60;
    let page = browser.page(View::DESKTOP);
    let text = TEXT.replace(' ', "%20").replace('?', "%3F");
    page.open_ready(&format!("{}?backend=cpu&lang=en&text={text}", server.url()));
    pause(&page, 1500);
    page.call("Performance.enable", json!({ "timeDomain": "threadTicks" }));
    let place = "(({ left, top, width, height }) => [left, top, width, height])(document.querySelector('[data-view=flow] canvas').getBoundingClientRect())";
    let place = numbers_of(&page, place);
    let before = processor_ms(&page);
    for step in 0..MOVES {
        let share = |factor: f64| 0.1 + 0.8 * ((step as f64 * factor) % 1.0);
        let (x, y) = (
            place[0] + place[2] * share(0.37),
            place[1] + place[3] * share(0.61),
        );
        page.call(
            "Input.dispatchMouseEvent",
            json!({ "type": "mouseMoved", "x": x, "y": y }),
        );
        pause(&page, 40);
    }
    let spent = processor_ms(&page)[1] - before[1];
    Row::new(
        "hovering the flow, scripts of the page",
        "ms",
        vec![spent / MOVES as f64],
    )
    .target(Target::AtMost(16.0))
    .note("processor time per move, about 60 tokens")
}

fn bytes_per_key(page: &Page) -> Vec<f64> {
    pause(page, 1500);
    page.focus("[data-testid=prompt]");
    page.press("End");
    let mut read = Vec::new();
    for _ in 0..KEYSTROKES {
        page.eval("panels.takeBytes()");
        page.type_keys("?");
        pause(page, 300);
        let kilobytes = numbers_of(page, "[panels.takeBytes() / 1000]");
        read.extend(kilobytes);
        page.press("Backspace");
        pause(page, 300);
    }
    read
}

fn pause(page: &Page, milliseconds: u64) {
    page.eval(&format!(
        "new Promise((done) => setTimeout(done, {milliseconds}))"
    ));
}
