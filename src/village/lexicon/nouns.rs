//! Things, containers, places and animals.

/// Something a person can hold.
#[derive(Debug, Clone, Copy)]
pub struct Thing {
    /// The noun in English.
    pub english: &'static str,
    /// The noun in Korean.
    pub korean: &'static str,
    /// Whether it can be eaten.
    pub is_food: bool,
    /// Whether a person can make it.
    pub is_made: bool,
    /// Whether it can be read.
    pub is_read: bool,
    /// Whether it can be played with.
    pub is_toy: bool,
}

const fn thing(english: &'static str, korean: &'static str, marks: &str) -> Thing {
    let bytes = marks.as_bytes();
    let (mut food, mut made, mut read, mut toy) = (false, false, false, false);
    let mut index = 0;
    while index < bytes.len() {
        match bytes[index] {
            b'f' => food = true,
            b'm' => made = true,
            b'r' => read = true,
            _ => toy = true,
        }
        index += 1;
    }
    Thing {
        english,
        korean,
        is_food: food,
        is_made: made,
        is_read: read,
        is_toy: toy,
    }
}

/// Everything that can be held; marks: f food, m made, r read, t toy.
pub const THINGS: [Thing; 44] = [
    thing("apple", "사과", "f"),
    thing("banana", "바나나", "f"),
    thing("orange", "오렌지", "f"),
    thing("peach", "복숭아", "f"),
    thing("egg", "달걀", "f"),
    thing("cake", "케이크", "fm"),
    thing("cookie", "쿠키", "fm"),
    thing("carrot", "당근", "f"),
    thing("potato", "감자", "f"),
    thing("tomato", "토마토", "f"),
    thing("melon", "멜론", "f"),
    thing("sandwich", "샌드위치", "fm"),
    thing("pumpkin", "호박", "f"),
    thing("lemon", "레몬", "f"),
    thing("ball", "공", "t"),
    thing("kite", "연", "mt"),
    thing("doll", "인형", "mt"),
    thing("drum", "북", "t"),
    thing("robot", "로봇", "mt"),
    thing("book", "책", "r"),
    thing("letter", "편지", "r"),
    thing("map", "지도", "mr"),
    thing("ticket", "표", "r"),
    thing("pencil", "연필", ""),
    thing("hat", "모자", "m"),
    thing("cup", "컵", "m"),
    thing("key", "열쇠", ""),
    thing("umbrella", "우산", ""),
    thing("lamp", "등불", "m"),
    thing("clock", "시계", ""),
    thing("ring", "반지", "m"),
    thing("coat", "외투", "m"),
    thing("scarf", "목도리", "m"),
    thing("flower", "꽃", ""),
    thing("stone", "돌", ""),
    thing("coin", "동전", ""),
    thing("candle", "양초", "m"),
    thing("spoon", "숟가락", ""),
    thing("brush", "붓", ""),
    thing("rope", "밧줄", ""),
    thing("mirror", "거울", ""),
    thing("bell", "종", ""),
    thing("feather", "깃털", ""),
    thing("camera", "카메라", ""),
];

/// Something a thing can be put in.
#[derive(Debug, Clone, Copy)]
pub struct Container {
    /// The noun in English.
    pub english: &'static str,
    /// The noun in Korean.
    pub korean: &'static str,
}

const fn container(english: &'static str, korean: &'static str) -> Container {
    Container { english, korean }
}

/// Everything that holds things.
pub const CONTAINERS: [Container; 7] = [
    container("box", "상자"),
    container("basket", "바구니"),
    container("bag", "가방"),
    container("drawer", "서랍"),
    container("jar", "항아리"),
    container("cart", "수레"),
    container("bucket", "양동이"),
];

/// Where a person can be.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The noun in English.
    pub english: &'static str,
    /// The preposition English uses for being there.
    pub preposition: &'static str,
    /// The noun in Korean.
    pub korean: &'static str,
}

const fn place(preposition: &'static str, english: &'static str, korean: &'static str) -> Place {
    Place {
        english,
        preposition,
        korean,
    }
}

/// Every place of the village.
pub const PLACES: [Place; 20] = [
    place("at", "school", "학교"),
    place("at", "market", "시장"),
    place("at", "river", "강"),
    place("at", "park", "공원"),
    place("at", "library", "도서관"),
    place("in", "garden", "정원"),
    place("in", "forest", "숲"),
    place("on", "hill", "언덕"),
    place("at", "lake", "호수"),
    place("at", "bakery", "빵집"),
    place("at", "station", "역"),
    place("on", "bridge", "다리"),
    place("on", "farm", "농장"),
    place("at", "museum", "박물관"),
    place("at", "playground", "놀이터"),
    place("at", "hospital", "병원"),
    place("at", "beach", "바닷가"),
    place("in", "kitchen", "부엌"),
    place("in", "village", "마을"),
    place("in", "classroom", "교실"),
];

/// An animal that people meet.
#[derive(Debug, Clone, Copy)]
pub struct Animal {
    /// The noun in English.
    pub english: &'static str,
    /// Its plural.
    pub plural: &'static str,
    /// The noun in Korean.
    pub korean: &'static str,
    /// Whether people are afraid of it.
    pub is_scary: bool,
}

const fn animal(
    english: &'static str,
    plural: &'static str,
    korean: &'static str,
    is_scary: bool,
) -> Animal {
    Animal {
        english,
        plural,
        korean,
        is_scary,
    }
}

/// Every animal of the village.
pub const ANIMALS: [Animal; 12] = [
    animal("dog", "dogs", "강아지", false),
    animal("cat", "cats", "고양이", false),
    animal("bird", "birds", "새", false),
    animal("rabbit", "rabbits", "토끼", false),
    animal("duck", "ducks", "오리", false),
    animal("fox", "foxes", "여우", false),
    animal("frog", "frogs", "개구리", false),
    animal("goat", "goats", "염소", false),
    animal("bear", "bears", "곰", true),
    animal("wolf", "wolves", "늑대", true),
    animal("tiger", "tigers", "호랑이", true),
    animal("snake", "snakes", "뱀", true),
];
