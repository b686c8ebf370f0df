//! The teller: lets events happen one by one and says each of them.

use super::candidates::{Limits, Theme, candidates, tell};
use super::chooser::Chooser;
use super::event::{Event, Meaning as M};
use super::grammar::{Grammar, Language};
use super::lexicon::{
    ACTIVITIES, COLOURS, DAYTIMES, FIRST_PRONOUN, PEOPLE, PLACES, THINGS, pronoun_of,
};
use super::question::{Asked, QuestionKind, questions};
use super::split::{Split, has_held_out_combination};
use super::story::{Question, Sentence, Story};
use super::world::{World, feeling_after};

/// A text being told in one language.
pub(super) struct Teller {
    grammar: &'static Grammar,
    split: Split,
    /// Where every choice comes from.
    pub chooser: Chooser,
    /// The state of the village after the events so far.
    pub world: World,
    /// What was said.
    pub told: Vec<Event>,
    /// How it was said.
    pub sentences: Vec<Sentence>,
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
    /// Returns a teller of a text whose choices are a function of `seed`.
    pub(super) fn new(language: Language, seed: u64, split: Split) -> Self {
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

    /// Returns the split the text is told for.
    pub(super) fn split(&self) -> Split {
        self.split
    }

    /// Tells a whole story.
    pub(super) fn tell(mut self) -> Story {
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
    pub(super) fn open(&mut self, theme: Theme, people: usize) {
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
                Split::HeldOutCombination => has_held_out_combination(event),
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

    /// Chooses what happens next.
    pub(super) fn choose_event(&mut self, theme: Theme, limits: Limits) -> Event {
        let last = self.told.last().copied();
        let mut kinds = candidates(&self.world, theme, limits, self.split, last);
        let weights: Vec<u32> = kinds.iter().map(|kind| kind.weight).collect();
        let kind = kinds.swap_remove(self.chooser.weighted(&weights));
        let (weights, events): (Vec<u32>, Vec<Event>) = kind.events.unzip();
        events[self.chooser.weighted(&weights)]
    }

    /// Returns what an event leads to at once, if it does.
    pub(super) fn follow_up(&mut self, event: &Event) -> Option<Event> {
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
        let asked = self.choose_question(kind);
        self.say_question(asked);
    }

    /// Chooses one of the questions of a kind.
    pub(super) fn choose_question(&mut self, kind: &QuestionKind) -> Asked {
        let weights: Vec<u32> = kind.asked.iter().map(|&(weight, _)| weight).collect();
        kind.asked[self.chooser.weighted(&weights)].1
    }

    /// Says a question and its answer.
    pub(super) fn say_question(&mut self, asked: Asked) {
        let Asked {
            question,
            answer,
            fact_sentence,
        } = asked;
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

    /// Lets an event happen and says it.
    pub(super) fn say_and_apply(&mut self, event: Event) {
        self.world.apply(&event, self.told.len());
        self.say(event);
    }

    /// Says an event by one of its templates. `told` and `sentences` grow together, so that one
    /// index serves both.
    pub(super) fn say(&mut self, event: Event) {
        let held_out = self.split == Split::HeldOutTemplate
            && !self.grammar.choices(event.meaning, true).is_empty();
        self.say_by(event, self.grammar.choices(event.meaning, held_out));
    }

    /// Says an event by one of the templates in `choices`.
    pub(super) fn say_by(&mut self, event: Event, choices: &[usize]) {
        let grammar = self.grammar;
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

    fn can_be_pronoun(&self, person: u8) -> bool {
        can_be_pronoun(self.told.last(), person)
    }

    /// Returns the text so far as a story, its questions from sentence
    /// `first_closing_sentence` on.
    pub(super) fn finish(self, first_closing_sentence: usize) -> Story {
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

/// Returns whether *he* or *she* can only mean `person` after a sentence that said `last`.
pub(super) fn can_be_pronoun(last: Option<&Event>, person: u8) -> bool {
    let Some(last) = last else {
        return false;
    };
    let same = |other: &u8| pronoun_of(*other) == pronoun_of(person);
    !last.meaning.is_question()
        && !last.meaning.is_answer()
        && last.people().any(|other| other == person)
        && last.people().filter(same).count() == 1
        && person < FIRST_PRONOUN
}

/// Returns parsed events with every *he* and *she* replaced by the one person of the sentence
/// before whom it can mean; where there is none it stays.
pub(super) fn with_people_named(events: &[Event]) -> Vec<Event> {
    let mut named: Vec<Event> = Vec::with_capacity(events.len());
    for event in events {
        let mut event = *event;
        let meant = named.last().zip(event.get('p')).and_then(|(last, p)| {
            let mut people = last.people();
            people.find(|&person| p >= FIRST_PRONOUN && pronoun_of(person) == p)
        });
        if let Some(person) = meant {
            event.set('p', person);
        }
        named.push(event);
    }
    named
}

/// Returns whether the meaning is an answer to *why*, about a person just named.
pub(super) fn is_because(meaning: M) -> bool {
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
