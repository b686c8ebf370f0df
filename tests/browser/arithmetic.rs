//! Any number opens into the arithmetic that made it, and the arithmetic is right.

use std::collections::BTreeMap;

use serde::Deserialize;

use xtask::driver::View;

use crate::explorer::{Explorer, from};
use crate::families::folder;
use crate::program::{self, Array};

/// A number that can be opened, as the panel shows it.
#[derive(Debug, Deserialize)]
struct Number {
    quantity: String,
    value: f64,
}

impl Explorer {
    /// Waits until the panel shows the arithmetic of this number, all operands fetched.
    fn wait_for_arithmetic(&self, of: &str) {
        let condition = format!(
            "document.querySelector('[data-testid=arithmetic]')?.dataset.of === '{of}'
                && document.querySelector('[data-testid=recomputed]') !== null
                && document.querySelector('[data-testid=by-engine]') !== null"
        );
        self.wait_for(of, &condition);
    }

    /// Every number in the panel that can be opened.
    fn numbers(&self) -> Vec<Number> {
        from(self.eval(
            "[...document.querySelectorAll('[data-testid=arithmetic] [data-testid=number]')].map(
                ({ dataset }) => ({ quantity: dataset.quantity, value: Number(dataset.value) }))",
        ))
    }

    /// What the page recomputed and what the engine computed.
    fn both(&self) -> [f64; 2] {
        ["recomputed", "by-engine"].map(|which| {
            let value: String = self.attribute(which, "data-value");
            value.parse().unwrap()
        })
    }
}

/// An activation's number by its name and index, such as `blocks.0.attn.q[0,3,1]`; `None` for
/// what is no activation.
fn traced(trace: &BTreeMap<String, Array>, quantity: &str) -> Option<f64> {
    let (name, index) = quantity.trim_end_matches(']').split_once('[')?;
    let index: Vec<usize> = index.split(',').map(|i| i.parse().unwrap()).collect();
    Some(f64::from(trace.get(name)?.at(&index)))
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 2e-4 * b.abs().max(1.0)
}

#[test]
fn the_arithmetic_of_every_kind_of_number_agrees_with_the_program() {
    let explorer = Explorer::open("lang=en&text=Mina+gave+the+apple+to+Jun&panels=why");
    explorer.settle();
    let trace = program::trace(&explorer.ids());
    let address = explorer.eval("location.href");
    let address = address.as_str().unwrap().to_owned();
    for quantity in [
        "blocks.1.attn.pattern[2,4,1]",
        "blocks.1.attn.scores[2,4,1]",
        "blocks.3.attn.q[0,4,7]",
        "blocks.0.attn.v[1,3,2]",
        "blocks.2.attn.z[3,5,9]",
        "blocks.2.attn_out[5,100]",
        "blocks.0.resid_pre[2,5]",
        "blocks.2.resid_pre[2,5]",
        "blocks.1.resid_mid[3,5]",
        "blocks.1.ln2[3,64]",
        "blocks.3.mlp.pre[1,200]",
        "blocks.3.mlp.post[1,200]",
        "blocks.3.mlp_out[1,20]",
        "ln_final[4,11]",
        "logits[5,100]",
    ] {
        let encoded = quantity
            .replace('[', "%5B")
            .replace(']', "%5D")
            .replace(',', "%2C");
        explorer.open_ready(&format!("{address}&why={encoded}"));
        explorer.settle();
        explorer.wait_for_arithmetic(quantity);
        let expected = traced(&trace, quantity).unwrap();
        for shown in explorer.both() {
            assert!(is_near(shown, expected), "{quantity}: {shown}, {expected}");
        }
        let numbers = explorer.numbers();
        assert!(!numbers.is_empty(), "{quantity}");
        for number in numbers {
            if let Some(expected) = traced(&trace, &number.quantity) {
                assert!(
                    is_near(number.value, expected),
                    "{quantity}: {number:?}, {expected}"
                );
            }
        }
    }
    explorer.finish();
}

