//! With the keyboard alone, on a phone, at every width.

use serde_json::json;
use xtask::driver::View;

use crate::explorer::{Explorer, from};
use crate::site::pictures;

/// What has the focus, by its `data-testid`.
const FOCUSED: &str = "document.activeElement.dataset.testid || document.activeElement.tagName";

impl Explorer {
    /// Presses Tab until something with this `data-testid` has the focus; returns what had it before.
    fn tab_to(&self, testid: &str) -> Vec<String> {
        let mut passed = Vec::new();
        for _ in 0..80 {
            self.press("Tab");
            let focused: String = from(self.eval(FOCUSED));
            if focused == testid {
                return passed;
            }
            passed.push(focused);
        }
        panic!("Tab does not reach {testid}: {passed:?}");
    }

    /// Whether the page can be scrolled sideways.
    fn is_too_wide(&self) -> bool {
        from(self.eval("document.scrollingElement.scrollWidth > innerWidth"))
    }
}

#[test]
fn a_menu_closes_on_escape_and_on_a_press_elsewhere() {
    let explorer = Explorer::open("lang=en");
    let badge = "[data-testid=backend]";
    let is_open = || -> String {
        let state = format!("document.querySelector('{badge}').getAttribute('aria-expanded')");
        from(explorer.eval(&state))
    };
    explorer.click(badge);
    assert_eq!(is_open(), "true");
    explorer.press("Escape");
    assert_eq!(is_open(), "false");
    assert_eq!(explorer.eval(FOCUSED), "backend");
    explorer.click(badge);
    assert_eq!(is_open(), "true");
    explorer.click("[data-testid=sentence]");
    assert_eq!(is_open(), "false");
    // Nothing lies over the names of the panels, wherever the pointer was before.
    explorer.move_to(".flow canvas");
    for name in ["continuations", "cache"] {
        let over = format!(
            "(() => {{ const at = document.querySelector('[data-testid=panel-toggle][data-panel={name}]').getBoundingClientRect(); return document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2).dataset.panel; }})()"
        );
        assert_eq!(explorer.eval(&over), name);
    }
    explorer.finish();
}

#[test]
fn everything_is_done_with_the_keyboard_alone() {
    let explorer = Explorer::open("lang=en&text=Mina+gave&layer=0&head=0");
    explorer.settle();
    let count = explorer.tokens().len();
    explorer.tab_to("prompt");
    explorer.press("End");
    explorer.type_keys(" x");
    explorer.settle();
    let enter = json!({ "type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "modifiers": 2 });
    let before = explorer.tokens().len();
    assert!(before > count);
    explorer.call("Input.dispatchKeyEvent", enter);
    explorer.wait_for_tokens(before + 1);
    assert_eq!(
        explorer.eval(FOCUSED),
        "prompt",
        "the caret stays where one types"
    );

    explorer.tab_to("token");
    explorer.press("ArrowLeft");
    explorer.press("Enter");
    explorer.wait_for("the token before", &format!("document.activeElement.dataset.index === '{}' && document.activeElement.getAttribute('aria-pressed') === 'true'", before - 1));

    explorer.tab_to("step");
    explorer.press(" ");
    explorer.wait_for_tokens(before + 2);
    explorer.tab_to("temperature");
    explorer.press("ArrowDown");
    explorer.tab_to("candidate");
    explorer.press("ArrowDown");
    let id = explorer.eval("document.activeElement.dataset.id");
    explorer.press("Enter");
    explorer.wait_for_tokens(before + 3);
    assert_eq!(
        explorer.ids().last().unwrap().to_string(),
        id.as_str().unwrap()
    );

    explorer.tab_to("head");
    explorer.press("ArrowRight");
    explorer.press("ArrowDown");
    explorer.press("Enter");
    explorer.wait_for(
        "the head below and to the right",
        "(() => {
            const { dataset } = document.querySelector('[data-testid=head][aria-pressed=true]');
            return dataset.layer === '1' && dataset.head === '1' && document.activeElement.dataset.head === '1';
        })()",
    );
    explorer.finish();
}

#[test]
fn tab_goes_through_the_page_and_round() {
    let explorer = Explorer::open("lang=en");
    explorer.settle();
    explorer.tab_to("prompt");
    let passed = explorer.tab_to("prompt");
    for testid in [
        "token",
        "step",
        "play",
        "undo",
        "temperature",
        "top-k",
        "top-p",
        "seed",
        "candidate",
        "head",
        "map-layer",
        "backend",
        "theme",
        "export-trace",
    ] {
        assert!(
            passed.iter().any(|passed| passed == testid),
            "{testid}: {passed:?}"
        );
    }
    // One stop for all tokens, all candidates, all heads: arrows go on inside.
    for testid in ["token", "candidate", "head"] {
        let stops = passed.iter().filter(|passed| *passed == testid).count();
        assert_eq!(stops, 1, "{testid}: {passed:?}");
    }
    explorer.finish();
}

