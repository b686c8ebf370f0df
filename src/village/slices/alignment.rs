//! The gold word alignment of a sentence said in English and in Korean.
//!
//! A word is what stands between two spaces; in Korean that is a noun with its particle (eojeol).
//! The words of one slot align with the words of the same slot; what stands outside the slots is
//! aligned by a table of the meanings. Links are *sure* or *possible*, as in Och and Ney, "A
//! systematic comparison of various statistical alignment models", Computational Linguistics 29
//! (2003), section 5.1: sure where the words mean the same, possible where a word of one language
//! (an article, a preposition, an auxiliary) has its share in a word of the other.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::village::event::Meaning as M;
use crate::village::grammar::{Grammar, Language};
use crate::village::lexicon::pronoun_of;
use crate::village::story::Sentence;

/// A pair of words: the number of a word on one side and of a word on the other, from 0.
pub type Link = (usize, usize);

/// The gold alignment of two texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alignment {
    /// Pairs that mean the same.
    pub sure: BTreeSet<Link>,
    /// Pairs that may be linked or not, the sure ones not among them.
    pub possible: BTreeSet<Link>,
}

impl Alignment {
    /// Returns the alignment with the two sides exchanged.
    pub fn flipped(&self) -> Self {
        let flip = |links: &BTreeSet<Link>| links.iter().map(|&(a, b)| (b, a)).collect();
        Self {
            sure: flip(&self.sure),
            possible: flip(&self.possible),
        }
    }
}

/// Counts of links, summed over texts, from which the alignment error rate follows.
///
/// ```
/// use llm_atlas::village::{Alignment, AlignmentCounts};
/// let gold = Alignment { sure: [(0, 0), (2, 1)].into(), possible: [(1, 1)].into() };
/// let mut counts = AlignmentCounts::default();
/// counts.add(&[(0, 0), (1, 1)], &gold);
/// assert_eq!(counts.error_rate(), 1.0 - (1.0 + 2.0) / (2.0 + 2.0));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlignmentCounts {
    /// `|A|`: links proposed.
    pub proposed: usize,
    /// `|S|`: sure links of the gold alignment.
    pub sure: usize,
    /// `|A ∩ S|`.
    pub proposed_and_sure: usize,
    /// `|A ∩ P|`, where every sure link is possible too.
    pub proposed_and_possible: usize,
}

impl AlignmentCounts {
    /// Adds the links proposed for one text (no link twice).
    pub fn add(&mut self, proposed: &[Link], gold: &Alignment) {
        let sure = proposed.iter().filter(|link| gold.sure.contains(link));
        let possible = proposed.iter().filter(|link| gold.possible.contains(link));
        let (sure, possible) = (sure.count(), possible.count());
        self.proposed += proposed.len();
        self.sure += gold.sure.len();
        self.proposed_and_sure += sure;
        self.proposed_and_possible += sure + possible;
    }

    /// Returns the alignment error rate `1 - (|A∩S| + |A∩P|) / (|A| + |S|)`, in 0..=1.
    ///
    /// Source: Och and Ney 2003, equation 36.
    pub fn error_rate(&self) -> f64 {
        let hits = (self.proposed_and_sure + self.proposed_and_possible) as f64;
        1.0 - hits / (self.proposed + self.sure).max(1) as f64
    }
}

/// A word of a sentence.
struct Word {
    /// Without marks and, in English, in small letters.
    text: String,
    /// The slot it stands in, if it does.
    role: Option<char>,
    /// Whether it is the slot's article, preposition or second mention.
    is_minor: bool,
}

