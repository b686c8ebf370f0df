//! What a person sets stays: language, theme, the address, a link, a cut network.

use serde_json::json;
use xtask::driver::{Browser, View};

use crate::explorer::{Explorer, from};
use crate::program;

#[test]
fn language_is_switched_in_place_and_remembered() {
    let explorer = Explorer::open_in(View::DESKTOP, "?backend=cpu");
    explorer.settle();
    let english = explorer.prompt();
    let step = explorer.text("[data-testid=step]");
    explorer.click("[data-language=ko]");
    explorer.wait_for("Korean", "document.documentElement.lang === 'ko'");
    explorer.settle();
    let korean = explorer.prompt();
    assert_ne!(korean, english, "the prepared sentence has a language");
    assert_eq!(explorer.ids(), program::tokenize(&korean));
    assert_ne!(explorer.text("[data-testid=step]"), step);

    // A text of one's own stays.
    explorer.write("x 가");
    explorer.click("[data-language=en]");
    explorer.wait_for("English", "document.documentElement.lang === 'en'");
    assert_eq!(explorer.prompt(), "x 가");
    assert_eq!(explorer.text("[data-testid=step]"), step);
    explorer.click("[data-language=ko]");
    explorer.wait_for("Korean", "document.documentElement.lang === 'ko'");

    // A bare address, later.
    explorer.open_ready(&explorer.site.url(""));
    assert_eq!(explorer.eval("document.documentElement.lang"), "ko");
    assert_eq!(explorer.prompt(), korean);
    explorer.finish();
}

#[test]
fn every_word_of_the_page_has_a_language() {
    let explorer = Explorer::open("lang=ko&text=Mina&open=mlp");
    explorer.settle();
    // Names that are the same in every language, and what the model says, are no words.
    let words: Vec<String> = from(explorer.eval(
        "[...document.querySelectorAll('button, label, h2, option, summary')]
            .filter((element) => !element.closest('[lang=en], .mirror, .rows, .why-draw, .badge'))
            .map((element) => element.textContent.trim())
            .filter((text) => /[a-z]{4,}/.test(text))",
    ));
    assert_eq!(words, Vec::<String>::new());
    explorer.finish();
}

#[test]
fn theme_goes_round_and_is_remembered() {
    let explorer = Explorer::open("");
    let scheme = || explorer.eval("getComputedStyle(document.documentElement).colorScheme");
    let paper = || explorer.eval("getComputedStyle(document.documentElement).backgroundColor");
    let choose = |name: &str| {
        while explorer.attribute("theme", "data-theme-choice") != name {
            let old = explorer.attribute("theme", "data-theme-choice");
            explorer.click_on("theme");
            let is_next = format!(
                "document.querySelector('[data-testid=theme]').dataset.themeChoice !== '{old}'"
            );
            explorer.wait_for("the next theme", &is_next);
        }
    };
    choose("light");
    assert_eq!(scheme(), "light");
    let light = paper();
    choose("dark");
    assert_eq!(scheme(), "dark");
    assert_ne!(paper(), light);
    explorer.open_ready(&explorer.site.url(""));
    assert_eq!(scheme(), "dark");
    choose("system");
    explorer.set_view(View::DESKTOP.dark());
    explorer.wait_for("dark", "matchMedia('(prefers-color-scheme: dark)').matches");
    assert_ne!(paper(), light);
    explorer.set_view(View::DESKTOP);
    explorer.wait_for(
        "light",
        "matchMedia('(prefers-color-scheme: light)').matches",
    );
    assert_eq!(paper(), light);
    explorer.finish();
}

/// What a link has to bring back.
fn seen(explorer: &Explorer) -> serde_json::Value {
    explorer.settle();
    let value = |testid: &str| {
        explorer.eval(&format!(
            "document.querySelector('[data-testid={testid}]').value"
        ))
    };
    let settings = [
        "seed",
        "temperature",
        "top-k",
        "top-p",
        "min-p",
        "repetition",
        "map-layer",
    ]
    .map(value);
    json!({
        "text": explorer.prompt(),
        "ids": explorer.ids(),
        "settings": settings,
        "greedy": explorer.attribute("greedy", "aria-pressed"),
        "head": explorer.eval(
            "[...document.querySelectorAll('[data-testid=head][aria-pressed=true]')].map(({ dataset }) => [dataset.layer, dataset.head])",
        ),
        "token": explorer.eval("[...document.querySelectorAll('[data-testid=token][aria-pressed=true]')].map(({ dataset }) => dataset.index)"),
        "language": explorer.eval("document.documentElement.lang"),
        "drawn": explorer.drawn(),
    })
}