#[test]
fn everything_that_can_be_used_has_a_name() {
    for (view, language) in [(View::DESKTOP, "en"), (View::PHONE, "ko")] {
        let explorer = Explorer::open_in(view, &format!("?backend=cpu&lang={language}"));
        explorer.settle();
        explorer.wait_for("the embeddings", "spy.sent.includes('Embeddings')");
        let nameless: Vec<String> = from(explorer.eval(
            "[...document.querySelectorAll('button, input, select, textarea, canvas, [role=button]')]
                .filter((element) => !element.closest('[aria-hidden=true], button canvas') && !element.parentElement.closest('button'))
                .filter((element) => !(element.getAttribute('aria-label') || element.title || element.textContent.trim() || (element.labels && element.labels.length)))
                .map((element) => element.outerHTML.slice(0, 200))",
        ));
        assert_eq!(nameless, Vec::<String>::new(), "{view:?}");
        explorer.finish();
    }
}

#[test]
fn phone_reaches_five_sections() {
    let explorer = Explorer::open_in(View::PHONE, "?backend=cpu&lang=ko");
    explorer.settle();
    let inside = [
        ".token-table tbody tr",
        "[data-view=flow] canvas",
        "[data-testid=head]",
        "[data-view=map] canvas",
        "[data-testid=candidate]",
    ];
    for (section, selector) in inside.iter().enumerate() {
        explorer.click(&format!("#tab-{section}"));
        explorer.wait_for(
            "the section in sight",
            &format!(
                "(() => {{
                    const box = document.getElementById('section-{section}').getBoundingClientRect();
                    const tab = document.getElementById('tab-{section}');
                    return Math.abs(box.left) < 1 && box.right <= innerWidth + 1 && tab.getAttribute('aria-selected') === 'true';
                }})()"
            ),
        );
        let seen: bool = from(explorer.eval(&format!(
            "[...document.querySelectorAll('#section-{section} {selector}')].some((element) => {{
                const box = element.getBoundingClientRect();
                return box.width > 0 && box.height > 0 && box.left > -1 && box.left < innerWidth;
            }})"
        )));
        assert!(seen, "section {section} shows no {selector}");
        assert!(!explorer.is_too_wide());
        explorer.screenshot(&pictures().join(format!("phone-{section}.png")));
    }
    let before = explorer.tokens().len();
    explorer.click_on("step");
    explorer.wait_for_tokens(before + 1);
    explorer.click_on("dock-candidate");
    explorer.wait_for_tokens(before + 2);
    explorer.click_on("undo");
    explorer.wait_for_tokens(before + 1);
    explorer.click_on("menu");
    explorer.wait_for(
        "the menu",
        "document.querySelector('[data-testid=export-trace]')",
    );
    assert!(!explorer.is_too_wide());
    explorer.finish();
}

#[test]
fn no_width_needs_scrolling_sideways() {
    let explorer = Explorer::open("lang=en");
    explorer.settle();
    let long = "Mina gave the apple to Jun. ".repeat(5) + &"뷁".repeat(4) + &"w".repeat(30);
    explorer.write(&long);
    for language in ["ko", "en"] {
        explorer.eval(&format!(
            "document.querySelector('[data-language={language}]').click()"
        ));
        for width in [390, 768, 1000, 1080, 1440, 1920] {
            let is_mobile = width < 768;
            let height = if is_mobile { 844 } else { 900 };
            explorer.set_view(View {
                width,
                height,
                is_mobile,
                ..View::DESKTOP
            });
            explorer.wait_for("the width", &format!("innerWidth === {width}"));
            explorer.settle();
            // Drawings follow a resize in the next frames.
            explorer.eval("new Promise((done) => setTimeout(done, 250))");
            explorer.screenshot(&pictures().join(format!("explorer-{language}-{width}.png")));
            let wide: serde_json::Value = explorer.eval(
                "[...document.querySelectorAll('main *')].filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest('.pager, .attention-table, .visually-hidden')).slice(0, 3).map((element) => element.outerHTML.slice(0, 120))",
            );
            assert!(!explorer.is_too_wide(), "{language} at {width}: {wide}");
        }
    }
    explorer.finish();
}
