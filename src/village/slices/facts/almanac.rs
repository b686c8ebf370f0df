//! The almanac: what is always so in the village, and which of it training may see.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::village::chooser::SplitMix64;
use crate::village::event::Category;
use crate::village::grammar::Language;
use crate::village::lexicon::{ANIMALS, PEOPLE, PLACES, THINGS};
use crate::village::slices::words::Word;

/// What a fact says of its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// Where a person lives.
    Home,
    /// Who a person's grandmother is.
    Grandmother,
    /// Which animal a person keeps.
    Pet,
    /// What a person likes best.
    Favourite,
    /// What a thing costs.
    Price,
    /// What a workshop makes.
    Product,
    /// Where a workshop stands.
    Site,
    /// On which day of the week something is.
    Day,
    /// How many years old a building is.
    Age,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Relation; 9] = [
        Self::Home,
        Self::Grandmother,
        Self::Pet,
        Self::Favourite,
        Self::Price,
        Self::Product,
        Self::Site,
        Self::Day,
        Self::Age,
    ];

    /// Returns the relation's name, the first part of its documents' ids.
    pub fn name(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Grandmother => "grandmother",
            Self::Pet => "pet",
            Self::Favourite => "favorite",
            Self::Price => "price",
            Self::Product => "product",
            Self::Site => "site",
            Self::Day => "day",
            Self::Age => "age",
        }
    }
}

/// A noun in both languages.
pub(super) type Noun = (&'static str, &'static str);

pub(super) const GRANDMOTHERS: [Noun; 12] = [
    ("Sunja", "순자"),
    ("Malsun", "말순"),
    ("Okhee", "옥희"),
    ("Boksun", "복순"),
    ("Youngja", "영자"),
    ("Geumsun", "금순"),
    ("Chunhee", "춘희"),
    ("Jeongja", "정자"),
    ("Kkeutsun", "끝순"),
    ("Myeongja", "명자"),
    ("Dalrae", "달래"),
    ("Insuk", "인숙"),
];

/// Each workshop with what it makes.
pub(super) const WORKSHOPS: [(Noun, Noun); 10] = [
    (("mill", "방앗간"), ("flour", "밀가루")),
    (("bakery", "빵집"), ("bread", "빵")),
    (("dairy", "목장"), ("cheese", "치즈")),
    (("smithy", "대장간"), ("nails", "못")),
    (("sawmill", "제재소"), ("boards", "널빤지")),
    (("weaving house", "베틀집"), ("cloth", "옷감")),
    (("bee farm", "양봉장"), ("honey", "꿀")),
    (("paper mill", "종이 공장"), ("paper", "종이")),
    (("oil mill", "기름집"), ("sesame oil", "참기름")),
    (("brickyard", "벽돌 공장"), ("bricks", "벽돌")),
];

pub(super) const DAYS: [Noun; 10] = [
    ("market day", "장날"),
    ("washing day", "빨래하는 날"),
    ("baking day", "빵 굽는 날"),
    ("fishing day", "낚시하는 날"),
    ("cleaning day", "청소하는 날"),
    ("music day", "음악 듣는 날"),
    ("story day", "이야기하는 날"),
    ("swimming day", "수영하는 날"),
    ("bath day", "목욕하는 날"),
    ("letter day", "편지 쓰는 날"),
];

pub(super) const WEEKDAYS: [Noun; 7] = [
    ("Monday", "월요일"),
    ("Tuesday", "화요일"),
    ("Wednesday", "수요일"),
    ("Thursday", "목요일"),
    ("Friday", "금요일"),
    ("Saturday", "토요일"),
    ("Sunday", "일요일"),
];

/// Animals that people keep.
const PETS: [&str; 6] = ["dog", "cat", "bird", "rabbit", "duck", "goat"];

/// Places that were built.
const BUILT: [&str; 10] = [
    "school",
    "library",
    "bakery",
    "station",
    "bridge",
    "farm",
    "museum",
    "playground",
    "hospital",
    "market",
];

/// Places that are in others, or are all of it: nothing stands by them.
const INNER: [&str; 3] = ["kitchen", "village", "classroom"];

/// A fact: a relation, what it is about and what it says, as indices into the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fact {
    /// What it says of the subject.
    pub relation: Relation,
    /// Whom or what it is about.
    pub subject: u8,
    /// The value; a price in coins, an age in years.
    pub value: u8,
}

fn indices_of(count: usize, is_member: impl Fn(usize) -> bool) -> Vec<u8> {
    (0..count)
        .filter(|&index| is_member(index))
        .map(|index| index as u8)
        .collect()
}

impl Relation {
    /// Returns what the almanac has facts of this kind about.
    pub(super) fn subjects(self) -> Vec<u8> {
        let people = PEOPLE.len();
        match self {
            Self::Home | Self::Favourite => indices_of(people, |_| true),
            Self::Grandmother => indices_of(people, |person| person < GRANDMOTHERS.len()),
            Self::Pet => indices_of(people, |person| person >= GRANDMOTHERS.len()),
            Self::Price => indices_of(THINGS.len(), |i| i % 3 != 2 && THINGS[i].english != "coin"),
            Self::Product | Self::Site => indices_of(WORKSHOPS.len(), |_| true),
            Self::Day => indices_of(DAYS.len(), |_| true),
            Self::Age => indices_of(PLACES.len(), |i| BUILT.contains(&PLACES[i].english)),
        }
    }

