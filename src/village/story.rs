//! A story: what happens, told sentence by sentence, and the questions after it.

use super::candidates::{Limits, Theme, candidates, tell};
use super::chooser::{Chooser, mix};
use super::event::{Event, Meaning as M};
use super::grammar::{Grammar, Language};
use super::lexicon::{
    ACTIVITIES, COLOURS, DAYTIMES, FIRST_PRONOUN, PEOPLE, PLACES, THINGS, pronoun_of,
};
use super::question::{Asked, questions};
use super::split::Split;
use super::world::{World, feeling_after};

/// A sentence of a story, a question or an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// Its text, without the space around it.
    pub text: String,
    /// What it says; a pronoun stands as the person it means.
    pub event: Event,
    /// The template that said it, an index into [`Grammar::templates`].
    pub template: usize,
    /// Whether training never sees its template.
    pub is_held_out_template: bool,
    /// Whether it names its person `p` by a pronoun.
    pub has_pronoun: bool,
}

/// A question of a story with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub text: String,
    /// The answer.
    pub answer: String,
    /// What it asks.
    pub kind: M,
    /// The index of the question in [`Story::sentences`]; the answer follows it.
    pub sentence: usize,
    /// The index of the sentence that told the fact.
    pub fact_sentence: usize,
}

/// A story of the village.
#[derive(Debug, Clone)]
pub struct Story {
    /// The whole text: the sentences separated by spaces, and a line break before the questions
    /// at the end.
    pub text: String,
    /// The sentences in order, questions and answers too.
    pub sentences: Vec<Sentence>,
    /// The questions in order.
    pub questions: Vec<Question>,
    /// The index of the first question after the line break.
    pub first_closing_sentence: usize,
    /// The sum of `-log2 p` over the choices that made the story, in bits.
    pub bits: f64,
}

/// Returns story number `index` of a split: the same text from the same arguments on every
/// platform.
///
/// ```
/// use llm_atlas::village::{Language, Split, generate_story};
/// let story = generate_story(Language::English, 1, 0, Split::Train);
/// let again = generate_story(Language::English, 1, 0, Split::Train);
/// assert_eq!(story.text, again.text);
/// ```
///
/// Training and validation share one distribution; a hash of the text, which no choice of words
/// depends on, tells to which of the two a text belongs ([`Split::admits`]). `bits` are those of
/// the shared distribution.
pub fn generate_story(language: Language, seed: u64, index: u64, split: Split) -> Story {
    let start = mix(mix(seed ^ (split.salt() << 56)).wrapping_add(index));
    let mut attempt = 0;
    loop {
        let story = Teller::new(language, mix(start ^ mix(attempt)), split).tell();
        if split.admits(&story.text) {
            return story;
        }
        attempt += 1;
    }
}

struct Teller {
    grammar: &'static Grammar,
    split: Split,
    chooser: Chooser,
    world: World,
    told: Vec<Event>,
    sentences: Vec<Sentence>,
    questions: Vec<Question>,
    words: usize,
}

/// Words after which a story is brought to its questions, by language.
fn word_limit(language: Language) -> usize {
    match language {
        Language::English => 96,
        Language::Korean => 61,
    }
}

impl Teller {
    fn new(language: Language, seed: u64, split: Split) -> Self {
        Self {
            grammar: Grammar::of(language),
            split,
            chooser: Chooser::new(seed),
            world: World::default(),
            told: Vec::with_capacity(24),
            sentences: Vec::with_capacity(24),
            questions: Vec::new(),
            words: 0,
        }
    }

    fn tell(mut self) -> Story {
        let themes = [Theme::Exchange, Theme::Journey];
        let theme = themes[self.chooser.weighted(&[5, 4])];
        let people = 2 + self.chooser.weighted(&[1, 3, 5]);
        let length = 4 + self.chooser.weighted(&[1, 1, 1, 1, 1, 2, 2, 3, 4, 4, 4]);
        let limits = Limits {
            things: 2 + self.chooser.weighted(&[2, 4, 3]),
            places: if theme == Theme::Journey { 4 } else { 3 },
        };
        self.open(theme, people);
        let word_limit = word_limit(self.grammar.language());
        let mut pending = None;
        while pending.is_some() || (self.told.len() < length && self.words < word_limit) {
            let event = match pending.take() {
                Some(event) => event,
                None => self.choose_event(theme, limits),
            };
            self.say_and_apply(event);
            pending = self.follow_up(&event);
            if pending.is_none() && self.told.len() >= 4 && self.chooser.percent(6) {
                self.ask();
            }
        }
        let first_closing_sentence = self.sentences.len();
        let count = 3 + self.chooser.weighted(&[2, 3, 3, 2]);
        for _ in 0..count {
            self.ask();
        }
        self.finish(first_closing_sentence)
    }

