//! Words of the flow.

use crate::protocol::Attention;
use crate::ui::i18n::Language;
use crate::ui::views::OpenPart;
use crate::ui::views::number::count;

/// The words in one language.
pub struct Strings {
    language: Language,
    pub title: &'static str,
    pub tokens: &'static str,
    pub embedding: &'static str,
    pub word_and_position: &'static str,
    pub word: &'static str,
    pub position: &'static str,
    pub sum: &'static str,
    pub query: &'static str,
    pub key: &'static str,
    pub value: &'static str,
    pub attention: &'static str,
    pub carried: &'static str,
    pub mlp: &'static str,
    pub gate: &'static str,
    pub neurons_in: &'static str,
    pub neurons_out: &'static str,
    pub added: &'static str,
    pub normed: &'static str,
    pub logits: &'static str,
    pub fold: &'static str,
    pub mask: &'static str,
    pub normalised: &'static str,
    pub source: &'static str,
    pub translation: &'static str,
    pub encoder: &'static str,
    pub decoder: &'static str,
    pub cross: &'static str,
    pub strongest_head: &'static str,
    pub cell: &'static str,
    pub hidden: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "Flow",
    tokens: "Tokens",
    embedding: "Embedding",
    word_and_position: "word + position",
    word: "word",
    position: "position",
    sum: "sum, into block 1",
    query: "Query",
    key: "Key",
    value: "Value",
    attention: "Attention",
    carried: "carried",
    mlp: "MLP",
    gate: "into the gate",
    neurons_in: "into the neurons",
    neurons_out: "out of the neurons",
    added: "added to the stream",
    normed: "stream, normed",
    logits: "logits",
    fold: "fold",
    mask: "may not look ahead",
    normalised: "normalised",
    source: "Source",
    translation: "Translation",
    encoder: "Encoder",
    decoder: "Decoder",
    cross: "Cross-attention",
    strongest_head: "a block's strongest head",
    cell: "cell",
    hidden: "hidden state",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "흐름",
    tokens: "토큰",
    embedding: "임베딩",
    word_and_position: "단어 + 위치",
    word: "단어",
    position: "위치",
    sum: "합, 블록 1로",
    query: "쿼리",
    key: "키",
    value: "값",
    attention: "어텐션",
    carried: "전달",
    mlp: "MLP",
    gate: "게이트에 들어가는 값",
    neurons_in: "뉴런에 들어가는 값",
    neurons_out: "뉴런에서 나오는 값",
    added: "흐름에 더하는 값",
    normed: "정규화한 흐름",
    logits: "로짓",
    fold: "접기",
    mask: "뒤 토큰은 볼 수 없음",
    normalised: "여기서 정규화",
    source: "원문",
    translation: "번역문",
    encoder: "인코더",
    decoder: "디코더",
    cross: "교차 어텐션",
    strongest_head: "블록의 가장 강한 헤드",
    cell: "셀",
    hidden: "은닉 상태",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

impl Strings {
    /// Name of a closed block.
    pub fn block(&self, layer: usize, is_wide: bool) -> String {
        if !is_wide {
            return (layer + 1).to_string();
        }
        format!("{} {}", self.language.pick("Block", "블록"), layer + 1)
    }

    /// What the first block reads.
    pub fn sum_of(&self, is_normed: bool) -> &'static str {
        match (is_normed, self.language) {
            (false, _) => self.sum,
            (true, Language::En) => "sum, normed, into block 1",
            (true, Language::Ko) => "합해서 정규화, 블록 1로",
        }
    }

    /// Name of a layer of a recurrent model.
    pub fn layer(&self, layer: usize, is_wide: bool) -> String {
        if !is_wide {
            return (layer + 1).to_string();
        }
        format!("{} {}", self.language.pick("Layer", "층"), layer + 1)
    }

    /// What the widths of a recurrent model's chain and rows mean.
    pub fn chain_width(&self, cell: &str, hidden: &str) -> [String; 2] {
        match self.language {
            Language::En => [
                format!("the state handed down; this wide: cell of norm {cell}"),
                format!("what goes on to the right; this wide: norm {hidden}"),
            ],
            Language::Ko => [
                format!("아래로 넘겨주는 상태, 이 굵기가 셀의 크기 {cell}"),
                format!("오른쪽으로 가는 흐름, 이 굵기가 크기 {hidden}"),
            ],
        }
    }