/// Returns the alignment of the same events said in English and in Korean, sentence by sentence;
/// the English word comes first.
pub(super) fn align(english: &[Sentence], korean: &[Sentence]) -> Alignment {
    let mut alignment = Alignment::default();
    let (mut first_english, mut first_korean) = (0, 0);
    for (en, ko) in english.iter().zip(korean) {
        let meaning = en.event.meaning;
        let (en, ko) = (words(Language::English, en), words(Language::Korean, ko));
        let mut add = |is_sure: bool, a: usize, b: usize| {
            let link = (first_english + a, first_korean + b);
            if is_sure {
                alignment.possible.remove(&link);
                alignment.sure.insert(link);
            } else if !alignment.sure.contains(&link) {
                alignment.possible.insert(link);
            }
        };
        for (a, english) in en.iter().enumerate() {
            for (b, korean) in ko.iter().enumerate() {
                if english.role.is_some() && english.role == korean.role {
                    add(!english.is_minor && !korean.is_minor, a, b);
                }
            }
        }
        for item in table(meaning).split(';').filter(|item| !item.is_empty()) {
            let is_sure = item.contains('=');
            let Some((left, right)) = item.split_once(['=', '?']) else {
                continue;
            };
            for a in named(&en, left) {
                for b in named(&ko, right) {
                    add(is_sure, a, b);
                }
            }
        }
        first_english += en.len();
        first_korean += ko.len();
    }
    alignment
}

/// The numbers of the words that a side of the table names: words, or `{role}`.
fn named<'a>(words: &'a [Word], side: &'a str) -> impl Iterator<Item = usize> + 'a {
    words.iter().enumerate().filter_map(move |(index, word)| {
        let is_named = side.split(' ').any(|name| match name.strip_prefix('{') {
            Some(role) => word.role.is_some() && word.role == role.chars().next(),
            None => word.role.is_none() && name == word.text,
        });
        (is_named && !word.is_minor).then_some(index)
    })
}

fn words(language: Language, sentence: &Sentence) -> Vec<Word> {
    let mut said = sentence.event;
    if sentence.has_pronoun
        && let Some(person) = said.get('p')
    {
        said.set('p', pronoun_of(person));
    }
    let template = &Grammar::of(language).templates()[sentence.template];
    let spans = template.slot_spans(&said);
    let mut start = 0;
    let mut seen: Vec<char> = Vec::new();
    let mut words = Vec::new();
    for text in sentence.text.split(' ') {
        let end = start + text.len();
        let span = spans
            .iter()
            .find(|(_, span)| span.start < end && start < span.end);
        let bare = bare(text);
        let is_auxiliary = language == Language::Korean && matches!(&*bare, "않았다" | "거야");
        let role = span.map(|(role, _)| *role).filter(|_| !is_auxiliary);
        let is_article = matches!(&*bare, "a" | "an" | "the" | "at" | "in" | "on");
        let is_again = match span {
            Some((role, span)) if span.start >= start => {
                let is_again = seen.contains(role);
                seen.push(*role);
                is_again
            }
            _ => false,
        };
        words.push(Word {
            is_minor: role.is_some() && (is_article || (is_again && language == Language::English)),
            text: bare,
            role,
        });
        start = end + 1;
    }
    words
}

/// Returns a word without marks, quotation and what Korean adds after it, in small letters.
fn bare(word: &str) -> String {
    word.split('"')
        .find(|part| !part.is_empty())
        .unwrap_or("")
        .trim_matches(['.', ',', '?'])
        .to_lowercase()
}