    /// Brings everybody in, and says where they are.
    fn open(&mut self, theme: Theme, people: usize) {
        let daytimes: Vec<u8> = (0..DAYTIMES.len() as u8).collect();
        let daytime = self.chooser.uniform(&daytimes);
        let (meaning, together) = match (theme, people) {
            (Theme::Journey, _) => (M::OpenOne, 1),
            (Theme::Exchange, 2) => (M::OpenTwo, 2),
            (Theme::Exchange, 3) => (M::OpenThree, 3),
            (Theme::Exchange, _) => (M::OpenFour, 4),
        };
        // The opening of a held-out story is a held-out combination of a person and a place.
        let first: Vec<Event> = (0..PEOPLE.len() as u8)
            .flat_map(|p| (0..PLACES.len() as u8).map(move |l| (p, l)))
            .map(|(p, l)| Event::new(M::BeAt, &[('p', p), ('l', l)]))
            .filter(|event| match self.split {
                Split::HeldOutCombination => super::split::has_held_out_combination(event),
                _ => self.split.weight(event) > 0,
            })
            .collect();
        let mut event = self.chooser.uniform(&first);
        event.meaning = meaning;
        event.set('d', daytime);
        for role in "qrs".chars().take(together - 1) {
            let newcomers: Vec<Event> = (0..PEOPLE.len() as u8)
                .filter(|&person| event.people().all(|known| known != person))
                .map(|person| {
                    let mut next = event;
                    next.set(role, person);
                    next
                })
                .filter(|event| self.split.weight(event) > 0)
                .collect();
            event = self.chooser.uniform(&newcomers);
        }
        self.say_and_apply(event);
        for _ in together..people {
            let is_new_place = self.world.places.len() < 3 && self.chooser.percent(60);
            let arrivals: Vec<Event> = (0..PEOPLE.len() as u8)
                .filter(|&person| self.world.person(person).is_none())
                .flat_map(|person| (0..PLACES.len() as u8).map(move |l| (person, l)))
                .filter(|(_, l)| self.world.places.contains(l) != is_new_place)
                .map(|(p, l)| Event::new(M::BeAt, &[('p', p), ('l', l)]))
                .filter(|event| self.split.weight(event) > 0)
                .collect();
            let event = self.chooser.uniform(&arrivals);
            self.say_and_apply(event);
        }
    }

    fn choose_event(&mut self, theme: Theme, limits: Limits) -> Event {
        let last = self.told.last().copied();
        let mut kinds = candidates(&self.world, theme, limits, self.split, last);
        let weights: Vec<u32> = kinds.iter().map(|kind| kind.weight).collect();
        let kind = kinds.swap_remove(self.chooser.weighted(&weights));
        let (weights, events): (Vec<u32>, Vec<Event>) = kind.events.unzip();
        events[self.chooser.weighted(&weights)]
    }

    /// Returns what an event leads to at once, if it does.
    fn follow_up(&mut self, event: &Event) -> Option<Event> {
        let as_p = |meaning, role: char, with: &[char]| {
            let mut next = Event::new(meaning, &[('p', event.get(role)?)]);
            for &role in with {
                next.set(role, event.get(role)?);
            }
            Some(next)
        };
        let mut options: Vec<(u32, Option<Event>)> = Vec::new();
        if let Some((person, feeling)) = feeling_after(event)
            && !matches!(event.meaning, M::Feel | M::SayFeel)
        {
            let feel = Event::new(M::Feel, &[('p', person), ('f', feeling)]);
            options.push((30, Some(feel)));
        }
        match event.meaning {
            M::Give | M::Help => {
                for (weight, meaning) in [(30, M::Thank), (12, M::SayThanks)] {
                    let thanks = as_p(meaning, 'q', &[]).zip(event.get('p'));
                    options.push((
                        weight,
                        thanks.map(|(mut thanks, giver)| {
                            thanks.set('q', giver);
                            thanks
                        }),
                    ));
                }
            }
            M::Lose => options.push((30, as_p(M::LookFor, 'p', &['o']))),
            M::SayGo => {
                options.push((80, as_p(M::Go, 'p', &['l'])));
                options.push((20, as_p(M::NotGo, 'p', &['l'])));
            }
            M::SayDo => {
                options.push((80, as_p(M::Do, 'p', &['a'])));
                options.push((20, as_p(M::DidNot, 'p', &['a'])));
            }
            M::AskWhere => return tell(&self.world, event),
            M::Meet => {
                let activities: Vec<u8> = (0..ACTIVITIES.len() as u8).collect();
                return self
                    .chooser
                    .percent(50)
                    .then(|| Event::new(M::TheyDo, &[('a', self.chooser.uniform(&activities))]));
            }
            M::Had | M::Find | M::Buy | M::Make => {
                let thing = event.thing()?;
                let is_food = THINGS[usize::from(thing)].is_food;
                if !is_food && self.chooser.percent(12) {
                    let colours: Vec<u8> = (0..COLOURS.len() as u8).collect();
                    let colour = self.chooser.uniform(&colours);
                    return Some(Event::new(M::HasColour, &[('o', thing), ('k', colour)]));
                }
            }
            _ => {}
        }
        if options.is_empty() {
            return None;
        }
        if !matches!(event.meaning, M::SayGo | M::SayDo) {
            options.push((35, None));
        }
        let weights: Vec<u32> = options.iter().map(|&(weight, _)| weight).collect();
        options[self.chooser.weighted(&weights)].1
    }

