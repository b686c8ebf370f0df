//! Filling blanks with an encoder, in English and in Korean.

use super::worker::{MASK, PART, WORDS};
use super::*;

fn blanks(text: &str) -> Page {
    Page::site_with(&format!("model=blanks&greedy=1&text={text}"))
}

fn masks(page: &Page) -> usize {
    page.ids().iter().filter(|id| **id == MASK).count()
}

#[test]
fn the_first_blank_is_meant_unless_another_is_chosen() {
    let mut page = blanks("ab[MASK]c[MASK]");
    assert_eq!((page.state.blank(), masks(&page)), (Some(3), 2));
    assert_eq!(page.state.chosen_token(), Some(3));
    let favourite = |page: &Page| page.state.next.as_ref().unwrap().token();
    assert_eq!(favourite(&page), Some(WORDS[1]));
    page.act(Action::ChooseToken(Some(5)));
    assert_eq!(page.state.blank(), Some(5));
    page.act(Action::ChooseToken(Some(4)));
    assert_eq!(page.state.blank(), Some(3), "no blank is chosen");
    assert_eq!(page.state.chosen_token(), Some(4));
    page.act(Action::ChooseToken(Some(6)));
    assert_eq!(page.state.chosen_token(), Some(6), "the last token, too");
}

#[test]
fn choosing_another_blank_shows_its_candidates() {
    let mut page = blanks("ab[MASK][MASK]");
    let favourite = |page: &Page| page.state.next.as_ref().unwrap().token();
    assert_eq!(favourite(&page), Some(WORDS[1]));
    page.act(Action::ChooseToken(Some(4)));
    assert_eq!(favourite(&page), Some(WORDS[0]));
}

#[test]
fn a_candidate_is_written_into_the_blank_and_taken_back() {
    let mut page = blanks("%EB%AF%B8%EB%82%98[MASK]%EB%A5%BC");
    assert_eq!(page.state.text, "미나[MASK]를");
    page.act(Action::Take(WORDS[0]));
    page.settle();
    assert_eq!(page.state.text, "미나 사과를");
    assert_eq!((page.state.blank(), page.state.can_add()), (None, false));
    let next = page.state.next.clone().unwrap();
    assert!(
        next.written.is_some(),
        "no token comes where all are in sight"
    );
    assert_eq!((next.token(), next.draw), (None, None));
    page.act(Action::Take(WORDS[0]));
    assert_eq!(page.state.text, "미나 사과를", "there is no blank");
    page.act(Action::Undo);
    page.settle();
    assert_eq!(
        (page.state.text.as_str(), masks(&page)),
        ("미나[MASK]를", 1)
    );
    page.act(Action::Undo);
    assert_eq!(
        page.state.text, "미나[MASK]를",
        "nothing is left to take back"
    );
}

#[test]
fn a_word_brings_its_space_where_there_is_none() {
    for (text, filled) in [
        ("a+[MASK]", "a cup"),
        ("a[MASK]", "a cup"),
        ("[MASK]a", "cupa"),
    ] {
        let mut page = blanks(text);
        page.act(Action::Take(WORDS[1]));
        assert_eq!(page.state.text, filled);
    }
}

#[test]
fn a_part_of_a_character_cannot_be_written() {
    let mut page = blanks("a[MASK]");
    page.act(Action::Take(PART));
    assert_eq!(page.state.text, "a[MASK]");
    assert!(
        matches!(&page.state.notice, Some(Notice::NoText { bytes }) if bytes[..] == [0xEB, 0xB7])
    );
    page.typed("a[MASK].");
    assert_eq!(page.state.notice, None);
}

#[test]
fn play_fills_one_blank_after_the_other() {
    let mut page = blanks("ab[MASK]c[MASK]d");
    page.act(Action::Play);
    page.settle();
    assert_eq!(masks(&page), 1, "the next one at its time");
    page.tick();
    page.settle();
    page.tick();
    assert_eq!(page.state.text, "ab cupc 사과d");
    assert_eq!((page.state.play, page.state.notice()), (None, None));
    page.act(Action::Undo);
    page.act(Action::Undo);
    assert_eq!(page.state.text, "ab[MASK]c[MASK]d");
}

#[test]
fn a_token_is_hidden_and_a_blank_put_in_at_the_caret() {
    let mut page = blanks("abc");
    assert_eq!(page.state.blank(), None);
    page.act(Action::Hide(Some(2)));
    page.settle();
    assert_eq!(
        (page.state.text.as_str(), page.state.blank()),
        ("a[MASK]c", Some(2))
    );
    page.act(Action::Hide(Some(0)));
    assert_eq!(
        page.state.text, "a[MASK]c",
        "what frames the text is not hidden"
    );
    page.act(Action::Undo);
    page.settle();
    page.act(Action::Caret(1));
    page.act(Action::InsertBlank);
    page.settle();
    assert_eq!(page.state.text, "a[MASK]bc");
    page.typed("a[MASK]b c");
    page.settle();
    page.act(Action::InsertBlank);
    assert_eq!(page.state.text, "a[MASK]b [MASK]c", "at the caret");
}

#[test]
fn other_kinds_of_models_have_no_blanks() {
    let mut page = Page::site_with("text=abc");
    page.act(Action::InsertBlank);
    page.act(Action::Hide(Some(1)));
    assert_eq!(
        (page.state.text.as_str(), page.state.focus.token),
        ("abc", None)
    );
}
