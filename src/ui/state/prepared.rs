//! What the box holds when nobody has typed yet: a sentence for each kind of model to work on.

use crate::protocol::Architecture;
use crate::ui::i18n::Language;

/// A blank as it is typed. The space before it is part of it, as that before a word is part of its token.
pub const BLANK: &str = "[MASK]";

/// What a model without a tokenizer reads: ids.
pub const PREPARED_IDS: &str = "3 1 4 1 5 9 2 6";

/// A sentence that goes on.
const BEGUN: [&str; 2] = [
    "Mina gave the apple to Jun. Jun thanked",
    "미나가 준에게 사과를 주었다. 준은",
];
/// Two sentences with a blank in each, and before them what fills the first one.
const WITH_BLANKS: [&str; 2] = [
    "Mina had an apple. Mina gave the [MASK] to Jun. [MASK] thanked Mina.",
    "미나는 사과를 가지고 있었다. 미나가 준에게 [MASK]를 주었다. 준은 [MASK]에게 고마워했다.",
];
/// Two sentences to translate.
const WHOLE: [&str; 2] = [
    "Mina gave the apple to Jun. Jun thanked Mina.",
    "미나가 준에게 사과를 주었다. 준은 미나에게 고마워했다.",
];

/// The prepared sentence of a language for a model that goes on with it.
pub fn prepared_text(language: Language) -> &'static str {
    prepared_for(Architecture::Decoder, language)
}

/// The prepared sentence of a language for a kind of model.
pub fn prepared_for(architecture: Architecture, language: Language) -> &'static str {
    let [en, ko] = match architecture {
        Architecture::Decoder | Architecture::Recurrent => BEGUN,
        Architecture::Encoder => WITH_BLANKS,
        Architecture::EncoderDecoder => WHOLE,
    };
    language.pick(en, ko)
}
