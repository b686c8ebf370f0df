//! What a page takes of the machine: time in which nobody else is served, and memory.

use std::process::Command;

use serde_json::json;

use super::numbers;
use crate::{
    driver::{Browser, Page},
    table::{Row, Target},
};

/// Watches the page's thread: tasks of 50 ms and more as the browser counts them, and the longest
/// gap between two ticks of a timer of 5 ms.
pub const WATCH_BLOCKING: &str = "
    window.blocking = { task: 0, gap: 0 };
    new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) blocking.task = Math.max(blocking.task, duration);
    }).observe({ type: 'longtask', buffered: true });
    {
        let last = performance.now();
        setInterval(() => {
            const now = performance.now();
            blocking.gap = Math.max(blocking.gap, now - last - 5);
            last = now;
        }, 5);
    }";

/// The numbers of a JavaScript expression that gives a list.
pub fn numbers_of(page: &Page, expression: &str) -> Vec<f64> {
    numbers(&page.eval(expression))
}

/// How long the page's thread served nobody.
#[derive(Clone, Copy, Debug)]
pub struct Blocking {
    /// The longest task, milliseconds; 0 if none took 50 or more.
    pub task_ms: f64,
    /// The longest wait of a timer of 5 ms beyond its time, milliseconds: tasks in a row and a
    /// machine that is busy otherwise count too.
    pub gap_ms: f64,
}

/// What [`WATCH_BLOCKING`] saw since the last call.
pub fn take_blocking(page: &Page) -> Blocking {
    // The observer reports a task some time after its end.
    page.eval("new Promise((done) => setTimeout(done, 200))");
    let found = numbers_of(
        page,
        "(() => {
            const { task, gap } = blocking;
            blocking.task = 0;
            blocking.gap = 0;
            return [task, gap];
        })()",
    );
    let number = |index: usize| found.get(index).copied().unwrap_or(f64::NAN);
    Blocking {
        task_ms: number(0),
        gap_ms: number(1),
    }
}

/// The two rows of what was seen while a person did `what`.
pub fn blocking_rows(what: &str, seen: &[Blocking]) -> [Row; 2] {
    let values = |of: fn(&Blocking) -> f64| seen.iter().map(of).collect();
    [
        Row::new(
            format!("interface blocked while {what}"),
            "ms",
            values(|seen| seen.task_ms),
        )
        .target(Target::MedianAndP95(50.0, 50.0))
        .note("longest task; 0: none took 50 ms"),
        Row::new(
            format!("longest wait of a 5 ms timer while {what}"),
            "ms",
            values(|seen| seen.gap_ms),
        )
        .note("the machine's other load counts too"),
    ]
}

/// Megabytes in memory of the process that runs the page and its workers, by the system's count;
/// none where `ps` cannot tell.
pub fn resident_megabytes(browser: &Browser) -> Vec<f64> {
    let processes = browser.call("SystemInfo.getProcessInfo", json!({}));
    let renderers = processes["processInfo"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|process| process["type"] == "renderer")
        .filter_map(|process| process["id"].as_u64());
    let largest = renderers.filter_map(resident).max_by(f64::total_cmp);
    largest.into_iter().collect()
}

fn resident(process: u64) -> Option<f64> {
    let output = Command::new("ps")
        .args(["-o", "rss=", "-p", &process.to_string()])
        .output()
        .ok()?;
    let kilobytes: f64 = String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .ok()?;
    Some(kilobytes / 1e3)
}
