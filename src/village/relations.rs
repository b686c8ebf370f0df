//! Relations between words: pairs by family, words by kind, and a glossary that tells of them.
//!
//! What word vectors are measured by (analogies, Mikolov, Yih and Zweig 2013,
//! <https://aclanthology.org/N13-1090>). Only what a training may read is here: facts and opposites
//! that are held out elsewhere have no pair.

use super::grammar::Language;
use super::lexicon::{ACTIVITIES, ANIMALS, COLOURS, CONTAINERS, FEELINGS, PEOPLE, PLACES, THINGS};
use super::slices::{OPPOSITES, Relation, almanac, english_plural, is_held_out_opposite};

/// A kind of pairs that stand to each other in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RelationFamily {
    /// A workshop and what it makes: `mill : flour`.
    Maker,
    /// One and several: `apple : apples`.
    Plural,
    /// A person and the place by which they live: `Mina : river`.
    Home,
    /// A person and the animal they keep: `Jiho : rabbit`.
    Pet,
    /// An adjective and its opposite: `big : small`.
    Opposite,
    /// A word in Korean and in English: `사과 : apple`.
    Translation,
}

impl RelationFamily {
    /// Every family.
    pub const ALL: [RelationFamily; 6] = [
        Self::Maker,
        Self::Plural,
        Self::Home,
        Self::Pet,
        Self::Opposite,
        Self::Translation,
    ];

    /// Returns the family's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Maker => "maker : thing",
            Self::Plural => "singular : plural",
            Self::Home => "name : home",
            Self::Pet => "name : pet",
            Self::Opposite => "adjective : opposite",
            Self::Translation => "ko : en",
        }
    }

    /// Returns the pairs of the family in a language (a translation has no language, and comes
    /// with Korean; only English has plurals), each of two single words in lower case.
    ///
    /// ```
    /// use llm_atlas::village::{Language, RelationFamily};
    /// let pairs = RelationFamily::Plural.pairs(Language::English);
    /// assert!(pairs.contains(&("fox".into(), "foxes".into())));
    /// ```
    pub fn pairs(self, language: Language) -> Vec<(String, String)> {
        let is_english = language == Language::English;
        let pairs: Vec<(&str, String)> = match self {
            Self::Maker => told(Relation::Product, language),
            Self::Home => told(Relation::Home, language),
            Self::Pet => told(Relation::Pet, language),
            Self::Plural if is_english => countable()
                .map(|(english, _)| (english, english_plural(english)))
                .collect(),
            Self::Translation if !is_english => nouns()
                .into_iter()
                .flat_map(|(_, words)| words)
                .map(|(english, korean)| (korean, english.to_owned()))
                .collect(),
            Self::Opposite => told_opposites()
                .map(|[one, other, one_korean, other_korean]| match language {
                    Language::English => (one, other.to_owned()),
                    Language::Korean => (one_korean, other_korean.to_owned()),
                })
                .collect(),
            Self::Plural | Self::Translation => Vec::new(),
        };
        pairs
            .into_iter()
            .map(|(a, b)| (a.to_lowercase(), b.to_lowercase()))
            .filter(|(a, b)| !a.contains(' ') && !b.contains(' '))
            .collect()
    }
}

/// The told facts of a relation.
fn told(relation: Relation, language: Language) -> Vec<(&'static str, String)> {
    almanac()
        .iter()
        .filter(|fact| fact.relation == relation && fact.is_told())
        .filter_map(|fact| fact.nouns(language))
        .map(|(subject, value)| (subject, value.to_owned()))
        .collect()
}

fn told_opposites() -> impl Iterator<Item = [&'static str; 4]> {
    let told = |index: &usize| !is_held_out_opposite(*index);
    (0..OPPOSITES.len())
        .filter(told)
        .map(|index| OPPOSITES[index])
}

type Pair = (&'static str, &'static str);

/// Nouns that have a plural, English and Korean.
fn countable() -> impl Iterator<Item = Pair> {
    let things = THINGS.iter().map(|word| (word.english, word.korean));
    let containers = CONTAINERS.iter().map(|word| (word.english, word.korean));
    let animals = ANIMALS.iter().map(|word| (word.english, word.korean));
    things.chain(containers).chain(animals)
}

