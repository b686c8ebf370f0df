//! From the start of the navigation to the first real heatmap, each time with an empty profile.

use serde_json::json;

use super::memory::{WATCH_BLOCKING, blocking_rows, numbers_of, take_blocking};
use crate::{
    driver::{Browser, View},
    server::Server,
    table::{Row, Target},
};

const RUNS: usize = 9;

/// Notes when the page says that its first trace is drawn; the clock starts with the navigation.
const WATCH_READY: &str = "
    window.readyAt = null;
    new MutationObserver((_, observer) => {
        if (!document.body || document.body.dataset.ready !== 'true') return;
        observer.disconnect();
        window.readyAt = performance.now();
    }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-ready'] });";

/// The rows of opening the page on the processor.
pub fn measure(server: &Server) -> Vec<Row> {
    let (mut seconds, mut blocks) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let browser = Browser::launch();
        // Another page first: what is measured is the page, not the start of the browser.
        let warm = browser.page(View::DESKTOP);
        warm.goto(&format!("{}icon.svg", server.url()));
        let page = browser.page(View::DESKTOP);
        for script in [WATCH_READY, WATCH_BLOCKING] {
            page.call(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": script }),
            );
        }
        page.goto(&format!("{}?backend=cpu&lang=en", server.url()));
        page.wait_for("the first heatmap", "window.readyAt");
        seconds.extend(numbers_of(&page, "[window.readyAt / 1000]"));
        blocks.push(take_blocking(&page));
    }
    let mut rows = vec![
        Row::new(
            "page opened -> first real heatmap, processor backend",
            "s",
            seconds,
        )
        .target(Target::AtMost(2.0))
        .note("localhost, empty profile each time"),
    ];
    rows.extend(blocking_rows("opening", &blocks));
    rows
}