/// What aligns outside the slots, or across them: `english=korean` is sure, `english?korean`
/// possible; words of either side are separated by spaces, `{r}` is the words of a slot. A word
/// that a template lacks is passed over, so that the templates of a meaning share one line.
fn table(meaning: M) -> &'static str {
    match meaning {
        M::OpenOne | M::BeAt => "was=있었다",
        M::OpenTwo => "were=있었다;and?{p}",
        M::OpenThree => "were=있었다;and?{q}",
        M::OpenFour => "were=있었다;and?{r}",
        M::Had => "had=가지고 있었다",
        M::Find => "found discovered=주웠다 발견했다",
        M::Buy => "bought=샀다",
        M::Make => "made=만들었다",
        M::FindAgain => "found=찾았다;{o}?그",
        M::Take => "took=꺼냈다;out of?{c};out?꺼냈다",
        M::PickUp => "picked=집었다;up?집었다;{o}?그",
        M::Give => "gave handed got=주었다 건네주었다 받았다;to?{q};from?{p}",
        M::Return => "returned=돌려주었다;to?{q}",
        M::Show => "showed=보여 주었다;to?{q}",
        M::Put => "put=넣었다;in?{c}",
        M::Leave => "left=두었다",
        M::Lose => "lost=잃어버렸다",
        M::LookFor => "looked=찾아다녔다;for?찾아다녔다",
        M::Eat => "ate=먹었다",
        M::Go => "went came headed ran=갔다 왔다;to?{l}",
        M::Thank => "thanked=고마워했다",
        M::Help => "helped=도왔다",
        M::Meet => "met=만났다;and?{p}",
        M::Call => "called=불렀다",
        M::Greet => "greeted=인사했다",
        M::Follow => "followed=따라갔다",
        M::Like => "liked=좋아했다",
        M::PlayWith => "played=놀았다;with?{y}",
        M::Read => "read=읽었다",
        M::See => "saw=보았다",
        M::SeeMany => "saw=보았다;{n} {x}?마리를",
        M::AnimalAt => "was=있었다;there?있었다",
        M::AnimalsAt => "were=있었다;there?있었다;{n} {x}?마리가",
        M::Feel | M::IsFeeling => "was is?{f}",
        M::NotFeel => "not=않았다;was?않았다",
        M::TheyDo => "they=두 사람은",
        M::DidNot => "not=않았다;did?않았다",
        M::NotGo => "go=가지;not=않았다;did?않았다;to?{l}",
        M::NotHave => "have=가지고 있지;not=않았다;did?않았다",
        M::HasColour => "was?{k}",
        M::SayFeel => "said=말했다;i=나는;am?{f}",
        M::SayGo => "said=말했다;i=나는;go=갈;will=거야;to?{l}",
        M::SayDo => "said=말했다;i=나는;will=거야",
        M::SayWant => "said=말했다;i=나는;want=갖고 싶어",
        M::SayThanks => "said=말했다;thank=고마워;you?고마워",
        M::AskWhere => "asked=물었다;where=어디에;is=있어",
        M::TellIn => "said=말했다;is=있어;it?있어;in?{c}",
        M::TellAt => "said=말했다;is=있어;it?있어",
        M::TellHas => "said=말했다;has=가지고 있어;it?가지고 있어",
        M::TellMine => "said=말했다;i=내가;have=가지고 있어;it?가지고 있어",
        M::WhoHas => "who=누가;has=가지고 있어;now=지금",
        M::WherePerson | M::WhereThing => "where=어디에;is=있어;now=지금",
        M::WhoGave => "who=누가;gave=주었어;to?{q}",
        M::WhoFound => "who=누가;found=주웠어",
        M::WhoBought => "who=누가;bought=샀어",
        M::WhoMade => "who=누가;made=만들었어",
        M::WhatHas => "what=무엇을;have=가지고 있어;does?있어;now=지금",
        M::HasIt => "have=가지고 있어;does?있어",
        M::IsAt => "is=있어",
        M::HowFeels => "how=어때;feel=기분이;does?어때",
        M::WhatColour => "what=무슨;color=색이야;is?색이야",
        M::WhyFeels => "why=왜;is?{f}",
        M::AnswerNobody => "nobody=아무도 없어",
        M::AnswerIn => "in?{c}",
        M::AnswerHolder => "has=가지고 있어;it?가지고 있어",
        M::AnswerYes => "yes=응",
        M::AnswerNo => "no=아니",
        M::BecauseGiven => "gave=주었어",
        M::BecauseLost => "lost=잃어버렸어",
        M::BecauseFound => "found=주웠어",
        M::BecauseMade => "made=만들었어",
        M::BecauseAte => "ate=먹었어",
        M::BecauseSaw => "saw=보았어",
        M::BecauseHelped => "helped=도와주었어",
        M::Do
        | M::AnswerPerson
        | M::AnswerAt
        | M::AnswerThing
        | M::AnswerFeeling
        | M::AnswerColour
        | M::BecauseDid => "",
    }
}