#[test]
fn numbers_of_the_other_kinds_open_too() {
    let kinds: [(&str, &str, &[&str]); 3] = [
        (
            "village-bert",
            "text=Mina+gave+the+%5BMASK%5D+to+Jun.",
            &[
                "blocks.1.attn.pattern[2,4,1]",
                "blocks.0.resid_pre[2,5]",
                "embed_sum[2,5]",
                "blocks.1.resid_post[3,5]",
                "blocks.2.mlp.post[3,5]",
                "head.post[4,7]",
                "logits[4,100]",
            ],
        ),
        (
            "village-t5",
            "text=Mina+gave+the+apple+to+Jun.&gen=300.301.302",
            &[
                "decoder.blocks.1.cross_attn.pattern[1,2,3]",
                "decoder.blocks.1.attn.pattern[1,2,1]",
                "encoder.blocks.0.attn.scores[1,2,5]",
                "encoder.ln_final[2,7]",
                "decoder.blocks.1.mlp.post[2,9]",
                "decoder.blocks.0.resid_mid_cross[2,9]",
                "logits[2,100]",
            ],
        ),
        (
            "village-lstm",
            "text=Mina+gave+the+apple+to+Jun.",
            &[
                "embed[2,5]",
                "cells.0.gates.input[0,7]",
                "cells.0.gates.forget[3,7]",
                "cells.1.gates.candidate[4,9]",
                "cells.1.gates.output[4,9]",
                "cells.1.cell[4,9]",
                "cells.1.hidden[4,9]",
                "logits[4,100]",
            ],
        ),
    ];
    for (model, text, quantities) in kinds {
        if folder(model).is_none() {
            continue;
        }
        for quantity in quantities {
            let encoded = quantity
                .replace('[', "%5B")
                .replace(']', "%5D")
                .replace(',', "%2C");
            let query =
                format!("?backend=cpu&lang=en&model={model}&{text}&panels=why&why={encoded}");
            let explorer = Explorer::open_in(View::DESKTOP, &query);
            explorer.wait_for_model(model);
            explorer.wait_for_arithmetic(quantity);
            let [recomputed, computed] = explorer.both();
            assert!(is_near(recomputed, computed), "{quantity}");
            assert!(!explorer.numbers().is_empty(), "{quantity}");
            explorer.finish();
        }
    }
}

#[test]
fn a_number_leads_to_the_numbers_it_was_made_of_and_home_again() {
    let explorer = Explorer::open(
        "lang=en&text=Mina+gave+the+apple&panels=why&why=blocks.1.attn.q%5B0%2C3%2C1%5D",
    );
    explorer.settle();
    explorer.wait_for_arithmetic("blocks.1.attn.q[0,3,1]");
    let trace = program::trace(&explorer.ids());
    let operand = "blocks.1.ln1[3,";
    let inside = explorer.numbers();
    let operand = inside
        .iter()
        .find(|number| number.quantity.starts_with(operand))
        .unwrap_or_else(|| panic!("{inside:?}"));
    let selector = format!("[data-testid=number][data-quantity='{}']", operand.quantity);
    explorer.eval(&format!("document.querySelector(\"{selector}\").focus()"));
    explorer.press("Enter");
    explorer.wait_for_arithmetic(&operand.quantity);
    let expected = traced(&trace, &operand.quantity).unwrap();
    assert!(
        explorer
            .both()
            .iter()
            .all(|shown| is_near(*shown, expected))
    );
    explorer.wait_for(
        "the way in the address",
        &format!(
            "new URLSearchParams(location.search).get('why') === 'blocks.1.attn.q[0,3,1];{}'",
            operand.quantity
        ),
    );
    explorer.eval("document.querySelector('[data-testid=way] button').click()");
    explorer.wait_for(
        "home",
        "document.querySelector('[data-testid=arithmetic]').dataset.of.startsWith('blocks.3.attn.pattern')",
    );
    explorer.finish();
}

