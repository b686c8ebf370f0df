//! The forms a word takes in a slot, and the forms of the verbs.

use super::template::Language;
use crate::village::event::Category;
use crate::village::hangul::{Particle, infinitive, past_stem, prospective};
use crate::village::lexicon::{
    ACTIVITIES, ANIMALS, COLOURS, CONTAINERS, DAYTIMES, FEELINGS, FIRST_PRONOUN, NUMBERS, PEOPLE,
    PLACES, THINGS, Thing, VERBS, Verb,
};

/// Returns the word of every filler of `category` in `form`, by index; empty where a filler has
/// no such form.
///
/// # Panics
/// If the language has no such form of the category.
pub(super) fn surfaces(language: Language, category: Category, form: &str) -> Vec<String> {
    match language {
        Language::English => english(category, form),
        Language::Korean => korean(category, form),
    }
}

/// Returns `form` if the words of `category` have it, else the form they have in the lexicon.
pub(super) fn form_or_bare(language: Language, category: Category, form: &str) -> &str {
    let is_verbal = matches!(category, Category::Feeling | Category::Activity);
    let has_form = match language {
        Language::Korean if is_verbal => matches!(form, "" | "not" | "now"),
        Language::Korean => matches!(form, "" | "은" | "이" | "을" | "과" | "으로"),
        Language::English => match category {
            Category::Person | Category::Daytime | Category::Activity => form.is_empty(),
            Category::Feeling | Category::Colour | Category::Number => matches!(form, "" | "Cap"),
            _ => matches!(form, "" | "a" | "the" | "The"),
        },
    };
    if has_form { form } else { "" }
}

/// Returns the form of a verb of the table.
///
/// # Panics
/// If there is no such verb or form.
pub(super) fn verb_form(language: Language, name: &str, form: &str) -> String {
    let verb = VERBS
        .iter()
        .find(|verb| verb.base == name)
        .unwrap_or_else(|| panic!("no verb {name}"));
    match language {
        Language::English => english_verb(verb, form),
        Language::Korean => korean_stem(verb.stem, verb.class, form),
    }
}

fn english_verb(verb: &Verb, form: &str) -> String {
    match form {
        "" => verb.past.to_string(),
        "base" => verb.base.to_string(),
        _ => panic!("no form {form} of an English verb"),
    }
}

fn korean_stem(stem: &str, class: crate::village::hangul::StemClass, form: &str) -> String {
    match form {
        "" => format!("{}다", past_stem(stem, class)),
        "asked" => format!("{}어", past_stem(stem, class)),
        "now" => infinitive(stem, class),
        "not" => format!("{stem}지 않았다"),
        "will" => format!("{} 거야", prospective(stem, class)),
        _ => panic!("no form {form} of a Korean stem"),
    }
}

fn is_member(thing: &Thing, category: Category) -> bool {
    match category {
        Category::Food => thing.is_food,
        Category::Made => thing.is_made,
        Category::Readable => thing.is_read,
        Category::Toy => thing.is_toy,
        _ => true,
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    }
}

fn english_noun(noun: &str, plural: &str, form: &str) -> String {
    match form {
        "" => noun.to_string(),
        "a" => format!("{} {noun}", article(noun)),
        "the" => format!("the {noun}"),
        "The" => format!("The {noun}"),
        "s" => plural.to_string(),
        _ => panic!("no form {form} of an English noun"),
    }
}

