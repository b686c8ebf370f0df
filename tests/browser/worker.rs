//! `worker.js`: starts an engine without losing a message, and says when it cannot.

use serde_json::json;
use xtask::driver::{Page, View};

use crate::site::Site;

/// A page of the site that runs nothing by itself, with a worker whose engine is `script`.
fn worker(site: &Site, script: &str) -> Page {
    let page = site.browser.page(View::DESKTOP);
    page.goto(&site.url("worker.js"));
    page.wait_for("the document", "document.readyState === 'complete'");
    page.eval(&format!(
        "(() => {{
            window.heard = [];
            window.worker = new Worker('worker.js');
            worker.onmessage = ({{ data }}) => heard.push(data);
            worker.onerror = (event) => {{ event.preventDefault(); heard.push('error: ' + event.message); }};
            const script = URL.createObjectURL(new Blob([{}], {{ type: 'text/javascript' }}));
            const files = {{ [new URL('models/a.json', location.href).href]: new TextEncoder().encode('kept').buffer }};
            worker.postMessage({{ script, wasm: new Uint8Array([1, 2, 3]).buffer, files }});
            for (const number of [1, 2, 3]) worker.postMessage(number);
        }})()",
        json!(script)
    ));
    page
}

#[test]
fn messages_sent_before_the_engine_runs_wait_for_it() {
    let site = Site::open();
    let script = "let wasm_bindgen = async ({ module_or_path }) => {
        await new Promise((done) => setTimeout(done, 100));
        postMessage('bytes ' + module_or_path.byteLength);
        self.onmessage = ({ data }) => postMessage(data * 10);
    }";
    let page = worker(&site, script);
    page.wait_for("the answers", "heard.length >= 4");
    page.eval("worker.postMessage(4)");
    page.wait_for("the last answer", "heard.length >= 5");
    assert_eq!(page.eval("heard"), json!(["bytes 3", 10, 20, 30, 40]));
}

#[test]
fn downloads_of_the_page_are_not_fetched_again() {
    let site = Site::open();
    let script = "let wasm_bindgen = async () => {
        self.onmessage = async () => {
            const kept = await (await fetch('models/a.json')).text();
            const missing = (await fetch('models/none.json')).status;
            postMessage(kept + ' ' + missing);
        };
    }";
    let page = worker(&site, script);
    page.wait_for("the answers", "heard.length >= 3");
    assert_eq!(
        page.eval("heard"),
        json!(["kept 404", "kept 404", "kept 404"])
    );
}

#[test]
fn engine_that_does_not_start_is_an_error_of_the_worker() {
    let site = Site::open();
    let page = worker(
        &site,
        "let wasm_bindgen = async () => { throw new Error('no memory'); }",
    );
    page.wait_for("the error", "heard.length >= 1");
    assert_eq!(
        page.eval("heard"),
        json!(["error: Uncaught Error: no memory"])
    );
}
