//! Typing, steps, play and undo.

use super::*;

#[test]
fn step_and_undo_are_exact_by_ids() {
    let mut page = Page::with("ab");
    page.act(Action::Sample(SamplingChange::Greedy(true)));
    page.act(Action::Step);
    page.act(Action::Step);
    while page.answer(BackendKind::Cpu) {}
    assert_eq!(page.state.generation, [99, 100], "the second step waited");
    assert_eq!(page.state.text_box.text, "abcd");
    page.act(Action::Undo);
    while page.answer(BackendKind::Cpu) {}
    assert_eq!(page.ids(), [97, 98, 99]);
    assert!(page.state.can_undo());
    page.act(Action::Undo);
    while page.answer(BackendKind::Cpu) {}
    assert!(!page.state.can_undo());
    page.act(Action::Undo);
    while page.answer(BackendKind::Cpu) {}
    assert_eq!(page.ids(), [97, 98], "what was typed stays");
}

#[test]
fn an_edit_makes_everything_typed() {
    let mut page = Page::with("ab");
    page.act(Action::Take(120));
    page.answer(BackendKind::Cpu);
    page.typed("abx!");
    assert_eq!(page.state.text, "abx!");
    assert!(page.state.generation.is_empty());
}

#[test]
fn bytes_that_are_no_character_stay_beside_the_box() {
    let mut page = Page::with("a");
    for byte in "뷁".bytes() {
        page.act(Action::Take(u32::from(byte)));
        page.answer(BackendKind::Cpu);
    }
    assert_eq!(page.state.text_box.text, "a뷁");
    page.act(Action::Undo);
    assert_eq!(page.state.text_box.text, "a");
    assert_eq!(page.state.text_box.tail.len(), 2);
}

#[test]
fn play_goes_on_by_the_clock_and_stops_at_once() {
    let mut page = Page::with("ab");
    page.act(Action::Sample(SamplingChange::Greedy(true)));
    page.act(Action::Play);
    assert_eq!(page.state.generation.len(), 1);
    page.answer(BackendKind::Cpu);
    assert_eq!(page.state.generation.len(), 1, "not before its time");
    page.tick();
    assert_eq!(page.state.generation.len(), 2);
    page.tick();
    assert_eq!(page.state.generation.len(), 2, "not before the numbers");
    page.answer(BackendKind::Cpu);
    assert_eq!(page.state.generation.len(), 3);
    page.act(Action::Stop);
    page.answer(BackendKind::Cpu);
    page.tick();
    assert_eq!(page.state.generation.len(), 3);
}

#[test]
fn nothing_is_added_to_a_full_text_and_nothing_is_lost() {
    let long = "x".repeat(N_CTX + 3);
    let mut page = Page::with(&long);
    page.act(Action::Step);
    page.act(Action::Take(97));
    page.act(Action::Play);
    assert_eq!(page.state.text, long);
    assert!(page.state.generation.is_empty());
    let notice = Notice::TooLong {
        n_ctx: N_CTX,
        left_out: 3,
    };
    assert_eq!(page.state.notice(), Some(notice));
    page.act(Action::Undo);
    assert_eq!(page.state.text, long);
}

#[test]
fn nothing_is_put_into_the_box_while_composing() {
    let mut page = Page::with("ab");
    page.act(Action::Type {
        value: "abㅁ".to_owned(),
        is_composing: true,
    });
    while page.answer(BackendKind::Cpu) {}
    let version = page.state.box_version;
    page.act(Action::Step);
    page.act(Action::Undo);
    page.act(Action::Play);
    page.act(Action::SetLanguage(Language::Ko));
    assert_eq!(page.state.box_version, version);
    assert_eq!(page.state.text, "abㅁ");
}

#[test]
fn the_prepared_sentence_follows_the_language_until_it_is_edited() {
    let mut page = Page::open("");
    page.act(Action::SetLanguage(Language::Ko));
    assert_eq!(page.state.text, prepared_text(Language::Ko));
    page.typed("x");
    page.act(Action::SetLanguage(Language::En));
    assert_eq!(page.state.text, "x");
}

#[test]
fn playing_ends_with_the_text() {
    let mut page = Page::open("text=ab&backend=cpu&greedy=1");
    let backend = BackendInfo {
        kind: BackendKind::Cpu,
        adapter: String::new(),
        is_software: false,
    };
    let model = Box::new(ModelInfo {
        end_of_text: Some(99),
        ..model()
    });
    let event = Event::Ready {
        id: 1,
        backend,
        model,
    };
    page.hear(BackendKind::Cpu, event);
    page.answer(BackendKind::Cpu);
    page.act(Action::Play);
    assert_eq!(page.state.play, None);
    assert_eq!(page.state.generation, [99]);
    assert_eq!(page.state.text_box.text, "ab");
    assert_eq!(page.state.notice(), Some(Notice::TextEnded));
    page.act(Action::Undo);
    assert_eq!(page.state.notice(), None);
}

#[test]
fn ids_outside_the_vocabulary_are_left_out() {
    let mut page = Page::open("text=ab&gen=9999");
    page.ready(BackendKind::Cpu, false);
    page.answer(BackendKind::Cpu);
    assert_eq!(page.ids(), b"ab".map(u32::from));
}
