//! Writing beside a source with an encoder-decoder.

use super::worker::LAST;
use super::*;
use crate::protocol::Architecture;

fn target(text: &str) -> Page {
    Page::site_with(&format!("model=target&text={text}"))
}

/// The clock runs and the worker answers until nothing moves.
fn play_on(page: &mut Page) {
    for _ in 0..200 {
        page.settle();
        if page.state.play.is_none() {
            return;
        }
        page.tick();
    }
    panic!("it plays on");
}

#[test]
fn it_translates_by_itself_once() {
    let mut page = target("abc&temp=2");
    assert!(page.state.play.is_some_and(|play| play.is_greedy));
    play_on(&mut page);
    assert_eq!(page.state.generation, [98, 99, 100, LAST]);
    assert_eq!(
        (page.state.text.as_str(), page.state.written().as_str()),
        ("abc", "bcd")
    );
    assert_eq!(page.state.text_box.text, "abc", "the box holds the source");
    assert!(page.state.is_ended() && !page.state.can_add());
    page.act(Action::Step);
    page.act(Action::Play);
    page.settle();
    assert_eq!(page.state.generation.len(), 4, "nothing follows the end");
    assert_eq!(page.state.notice(), None);
    let next = page.state.next.clone().unwrap();
    assert_eq!((next.written, next.draw), (Some(LAST), None));
    assert_eq!((next.token(), next.position), (None, 4));
    page.act(Action::Undo);
    page.settle();
    assert!(page.state.can_add());
    let next = page.state.next.clone().unwrap();
    assert_eq!(next.written, None);
    assert!(next.token().is_some());
    page.act(Action::Sample(SamplingChange::Greedy(true)));
    page.act(Action::Step);
    play_on(&mut page);
    assert!(page.state.is_ended());
}

/// How long the clock was set to wait last, milliseconds.
fn pause(page: &Page) -> Option<u32> {
    page.effects.iter().rev().find_map(|effect| match effect {
        Effect::Tick { after_ms, .. } => Some(*after_ms),
        _ => None,
    })
}

fn composing(page: &mut Page, value: &str, is_composing: bool) {
    page.act(Action::Type {
        value: value.to_owned(),
        is_composing,
    });
}

#[test]
fn an_edited_source_is_translated_when_typing_pauses() {
    let mut page = target("abc&temp=2");
    page.settle();
    page.tick();
    page.settle();
    assert_eq!(page.state.generation.len(), 2);
    let clock = page.state.play.unwrap().id;
    page.typed("x");
    page.typed("xy");
    assert_eq!(pause(&page), Some(500));
    page.settle();
    page.act(Action::Tick(clock));
    assert!(page.state.generation.is_empty(), "it waits for a pause");
    assert_eq!(
        page.ids().len(),
        1,
        "the source's numbers are there already"
    );
    for _ in 0..3 {
        page.act(Action::Undo);
    }
    assert_eq!(page.state.text, "xy", "undo takes nothing from the source");
    assert_eq!(page.state.play, None, "undo stops it, as stop does");
    page.typed("xyz");
    page.act(Action::Stop);
    page.settle();
    page.tick();
    assert!(page.state.generation.is_empty());
    page.typed("xy");
    play_on(&mut page);
    assert_eq!(page.state.generation, [121, 122, LAST]);
    page.typed("  ");
    assert_eq!(page.state.play, None, "there is nothing to translate");
}

#[test]
fn a_late_token_of_the_source_before_is_dropped() {
    let mut page = target("abc");
    page.settle();
    page.tick();
    assert_eq!(page.runs(BackendKind::Cpu).len(), 1, "a token is under way");
    page.typed("xy");
    assert!(page.answer(BackendKind::Cpu), "the old one, late");
    assert!(page.state.generation.is_empty());
    play_on(&mut page);
    assert_eq!(page.state.written(), "yz");
}

#[test]
fn a_syllable_that_is_being_composed_is_not_translated() {
    let mut page = target("abc");
    composing(&mut page, "abc", true);
    page.settle();
    page.tick();
    assert_eq!(page.state.generation.len(), 1, "it holds still");
    composing(&mut page, "abc", false);
    play_on(&mut page);
    assert_eq!(page.state.written(), "bcd", "and goes on");
    composing(&mut page, "abx", true);
    composing(&mut page, "aby", true);
    page.settle();
    assert_eq!((page.state.play, page.state.generation.len()), (None, 0));
    composing(&mut page, "aby", false);
    play_on(&mut page);
    assert_eq!(page.state.written(), "bcz");
}

#[test]
fn a_link_to_a_translation_is_not_played() {
    let mut page = target("abc&gen=98.99");
    page.settle();
    assert_eq!((page.state.play, page.ids().len()), (None, 3));
    assert!(page.state.query().contains("gen=98.99"));
}

#[test]
fn where_nothing_may_move_it_is_there_at_once() {
    let mut page = Page::site("?backend=cpu&model=target&text=ab");
    page.state.is_still = true;
    page.ready_with(BackendKind::Cpu, 1, model_named("target"));
    page.settle();
    assert_eq!(pause(&page), Some(1));
}

#[test]
fn switching_to_it_plays_and_switching_away_leaves_the_source() {
    let mut page = Page::site_with("");
    page.choose_model("target");
    play_on(&mut page);
    let source = prepared_for(Architecture::EncoderDecoder, Language::En);
    assert_eq!(page.state.text, source);
    assert_eq!(page.state.generation.len(), source.len() + 1);
    page.act(Action::SetLanguage(Language::Ko));
    let source = prepared_for(Architecture::EncoderDecoder, Language::Ko);
    assert_eq!(
        (page.state.text.as_str(), page.state.play.is_some()),
        (source, true)
    );
    page.act(Action::Stop);
    page.typed("abc");
    page.settle();
    page.choose_model("bytes");
    page.settle();
    assert_eq!((page.state.text.as_str(), page.ids().len()), ("abc", 3));
}