fn english(category: Category, form: &str) -> Vec<String> {
    match category {
        Category::Person => (0..FIRST_PRONOUN + 2)
            .map(|person| {
                let known = PEOPLE.get(usize::from(person));
                let female = known.map_or(person > FIRST_PRONOUN, |known| known.is_female);
                match (form, known) {
                    ("", Some(known)) | ("they", Some(known)) => known.english,
                    ("", None) | ("him" | "he", Some(_)) => "",
                    ("they" | "he", None) if female => "She",
                    ("they" | "he", None) => "He",
                    ("his", _) if female => "her",
                    ("his", _) => "his",
                    ("him", None) if female => "her",
                    ("him", None) => "him",
                    _ => panic!("no form {form} of an English name"),
                }
                .to_string()
            })
            .collect(),
        Category::Thing | Category::Food | Category::Made | Category::Readable | Category::Toy => {
            THINGS
                .iter()
                .map(|thing| match is_member(thing, category) {
                    true => english_noun(thing.english, "", form),
                    false => String::new(),
                })
                .collect()
        }
        Category::Place => PLACES
            .iter()
            .map(|place| match form {
                "at" => format!("{} the {}", place.preposition, place.english),
                "At" => {
                    let (first, rest) = place.preposition.split_at(1);
                    format!("{}{rest} the {}", first.to_uppercase(), place.english)
                }
                _ => english_noun(place.english, "", form),
            })
            .collect(),
        Category::Container => CONTAINERS
            .iter()
            .map(|container| english_noun(container.english, "", form))
            .collect(),
        Category::Animal => ANIMALS
            .iter()
            .map(|animal| english_noun(animal.english, animal.plural, form))
            .collect(),
        Category::Feeling => FEELINGS
            .iter()
            .map(|feeling| capitalised(feeling.english, form))
            .collect(),
        Category::Activity => ACTIVITIES
            .iter()
            .map(|activity| english_verb(activity, form))
            .collect(),
        Category::Number => NUMBERS
            .iter()
            .map(|number| capitalised(number.english, form))
            .collect(),
        Category::Colour => COLOURS
            .iter()
            .map(|colour| capitalised(colour.english, form))
            .collect(),
        Category::Daytime => DAYTIMES
            .iter()
            .map(|daytime| match form {
                "Cap" => daytime.english_first.to_string(),
                _ => daytime.english.to_string(),
            })
            .collect(),
    }
}

/// Returns the word as it is, or with form `Cap` as a sentence begins with it.
fn capitalised(word: &str, form: &str) -> String {
    match form {
        "" => word.to_string(),
        "Cap" => {
            let (first, rest) = word.split_at(1);
            format!("{}{rest}", first.to_uppercase())
        }
        _ => panic!("no form {form} of an English adjective"),
    }
}

fn with_particle(word: &str, form: &str) -> String {
    let particle = match form {
        "" => return word.to_string(),
        "은" => Particle::Topic,
        "이" => Particle::Subject,
        "을" => Particle::Object,
        "과" => Particle::And,
        "으로" => Particle::Toward,
        "이야" => Particle::IsCasual,
        "이었다" => Particle::WasPlain,
        _ => panic!("no particle {form}"),
    };
    particle.attach(word)
}

fn korean(category: Category, form: &str) -> Vec<String> {
    let nouns: Vec<&str> = match category {
        Category::Person => PEOPLE.iter().map(|person| person.korean).collect(),
        Category::Thing | Category::Food | Category::Made | Category::Readable | Category::Toy => {
            return THINGS
                .iter()
                .map(|thing| match is_member(thing, category) {
                    true => with_particle(thing.korean, form),
                    false => String::new(),
                })
                .collect();
        }
        Category::Place => PLACES.iter().map(|place| place.korean).collect(),
        Category::Container => CONTAINERS
            .iter()
            .map(|container| container.korean)
            .collect(),
        Category::Animal => ANIMALS.iter().map(|animal| animal.korean).collect(),
        Category::Colour => COLOURS.iter().map(|colour| colour.korean).collect(),
        Category::Number => NUMBERS.iter().map(|number| number.korean).collect(),
        Category::Daytime => DAYTIMES.iter().map(|daytime| daytime.korean).collect(),
        Category::Feeling => {
            return FEELINGS
                .iter()
                .map(|feeling| korean_stem(feeling.stem, feeling.class, form))
                .collect();
        }
        Category::Activity => {
            return ACTIVITIES
                .iter()
                .map(|activity| korean_stem(activity.stem, activity.class, form))
                .collect();
        }
    };
    nouns.iter().map(|noun| with_particle(noun, form)).collect()
}
