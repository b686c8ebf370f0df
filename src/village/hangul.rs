//! Korean letters: syllables taken apart, particles that agree, verbs conjugated.
//!
//! A precomposed syllable is `0xAC00 + (initial * 21 + vowel) * 28 + final`
//! (The Unicode Standard, section 3.12). Particles choose their form by the final consonant of
//! the word before them; the conjugation follows the contraction rules of standard Korean.

const FIRST_SYLLABLE: u32 = 0xAC00;
const LAST_SYLLABLE: u32 = 0xD7A3;
const SILENT_INITIAL: u32 = 11; // ㅇ
const FINAL_RIEUL: u32 = 8; // ㄹ
const FINAL_SSANG_SIOT: u32 = 20; // ㅆ

/// A syllable's initial consonant, vowel and final consonant as indices (final 0: none).
fn decompose(syllable: char) -> Option<(u32, u32, u32)> {
    let code = syllable as u32;
    (FIRST_SYLLABLE..=LAST_SYLLABLE).contains(&code).then(|| {
        let index = code - FIRST_SYLLABLE;
        (index / 588, index / 28 % 21, index % 28)
    })
}

fn compose(initial: u32, vowel: u32, last: u32) -> char {
    char::from_u32(FIRST_SYLLABLE + (initial * 21 + vowel) * 28 + last).unwrap_or('?')
}

/// The index of the final consonant of the last syllable of `word` (0: none); a digit counts as
/// it is read: 영, 일, 이, 삼 ... (and 십, 백 after a last 0 end in a consonant as 영 does).
fn final_of(word: &str) -> u32 {
    const READ: [char; 10] = ['영', '일', '이', '삼', '사', '오', '육', '칠', '팔', '구'];
    let last = word.chars().last().map(|last| match last.to_digit(10) {
        Some(digit) => READ[digit as usize],
        None => last,
    });
    last.and_then(decompose).map_or(0, |syllable| syllable.2)
}

/// A particle with two forms, chosen by the final consonant of the word before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Particle {
    /// 은/는
    Topic,
    /// 이/가
    Subject,
    /// 을/를
    Object,
    /// 과/와
    And,
    /// 으로/로; a final ㄹ takes 로
    Toward,
    /// 이야/야
    IsCasual,
    /// 이에요/예요
    IsPolite,
    /// 이었다/였다
    WasPlain,
}

impl Particle {
    /// Returns the form after a final consonant and the form after a vowel.
    pub fn forms(self) -> (&'static str, &'static str) {
        match self {
            Self::Topic => ("은", "는"),
            Self::Subject => ("이", "가"),
            Self::Object => ("을", "를"),
            Self::And => ("과", "와"),
            Self::Toward => ("으로", "로"),
            Self::IsCasual => ("이야", "야"),
            Self::IsPolite => ("이에요", "예요"),
            Self::WasPlain => ("이었다", "였다"),
        }
    }

    /// Returns `word` with the particle's form that agrees with it.
    ///
    /// ```
    /// use llm_atlas::village::Particle;
    /// assert_eq!(Particle::Subject.attach("미나"), "미나가");
    /// assert_eq!(Particle::Subject.attach("준"), "준이");
    /// assert_eq!(Particle::Toward.attach("시장"), "시장으로");
    /// assert_eq!(Particle::Toward.attach("마을"), "마을로");
    /// assert_eq!(Particle::Object.attach("7"), "7을");
    /// assert_eq!(Particle::Object.attach("12"), "12를");
    /// ```
    pub fn attach(self, word: &str) -> String {
        let last = final_of(word);
        let (after_consonant, after_vowel) = self.forms();
        let vowel_like = last == 0 || (self == Self::Toward && last == FINAL_RIEUL);
        format!(
            "{word}{}",
            if vowel_like {
                after_vowel
            } else {
                after_consonant
            }
        )
    }
}

/// How a stem changes before a vowel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StemClass {
    /// 먹다, 가다; also the regular loss of ㅡ (기쁘다 -> 기뻐)
    Regular,
    /// 하다 -> 해
    Hada,
    /// ㅂ becomes 우: 무섭다 -> 무서워
    Bieup,
    /// ㅂ becomes 오: 돕다 -> 도와
    BieupO,
    /// ㄷ becomes ㄹ: 걷다 -> 걸어
    Digeut,
    /// 르 doubles: 부르다 -> 불러
    Reu,
}

fn replace_last(word: &str, syllables: &[char]) -> String {
    let mut chars: Vec<char> = word.chars().collect();
    chars.pop();
    chars.extend_from_slice(syllables);
    chars.into_iter().collect()
}

