//! The way from number to number.

use super::*;

impl Page {
    fn inquire(&mut self, names: &[&str]) {
        for name in names {
            self.act(Action::Inquire(name.parse().unwrap()));
            while self.answer(BackendKind::Cpu) {}
        }
    }

    fn way(&self) -> Vec<String> {
        let path = self.state.focus.path.iter();
        path.map(ToString::to_string).collect()
    }
}

#[test]
fn an_operand_is_a_step_further_and_any_other_number_a_new_way() {
    let mut page = Page::with("abcd");
    page.act(Action::ClosePanel("why"));
    let way = ["logits[3,7]", "ln_final[3,2]", "blocks.0.resid_post[3,1]"];
    page.inquire(&way);
    assert_eq!(page.way(), way);
    assert!(page.state.focus.has_panel("why"));
    page.inquire(&["ln_final[3,2]"]);
    assert_eq!(page.way(), way[..2], "back to what is on the way");
    page.inquire(&["unembed.W_U[2,7]"]);
    assert_eq!(page.way(), ["unembed.W_U[2,7]"], "no operand of the norm");
    page.act(Action::InquireBack(0));
    assert!(page.way().is_empty());
    let weight = crate::ui::views::arithmetic::home(&model(), &page.state.trace, &page.state.focus);
    let [head, query, key] = weight.unwrap().index().try_into().unwrap();
    let score = format!("raw:blocks.0.attn.scores[{head},{query},{key}]");
    page.inquire(&[&score]);
    assert_eq!(page.way(), [score]);
    page.act(Action::Click(Target::Cell {
        layer: 0,
        head: 0,
        query: 1,
        key: 0,
    }));
    assert!(page.way().is_empty(), "a cell is the beginning");
    page.act(Action::Click(Target::Number("embed[1,2]".parse().unwrap())));
    assert_eq!(page.way(), ["embed[1,2]"]);
}

#[test]
fn the_way_is_no_longer_than_an_address_bears() {
    let mut page = Page::with("abcd");
    let mut way = vec![
        "p[3,7]".to_owned(),
        "logits[3,7]".into(),
        "ln_final[3,2]".into(),
    ];
    for site in [
        "resid_post",
        "mlp_out",
        "mlp.post",
        "mlp.pre",
        "ln2",
        "resid_mid",
        "attn_out",
    ] {
        way.push(format!("blocks.0.{site}[3,1]"));
    }
    for name in [
        "attn.z[0,3,1]",
        "attn.v[0,2,1]",
        "ln1[2,1]",
        "resid_pre[2,1]",
    ] {
        way.push(format!("blocks.0.{name}"));
    }
    let names: Vec<&str> = way.iter().map(String::as_str).collect();
    page.inquire(&names);
    assert_eq!(page.way(), way[2..]);
    let opened = State::open(&page.state.query(), &Preferences::default(), Language::En);
    assert_eq!(opened.focus.path, page.state.focus.path);
}

#[test]
fn the_way_lasts_as_long_as_its_tokens() {
    let mut page = Page::with("abcd");
    page.inquire(&["embed[3,2]", "embed.W_E[100,2]"]);
    assert_eq!(page.way().len(), 2);
    for (text, left) in [("abcde", 2), ("abcxe", 1), ("abc", 0)] {
        page.typed(text);
        while page.answer(BackendKind::Cpu) {}
        assert_eq!(page.way().len(), left, "{text}");
    }
    let mut page = Page::open("?text=ab&backend=cpu&why=embed%5B9%2C2%5D");
    assert_eq!(page.way(), ["embed[9,2]"]);
    page.ready(BackendKind::Cpu, false);
    page.answer(BackendKind::Cpu);
    assert!(page.way().is_empty());
}

#[test]
fn only_what_an_opened_number_needs_is_asked_for() {
    let mut page = Page::with("abcd");
    page.inquire(&["logits[3,7]"]);
    let asked = page.effects.iter().find_map(|effect| match effect {
        Effect::Send(_, Request::Inspect { inspection, .. }) => Some(inspection.clone()),
        _ => None,
    });
    let slice = crate::protocol::ParameterSlice {
        parameter: crate::protocol::Parameter::Unembedding,
        index: vec![None, Some(7)],
    };
    assert_eq!(
        asked,
        Some(crate::protocol::Inspection::Parameters(vec![slice]))
    );
}

#[test]
fn the_way_through_a_recurrent_model_is_in_its_address() {
    let mut page = Page::site_with("text=abcd");
    page.choose_model("memory");
    page.settle();
    // A unit of the heatmap, its gate, what that reads, and the table it is from.
    let way = [
        "cells.0.hidden[3,2]",
        "cells.0.gates.forget[3,2]",
        "embed[3,1]",
        "embed.W_E[100,1]",
    ];
    page.act(Action::Click(Target::Number(way[0].parse().unwrap())));
    page.settle();
    page.inquire(&way[1..]);
    assert_eq!(page.way(), way);
    assert!(page.state.focus.has_panel("why"));
    let address = page.state.query();
    let reloaded = Page::site_with(address.trim_start_matches('?')).state;
    assert_eq!(reloaded.focus.path, page.state.focus.path);
    page.inquire(&["cells.0.U_g[3,0]"]);
    assert_eq!(page.way(), ["cells.0.U_g[3,0]"], "no operand of a table");
    page.choose_model("bytes");
    page.settle();
    assert!(page.way().is_empty(), "there is no such number");
}
