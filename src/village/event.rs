//! What happens in the village, before it is said in any language.
//!
//! An [`Event`] is a meaning and the words that fill its roles. A role is one letter, and its
//! letter says what can fill it ([`Category`]); the same letters stand in the templates.

use serde::{Deserialize, Serialize};

/// What a role can be filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Category {
    /// `p q r s`: a person
    Person,
    /// `o`: anything that can be held
    Thing,
    /// `e`: a thing that can be eaten
    Food,
    /// `g`: a thing that can be made
    Made,
    /// `w`: a thing that can be read
    Readable,
    /// `y`: a thing that can be played with
    Toy,
    /// `l`: a place
    Place,
    /// `c`: a container
    Container,
    /// `x`: an animal
    Animal,
    /// `f`: a feeling
    Feeling,
    /// `a`: an activity
    Activity,
    /// `n`: a number
    Number,
    /// `k`: a colour
    Colour,
    /// `d`: a time of the day
    Daytime,
}

impl Category {
    /// Returns what the role named by `letter` can be filled with.
    pub fn of_role(letter: char) -> Option<Self> {
        Some(match letter {
            'p' | 'q' | 'r' | 's' => Self::Person,
            'o' => Self::Thing,
            'e' => Self::Food,
            'g' => Self::Made,
            'w' => Self::Readable,
            'y' => Self::Toy,
            'l' => Self::Place,
            'c' => Self::Container,
            'x' => Self::Animal,
            'f' => Self::Feeling,
            'a' => Self::Activity,
            'n' => Self::Number,
            'k' => Self::Colour,
            'd' => Self::Daytime,
            _ => return None,
        })
    }
}

macro_rules! meanings {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// What a sentence says; its roles are in brackets.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Meaning { $($(#[$doc])* $name),* }

        impl Meaning {
            /// Every meaning, in the order of the enum.
            pub const ALL: &'static [Meaning] = &[$(Meaning::$name),*];
        }
    };
}

meanings! {
    /// (d, p, l) the story opens with one person
    OpenOne,
    /// (d, p, q, l) with two
    OpenTwo,
    /// (d, p, q, r, l) with three
    OpenThree,
    /// (d, p, q, r, s, l) with four
    OpenFour,
    /// (p, l) is somewhere
    BeAt,
    /// (p, o) has something from before
    Had,
    /// (p, o) finds something new
    Find,
    /// (p, o) buys
    Buy,
    /// (p, g) makes
    Make,
    /// (p, o) finds what was lost
    FindAgain,
    /// (p, o, c) takes out of a container
    Take,
    /// (p, o) picks up what was left
    PickUp,
    /// (p, o, q) gives
    Give,
    /// (p, o, q) gives back
    Return,
    /// (p, o, q) shows, and keeps
    Show,
    /// (p, o, c) puts into a container
    Put,
    /// (p, o, l) leaves at a place
    Leave,
    /// (p, o) loses
    Lose,
    /// (p, o) looks for
    LookFor,
    /// (p, e) eats
    Eat,
    /// (p, l) goes
    Go,
    /// (p, q) thanks
    Thank,
    /// (p, q) helps
    Help,
    /// (p, q, l) meets
    Meet,
    /// (p, q) calls
    Call,
    /// (p, q) greets
    Greet,
    /// (x, p) an animal follows
    Follow,
    /// (p, x) likes an animal
    Like,
    /// (p, y) plays with
    PlayWith,
    /// (p, w) reads
    Read,
    /// (p, x) sees one animal
    See,
    /// (p, n, x) sees several
    SeeMany,
    /// (x, l) an animal is there
    AnimalAt,
    /// (n, x, l) several are there
    AnimalsAt,
    /// (p, f) feels
    Feel,
    /// (p, f) does not feel
    NotFeel,
    /// (p, a) does
    Do,
    /// (a) two people do
    TheyDo,
    /// (p, a) does not
    DidNot,
    /// (p, l) does not go
    NotGo,
    /// (p, o) does not have
    NotHave,
    /// (o, k) has a colour
    HasColour,
    /// (p, f) says how it feels
    SayFeel,
    /// (p, l) says where it will go
    SayGo,
    /// (p, a) says what it will do
    SayDo,
    /// (p, o) says what it wants
    SayWant,
    /// (p, q) says thanks
    SayThanks,
    /// (p, q, o) asks where a thing is
    AskWhere,
    /// (p, o, c) says in which container
    TellIn,
    /// (p, o, l) says at which place
    TellAt,
    /// (p, q, o) says who has it
    TellHas,
    /// (p, o) says that it has it
    TellMine,
    /// (o) question: who has it
    WhoHas,
    /// (p) question: where is the person
    WherePerson,
    /// (o) question: where is the thing
    WhereThing,
    /// (o, q) question: who gave it to that person
    WhoGave,
    /// (o) question: who found it
    WhoFound,
    /// (o) question: who bought it
    WhoBought,
    /// (g) question: who made it
    WhoMade,
    /// (p) question: what does the person have
    WhatHas,
    /// (p, o) question: does the person have it
    HasIt,
    /// (p, l) question: is the person there
    IsAt,
    /// (p, f) question: does the person feel so
    IsFeeling,
    /// (p) question: how does the person feel
    HowFeels,
    /// (o) question: its colour
    WhatColour,
    /// (p, f) question: why does the person feel so
    WhyFeels,
    /// (p) answer: a person
    AnswerPerson,
    /// () answer: nobody
    AnswerNobody,
    /// (l) answer: at a place
    AnswerAt,
    /// (c) answer: in a container
    AnswerIn,
    /// (p) answer: that person has it
    AnswerHolder,
    /// (o) answer: a thing
    AnswerThing,
    /// (f) answer: a feeling
    AnswerFeeling,
    /// (k) answer: a colour
    AnswerColour,
    /// () answer: yes
    AnswerYes,
    /// () answer: no
    AnswerNo,
    /// (q, p, o) answer: somebody gave it
    BecauseGiven,
    /// (p, o) answer: it lost it
    BecauseLost,
    /// (p, o) answer: it found it
    BecauseFound,
    /// (p, g) answer: it made it
    BecauseMade,
    /// (p, e) answer: it ate it
    BecauseAte,
    /// (p, x) answer: it saw an animal
    BecauseSaw,
    /// (q, p) answer: somebody helped
    BecauseHelped,
    /// (p, a) answer: what it did
    BecauseDid,
}