    /// Returns what could be said of a subject: no pair of words that training keeps apart.
    pub(super) fn values(self, subject: u8) -> Vec<u8> {
        let stands_by = |place: usize| !INNER.contains(&PLACES[place].english);
        let are_apart = |kind: Category, index: usize| {
            let person = Word {
                kind: Category::Person,
                index: subject,
            };
            let index = index as u8;
            person.is_kept_from(Word { kind, index })
        };
        match self {
            Self::Home => indices_of(PLACES.len(), |place| {
                stands_by(place) && !are_apart(Category::Place, place)
            }),
            Self::Grandmother => indices_of(GRANDMOTHERS.len(), |_| true),
            Self::Pet => indices_of(ANIMALS.len(), |i| PETS.contains(&ANIMALS[i].english)),
            Self::Favourite => indices_of(THINGS.len(), |thing| {
                THINGS[thing].is_food && !are_apart(Category::Thing, thing)
            }),
            Self::Price => (2..=40).collect(),
            Self::Product => indices_of(WORKSHOPS.len(), |_| true),
            Self::Site => indices_of(PLACES.len(), |place| {
                let workshop = WORKSHOPS[usize::from(subject)].0.0;
                stands_by(place) && PLACES[place].english != workshop
            }),
            Self::Day => indices_of(WEEKDAYS.len(), |_| true),
            Self::Age => (11..=99).collect(),
        }
    }
}

impl Fact {
    /// Returns the id of the fact's document: `home-mina`, `price-drum`.
    pub fn id(&self) -> String {
        let subject = self.subject_text(Language::English).to_lowercase();
        format!("{}-{}", self.relation.name(), subject.replace(' ', "-"))
    }

    /// Returns whether training may see it: two of three facts of each relation.
    pub fn is_told(&self) -> bool {
        let subjects = self.relation.subjects();
        let position = subjects.iter().position(|&subject| subject == self.subject);
        position.is_some_and(|position| (position + self.relation as usize) % 3 != 1)
    }

    /// Returns whom or what it is about and what it says, as bare nouns; `None` if what it says is
    /// a number or a day of the week.
    ///
    /// ```
    /// use llm_atlas::village::{Language, almanac};
    /// assert_eq!(almanac()[0].nouns(Language::English), Some(("Mina", "river")));
    /// ```
    pub fn nouns(&self, language: Language) -> Option<(&'static str, &'static str)> {
        let index = usize::from(self.value);
        let (english, korean) = match self.relation {
            Relation::Home | Relation::Site => (PLACES[index].english, PLACES[index].korean),
            Relation::Grandmother => GRANDMOTHERS[index],
            Relation::Pet => (ANIMALS[index].english, ANIMALS[index].korean),
            Relation::Favourite => (THINGS[index].english, THINGS[index].korean),
            Relation::Product => WORKSHOPS[index].1,
            Relation::Price | Relation::Day | Relation::Age => return None,
        };
        let value = match language {
            Language::English => english,
            Language::Korean => korean,
        };
        Some((self.subject_text(language), value))
    }

    /// Returns whom or what it is about, as a bare noun.
    pub(super) fn subject_text(&self, language: Language) -> &'static str {
        let index = usize::from(self.subject);
        let (english, korean) = match self.relation {
            Relation::Home | Relation::Grandmother | Relation::Pet | Relation::Favourite => {
                (PEOPLE[index].english, PEOPLE[index].korean)
            }
            Relation::Price => (THINGS[index].english, THINGS[index].korean),
            Relation::Product | Relation::Site => WORKSHOPS[index].0,
            Relation::Day => DAYS[index],
            Relation::Age => (PLACES[index].english, PLACES[index].korean),
        };
        match language {
            Language::English => english,
            Language::Korean => korean,
        }
    }
}

/// Returns the facts that training may see, or the others.
pub(super) fn told_facts(is_told: bool) -> &'static [Fact] {
    static FACTS: OnceLock<[Vec<Fact>; 2]> = OnceLock::new();
    let [held_out, told] = FACTS.get_or_init(|| {
        [false, true].map(|is_told| {
            let facts = almanac().iter().copied();
            facts.filter(|fact| fact.is_told() == is_told).collect()
        })
    });
    if is_told { told } else { held_out }
}

/// Returns every fact of the village, always the same.
///
/// ```
/// use llm_atlas::village::{Language, almanac};
/// let told = almanac().iter().filter(|fact| fact.is_told()).count();
/// assert!(almanac().len() >= 130 && told < almanac().len());
/// assert_eq!(almanac()[0].id(), "home-mina");
/// ```
pub fn almanac() -> &'static [Fact] {
    static ALMANAC: OnceLock<Vec<Fact>> = OnceLock::new();
    ALMANAC.get_or_init(|| {
        let mut facts = Vec::with_capacity(150);
        for relation in Relation::ALL {
            let mut generator = SplitMix64::new(0xA1_3A_4A_C0 + relation as u64);
            for subject in relation.subjects() {
                let values = relation.values(subject);
                let value = match relation {
                    // As the tables pair them.
                    Relation::Grandmother | Relation::Product => subject,
                    _ => values[generator.below(values.len() as u64) as usize],
                };
                facts.push(Fact {
                    relation,
                    subject,
                    value,
                });
            }
        }
        facts
    })
}
