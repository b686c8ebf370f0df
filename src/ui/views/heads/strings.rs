//! Words of the grid of heads.

use crate::ui::i18n::Language;

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the view.
    pub title: &'static str,
    head: &'static str,
    block: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "All heads",
    head: "head",
    block: "block",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "모든 헤드",
    head: "헤드",
    block: "블록",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

impl Strings {
    /// Name of a column.
    pub fn head(&self, head: usize, is_wide: bool) -> String {
        numbered(self.head, head, is_wide)
    }

    /// Name of a row.
    pub fn block(&self, layer: usize, is_wide: bool) -> String {
        numbered(self.block, layer, is_wide)
    }

    /// The grid in words.
    pub fn describe(
        &self,
        (layers, heads): (usize, usize),
        (layer, head): (usize, usize),
    ) -> String {
        let (layer, head) = (layer + 1, head + 1);
        match self.language {
            Language::En => format!(
                "Attention patterns of all {} heads, {layers} blocks with {heads} heads each. Chosen: block {layer}, head {head}.",
                layers * heads
            ),
            Language::Ko => format!(
                "블록 {layers}개에 헤드가 {heads}개씩, 모두 {}개의 어텐션 무늬입니다. 지금 고른 것은 블록 {layer}의 헤드 {head}입니다.",
                layers * heads
            ),
        }
    }
}

fn numbered(word: &str, index: usize, is_wide: bool) -> String {
    if is_wide {
        format!("{word} {}", index + 1)
    } else {
        (index + 1).to_string()
    }
}