#[test]
fn the_keyboard_goes_down_from_the_drawing_and_back_with_escape() {
    let explorer = Explorer::open("lang=en&text=Mina+gave+the+apple");
    explorer.settle();
    let of = "document.querySelector('[data-testid=arithmetic]').dataset.of";
    let home: String = from(explorer.eval(of));
    explorer.eval("document.querySelector('[data-panel=why] [data-testid=cursor]').focus()");
    explorer.press("ArrowRight");
    explorer.press("Enter");
    let is_at_heading = "document.activeElement.matches('[data-testid=arithmetic] h2')";
    explorer.wait_for(
        "another number",
        &format!("{of} !== '{home}' && {is_at_heading}"),
    );
    explorer.press("Escape");
    explorer.wait_for("home", &format!("{of} === '{home}' && {is_at_heading}"));
    // What is typed elsewhere moves the arithmetic and leaves the caret where it is.
    explorer.eval("document.querySelector('[data-testid=prompt]').focus()");
    explorer.type_keys("s");
    explorer.settle();
    explorer.wait_for(
        "the caret",
        "document.activeElement.dataset.testid === 'prompt'",
    );
    explorer.finish();
}

/// Two numbers down by hand; up with the browser's Back, down with its Forward, up again with
/// Escape, after which Back leads no place that has been left.
#[test]
fn the_browsers_back_and_forward_go_through_the_arithmetic() {
    let explorer = Explorer::open("lang=en&text=Mina+gave+the+apple&panels=why");
    explorer.settle();
    let of = "document.querySelector('[data-testid=arithmetic]').dataset.of";
    let shown = || -> String { from(explorer.eval(of)) };
    let home = shown();
    let entries = || -> u64 { from(explorer.eval("history.length")) };
    let at_first = entries();
    let wait_for = |of_what: &str| explorer.wait_for(of_what, &format!("{of} === '{of_what}'"));
    let mut way = Vec::new();
    for _ in 0..2 {
        let before = shown();
        let first = "document.querySelector('[data-testid=number]:not([disabled])')";
        explorer.eval(&format!("{first}.focus()"));
        explorer.press("Enter");
        explorer.wait_for("another number", &format!("{of} !== '{before}'"));
        way.push(shown());
    }
    assert_eq!(entries(), at_first + 2);
    explorer.eval("history.back()");
    wait_for(&way[0]);
    explorer.eval("history.back()");
    wait_for(&home);
    explorer.eval("history.go(2)");
    wait_for(&way[1]);
    // The address is that of what is seen.
    let why = "new URLSearchParams(location.search).get('why')";
    explorer.wait_for("the way", &format!("{why} === '{}'", way.join(";")));
    explorer.eval("document.querySelector('[data-testid=arithmetic] h2').focus()");
    explorer.press("Escape");
    wait_for(&way[0]);
    explorer.press("Escape");
    wait_for(&home);
    explorer.wait_for("the first entry", "history.state === 0");
    explorer.wait_for("no way in the address", &format!("{why} === null"));
    explorer.finish();
}

#[test]
fn a_unit_of_the_recurrent_model_leads_down_to_its_weights() {
    if folder("village-lstm").is_none() {
        return;
    }
    let query = "?backend=cpu&lang=en&model=village-lstm&text=Mina+gave+the+apple&panels=why";
    let explorer = Explorer::open_in(View::DESKTOP, query);
    explorer.wait_for_model("village-lstm");
    // The strongest unit, until another number is opened.
    let shown = "document.querySelector('[data-testid=arithmetic]')?.dataset.of";
    explorer.wait_for(
        "the first number",
        &format!("({shown})?.startsWith('cells.1.hidden[3,')"),
    );
    let of: String = from(explorer.eval(shown));
    explorer.wait_for_arithmetic(&of);
    let unit = of.trim_end_matches(']').rsplit(',').next().unwrap();
    explorer.eval("document.querySelector('[data-testid=steps]').open = true");
    let way = [
        format!("cells.1.cell[3,{unit}]"),
        format!("cells.1.gates.forget[3,{unit}]"),
        format!("cells.1.b_U_f[{unit}]"),
    ];
    for quantity in way {
        let selector =
            format!("[data-testid=arithmetic] [data-testid=number][data-quantity='{quantity}']");
        explorer.eval(&format!("document.querySelector(\"{selector}\").click()"));
        explorer.wait_for_arithmetic(&quantity);
        let [recomputed, computed] = explorer.both();
        assert!(is_near(recomputed, computed), "{quantity}");
    }
    explorer.finish();
}
