//! Words of the embedding map.

use crate::protocol::Architecture;
use crate::ui::i18n::Language;
use crate::ui::views::ViewInput;
use crate::ui::views::number::{count, whole_percent};
use crate::ui::views::token_label::quoted;

use super::{depth, neighbors};

/// The words in one language.
pub struct Strings {
    language: Language,
    pub title: &'static str,
    pub waiting: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "Embeddings",
    waiting: "The map comes with the model's word vectors.",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "임베딩 지도",
    waiting: "단어 벡터가 오면 지도를 그립니다.",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

impl Strings {
    /// What is drawn, how much of the variance it shows, and what is near.
    pub fn describe(&self, input: &ViewInput<'_>) -> String {
        let Some(table) = input.embeddings else {
            return self.waiting.to_owned();
        };
        let shown: f32 = table.explained_variance_ratio.iter().take(2).sum();
        let (share, total) = (
            whole_percent(f64::from(shown)),
            count(table.trained_count()),
        );
        let depth = depth(input);
        let is_recurrent = input.model.architecture == Architecture::Recurrent;
        let block = match is_recurrent {
            true => self.language.pick("layer", "층"),
            false => self.language.pick("block", "블록"),
        };
        let mut text = match (self.language, depth) {
            (Language::En, 0) => format!(
                "{total} tokens on the two largest principal axes, which show {share} of the variance."
            ),
            (Language::Ko, 0) => format!(
                "토큰 {total}개를 주성분 두 개의 평면에 놓았습니다. 분산의 {share}가 보입니다."
            ),
            (Language::En, _) => format!(
                "The typed tokens after {block} {depth}, among {total} tokens on two principal axes with {share} of the variance; drawn at the length of a word vector."
            ),
            (Language::Ko, _) => format!(
                "{block} {depth}까지 지난 토큰들입니다. 단어 벡터의 평균 길이로 맞추어, 토큰 {total}개와 같은 주성분 평면(분산의 {share})에 놓았습니다."
            ),
        };
        if !table.untrained.is_empty() {
            let left_out = count(table.untrained.len());
            text.push(' ');
            text.push_str(&match self.language {
                Language::En => {
                    format!("{left_out} more tokens never occur in training and are left out.")
                }
                Language::Ko => format!("학습에 한 번도 나오지 않은 토큰 {left_out}개는 뺐습니다."),
            });
        }
        if let Some((name, _, ids)) = neighbors(input) {
            let near: Vec<String> = ids
                .iter()
                .filter_map(|id| input.model.vocabulary.get(*id as usize))
                .map(|bytes| quoted(bytes))
                .collect();
            let near = near.join(", ");
            text.push(' ');
            text.push_str(&match self.language {
                Language::En => format!("Nearest to {name} by cosine: {near}."),
                Language::Ko => format!("코사인으로 {name}에 가장 가까운 토큰은 {near}입니다."),
            });
        }
        text
    }
}
