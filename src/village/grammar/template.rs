//! Patterns compiled into pieces, and said.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::{english, korean, surface};
use crate::village::event::{Category, Event, Meaning};

/// A language of the village.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English
    English,
    /// Korean
    Korean,
}

impl Language {
    /// Returns the language that this one is translated into.
    pub fn other(self) -> Self {
        match self {
            Self::English => Self::Korean,
            Self::Korean => Self::English,
        }
    }
}

/// A row of a template table.
pub(super) struct Row {
    pub meaning: Meaning,
    /// How often it is chosen among its meaning's rows; 0: held out of training.
    pub weight: u32,
    pub pattern: &'static str,
}

pub(super) const fn row(meaning: Meaning, weight: u32, pattern: &'static str) -> Row {
    Row {
        meaning,
        weight,
        pattern,
    }
}

/// A part of a template.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    Literal(String),
    /// The word for each filler of the role, in the slot's form; empty where there is none.
    Slot {
        role: char,
        form: String,
        surfaces: Arc<Vec<String>>,
    },
}

/// A way to say a meaning.
#[derive(Debug, Clone)]
pub struct Template {
    /// What it says.
    pub meaning: Meaning,
    /// How often it is chosen among the templates of its meaning; 0 if held out.
    pub weight: u32,
    /// Whether training never sees it.
    pub is_held_out: bool,
    /// Whether a pronoun can stand for the person `p`.
    pub takes_pronoun: bool,
    /// Where in the language's table it stands, counted from 0.
    pub index: usize,
    pub(super) pieces: Vec<Piece>,
}

/// Every template of one language.
#[derive(Debug)]
pub struct Grammar {
    language: Language,
    templates: Vec<Template>,
    by_meaning: HashMap<Meaning, (Vec<usize>, Vec<usize>)>,
}

impl Grammar {
    /// Returns the grammar of `language`, compiled once.
    pub fn of(language: Language) -> &'static Grammar {
        static ENGLISH: OnceLock<Grammar> = OnceLock::new();
        static KOREAN: OnceLock<Grammar> = OnceLock::new();
        match language {
            Language::English => ENGLISH.get_or_init(|| Self::compile(language, english::ROWS)),
            Language::Korean => KOREAN.get_or_init(|| Self::compile(language, korean::ROWS)),
        }
    }

    fn compile(language: Language, rows: &[Row]) -> Self {
        let mut cache = HashMap::new();
        let mut by_meaning: HashMap<Meaning, (Vec<usize>, Vec<usize>)> = HashMap::new();
        let mut templates = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            let pieces = compile_pattern(language, row.pattern, &mut cache);
            let lists = by_meaning.entry(row.meaning).or_default();
            if row.weight == 0 {
                lists.1.push(index);
            } else {
                lists.0.push(index);
            }
            templates.push(Template {
                meaning: row.meaning,
                weight: row.weight,
                is_held_out: row.weight == 0,
                takes_pronoun: row.pattern.contains(":they}"),
                index,
                pieces,
            });
        }
        Self {
            language,
            templates,
            by_meaning,
        }
    }

    /// Returns the language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Returns every template, held out or not.
    pub fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// Returns the templates that say `meaning`: those of training, or those held out of it.
    pub fn choices(&self, meaning: Meaning, held_out: bool) -> &[usize] {
        match self.by_meaning.get(&meaning) {
            Some((_, rare)) if held_out => rare,
            Some((common, _)) => common,
            None => &[],
        }
    }

    /// Adds to `text` the sentence that says `event` by `template`.
    pub fn say(&self, template: &Template, event: &Event, text: &mut String) {
        for piece in &template.pieces {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Slot { role, surfaces, .. } => {
                    let filler = event.get(*role).map(usize::from);
                    debug_assert!(filler.is_some(), "{:?} leaves {role} empty", event.meaning);
                    if let Some(surface) = filler.and_then(|f| surfaces.get(f)) {
                        debug_assert!(!surface.is_empty(), "{event:?} has no form for {role}");
                        text.push_str(surface);
                    }
                }
            }
        }
    }
}

impl Template {
    /// Returns the roles of the template's slots, in order.
    pub(in crate::village) fn slots(&self) -> impl Iterator<Item = char> + '_ {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Slot { role, .. } => Some(*role),
            Piece::Literal(_) => None,
        })
    }

    /// Returns where the words of each slot stand in the sentence that says `event`, in bytes.
    pub(in crate::village) fn slot_spans(&self, event: &Event) -> Vec<(char, Range<usize>)> {
        let mut spans = Vec::new();
        let mut position = 0;
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => position += literal.len(),
                Piece::Slot { role, surfaces, .. } => {
                    let filler = event.get(*role).map(usize::from);
                    let length = filler.and_then(|f| surfaces.get(f)).map_or(0, String::len);
                    spans.push((*role, position..position + length));
                    position += length;
                }
            }
        }
        spans
    }

    /// Returns the sentence with the words of `role` replaced by word number `filler` of
    /// `category`, in the same form where it has that form, else as it is in the lexicon.
    pub(in crate::village) fn say_swapped(
        &self,
        language: Language,
        event: &Event,
        role: char,
        category: Category,
        filler: u8,
    ) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Slot {
                    role: own, form, ..
                } if *own == role => {
                    let form = surface::form_or_bare(language, category, form);
                    let words = surface::surfaces(language, category, form);
                    text.push_str(words.get(usize::from(filler)).map_or("", String::as_str));
                }
                Piece::Slot { role, surfaces, .. } => {
                    let filler = event.get(*role).map(usize::from);
                    text.push_str(
                        filler
                            .and_then(|f| surfaces.get(f))
                            .map_or("", String::as_str),
                    );
                }
            }
        }
        text
    }
}

type SurfaceCache = HashMap<(Category, String), Arc<Vec<String>>>;

/// # Panics
/// If the pattern is malformed: the tables are constants, and a test compiles them all.
fn compile_pattern(language: Language, pattern: &str, cache: &mut SurfaceCache) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = pattern;
    while let Some(start) = rest.find(['{', '[']) {
        literal.push_str(&rest[..start]);
        let is_slot = rest.as_bytes()[start] == b'{';
        let end = rest
            .find(if is_slot { '}' } else { ']' })
            .unwrap_or_else(|| panic!("unclosed slot in {pattern}"));
        let inside = &rest[start + 1..end];
        let (name, form) = inside.split_once(':').unwrap_or((inside, ""));
        if is_slot {
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            let role = name.chars().next().unwrap_or(' ');
            let category =
                Category::of_role(role).unwrap_or_else(|| panic!("no role {name} in {pattern}"));
            let surfaces = cache
                .entry((category, form.to_string()))
                .or_insert_with(|| Arc::new(surface::surfaces(language, category, form)))
                .clone();
            pieces.push(Piece::Slot {
                role,
                form: form.to_string(),
                surfaces,
            });
        } else {
            literal.push_str(&surface::verb_form(language, name, form));
        }
        rest = &rest[end + 1..];
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    pieces
}