    fn ask(&mut self) {
        let before: Vec<Event> = self
            .questions
            .iter()
            .map(|question| self.sentences[question.sentence].event)
            .collect();
        let kinds = questions(&self.world, &self.told, &before, self.split);
        if kinds.is_empty() {
            return;
        }
        let weights: Vec<u32> = kinds.iter().map(|kind| kind.weight).collect();
        let kind = &kinds[self.chooser.weighted(&weights)];
        let weights: Vec<u32> = kind.asked.iter().map(|&(weight, _)| weight).collect();
        let Asked {
            question,
            answer,
            fact_sentence,
        } = kind.asked[self.chooser.weighted(&weights)].1;
        self.say(question);
        self.say(answer);
        let [.., asked, answered] = self.sentences.as_slice() else {
            return;
        };
        self.questions.push(Question {
            text: asked.text.clone(),
            answer: answered.text.clone(),
            kind: question.meaning,
            sentence: self.sentences.len() - 2,
            fact_sentence,
        });
    }

    fn say_and_apply(&mut self, event: Event) {
        self.world.apply(&event, self.told.len());
        self.say(event);
    }

    /// Says an event by one of its templates. `told` and `sentences` grow together, so that one
    /// index serves both.
    fn say(&mut self, event: Event) {
        let grammar = self.grammar;
        let held_out = self.split == Split::HeldOutTemplate
            && !grammar.choices(event.meaning, true).is_empty();
        let choices = grammar.choices(event.meaning, held_out);
        let weights: Vec<u32> = choices
            .iter()
            .map(|&index| grammar.templates()[index].weight.max(1))
            .collect();
        let template = &grammar.templates()[choices[self.chooser.weighted(&weights)]];
        let mut said = event;
        let has_pronoun = match event.get('p') {
            // The answer to a question names its person by a pronoun.
            Some(p) if is_because(event.meaning) => {
                said.set('p', pronoun_of(p));
                true
            }
            Some(p) if template.takes_pronoun && self.can_be_pronoun(p) => {
                let is_pronoun = self.chooser.percent(50);
                if is_pronoun {
                    said.set('p', pronoun_of(p));
                }
                is_pronoun
            }
            _ => false,
        };
        let mut text = String::with_capacity(48);
        grammar.say(template, &said, &mut text);
        self.words += text.split(' ').count();
        self.sentences.push(Sentence {
            text,
            event,
            template: template.index,
            is_held_out_template: template.is_held_out,
            has_pronoun,
        });
        self.told.push(event);
    }

    /// Returns whether *he* or *she* can only mean `person` after the last sentence.
    fn can_be_pronoun(&self, person: u8) -> bool {
        let Some(last) = self.told.last() else {
            return false;
        };
        let same = |other: &u8| pronoun_of(*other) == pronoun_of(person);
        !last.meaning.is_question()
            && !last.meaning.is_answer()
            && last.people().any(|other| other == person)
            && last.people().filter(same).count() == 1
            && person < FIRST_PRONOUN
    }

    fn finish(self, first_closing_sentence: usize) -> Story {
        let mut text = String::with_capacity(1024);
        for (index, sentence) in self.sentences.iter().enumerate() {
            if index == first_closing_sentence {
                text.push('\n');
            } else if index > 0 {
                text.push(' ');
            }
            text.push_str(&sentence.text);
        }
        Story {
            text,
            sentences: self.sentences,
            questions: self.questions,
            first_closing_sentence,
            bits: self.chooser.bits(),
        }
    }
}

