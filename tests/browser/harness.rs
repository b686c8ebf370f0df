//! The harness itself: what it types arrives, and what goes wrong is heard.

use serde_json::json;
use xtask::driver::{Browser, Page, View};

use crate::site::Site;

/// A text box that writes down its input and composition events.
const TEXT_BOX: &str = "data:text/html,<textarea autofocus></textarea><script>
    window.events = [];
    const box = document.querySelector('textarea');
    for (const kind of ['compositionstart', 'compositionend', 'paste', 'keydown'])
        box.addEventListener(kind, () => events.push(kind));
    box.focus();
</script>";

fn text_box(browser: &Browser) -> Page {
    let page = browser.page(View::DESKTOP);
    page.goto(TEXT_BOX);
    page.wait_for(
        "the text box",
        "document.activeElement.tagName === 'TEXTAREA'",
    );
    page
}

fn typed(page: &Page) -> String {
    page.eval("document.querySelector('textarea').value")
        .as_str()
        .unwrap()
        .to_string()
}

#[test]
fn keys_and_compositions_arrive_as_events() {
    let browser = Browser::launch();
    let page = text_box(&browser);
    page.type_keys("ab");
    page.press("Backspace");
    page.press("Enter");
    page.compose(&["ㅎ", "하", "한"]);
    page.compose(&["ㄱ", "그", "글"]);
    page.insert_text(" 🙂");
    assert_eq!(typed(&page), "a\n한글 🙂");
    assert_eq!(
        page.eval("events"),
        json!([
            "keydown",
            "keydown",
            "keydown",
            "keydown",
            "compositionstart",
            "compositionend",
            "compositionstart",
            "compositionend",
        ])
    );
}

#[test]
fn paste_goes_through_the_clipboard() {
    let site = Site::open();
    let page = site.browser.page(View::DESKTOP);
    page.goto(&site.url("worker.js"));
    page.eval("document.body.innerHTML = '<textarea></textarea>'");
    page.focus("textarea");
    page.eval("document.querySelector('textarea').onpaste = () => { window.isPasted = true }");
    let long = "가나다 abc ".repeat(2_000);
    page.paste(&long);
    page.wait_for(
        "the text",
        "document.querySelector('textarea').value.length > 0",
    );
    assert_eq!(typed(&page), long);
    assert_eq!(page.eval("window.isPasted"), true);
}

#[test]
fn problems_of_the_page_and_its_workers_are_heard() {
    let site = Site::open();
    let page = site.browser.page(View::DESKTOP);
    page.goto(&site.url("worker.js"));
    let hears = |what: &str, action: &str| {
        page.eval(action);
        for _ in 0..100 {
            if page.problems().iter().any(|problem| problem.contains(what)) {
                return;
            }
            page.eval("new Promise((done) => setTimeout(done, 50))");
        }
        panic!("{what}: {:?}", page.problems());
    };
    hears("printed", "console.error('printed')");
    hears(
        "thrown",
        "void setTimeout(() => { throw new Error('thrown') })",
    );
    hears("404", "fetch('none').then(() => 1)");
    hears(
        "in the worker",
        "window.w = new Worker(URL.createObjectURL(new Blob(['console.error(\"in the worker\")']))), 1",
    );
    page.eval("fetch('http://127.0.0.1:9/elsewhere', { mode: 'no-cors' }).catch(() => 1)");
    assert_eq!(
        page.requests_outside(&site.url("")),
        ["http://127.0.0.1:9/elsewhere"]
    );
}

#[test]
fn downloads_arrive_in_a_folder() {
    let site = Site::open();
    let page = site.browser.page(View::DESKTOP);
    page.goto(&site.url("worker.js"));
    page.eval(
        "(() => {
            const link = document.createElement('a');
            link.href = URL.createObjectURL(new Blob(['{\"a\": 1}'], { type: 'application/json' }));
            link.download = 'trace.json';
            document.body.append(link);
            link.click();
        })()",
    );
    let path = site.browser.wait_for_download();
    assert_eq!(path.file_name().unwrap(), "trace.json");
    assert_eq!(std::fs::read_to_string(path).unwrap(), r#"{"a": 1}"#);
}

#[test]
fn views_are_emulated() {
    let browser = Browser::launch();
    let page = text_box(&browser);
    let matches = |query: &str| page.eval(&format!("matchMedia('{query}').matches")) == true;
    assert!(matches("(width: 1440px)") && matches("(prefers-color-scheme: light)"));
    page.set_view(View::PHONE.dark().motion_reduced());
    assert!(matches("(prefers-color-scheme: dark)") && matches("(prefers-reduced-motion: reduce)"));
    assert_eq!(page.eval("screen.width"), 390);
    let picture = browser.downloads().join("phone.png");
    page.screenshot(&picture);
    assert!(std::fs::metadata(picture).unwrap().len() > 500);
}

#[test]
fn webgpu_has_an_adapter_in_this_browser() {
    let site = Site::open();
    let page = site.browser.page(View::DESKTOP);
    page.goto(&site.url("worker.js"));
    let adapter = page.eval("navigator.gpu.requestAdapter().then((adapter) => adapter && adapter.info.vendor + ' ' + adapter.info.architecture)");
    assert!(adapter.is_string(), "no adapter: {adapter}");
}
