//! Particles of Korean that agree with the final consonant of the word before them.

/// A particle with two forms: after a final consonant, after a vowel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Particle {
    /// 은, 는: what the sentence is about.
    Topic,
    /// 이, 가: who does it.
    Subject,
    /// 을, 를: what it is done to.
    Object,
    /// 과, 와: and.
    And,
}

/// `word` (which may stand in quotation marks) followed by the fitting form of the particle.
///
/// ```
/// use llm_atlas::ui::views::korean::{Particle, with_particle};
/// assert_eq!(with_particle("“미나”", Particle::Object), "“미나”를");
/// assert_eq!(with_particle("“준”", Particle::Topic), "“준”은");
/// assert_eq!(with_particle("“Jun”", Particle::Subject), "“Jun”이");
/// ```
pub fn with_particle(word: &str, particle: Particle) -> String {
    let (closed, open) = match particle {
        Particle::Topic => ("은", "는"),
        Particle::Subject => ("이", "가"),
        Particle::Object => ("을", "를"),
        Particle::And => ("과", "와"),
    };
    match has_final_consonant(word) {
        Some(true) => format!("{word}{closed}"),
        Some(false) => format!("{word}{open}"),
        // A mark: it is called a token (토큰), which ends in a consonant.
        None => format!("{word} 토큰{closed}"),
    }
}

/// Whether the last letter is read with a final consonant; `None` if it cannot be told.
fn has_final_consonant(word: &str) -> Option<bool> {
    let mut letters = word.chars().rev().filter(|letter| letter.is_alphanumeric());
    let last = letters.next()?;
    let before =
        [letters.next(), letters.next()].map(|letter| letter.unwrap_or(' ').to_ascii_lowercase());
    let is_vowel = |letter: char| "aeiou".contains(letter);
    match last {
        '가'..='힣' => Some(!(last as u32 - '가' as u32).is_multiple_of(28)),
        'ㄱ'..='ㅎ' => Some(true),
        'ㅏ'..='ㅣ' => Some(false),
        // 영, 일, 삼, 육, 칠, 팔
        '0' | '1' | '3' | '6' | '7' | '8' => Some(true),
        '2' | '4' | '5' | '9' => Some(false),
        // The letters a Korean reader closes the syllable with, and those that need a vowel after them.
        'l' | 'm' | 'n' | 'b' | 'k' | 'p' | 'L' | 'M' | 'N' => Some(true),
        // not, cat; but not boat, test
        't' | 'T' => Some(is_vowel(before[0]) && !is_vowel(before[1])),
        // ring
        'g' | 'G' => Some(before[0] == 'n'),
        // apple, candle; but not whole
        'e' | 'E' => {
            Some(before[0] == 'l' && before[1].is_ascii_alphabetic() && !is_vowel(before[1]))
        }
        'a'..='z' | 'A'..='Z' => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_agree() {
        for (word, expected) in [
            ("“에게”", "“에게”가"),
            ("“준”", "“준”이"),
            ("“apple”", "“apple”이"),
            ("“whole”", "“whole”가"),
            ("“not”", "“not”이"),
            ("“boat”", "“boat”가"),
            ("“ring”", "“ring”이"),
            ("“e”", "“e”가"),
            ("“.”", "“.” 토큰이"),
            ("3", "3이"),
        ] {
            assert_eq!(with_particle(word, Particle::Subject), expected);
        }
    }
}