/// Returns whether the meaning is an answer to *why*, about a person just named.
fn is_because(meaning: M) -> bool {
    matches!(
        meaning,
        M::BecauseGiven
            | M::BecauseLost
            | M::BecauseFound
            | M::BecauseMade
            | M::BecauseAte
            | M::BecauseSaw
            | M::BecauseHelped
            | M::BecauseDid
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use std::collections::HashMap;

    use super::*;
    use crate::village::lexicon::feeling;

    const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

    #[test]
    fn the_first_stories_are_what_they_always_were() {
        let story = generate_story(Language::English, 0, 0, Split::Train);
        assert_eq!(story.text, include_str!("golden/english.txt").trim_end());
        let story = generate_story(Language::Korean, 0, 0, Split::Train);
        assert_eq!(story.text, include_str!("golden/korean.txt").trim_end());
    }

    #[test]
    fn stories_have_the_promised_sizes() {
        for language in LANGUAGES {
            for index in 0..2000 {
                let story = generate_story(language, 5, index, Split::Train);
                let words = story.text.split_whitespace().count();
                assert!((12..=125).contains(&words), "{words} words: {}", story.text);
                assert!((1..=9).contains(&story.questions.len()), "{}", story.text);
                assert!(story.bits > 20.0 && story.bits < 300.0);
                assert_eq!(story.text.matches('\n').count(), 1);
            }
        }
    }

    /// Follows holders and places by its own few rules and compares every answer about them.
    #[test]
    fn answers_follow_from_what_was_told() {
        let mut checked = 0;
        for index in 0..3000 {
            let story = generate_story(Language::English, 6, index, Split::Validation);
            let mut holder: HashMap<u8, Option<u8>> = HashMap::new();
            let mut place: HashMap<u8, u8> = HashMap::new();
            for pair in story.sentences.windows(2) {
                let (event, next) = (pair[0].event, pair[1].event);
                let (p, q, o) = (event.get('p'), event.get('q'), event.thing());
                match event.meaning {
                    M::Had | M::Find | M::Buy | M::Make | M::FindAgain | M::Take | M::PickUp => {
                        holder.insert(o.unwrap(), p);
                    }
                    M::Give | M::Return => {
                        assert_eq!(holder[&o.unwrap()], p, "{}", story.text);
                        assert_eq!(place[&p.unwrap()], place[&q.unwrap()], "{}", story.text);
                        holder.insert(o.unwrap(), q);
                    }
                    M::Put | M::Leave | M::Lose | M::Eat => {
                        assert_eq!(holder[&o.unwrap()], p, "{}", story.text);
                        holder.insert(o.unwrap(), None);
                    }
                    M::OpenOne | M::OpenTwo | M::OpenThree | M::OpenFour | M::BeAt | M::Go => {
                        for person in event.people() {
                            place.insert(person, event.get('l').unwrap());
                        }
                    }
                    M::WhoHas => {
                        assert_eq!(next.get('p'), holder[&o.unwrap()], "{}", story.text);
                        checked += 1;
                    }
                    M::WherePerson => {
                        assert_eq!(next.get('l').unwrap(), place[&p.unwrap()], "{}", story.text);
                        checked += 1;
                    }
                    M::HasIt => {
                        let has_it = holder[&o.unwrap()] == p;
                        assert_eq!(next.meaning == M::AnswerYes, has_it, "{}", story.text);
                        checked += 1;
                    }
                    _ => {}
                }
            }
        }
        assert!(checked > 2000, "{checked}");
    }

    #[test]
    fn feelings_have_their_causes() {
        let mut glad = 0;
        for index in 0..1000 {
            let story = generate_story(Language::Korean, 7, index, Split::Train);
            for pair in story.sentences.windows(2) {
                let is_glad = pair[1].event.meaning == M::Feel
                    && pair[1].event.get('f') == Some(feeling::GLAD);
                if pair[0].event.meaning == M::Give && is_glad {
                    assert_eq!(pair[1].event.get('p'), pair[0].event.get('q'));
                    glad += 1;
                }
                if pair[0].event.meaning == M::Give && pair[1].event.meaning == M::Thank {
                    assert_eq!(pair[1].event.get('p'), pair[0].event.get('q'));
                    assert_eq!(pair[1].event.get('q'), pair[0].event.get('p'));
                }
            }
        }
        assert!(glad > 100, "{glad}");
    }
}
