//! The languages of the page. Strings live beside the view they belong to, one `const` per
//! language, so that a missing translation does not compile.

use serde::{Deserialize, Serialize};

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

impl Language {
    /// `en` or `ko`, as in the URL and in the document's `lang`.
    pub fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Ko => "ko",
        }
    }

    /// The text of this language out of a pair.
    pub fn pick<T>(self, en: T, ko: T) -> T {
        match self {
            Language::En => en,
            Language::Ko => ko,
        }
    }
}