/// Returns the stem with -아/-어 joined and contracted.
///
/// ```
/// use llm_atlas::village::{StemClass, infinitive};
/// assert_eq!(infinitive("달리", StemClass::Regular), "달려");
/// assert_eq!(infinitive("기쁘", StemClass::Regular), "기뻐");
/// assert_eq!(infinitive("무섭", StemClass::Bieup), "무서워");
/// ```
pub fn infinitive(stem: &str, class: StemClass) -> String {
    const A: u32 = 0;
    const AE: u32 = 1;
    const EO: u32 = 4;
    const YEO: u32 = 6;
    const O: u32 = 8;
    const WA: u32 = 9;
    const U: u32 = 13;
    const WO: u32 = 14;
    const EU: u32 = 18;
    const I: u32 = 20;
    let Some((initial, vowel, last)) = stem.chars().last().and_then(decompose) else {
        return stem.to_string();
    };
    let before = stem.chars().rev().nth(1).and_then(decompose);
    let bright = |v: u32| v == A || v == O;
    match class {
        StemClass::Hada => replace_last(stem, &[compose(initial, AE, 0)]),
        StemClass::Bieup => replace_last(stem, &[compose(initial, vowel, 0), '워']),
        StemClass::BieupO => replace_last(stem, &[compose(initial, vowel, 0), '와']),
        StemClass::Digeut => {
            let ending = if bright(vowel) { '아' } else { '어' };
            replace_last(stem, &[compose(initial, vowel, FINAL_RIEUL), ending])
        }
        StemClass::Reu => {
            let mut chars: Vec<char> = stem.chars().collect();
            chars.pop();
            let (i, v, _) = before.unwrap_or((initial, vowel, 0));
            chars.pop();
            chars.push(compose(i, v, FINAL_RIEUL));
            chars.push(if bright(v) { '라' } else { '러' });
            chars.into_iter().collect()
        }
        StemClass::Regular if last != 0 => {
            format!("{stem}{}", if bright(vowel) { '아' } else { '어' })
        }
        StemClass::Regular => match vowel {
            EU => {
                let v = before.map_or(EO, |(_, v, _)| if bright(v) { A } else { EO });
                replace_last(stem, &[compose(initial, v, 0)])
            }
            I => replace_last(stem, &[compose(initial, YEO, 0)]),
            O if initial == SILENT_INITIAL => replace_last(stem, &[compose(initial, WA, 0)]),
            U if initial == SILENT_INITIAL => replace_last(stem, &[compose(initial, WO, 0)]),
            O => format!("{stem}아"),
            U => format!("{stem}어"),
            v if v == A || v == EO || v == AE || v == 5 || v == YEO => stem.to_string(),
            _ => format!("{stem}어"),
        },
    }
}

/// Returns the plain past without its ending: 주었, 갔, 기뻤.
pub fn past_stem(stem: &str, class: StemClass) -> String {
    let joined = infinitive(stem, class);
    match joined.chars().last().and_then(decompose) {
        Some((initial, vowel, 0)) => {
            replace_last(&joined, &[compose(initial, vowel, FINAL_SSANG_SIOT)])
        }
        _ => joined,
    }
}

/// Returns the stem with -(으)ㄹ, which 거야 follows in the future.
///
/// ```
/// use llm_atlas::village::{StemClass, prospective};
/// assert_eq!(prospective("가", StemClass::Regular), "갈");
/// assert_eq!(prospective("먹", StemClass::Regular), "먹을");
/// assert_eq!(prospective("만들", StemClass::Regular), "만들");
/// ```
pub fn prospective(stem: &str, class: StemClass) -> String {
    let Some((initial, vowel, last)) = stem.chars().last().and_then(decompose) else {
        return stem.to_string();
    };
    match class {
        StemClass::Bieup | StemClass::BieupO => {
            replace_last(stem, &[compose(initial, vowel, 0), '울'])
        }
        StemClass::Digeut => replace_last(stem, &[compose(initial, vowel, FINAL_RIEUL), '을']),
        _ if last == 0 => replace_last(stem, &[compose(initial, vowel, FINAL_RIEUL)]),
        _ if last == FINAL_RIEUL => stem.to_string(),
        _ => format!("{stem}을"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_agree_with_the_final_consonant() {
        let table = [
            (Particle::Topic, "미나는", "준은", "솔은"),
            (Particle::Subject, "미나가", "준이", "솔이"),
            (Particle::Object, "미나를", "준을", "솔을"),
            (Particle::And, "미나와", "준과", "솔과"),
            (Particle::Toward, "미나로", "준으로", "솔로"),
            (Particle::IsCasual, "미나야", "준이야", "솔이야"),
            (Particle::IsPolite, "미나예요", "준이에요", "솔이에요"),
            (Particle::WasPlain, "미나였다", "준이었다", "솔이었다"),
        ];
        for (particle, open, closed, rieul) in table {
            assert_eq!(particle.attach("미나"), open);
            assert_eq!(particle.attach("준"), closed);
            assert_eq!(particle.attach("솔"), rieul);
        }
    }

    #[test]
    fn the_past_follows_the_stem() {
        let table = [
            ("주", StemClass::Regular, "주었다"),
            ("가", StemClass::Regular, "갔다"),
            ("오", StemClass::Regular, "왔다"),
            ("보", StemClass::Regular, "보았다"),
            ("배우", StemClass::Regular, "배웠다"),
            ("먹", StemClass::Regular, "먹었다"),
            ("앉", StemClass::Regular, "앉았다"),
            ("놀", StemClass::Regular, "놀았다"),
            ("달리", StemClass::Regular, "달렸다"),
            ("쉬", StemClass::Regular, "쉬었다"),
            ("슬프", StemClass::Regular, "슬펐다"),
            ("아프", StemClass::Regular, "아팠다"),
            ("고프", StemClass::Regular, "고팠다"),
            ("줍", StemClass::Bieup, "주웠다"),
            ("돕", StemClass::BieupO, "도왔다"),
            ("걷", StemClass::Digeut, "걸었다"),
            ("부르", StemClass::Reu, "불렀다"),
            ("요리하", StemClass::Hada, "요리했다"),
            ("꺼내", StemClass::Regular, "꺼냈다"),
        ];
        for (stem, class, past) in table {
            assert_eq!(format!("{}다", past_stem(stem, class)), past);
        }
    }

    #[test]
    fn the_future_follows_the_stem() {
        assert_eq!(prospective("걷", StemClass::Digeut), "걸을");
        assert_eq!(prospective("돕", StemClass::BieupO), "도울");
        assert_eq!(prospective("놀", StemClass::Regular), "놀");
        assert_eq!(prospective("요리하", StemClass::Hada), "요리할");
    }
}