impl Meaning {
    /// Returns the meanings that can answer this one; none unless it is a question.
    pub fn answers(self) -> &'static [Meaning] {
        use Meaning as M;
        match self {
            M::WhoHas => &[M::AnswerPerson, M::AnswerNobody],
            M::WherePerson => &[M::AnswerAt],
            M::WhereThing => &[M::AnswerIn, M::AnswerAt, M::AnswerHolder],
            M::WhoGave | M::WhoFound | M::WhoBought | M::WhoMade => &[M::AnswerPerson],
            M::WhatHas => &[M::AnswerThing],
            M::HasIt | M::IsAt | M::IsFeeling => &[M::AnswerYes, M::AnswerNo],
            M::HowFeels => &[M::AnswerFeeling],
            M::WhatColour => &[M::AnswerColour],
            M::WhyFeels => &[
                M::BecauseGiven,
                M::BecauseLost,
                M::BecauseFound,
                M::BecauseMade,
                M::BecauseAte,
                M::BecauseSaw,
                M::BecauseHelped,
                M::BecauseDid,
            ],
            _ => &[],
        }
    }

    /// Returns whether this is a question to the reader.
    pub fn is_question(self) -> bool {
        !self.answers().is_empty()
    }

    /// Returns whether this is an answer to the reader's question.
    pub fn is_answer(self) -> bool {
        self >= Meaning::AnswerPerson
    }
}

const UNFILLED: u8 = u8::MAX;

/// A meaning with its roles filled; a filler is an index into the table of its category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Event {
    /// What is said.
    pub meaning: Meaning,
    roles: [u8; 26],
}

impl Event {
    /// Returns an event with the given roles filled.
    ///
    /// ```
    /// use llm_atlas::village::{Event, Meaning};
    /// let event = Event::new(Meaning::Had, &[('p', 0), ('o', 3)]);
    /// assert_eq!(event.get('o'), Some(3));
    /// assert_eq!(event.get('q'), None);
    /// ```
    pub fn new(meaning: Meaning, fillers: &[(char, u8)]) -> Self {
        let mut event = Self {
            meaning,
            roles: [UNFILLED; 26],
        };
        for &(role, filler) in fillers {
            event.set(role, filler);
        }
        event
    }

    /// Returns what fills `role`, if anything does.
    pub fn get(&self, role: char) -> Option<u8> {
        let filler = self.roles[role_index(role)];
        (filler != UNFILLED).then_some(filler)
    }

    /// Fills `role`.
    pub fn set(&mut self, role: char, filler: u8) {
        self.roles[role_index(role)] = filler;
    }

    /// Empties `role`.
    pub fn clear(&mut self, role: char) {
        self.roles[role_index(role)] = UNFILLED;
    }

    /// Returns the fillers of the given roles, in that order.
    pub fn fillers(&self, roles: &'static str) -> impl Iterator<Item = u8> + '_ {
        roles.chars().filter_map(|role| self.get(role))
    }

    /// Adds the event to a text that says nothing else, so that equal texts mean equal events.
    pub(super) fn write_key(&self, text: &mut String) {
        text.push_str(&format!("{:?}", self.meaning));
        for (index, &filler) in self.roles.iter().enumerate() {
            if filler != UNFILLED {
                text.push_str(&format!(" {}{filler}", char::from(b'a' + index as u8)));
            }
        }
        text.push('.');
    }

    /// Returns the people in the event.
    pub fn people(&self) -> impl Iterator<Item = u8> + '_ {
        self.fillers("pqrs")
    }

    /// Returns the thing in the event, whatever its role is called.
    pub fn thing(&self) -> Option<u8> {
        self.fillers("oegwy").next()
    }
}

/// # Panics
/// If `role` is not a lower-case letter.
fn role_index(role: char) -> usize {
    assert!(role.is_ascii_lowercase(), "a role is a lower-case letter");
    usize::from(role as u8 - b'a')
}
