//! Adjectives and their opposites.

use crate::village::grammar::Language;

/// Pairs of opposites: English, English, Korean, Korean.
pub(in crate::village) const OPPOSITES: [[&str; 4]; 20] = [
    ["big", "small", "크다", "작다"],
    ["long", "short", "길다", "짧다"],
    ["hot", "cold", "뜨겁다", "차갑다"],
    ["fast", "slow", "빠르다", "느리다"],
    ["high", "low", "높다", "낮다"],
    ["wet", "dry", "젖다", "마르다"],
    ["good", "bad", "좋다", "나쁘다"],
    ["heavy", "light", "무겁다", "가볍다"],
    ["strong", "weak", "강하다", "약하다"],
    ["near", "far", "가깝다", "멀다"],
    ["early", "late", "이르다", "늦다"],
    ["wide", "narrow", "넓다", "좁다"],
    ["thick", "thin", "두껍다", "얇다"],
    ["bright", "dark", "밝다", "어둡다"],
    ["hard", "soft", "딱딱하다", "부드럽다"],
    ["loud", "quiet", "시끄럽다", "조용하다"],
    ["deep", "shallow", "깊다", "얕다"],
    ["easy", "difficult", "쉽다", "어렵다"],
    ["sharp", "dull", "날카롭다", "무디다"],
    ["clean", "dirty", "깨끗하다", "더럽다"],
];

/// Returns the words of a pair in one language.
pub(super) fn pair(language: Language, index: usize) -> [&'static str; 2] {
    let [one, two, one_korean, two_korean] = OPPOSITES[index];
    match language {
        Language::English => [one, two],
        Language::Korean => [one_korean, two_korean],
    }
}

/// Returns the word of the opposite meaning.
pub(super) fn opposite_of(language: Language, word: &str) -> Option<&'static str> {
    (0..OPPOSITES.len()).find_map(|index| {
        let [one, two] = pair(language, index);
        match word {
            _ if word == one => Some(two),
            _ if word == two => Some(one),
            _ => None,
        }
    })
}

/// Returns whether training never has the pair.
pub(in crate::village) fn is_held_out_opposite(index: usize) -> bool {
    index % 7 == 3
}
