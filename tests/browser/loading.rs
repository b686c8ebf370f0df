//! Opening the page: from any folder, again, without network, and where it cannot run.

use xtask::driver::View;

use crate::site::{Site, assert_clean};

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
    let page = site.browser.page(View::DESKTOP);
    page.call(
        "Network.setBlockedURLs",
        serde_json::json!({ "urls": ["*app.js*"] }),
    );
    page.goto(&site.url("?lang=en"));
    page.wait_for(
        "the sentence",
        "document.body && document.body.innerText.includes('Check the connection and reload')",
    );
}

#[test]
fn old_browser_is_told_what_it_needs() {
    let site = Site::open();
    let page = site.browser.page(View::DESKTOP);
    page.call(
        "Page.addScriptToEvaluateOnNewDocument",
        serde_json::json!({ "source": "delete window.WebAssembly" }),
    );
    page.goto(&site.url("?lang=ko"));
    page.wait_for(
        "the sentence",
        "document.body && document.body.innerText.includes('SIMD를 지원하는 WebAssembly')",
    );
}