/// Names, nouns and colours by kind, English and Korean.
fn nouns() -> [(&'static str, Vec<Pair>); 6] {
    let people = PEOPLE.iter().map(|word| (word.english, word.korean));
    let things = THINGS.iter().map(|word| (word.english, word.korean));
    let containers = CONTAINERS.iter().map(|word| (word.english, word.korean));
    let places = PLACES.iter().map(|word| (word.english, word.korean));
    let animals = ANIMALS.iter().map(|word| (word.english, word.korean));
    let colours = COLOURS.iter().map(|word| (word.english, word.korean));
    [
        ("people", people.collect()),
        ("things", things.collect()),
        ("containers", containers.collect()),
        ("places", places.collect()),
        ("animals", animals.collect()),
        ("colours", colours.collect()),
    ]
}

/// Returns the words of both languages by kind, in lower case, plurals with their singulars.
///
/// ```
/// use llm_atlas::village::word_categories;
/// let (name, animals) = &word_categories()[4];
/// assert_eq!(*name, "animals");
/// assert!(animals.contains(&"foxes".to_string()) && animals.contains(&"여우".to_string()));
/// ```
pub fn word_categories() -> Vec<(&'static str, Vec<String>)> {
    let mut categories: Vec<(&str, Vec<String>)> = nouns()
        .into_iter()
        .map(|(name, words)| {
            let has_plural = matches!(name, "things" | "containers" | "animals");
            let forms = words.into_iter().flat_map(|(english, korean)| {
                let plural = has_plural.then(|| english_plural(english));
                [english.to_owned(), korean.to_owned()]
                    .into_iter()
                    .chain(plural)
            });
            (name, forms.map(|word| word.to_lowercase()).collect())
        })
        .collect();
    let feelings = FEELINGS.iter().map(|word| word.english.to_owned());
    categories.push(("feelings", feelings.collect()));
    let activities = ACTIVITIES.iter().map(|word| word.past.to_owned());
    categories.push(("activities", activities.collect()));
    categories
}

/// An entry of the glossary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlossaryEntry {
    /// In English.
    pub english: String,
    /// The same in Korean; none of a plural, which Korean does without.
    pub korean: Option<String>,
}

/// Returns the village's glossary: every noun in singular and plural, every opposite that training
/// may see.
///
/// ```
/// use llm_atlas::village::glossary;
/// assert_eq!(glossary()[0].english, "One apple and one apple are two apples.");
/// let opposites = glossary().pop().unwrap().korean.unwrap();
/// assert_eq!(opposites, "‘깨끗하다’의 반대말은 ‘더럽다’, ‘더럽다’의 반대말은 ‘깨끗하다’.");
/// ```
pub fn glossary() -> Vec<GlossaryEntry> {
    let plurals = countable().map(|(english, _)| {
        let plural = english_plural(english);
        GlossaryEntry {
            english: format!("One {english} and one {english} are two {plural}."),
            korean: None,
        }
    });
    let opposites = told_opposites().map(|[one, other, one_korean, other_korean]| GlossaryEntry {
        english: format!("The opposite of {one} is {other}, the opposite of {other} is {one}."),
        korean: Some(format!(
            "‘{one_korean}’의 반대말은 ‘{other_korean}’, ‘{other_korean}’의 반대말은 ‘{one_korean}’."
        )),
    });
    plurals.chain(opposites).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_has_pairs_and_no_word_is_of_two_kinds() {
        for family in RelationFamily::ALL {
            let english = family.pairs(Language::English);
            let korean = family.pairs(Language::Korean);
            assert!(english.len() + korean.len() >= 8, "{family:?}");
        }
        let mut seen = std::collections::HashSet::new();
        for (name, words) in word_categories() {
            for word in words {
                assert!(
                    seen.insert(word.clone()),
                    "{word} is of {name} and of another kind"
                );
            }
        }
    }

    #[test]
    fn what_is_held_out_has_no_pair() {
        let homes = RelationFamily::Home.pairs(Language::English);
        assert!(homes.contains(&("mina".into(), "river".into())));
        assert!(
            homes.iter().all(|(name, _)| name != "jun"),
            "his home is held out"
        );
    }
}