    /// Name of an open block of an encoder-decoder.
    pub fn open_attention(&self, attention: Attention, layer: usize, head: usize) -> String {
        let name = match attention {
            Attention::Cross => self.cross,
            Attention::Source => self.encoder,
            Attention::Target | Attention::Own => self.decoder,
        };
        let open = self.open_title(OpenPart::Attention, layer, head);
        format!("{name}: {}", open.to_lowercase())
    }

    /// Name of the open sheet.
    pub fn open_title(&self, open: OpenPart, layer: usize, head: usize) -> String {
        let (layer, head) = (layer + 1, head + 1);
        match (open, self.language) {
            (OpenPart::Attention | OpenPart::Lines, Language::En) => {
                format!("Block {layer}, head {head}")
            }
            (OpenPart::Attention | OpenPart::Lines, Language::Ko) => {
                format!("블록 {layer}, 헤드 {head}")
            }
            (OpenPart::Mlp, Language::En) => format!("Block {layer}, MLP"),
            (OpenPart::Mlp, Language::Ko) => format!("블록 {layer}, MLP"),
            (OpenPart::Embedding, _) => self.embedding.to_owned(),
            (OpenPart::Logits, Language::En) => "Final norm and logits".to_owned(),
            (OpenPart::Logits, Language::Ko) => "마지막 정규화와 로짓".to_owned(),
            (OpenPart::None, _) => String::new(),
        }
    }

    /// How many tokens there are, and how many of them are out of view.
    pub fn hidden_above(&self, total: usize, hidden: usize) -> String {
        match self.language {
            Language::En => format!("{total}, {hidden} above"),
            Language::Ko => format!("{total}개, 위에 {hidden}개"),
        }
    }

    /// What the width of the stream means.
    pub fn stream_width(&self, largest: &str) -> String {
        match self.language {
            Language::En => format!("residual stream; this wide: norm {largest}"),
            Language::Ko => format!("잔차 흐름, 이 굵기가 크기 {largest}"),
        }
    }

    /// The same where there is little room.
    pub fn width(&self, largest: &str) -> String {
        match self.language {
            Language::En => format!("stream, norm {largest}"),
            Language::Ko => format!("흐름, 크기 {largest}"),
        }
    }

    /// What a cell of a strip is.
    pub fn strongest_of(&self, group: usize) -> String {
        match (self.language, group) {
            (Language::En, 0 | 1) => "a cell is one number".to_owned(),
            (Language::Ko, 0 | 1) => "칸 하나가 수 하나".to_owned(),
            (Language::En, _) => format!("a cell: the strongest of {group} numbers"),
            (Language::Ko, _) => format!("칸 하나: 수 {group}개 중 가장 큰 것"),
        }
    }

    /// How many numbers a row of a heatmap has, and what a cell of it is.
    pub fn cells_of(&self, length: usize, group: usize) -> String {
        let length = count(length);
        match (self.language, group) {
            (Language::En, 0 | 1) => format!("{length} numbers each"),
            (Language::Ko, 0 | 1) => format!("수 {length}개씩"),
            (Language::En, _) => format!("{length} each, strongest of {group}"),
            (Language::Ko, _) => format!("{length}개씩, {group}개 중 가장 큰 수"),
        }
    }

    /// Heading of the list of logits.
    pub fn logits_after(&self, token: &str) -> String {
        match self.language {
            Language::En => format!("largest logits after {token}"),
            Language::Ko => format!("{token} 다음의 가장 큰 로짓"),
        }
    }

    /// The most likely next token with its probability.
    pub fn likely(&self, is_blank: bool, likely: Option<(String, String)>) -> String {
        let Some((token, share)) = likely else {
            return String::new();
        };
        match (self.language, is_blank) {
            (Language::En, false) => format!("Most likely next: {token}, {share}."),
            (Language::Ko, false) => {
                format!("다음에 올 확률이 가장 높은 토큰은 {token}, {share}입니다.")
            }
            (Language::En, true) => format!("Most likely here: {token}, {share}."),
            (Language::Ko, true) => {
                format!("이 자리에 올 확률이 가장 높은 토큰은 {token}, {share}입니다.")
            }
        }
    }
}
