//! A host replaces the site while a page of the old version is open: the two never mix.

use std::{fs, path::PathBuf};

use xtask::{
    driver::{Browser, Page, View},
    server::Server,
    version::Asset,
};

const OLD_TITLE: &str = "<title>LLM Atlas";
const NEW_TITLE: &str = "<title>The new LLM Atlas";

/// A copy of the built site that can be changed, with an open page that the service worker serves.
struct Hosted {
    folder: PathBuf,
    page: Page,
    _server: Server,
    _browser: Browser,
}

impl Hosted {
    fn open() -> Hosted {
        let browser = Browser::launch();
        let folder = browser.downloads().join("site");
        copy_folder(&xtask::dist(), &folder);
        let server = Server::start(&folder, "/", 0).unwrap();
        let page = browser.page(View::DESKTOP);
        page.open_ready(&server.url());
        page.wait_for(
            "the service worker",
            "navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated')",
        );
        page.reload();
        page.wait_ready();
        Hosted {
            folder,
            page,
            _server: server,
            _browser: browser,
        }
    }
}

fn copy_folder(from: &PathBuf, to: &PathBuf) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn open_page_never_gets_a_file_of_another_version() {
    let site = Hosted::open();
    for file in ["app.js", "worker_gpu.js"] {
        fs::write(site.folder.join(file), "another version").unwrap();
    }
    // Kept: the version of the page. Not kept: refused rather than mixed.
    assert_eq!(
        site.page
            .eval("fetch('app.js').then((r) => r.text()).then((t) => t.includes('wasm'))"),
        true
    );
    assert_eq!(
        site.page
            .eval("fetch('worker_gpu.js').then(() => 'mixed', () => 'refused')"),
        "refused"
    );
}

#[test]
fn new_version_takes_over_on_reload() {
    let site = Hosted::open();
    let (index, service_worker) = (
        site.folder.join("index.html"),
        site.folder.join("service-worker.js"),
    );
    let old = fs::read_to_string(&index).unwrap();
    let new = old.replacen(OLD_TITLE, NEW_TITLE, 1);
    let list = fs::read_to_string(&service_worker).unwrap();
    let digest = |html: &str| Asset::new(html.as_bytes()).integrity();
    let list = list.replace(&digest(&old), &digest(&new)).replacen(
        r#""version":""#,
        r#""version":"new"#,
        1,
    );
    fs::write(&index, new).unwrap();
    fs::write(&service_worker, list).unwrap();

    site.page.reload();
    site.page.wait_for(
        "the new version",
        "navigator.serviceWorker.getRegistration().then(({ waiting }) => waiting)",
    );
    assert!(site.page.text("title").starts_with("LLM Atlas"));
    site.page.call("Page.reload", serde_json::json!({}));
    site.page
        .wait_for("the new page", "document.title.startsWith('The new')");
    site.page.wait_ready();
}
