//! A fact as a sentence, as a question and as an answer, and read back.

use super::almanac::{Fact, GRANDMOTHERS, Noun, Relation, WEEKDAYS, WORKSHOPS, almanac};
use crate::village::grammar::Language;
use crate::village::hangul::Particle;
use crate::village::lexicon::{ANIMALS, PLACES, THINGS};
use crate::village::slices::words::english_plural;

/// Puts the copula after a noun: 순자다, 금요일이다.
fn is_plain(noun: &str) -> String {
    let casual = Particle::IsCasual.attach(noun);
    format!("{}다", casual.trim_end_matches('야'))
}

fn with_article(noun: &str) -> String {
    let article = match noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        true => "an",
        false => "a",
    };
    format!("{article} {noun}")
}

fn capitalised(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

impl Fact {
    /// Returns the value as it stands in the sentence and, capitalised, as the answer.
    fn value_text(&self, language: Language) -> String {
        let index = usize::from(self.value);
        let place = || PLACES[index];
        let noun = |(english, korean): Noun| match language {
            Language::English => english.to_string(),
            Language::Korean => korean.to_string(),
        };
        match (self.relation, language) {
            (Relation::Home, Language::English) => format!("by the {}", place().english),
            (Relation::Home, Language::Korean) => format!("{} 옆에", place().korean),
            (Relation::Site, Language::English) => format!("behind the {}", place().english),
            (Relation::Site, Language::Korean) => format!("{} 뒤에", place().korean),
            (Relation::Grandmother, _) => noun(GRANDMOTHERS[index]),
            (Relation::Pet, Language::English) => with_article(ANIMALS[index].english),
            (Relation::Pet, Language::Korean) => ANIMALS[index].korean.to_string(),
            (Relation::Favourite, Language::English) => english_plural(THINGS[index].english),
            (Relation::Favourite, Language::Korean) => THINGS[index].korean.to_string(),
            (Relation::Price, Language::English) => format!("{} coins", self.value),
            (Relation::Price, Language::Korean) => format!("동전 {}개", self.value),
            (Relation::Product, _) => noun(WORKSHOPS[index].1),
            (Relation::Day, _) => noun(WEEKDAYS[index]),
            (Relation::Age, Language::English) => format!("{} years", self.value),
            (Relation::Age, Language::Korean) => format!("{}년", self.value),
        }
    }

    /// Returns the fact's document: one sentence.
    ///
    /// ```
    /// use llm_atlas::village::{Fact, Language, Relation};
    /// let fact = Fact { relation: Relation::Home, subject: 0, value: 8 };
    /// assert_eq!(fact.sentence(Language::English), "Mina lives by the lake.");
    /// assert_eq!(fact.question(Language::Korean), "미나는 어디에 살아?");
    /// assert_eq!(fact.answer(Language::Korean), "호수 옆에.");
    /// ```
    pub fn sentence(&self, language: Language) -> String {
        let (subject, value) = (self.subject_text(language), self.value_text(language));
        let topic = Particle::Topic.attach(subject);
        let object = Particle::Object.attach(&value);
        match (self.relation, language) {
            (Relation::Home, Language::English) => format!("{subject} lives {value}."),
            (Relation::Home, Language::Korean) => format!("{topic} {value} 산다."),
            (Relation::Grandmother, Language::English) => {
                format!("{subject}'s grandmother is {value}.")
            }
            (Relation::Grandmother, Language::Korean) => {
                format!("{subject}의 할머니는 {}.", is_plain(&value))
            }
            (Relation::Pet, Language::English) => format!("{subject} keeps {value}."),
            (Relation::Pet, Language::Korean) => format!("{topic} {object} 기른다."),
            (Relation::Favourite, Language::English) => format!("{subject} likes {value} best."),
            (Relation::Favourite, Language::Korean) => {
                format!("{topic} {object} 가장 좋아한다.")
            }
            (Relation::Price, Language::English) => {
                format!("{} costs {value}.", capitalised(&with_article(subject)))
            }
            (Relation::Price, Language::Korean) => {
                format!("{subject} 값은 {}.", is_plain(&value))
            }
            (Relation::Product, Language::English) => format!("The {subject} makes {value}."),
            (Relation::Product, Language::Korean) => format!("{topic} {object} 만든다."),
            (Relation::Site, Language::English) => format!("The {subject} stands {value}."),
            (Relation::Site, Language::Korean) => format!("{topic} {value} 있다."),
            (Relation::Day, Language::English) => format!("{} is {value}.", capitalised(subject)),
            (Relation::Day, Language::Korean) => format!("{topic} {}.", is_plain(&value)),
            (Relation::Age, Language::English) => format!("The {subject} is {value} old."),
            (Relation::Age, Language::Korean) => format!("{topic} 지은 지 {value} 되었다."),
        }
    }

    /// Returns the question that the fact answers.
    pub fn question(&self, language: Language) -> String {
        let subject = self.subject_text(language);
        let topic = Particle::Topic.attach(subject);
        match (self.relation, language) {
            (Relation::Home, Language::English) => format!("Where does {subject} live?"),
            (Relation::Home, Language::Korean) => format!("{topic} 어디에 살아?"),
            (Relation::Grandmother, Language::English) => {
                format!("Who is {subject}'s grandmother?")
            }
            (Relation::Grandmother, Language::Korean) => format!("{subject}의 할머니는 누구야?"),
            (Relation::Pet, Language::English) => format!("What does {subject} keep?"),
            (Relation::Pet, Language::Korean) => format!("{topic} 무엇을 길러?"),
            (Relation::Favourite, Language::English) => format!("What does {subject} like best?"),
            (Relation::Favourite, Language::Korean) => format!("{topic} 무엇을 가장 좋아해?"),
            (Relation::Price, Language::English) => {
                format!("How much does {} cost?", with_article(subject))
            }
            (Relation::Price, Language::Korean) => format!("{subject} 값은 얼마야?"),
            (Relation::Product, Language::English) => format!("What does the {subject} make?"),
            (Relation::Product, Language::Korean) => format!("{topic} 무엇을 만들어?"),
            (Relation::Site, Language::English) => format!("Where does the {subject} stand?"),
            (Relation::Site, Language::Korean) => format!("{topic} 어디에 있어?"),
            (Relation::Day, Language::English) => format!("When is {subject}?"),
            (Relation::Day, Language::Korean) => format!("{topic} 언제야?"),
            (Relation::Age, Language::English) => format!("How old is the {subject}?"),
            (Relation::Age, Language::Korean) => format!("{topic} 지은 지 얼마나 되었어?"),
        }
    }

    /// Returns the answer to the question.
    pub fn answer(&self, language: Language) -> String {
        let value = self.value_text(language);
        match language {
            Language::English => format!("{}.", capitalised(&value)),
            Language::Korean => format!("{value}."),
        }
    }
}

/// Returns what a sentence of the almanac's form says, true or not; `None` if it is no such
/// sentence.
///
/// ```
/// use llm_atlas::village::{Language, almanac, parse_fact};
/// let fact = almanac()[0];
/// assert_eq!(parse_fact(Language::Korean, &fact.sentence(Language::Korean)), Some(fact));
/// assert_eq!(parse_fact(Language::English, "Mina lives by the moon."), None);
/// ```
pub fn parse_fact(language: Language, sentence: &str) -> Option<Fact> {
    let lower = sentence.to_lowercase();
    let about = almanac().iter().filter(|fact| {
        let subject = fact.subject_text(language).to_lowercase();
        lower.contains(&subject)
    });
    about
        .flat_map(|fact| {
            let values = fact.relation.values(fact.subject).into_iter();
            values.map(|value| Fact { value, ..*fact })
        })
        .find(|claim| claim.sentence(language) == sentence)
}

/// Returns the fact of the almanac that answers a question.
pub fn fact_asked_by(language: Language, question: &str) -> Option<&'static Fact> {
    almanac()
        .iter()
        .find(|fact| fact.question(language) == question)
}
