//! Panels open and close, drawings are walked through, by keyboard and in the address.

use llm_atlas::ui::views::{FIRST_PANELS, PANELS, Panel};
use serde_json::json;
use xtask::driver::View;

use crate::explorer::{Explorer, from};
use crate::program;

impl Explorer {
    /// The panels on the page, in their order.
    fn panels(&self) -> Vec<String> {
        from(self.eval(
            "[...document.querySelectorAll('[data-testid=panel]')].map((panel) => panel.dataset.panel)",
        ))
    }

    /// Waits until a panel's drawings are painted and say something in words.
    fn wait_for_panel(&self, name: &str) {
        let condition = format!(
            "(() => {{
                const panel = document.querySelector('[data-testid=panel][data-panel={name}]');
                const drawings = panel ? [...panel.querySelectorAll('canvas')] : [];
                return panel !== null && drawings.every((drawing) => drawing.width > 0 && drawing.ariaLabel.length > 10);
            }})()"
        );
        self.wait_for(name, &condition);
    }

    /// What the keyboard's frame is on, in words.
    fn spoken(&self) -> String {
        from(self.eval("document.activeElement.querySelector('output')?.textContent ?? ''"))
    }
}

#[test]
fn every_panel_opens_with_the_keyboard_and_is_in_the_link() {
    let explorer = Explorer::open("lang=en");
    explorer.settle();
    assert_eq!(explorer.panels(), FIRST_PANELS);
    // What has nothing to draw for a decoder stands last.
    let (idle, serving): (Vec<&Panel>, Vec<&Panel>) = PANELS
        .iter()
        .partition(|panel| ["alignment", "cells"].contains(&panel.name));
    for (index, panel) in [serving, idle].concat().into_iter().enumerate() {
        explorer.eval("document.querySelector('[data-testid=panel-toggle]').focus()");
        for _ in 0..index {
            explorer.press("ArrowRight");
        }
        let focused = explorer.eval("document.activeElement.dataset.panel");
        assert_eq!(focused, json!(panel.name));
        if explorer.eval("document.activeElement.ariaPressed") == json!("true") {
            explorer.press("Enter");
            explorer.wait_for("closed", "document.activeElement.ariaPressed === 'false'");
        }
        explorer.press("Enter");
        explorer.wait_for("opened", "document.activeElement.ariaPressed === 'true'");
        explorer.wait_for_panel(panel.name);
        explorer.wait_for(
            "the address",
            &format!(
                "new URLSearchParams(location.search).get('panels')?.split('.').includes('{}')",
                panel.name
            ),
        );
        let is_wide = "document.scrollingElement.scrollWidth > innerWidth";
        assert_eq!(explorer.eval(is_wide), json!(false), "{}", panel.name);
    }
    let open = explorer.panels();
    explorer.reload();
    explorer.wait_ready();
    explorer.settle();
    assert_eq!(explorer.panels(), open, "the link shows what was open");
    explorer.finish();
}

#[test]
fn what_made_room_for_a_panel_comes_back_when_it_closes() {
    let explorer = Explorer::open("lang=en");
    explorer.settle();
    for name in ["cache", "compare"] {
        let toggle =
            format!("document.querySelector('[data-testid=panel-toggle][data-panel={name}]')");
        explorer.eval(&format!("{toggle}.click()"));
        explorer.wait_for(name, &format!("{toggle}.ariaPressed === 'true'"));
        assert_ne!(explorer.panels(), FIRST_PANELS);
        explorer.eval(&format!("{toggle}.click()"));
        explorer.wait_for("closed", &format!("{toggle}.ariaPressed === 'false'"));
        assert_eq!(explorer.panels(), FIRST_PANELS);
    }
    explorer.finish();
}

#[test]
fn a_narrow_screen_shows_one_panel_at_a_time() {
    for panel in PANELS {
        if FIRST_PANELS.contains(&panel.name) {
            continue;
        }
        let query = format!("?backend=cpu&lang=ko&panels={}", panel.name);
        let explorer = Explorer::open_in(View::PHONE, &query);
        explorer.settle();
        explorer.eval("document.querySelector('#tab-5').click()");
        explorer.wait_for_panel(panel.name);
        assert_eq!(explorer.panels(), [panel.name]);
        explorer.finish();
    }
}

#[test]
fn drawings_are_walked_through_with_the_arrow_keys() {
    let explorer = Explorer::open("lang=en&text=Mina+gave+the+apple&layer=1&head=2");
    explorer.settle();
    explorer.eval("document.querySelector('[data-view=flow] [data-testid=cursor]').focus()");
    let mut heard = vec![explorer.spoken()];
    for key in ["ArrowRight"; 12] {
        explorer.press(key);
        heard.push(explorer.spoken());
    }
    heard.dedup();
    assert!(heard.len() > 6, "{heard:?}");
    let expected = program::trace(&explorer.ids());
    let numbers: Vec<&String> = heard.iter().filter(|words| words.contains('[')).collect();
    assert!(!numbers.is_empty(), "{heard:?}");
    for words in numbers {
        let (value, place) = words.rsplit_once(" (").unwrap();
        let value = value.rsplit_once(": ").unwrap().1.replace('−', "-");
        let (name, index) = place.trim_end_matches("])").split_once('[').unwrap();
        let index: Vec<usize> = index.split(", ").map(|i| i.parse().unwrap()).collect();
        let expected = expected[name].at(&index);
        let value: f32 = value.parse().unwrap();
        assert!((value - expected).abs() < 2e-4, "{words}: {expected}");
    }
    explorer.finish();
}

#[test]
fn a_part_of_the_flow_opens_with_the_keyboard() {
    let explorer = Explorer::open("lang=en&open=none");
    explorer.settle();
    explorer.eval("document.querySelector('[data-view=flow] [data-testid=cursor]').focus()");
    for _ in 0..40 {
        if explorer.spoken() == "open the embeddings" {
            break;
        }
        explorer.press("ArrowRight");
    }
    assert_eq!(explorer.spoken(), "open the embeddings");
    explorer.press("Enter");
    explorer.wait_for(
        "the address",
        "new URLSearchParams(location.search).get('open') === 'embedding'",
    );
    explorer.finish();
}
