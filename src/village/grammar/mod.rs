//! The grammar: templates of literals and slots, as data, from which both the generator's
//! sentences and the parser work, so that they cannot disagree.
//!
//! A pattern such as `{p} [give] {o:the} to {q}.` has slots `{role}` or `{role:form}`, filled by
//! a word in a form that agrees, and verbs `[name]` or `[name:form]`. The tables are in
//! `english.rs` and `korean.rs`, the forms in `surface.rs`.

mod english;
mod korean;
mod matcher;
mod surface;
mod template;

pub use template::{Grammar, Language, Template};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::village::event::{Event, Meaning};

    const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

    #[test]
    fn both_languages_can_say_every_meaning_in_training() {
        for language in LANGUAGES {
            let grammar = Grammar::of(language);
            for &meaning in Meaning::ALL {
                assert!(!grammar.choices(meaning, false).is_empty(), "{meaning:?}");
            }
            let held_out = grammar.templates().iter().filter(|t| t.is_held_out);
            assert!(held_out.count() >= 8);
        }
    }

    #[test]
    fn words_agree_with_their_neighbours() {
        let said = |language, meaning, fillers: &[(char, u8)]| {
            let grammar = Grammar::of(language);
            let template = &grammar.templates()[grammar.choices(meaning, false)[0]];
            let mut text = String::new();
            grammar.say(template, &Event::new(meaning, fillers), &mut text);
            text
        };
        let give = [('p', 0), ('o', 0), ('q', 1)];
        assert_eq!(
            said(Language::English, Meaning::Give, &give),
            "Mina gave the apple to Jun."
        );
        assert_eq!(
            said(Language::Korean, Meaning::Give, &give),
            "미나가 준에게 사과를 주었다."
        );
        let had = [('p', 1), ('o', 0)];
        assert_eq!(
            said(Language::English, Meaning::Had, &had),
            "Jun had an apple."
        );
        assert_eq!(
            said(Language::Korean, Meaning::SayDo, &[('p', 0), ('a', 6)]),
            "미나가 \"나는 울 거야.\"라고 말했다."
        );
    }

    #[test]
    fn agreement_inside_a_sentence_is_checked() {
        let grammar = Grammar::of(Language::English);
        assert!(grammar.parse("Mina lost her ball.").is_some());
        assert!(grammar.parse("Mina lost his ball.").is_none());
        assert!(grammar.parse("Mina gave the ball to Mina.").is_none());
        assert!(grammar.parse("Mina ate the ball.").is_none());
        assert!(grammar.parse("There were two dog at the park.").is_none());
        let grammar = Grammar::of(Language::Korean);
        assert!(grammar.parse("미나가 마을로 갔다.").is_some());
        assert!(grammar.parse("미나가 마을으로 갔다.").is_none());
        assert!(grammar.parse("미나가 시장으로 갔다.").is_some());
    }
}