#[test]
fn address_brings_everything_back() {
    let explorer = Explorer::open("lang=ko");
    explorer.write("뷁 & Mina+준? #1=%41");
    explorer.set_number("seed", "42");
    explorer.set_number("temperature", "1.5");
    explorer.set_number("top-k", "400");
    explorer.set_number("top-p", "0.95");
    explorer.click_on("more-sampling");
    explorer.set_number("min-p", "0.01");
    explorer.set_number("repetition", "1.2");
    explorer.step(3);
    explorer.click("[data-testid=head][data-layer='0'][data-head='3']");
    explorer.eval("document.querySelector('[data-testid=token][data-index=\"1\"]').click()");
    explorer.eval(
        "(() => {
            const layer = document.querySelector('[data-testid=map-layer]');
            layer.value = '2';
            layer.dispatchEvent(new Event('change', { bubbles: true }));
        })()",
    );
    // The address follows a moment later, once for all changes.
    explorer.wait_for("the address", "location.search.includes('map=2')");
    let before = seen(&explorer);
    assert_eq!(before["head"], json!([["0", "3"]]));
    assert_eq!(before["token"], json!(["1"]));
    assert_eq!(
        before["settings"],
        json!(["42", "1.5", "400", "0.95", "0.01", "1.2", "2"])
    );
    explorer.reload();
    explorer.wait_ready();
    assert_eq!(seen(&explorer), before);
    explorer.finish();

    // The same link on another machine, whose browser has other habits.
    let query: String = from(explorer.eval("location.search"));
    let other = Explorer::open("lang=en&theme=dark");
    other.click_on("greedy");
    other.wait_for("memory", "localStorage.length > 0");
    other.open_ready(&other.site.url(&query));
    assert_eq!(seen(&other), before);
    other.finish();
}

#[test]
fn address_that_makes_no_sense_is_ignored() {
    let plain = Explorer::open("lang=en");
    plain.settle();
    let explorer = Explorer::open_in(
        View::DESKTOP,
        "?temp=hot&k=-1&p=7&seed=&layer=99&head=a&token=-3&open=door&map=77&lang=xx&theme=pink\
         &backend=abacus&size=9&gen=1.x&text=%FF&nothing&=&%=1&speed=%00",
    );
    explorer.settle();
    assert_eq!(explorer.ids(), plain.ids());
    assert_eq!(explorer.candidates(), plain.candidates());
    assert_eq!(explorer.notice(), None);
    explorer.finish();
    // Ids no vocabulary has, and far more of them than fit.
    let ids = vec!["99999999"; 400].join(".");
    explorer.open_ready(
        &explorer
            .site
            .url(&format!("?backend=cpu&text=Mina&gen={ids}")),
    );
    explorer.settle();
    assert_eq!(explorer.ids(), program::tokenize("Mina"));
    assert_eq!(explorer.notice(), None);
    explorer.finish();
}

#[test]
fn cut_network_changes_nothing_once_the_page_is_open() {
    let explorer = Explorer::open("lang=en&seed=1");
    explorer.settle();
    // Until the service worker has everything, a cut is an error of its installation.
    explorer.wait_for(
        "the service worker",
        "navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated')",
    );
    explorer.site.server.stop();
    explorer.set_offline(true);
    explorer.write("Jun has the");
    assert_eq!(explorer.ids(), program::tokenize("Jun has the"));
    let generated = explorer.step(2);
    assert_eq!(
        generated,
        program::generate("Jun has the", 2, &["--seed=1"])
    );
    explorer.click("[data-language=ko]");
    explorer.wait_for("Korean", "document.documentElement.lang === 'ko'");
    explorer.click_on("theme");
    explorer.click("[data-testid=head][data-layer='0'][data-head='0']");
    explorer.wait_for(
        "the head",
        "document.querySelector('[data-testid=head]').getAttribute('aria-pressed') === 'true'",
    );
    explorer.finish();
}

#[test]
fn shared_link_opens_what_was_seen() {
    let explorer = Explorer::open("lang=en&text=Mina&seed=9&greedy=1");
    explorer.page.call(
        "Browser.grantPermissions",
        json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] }),
    );
    explorer.step(2);
    let before = explorer.ids();
    explorer.click_on("share");
    explorer.wait_for(
        "the link",
        "navigator.clipboard.readText().then((text) => text.startsWith(location.origin))",
    );
    let link: String = from(explorer.eval("navigator.clipboard.readText()"));
    let browser = Browser::launch();
    let page = browser.page(View::PHONE);
    page.open_ready(&link);
    let ids: Vec<String> = from(page.eval(
        "[...document.querySelectorAll('[data-testid=token]')].map(({ dataset }) => dataset.id)",
    ));
    let before: Vec<String> = before.iter().map(u32::to_string).collect();
    assert_eq!(ids, before);
    assert_eq!(page.problems(), Vec::<String>::new());
    explorer.finish();
}
