//! What is chosen and looked at.

use super::*;

#[test]
fn what_is_chosen_stays_inside_the_text() {
    let mut page = Page::with("abcd");
    page.act(Action::ChooseToken(Some(2)));
    page.act(Action::Click(Target::Cell {
        layer: 5,
        head: 5,
        query: 1,
        key: 0,
    }));
    assert_eq!(page.state.focus.token, Some(1));
    assert_eq!((page.state.focus.layer, page.state.focus.head), (0, 0));
    page.act(Action::Caret(4));
    assert_eq!(page.state.chosen_token(), Some(3));
    page.act(Action::Caret(2));
    assert_eq!(page.state.chosen_token(), Some(1));
    page.act(Action::Caret(0));
    assert_eq!(page.state.chosen_token(), Some(0));
    page.typed("a");
    page.answer(BackendKind::Cpu);
    assert_eq!(page.state.chosen_token(), Some(0));
}

#[test]
fn the_surprise_follows_the_text_while_its_panel_is_open() {
    let mut page = Page::with("abc");
    assert_eq!(page.state.surprises.each().len(), 0, "nobody looks");
    page.act(Action::OpenPanel("surprise"));
    assert_eq!(page.state.surprises.each().len(), 2);
    page.act(Action::Step);
    while page.answer(BackendKind::Cpu) {}
    assert_eq!(page.state.trace.len(), 4);
    assert_eq!(page.state.surprises.each().len(), 3);
    assert_eq!(page.state.engines.active().work.positions, 4);
}
