//! WebGPU against the processor: the same numbers, and how fast on a real adapter.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::engine::{open, start_bundled};
use crate::{
    driver::{Browser, Page},
    server::Server,
    table::{Row, Target},
};

/// Positions, and how many of them are in the cache before.
const CASES: [(usize, usize); 6] = [(1, 0), (2, 0), (63, 0), (64, 0), (64, 63), (64, 32)];
/// A software adapter translates all shaders first.
const PATIENCE: Duration = Duration::from_secs(300);

/// The rows of WebGPU; without an adapter one row that says so.
pub fn measure(server: &Server) -> Vec<Row> {
    let browser = Browser::launch();
    let page = open(&browser, server);
    page.eval(&start_bundled("cpu", "worker_cpu"));
    let backend = match settle(&page, &start_bundled("gpu", "worker_gpu")) {
        Ok(backend) => backend,
        Err(problem) => {
            return vec![Row::new("WebGPU against the processor", "", Vec::new()).note(problem)];
        }
    };
    let is_software = backend["is_software"] == true;
    let adapter = backend["adapter"].as_str().unwrap_or_default().to_string();
    let kind = if is_software {
        "software adapter: correctness only"
    } else {
        adapter.as_str()
    };
    let case = |(length, held): (usize, usize)| {
        let call = format!("bench.difference('cpu', 'gpu', {length}, {held})");
        let name = match held {
            0 => format!("WebGPU - processor, largest difference, T = {length}"),
            held => format!("WebGPU - processor, largest difference, T = {length}, {held} cached"),
        };
        match settle(&page, &call) {
            Ok(difference) => Row::new(name, "", difference.as_f64().into_iter().collect())
                .target(Target::AtMost(1e-4))
                .note(format!("logits and attention; {kind}")),
            Err(problem) => Row::new(name, "", Vec::new()).note(problem),
        }
    };
    let mut rows: Vec<Row> = CASES.map(case).into();
    if !is_software {
        for (name, held) in [("full forward", 0), ("one decode step", 63)] {
            let call = format!(
                "bench.read('gpu', 64, {held}, [...bench.patterns(4), 'logits'], 40).then((times) => times.map(([time]) => time))"
            );
            let values = settle(&page, &call).unwrap_or_default();
            let name = format!("WebGPU, {name}, T = 64, bundled model");
            rows.push(Row::new(name, "ms", super::numbers(&values)).note(kind));
        }
    }
    rows
}

/// What a promise of the page comes to, with more patience than for one command of the browser.
#[allow(clippy::disallowed_methods, reason = "native-only code")]
fn settle(page: &Page, call: &str) -> Result<Value, String> {
    page.eval(&format!(
        "(() => {{
            window.settled = null;
            {call}.then((value) => {{ settled = {{ value }}; }}, (error) => {{ settled = {{ error: String(error) }}; }});
        }})()"
    ));
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        let settled = page.eval("settled");
        if let Some(problem) = settled["error"].as_str() {
            return Err(problem.to_string());
        }
        if !settled.is_null() {
            return Ok(settled["value"].clone());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(format!("no answer in {} s", PATIENCE.as_secs()))
}
