//! The site of `dist/`, served, and a browser on it.

use std::path::PathBuf;

use xtask::{
    driver::{Browser, Page, View},
    server::Server,
};

/// A served copy of the built site and a browser.
pub struct Site {
    pub server: Server,
    pub browser: Browser,
}

impl Site {
    /// Serves `dist/` at the root of a host.
    pub fn open() -> Site {
        Site::open_under("/")
    }

    /// Serves `dist/` in a sub-folder.
    pub fn open_under(prefix: &str) -> Site {
        let dist = xtask::dist();
        let is_built = dist.join("service-worker.js").exists();
        assert!(is_built, "there is no built site: run `cargo xtask build`");
        Site {
            server: Server::start(&dist, prefix, 0).unwrap(),
            browser: Browser::launch(),
        }
    }

    /// The address of the page with a query, for example `?lang=ko`.
    pub fn url(&self, query: &str) -> String {
        self.server.url() + query
    }

    /// A page on which the first trace is drawn.
    pub fn ready_page(&self, view: View, query: &str) -> Page {
        let page = self.browser.page(view);
        page.open_ready(&self.url(query));
        page
    }
}

/// Fails if the page or its workers logged an error or asked another site for anything.
pub fn assert_clean(site: &Site, page: &Page) {
    assert_eq!(page.problems(), Vec::<String>::new());
    assert_eq!(page.requests_outside(&site.url("")), Vec::<String>::new());
}

/// Where tests leave pictures to look at.
pub fn pictures() -> PathBuf {
    xtask::root().join("target").join("pictures")
}
