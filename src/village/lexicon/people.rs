//! The people of the village, and the pronouns that stand for them.

/// A person's name in both languages.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// The name in English.
    pub english: &'static str,
    /// The name in Korean.
    pub korean: &'static str,
    /// Whether English says *she*.
    pub is_female: bool,
}

const fn she(english: &'static str, korean: &'static str) -> Person {
    Person {
        english,
        korean,
        is_female: true,
    }
}

const fn he(english: &'static str, korean: &'static str) -> Person {
    Person {
        english,
        korean,
        is_female: false,
    }
}

/// Everyone who can be in a story.
pub const PEOPLE: [Person; 24] = [
    she("Mina", "미나"),
    he("Jun", "준"),
    she("Sora", "소라"),
    he("Minho", "민호"),
    she("Bora", "보라"),
    he("Taeo", "태오"),
    she("Yuna", "유나"),
    he("Jihun", "지훈"),
    she("Jisu", "지수"),
    he("Seojun", "서준"),
    she("Nari", "나리"),
    he("Dohyun", "도현"),
    she("Harin", "하린"),
    he("Suho", "수호"),
    she("Eunbin", "은빈"),
    he("Jiho", "지호"),
    she("Yejin", "예진"),
    he("Siwon", "시원"),
    she("Minji", "민지"),
    he("Woojin", "우진"),
    she("Gaeun", "가은"),
    he("Yul", "율"),
    she("Sujin", "수진"),
    she("Sol", "솔"),
];

/// The index of *he* among the persons of a sentence; *she* follows it.
pub const FIRST_PRONOUN: u8 = PEOPLE.len() as u8;

/// Returns the index of the pronoun that stands for `person` in English.
pub fn pronoun_of(person: u8) -> u8 {
    match PEOPLE.get(usize::from(person)) {
        Some(known) => FIRST_PRONOUN + u8::from(known.is_female),
        None => person,
    }
}
