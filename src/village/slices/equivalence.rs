//! When a translation is right: it is of the language, and says the same events.

use crate::village::event::{Category, Event};
use crate::village::grammar::{Grammar, Language};
use crate::village::lexicon::{FIRST_PRONOUN, pronoun_of};
use crate::village::parser::split_sentences;
use crate::village::teller::{can_be_pronoun, is_because};

/// Returns whether `candidate` says exactly `reference` in `language`: as many sentences, each
/// strictly parsed to the event it stands for (*village-equivalent*).
///
/// - Synonyms are right: any template of the meaning, held out or not.
/// - *He* and *she* are right where the village's stories could say them: the sentence before
///   names the person and nobody else of that pronoun.
/// - What no template of the language says (a Korean answer to *why* leaves out the person) is
///   not asked for.
///
/// In `reference` people stand as themselves, never as pronouns.
///
/// ```
/// use llm_atlas::village::{Event, Language, Meaning, is_equivalent_translation};
/// let gave = [Event::new(Meaning::Give, &[('p', 0), ('q', 1), ('o', 0)])];
/// let is_right = |text| is_equivalent_translation(Language::English, &gave, text);
/// assert!(is_right("Mina gave the apple to Jun."));
/// assert!(is_right("Jun got the apple from Mina."));
/// assert!(!is_right("Jun gave the apple to Mina."));
/// assert!(!is_right("Mina gave a apple to Jun."));
/// ```
pub fn is_equivalent_translation(language: Language, reference: &[Event], candidate: &str) -> bool {
    let split = split_sentences(language, candidate);
    if !split.rest.is_empty() || split.sentences.len() != reference.len() {
        return false;
    }
    let mut last = None;
    split
        .sentences
        .iter()
        .zip(reference)
        .all(|(&(_, sentence), event)| {
            let is_right = says(language, event, last, sentence);
            last = Some(event);
            is_right
        })
}

/// Returns whether `sentence` says `event` after a sentence that said `last`.
fn says(language: Language, event: &Event, last: Option<&Event>, sentence: &str) -> bool {
    let grammar = Grammar::of(language);
    let parsed = grammar.parse_where(sentence, |meaning| meaning == event.meaning);
    parsed.is_some_and(|(said, template)| {
        grammar.templates()[template].slots().all(|role| {
            let (meant, said) = (event.get(role), said.get(role));
            let is_person = Category::of_role(role) == Some(Category::Person);
            match (meant, said) {
                (Some(person), Some(pronoun)) if is_person && pronoun >= FIRST_PRONOUN => {
                    pronoun == pronoun_of(person)
                        && (is_because(event.meaning) || can_be_pronoun(last, person))
                }
                _ => meant == said,
            }
        })
    })
}
