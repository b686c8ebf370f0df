//! The verbs, each with its English forms and its Korean stem.

use crate::village::hangul::StemClass::{self, Bieup, BieupO, Digeut, Hada, Regular};

/// A verb in both languages.
#[derive(Debug, Clone, Copy)]
pub struct Verb {
    /// Its name in the templates, and its base form in English.
    pub base: &'static str,
    /// The past in English.
    pub past: &'static str,
    /// The stem in Korean.
    pub stem: &'static str,
    /// How the stem changes.
    pub class: StemClass,
}

const fn verb(
    base: &'static str,
    past: &'static str,
    stem: &'static str,
    class: StemClass,
) -> Verb {
    Verb {
        base,
        past,
        stem,
        class,
    }
}

/// The verbs that templates name.
pub const VERBS: [Verb; 34] = [
    verb("go", "went", "가", Regular),
    verb("come", "came", "오", Regular),
    verb("head", "headed", "향하", Hada),
    verb("give", "gave", "주", Regular),
    verb("hand", "handed", "건네주", Regular),
    verb("get", "got", "받", Regular),
    verb("return", "returned", "돌려주", Regular),
    verb("have", "had", "가지고 있", Regular),
    verb("find", "found", "줍", Bieup),
    verb("discover", "discovered", "발견하", Hada),
    verb("buy", "bought", "사", Regular),
    verb("make", "made", "만들", Regular),
    verb("lose", "lost", "잃어버리", Regular),
    verb("look", "looked", "찾아다니", Regular),
    verb("put", "put", "넣", Regular),
    verb("leave", "left", "두", Regular),
    verb("take", "took", "꺼내", Regular),
    verb("pick", "picked", "집", Regular),
    verb("eat", "ate", "먹", Regular),
    verb("show", "showed", "보여 주", Regular),
    verb("see", "saw", "보", Regular),
    verb("thank", "thanked", "고마워하", Hada),
    verb("help", "helped", "돕", BieupO),
    verb("meet", "met", "만나", Regular),
    verb("follow", "followed", "따라가", Regular),
    verb("ask", "asked", "묻", Digeut),
    verb("say", "said", "말하", Hada),
    verb("tell", "told", "알려 주", Regular),
    verb("like", "liked", "좋아하", Hada),
    verb("call", "called", "부르", StemClass::Reu),
    verb("teach", "taught", "가르치", Regular),
    verb("read", "read", "읽", Regular),
    verb("be", "was", "있", Regular),
    verb("greet", "greeted", "인사하", Hada),
];

/// What a person can do without any thing: verbs that fill a slot.
pub const ACTIVITIES: [Verb; 18] = [
    verb("play", "played", "놀", Regular),
    verb("sing", "sang", "노래하", Hada),
    verb("dance", "danced", "춤을 추", Regular),
    verb("sleep", "slept", "잠을 자", Regular),
    verb("swim", "swam", "수영하", Hada),
    verb("laugh", "laughed", "웃", Regular),
    verb("cry", "cried", "울", Regular),
    verb("walk", "walked", "걷", Digeut),
    verb("jump", "jumped", "뛰", Regular),
    verb("draw", "drew", "그림을 그리", Regular),
    verb("cook", "cooked", "요리하", Hada),
    verb("rest", "rested", "쉬", Regular),
    verb("sit", "sat", "앉", Regular),
    verb("wait", "waited", "기다리", Regular),
    verb("run", "ran", "달리", Regular),
    verb("work", "worked", "일하", Hada),
    verb("clean", "cleaned", "청소하", Hada),
    verb("study", "studied", "공부하", Hada),
];
