//! Opening the page: from any folder, again, without network, and where it cannot run.

use serde_json::json;
use xtask::driver::View;

use crate::site::{Site, assert_clean, pictures};

#[test]
fn opens_without_an_error_and_asks_no_other_site() {
    let site = Site::open();
    let page = site.ready_page(View::DESKTOP, "");
    assert!(!page.requests().is_empty());
    assert_clean(&site, &page);
}

#[test]
fn works_in_a_sub_folder() {
    let site = Site::open_under("/some/folder/");
    let page = site.ready_page(View::PHONE, "index.html?lang=ko");
    assert_eq!(page.eval("document.documentElement.lang"), "ko");
    assert_clean(&site, &page);
}

#[test]
fn takes_theme_from_the_address() {
    let site = Site::open();
    let page = site.ready_page(View::DESKTOP.dark(), "?theme=light");
    assert_eq!(
        page.eval("getComputedStyle(document.documentElement).colorScheme"),
        "light"
    );
    page.open_ready(&site.url("?theme=dark"));
    assert_eq!(
        page.eval("getComputedStyle(document.documentElement).colorScheme"),
        "dark"
    );
}

#[test]
fn reload_without_network_works() {
    let site = Site::open();
    let page = site.ready_page(View::DESKTOP, "");
    page.wait_for(
        "the service worker",
        "navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated')",
    );
    site.server.stop();
    page.reload();
    page.wait_ready();
    assert_clean(&site, &page);
}

#[test]
fn missing_file_is_said_in_one_sentence() {
    let site = Site::open();
    for file in ["app.js", "app_bg.wasm", "worker_cpu_bg.wasm"] {
        let page = site.browser.page(View::DESKTOP);
        page.call(
            "Network.setBlockedURLs",
            json!({ "urls": [format!("*{file}*")] }),
        );
        page.goto(&site.url("?lang=en"));
        let says_so =
            "document.body && document.body.innerText.includes('Check the connection and reload')";
        page.wait_for(file, says_so);
    }
}

#[test]
fn old_browser_is_told_what_it_needs() {
    let site = Site::open();
    let page = site.browser.page(View::DESKTOP);
    page.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": "delete window.WebAssembly" }),
    );
    page.goto(&site.url("?lang=ko"));
    page.wait_for(
        "the sentence",
        "document.body && document.body.innerText.includes('SIMD를 지원하는 WebAssembly')",
    );
}

#[test]
fn something_meaningful_is_painted_before_the_program_runs() {
    let site = Site::open();
    for (view, language, sentence) in [
        (View::DESKTOP, "en", "Fetching the model: 100%"),
        (View::PHONE.dark(), "ko", "모델을 받고 있습니다: 100%"),
    ] {
        let page = site.browser.page(view);
        // The program's request is held back for good.
        page.call(
            "Fetch.enable",
            json!({ "patterns": [{ "urlPattern": "*app_bg.wasm*" }] }),
        );
        page.goto(&site.url(&format!("?lang={language}&text=Mina%20ate")));
        page.wait_for(
            sentence,
            &format!("document.body && document.body.innerText.includes('{sentence}')"),
        );
        assert_eq!(page.text("#boot-text"), "Mina ate");
        assert_eq!(
            page.eval("document.documentElement.scrollWidth > innerWidth"),
            false
        );
        page.screenshot(&pictures().join(format!("skeleton-{language}.png")));
    }
}

#[test]
fn program_that_does_not_start_is_said_in_one_sentence() {
    let site = Site::open();
    let page = site.browser.page(View::DESKTOP);
    let source = "WebAssembly.instantiateStreaming = WebAssembly.instantiate = () => Promise.reject(new Error('no'))";
    page.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": source }),
    );
    page.goto(&site.url("?lang=en"));
    page.wait_for(
        "the sentence",
        "document.body && document.body.innerText.includes('could not start')",
    );
}
