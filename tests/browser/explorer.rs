//! The Explorer as the tests see it: what it shows, and what a person does to it.

use std::{fs, ops::Deref};

use serde::Deserialize;
use serde_json::{Value, json};
use xtask::driver::{Page, View};

use crate::site::{Site, assert_clean};

/// A watched page of the site on which the first trace is drawn.
pub struct Explorer {
    pub page: Page,
    pub site: Site,
}

/// A token as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Token {
    pub id: u32,
    pub start: usize,
    pub end: usize,
    pub bytes: Vec<u8>,
}

/// A candidate for the next token.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Candidate {
    pub id: u32,
    pub p: f64,
    pub p_kept: f64,
    pub is_drawn: bool,
}

impl Deref for Explorer {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

impl Explorer {
    /// A page on the processor, with more of a query, for example `text=Mina`.
    pub fn open(query: &str) -> Explorer {
        Explorer::open_in(View::DESKTOP, &format!("?backend=cpu&{query}"))
    }

    /// A page with a whole query, looked at in some way.
    pub fn open_in(view: View, query: &str) -> Explorer {
        Explorer::prepare(Site::open(), view, "").at(query)
    }

    /// An empty page that is watched from its beginning and runs `script` before all others.
    pub fn prepare(site: Site, view: View, script: &str) -> Explorer {
        let page = site.browser.page(view);
        let source = format!("{}\n{script}", include_str!("spy.js"));
        page.call(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": source }),
        );
        Explorer { page, site }
    }

    /// Goes to the page with this query and waits for the first trace.
    pub fn at(self, query: &str) -> Explorer {
        self.page.open_ready(&self.site.url(query));
        self
    }

    /// Waits until what is drawn is of the text in the prompt.
    pub fn settle(&self) {
        self.wait_for("the trace of the text", "spy.isSettled()");
    }

    /// The text in the prompt.
    pub fn prompt(&self) -> String {
        from(self.eval("document.querySelector('[data-testid=prompt]').value"))
    }

    /// The tokens of the text.
    pub fn tokens(&self) -> Vec<Token> {
        from(self.eval("spy.tokens()"))
    }

    /// Their ids.
    pub fn ids(&self) -> Vec<u32> {
        self.tokens().iter().map(|token| token.id).collect()
    }

    /// The candidates for the next token.
    pub fn candidates(&self) -> Vec<Candidate> {
        from(self.eval(
            "[...document.querySelectorAll('[data-testid=candidate]')].map(({ dataset }) => ({
                id: Number(dataset.id), p: Number(dataset.p), p_kept: Number(dataset.pKept),
                is_drawn: dataset.drawn === 'true',
            }))",
        ))
    }

    /// The token that comes next.
    pub fn drawn(&self) -> u32 {
        let drawn: Vec<u32> = self
            .candidates()
            .iter()
            .filter(|candidate| candidate.is_drawn)
            .map(|candidate| candidate.id)
            .collect();
        assert_eq!(drawn.len(), 1, "{:?}", self.candidates());
        drawn[0]
    }

    /// The line a person has to read.
    pub fn notice(&self) -> Option<String> {
        from(self.eval(
            "(document.querySelector('[data-testid=error] > span') || { textContent: null }).textContent",
        ))
    }

    /// What an attribute of the first element with this `data-testid` says.
    pub fn attribute(&self, testid: &str, name: &str) -> String {
        from(self.eval(&format!(
            "document.querySelector('[data-testid={testid}]').getAttribute('{name}')"
        )))
    }

    /// Clicks the first element with this `data-testid`.
    pub fn click_on(&self, testid: &str) {
        self.click(&format!("[data-testid={testid}]"));
    }

    /// Puts the caret into the prompt, with everything selected.
    pub fn select_prompt(&self) {
        self.focus("[data-testid=prompt]");
        self.eval("document.querySelector('[data-testid=prompt]').select()");
    }

    /// Replaces the text by another and waits for its trace.
    pub fn write(&self, text: &str) {
        self.select_prompt();
        if text.is_empty() {
            self.press("Backspace");
        } else {
            self.insert_text(text);
        }
        assert_eq!(self.prompt(), text);
        self.settle();
    }

    /// Types a number into a field and leaves it.
    pub fn set_number(&self, testid: &str, number: &str) {
        let selector = format!("[data-testid={testid}]");
        self.focus(&selector);
        self.eval(&format!("document.querySelector('{selector}').select()"));
        self.insert_text(number);
        self.press("Enter");
        self.wait_for(
            number,
            &format!("document.querySelector('{selector}').value === '{number}'"),
        );
    }

    /// Waits until there are this many tokens and all of them are drawn.
    pub fn wait_for_tokens(&self, count: usize) {
        let condition = format!("spy.tokens().length === {count} && spy.isSettled()");
        self.wait_for(&format!("{count} tokens"), &condition);
    }

    /// Lets the page add `count` tokens, one after the other, and returns their ids.
    pub fn step(&self, count: usize) -> Vec<u32> {
        let before = self.tokens().len();
        for done in 1..=count {
            self.click_on("step");
            self.wait_for_tokens(before + done);
        }
        self.ids().split_off(before)
    }

    /// The trace as the page exports it.
    pub fn export(&self) -> Value {
        self.click_on("export-trace");
        let path = self.site.browser.wait_for_download();
        let file = fs::read_to_string(&path).unwrap();
        fs::remove_file(path).unwrap();
        serde_json::from_str(&file).unwrap()
    }

    /// How many requests of a kind were sent to the workers.
    pub fn sent(&self, kind: &str) -> u64 {
        from(self.eval(&format!(
            "spy.sent.filter((kind) => kind === '{kind}').length"
        )))
    }

    /// Which engine's numbers are shown.
    pub fn backend(&self) -> String {
        self.attribute("backend", "data-backend")
    }

    /// Fails if a character was broken anywhere, now or ever, in text or in a drawing.
    pub fn assert_no_broken_character(&self) {
        assert_eq!(self.eval("spy.broken"), json!([]));
        assert_eq!(
            self.eval("document.documentElement.outerHTML.includes('\\ufffd')"),
            false
        );
    }

    /// Fails if anything went wrong that no one looked at: errors, requests to other sites, tokens
    /// that were not those of the text, broken characters.
    pub fn finish(&self) {
        assert_eq!(self.eval("spy.inconsistent"), json!([]));
        self.assert_no_broken_character();
        assert_clean(&self.site, &self.page);
    }
}

/// A JavaScript value as a Rust one.
pub fn from<T: serde::de::DeserializeOwned>(value: Value) -> T {
    let said = value.to_string();
    serde_json::from_value(value).unwrap_or_else(|error| panic!("{said}: {error}"))
}
