//! Feelings, colours, numbers and times of the day.

use crate::village::hangul::StemClass;

/// A feeling: an adjective in both languages.
#[derive(Debug, Clone, Copy)]
pub struct Feeling {
    /// The adjective in English.
    pub english: &'static str,
    /// The stem in Korean.
    pub stem: &'static str,
    /// How the stem changes.
    pub class: StemClass,
}

const fn adjective(english: &'static str, stem: &'static str, class: StemClass) -> Feeling {
    Feeling {
        english,
        stem,
        class,
    }
}

/// The indices of [`FEELINGS`] by name.
pub mod feeling {
    #![allow(missing_docs, reason = "each name is its own description")]
    pub const GLAD: u8 = 0;
    pub const SAD: u8 = 1;
    pub const ANGRY: u8 = 2;
    pub const AFRAID: u8 = 3;
    pub const TIRED: u8 = 4;
    pub const HUNGRY: u8 = 5;
    pub const PROUD: u8 = 6;
    pub const BORED: u8 = 7;
    pub const LONELY: u8 = 8;
    pub const FULL: u8 = 9;
}

/// Every feeling, in the order of [`feeling`].
pub const FEELINGS: [Feeling; 10] = [
    adjective("glad", "기쁘", StemClass::Regular),
    adjective("sad", "슬프", StemClass::Regular),
    adjective("angry", "화가 나", StemClass::Regular),
    adjective("afraid", "무섭", StemClass::Bieup),
    adjective("tired", "피곤하", StemClass::Hada),
    adjective("hungry", "배가 고프", StemClass::Regular),
    adjective("proud", "뿌듯하", StemClass::Hada),
    adjective("bored", "심심하", StemClass::Hada),
    adjective("lonely", "외롭", StemClass::Bieup),
    adjective("full", "배가 부르", StemClass::Reu),
];

/// A colour.
#[derive(Debug, Clone, Copy)]
pub struct Colour {
    /// The adjective in English.
    pub english: &'static str,
    /// The noun in Korean.
    pub korean: &'static str,
}

const fn colour(english: &'static str, korean: &'static str) -> Colour {
    Colour { english, korean }
}

/// Every colour.
pub const COLOURS: [Colour; 7] = [
    colour("red", "빨간색"),
    colour("blue", "파란색"),
    colour("yellow", "노란색"),
    colour("green", "초록색"),
    colour("white", "하얀색"),
    colour("black", "검은색"),
    colour("brown", "갈색"),
];

/// A number of animals; one is said by the article.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    /// The numeral in English.
    pub english: &'static str,
    /// The numeral in Korean, before a counter.
    pub korean: &'static str,
}

/// The numbers that ask for a plural.
pub const NUMBERS: [Number; 3] = [
    Number {
        english: "two",
        korean: "두",
    },
    Number {
        english: "three",
        korean: "세",
    },
    Number {
        english: "four",
        korean: "네",
    },
];

/// A time of the day.
#[derive(Debug, Clone, Copy)]
pub struct Daytime {
    /// The phrase in English, as inside a sentence.
    pub english: &'static str,
    /// The phrase in English, at its beginning.
    pub english_first: &'static str,
    /// The phrase in Korean.
    pub korean: &'static str,
}

const fn daytime(
    english: &'static str,
    english_first: &'static str,
    korean: &'static str,
) -> Daytime {
    Daytime {
        english,
        english_first,
        korean,
    }
}

/// Every time of the day.
pub const DAYTIMES: [Daytime; 4] = [
    daytime("in the morning", "In the morning", "아침에"),
    daytime("at noon", "At noon", "낮에"),
    daytime("in the evening", "In the evening", "저녁에"),
    daytime("at night", "At night", "밤에"),
];
