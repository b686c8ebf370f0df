//! How numbers are called: as symbols in formulas, as words in titles and breadcrumbs.

use crate::derivation::{Array, Quantity, Slice};
use crate::protocol::{
    Activation, Attention, Axis, BlockParameter, CellSite, Parameter, Site, Stack, StackParameter,
    StackPart,
};
use crate::ui::i18n::Language;
use crate::ui::views::ViewInput;
use crate::ui::views::token_label::{quoted, token_label};

use super::math::Math;

/// The letter an array is written with.
pub fn letter(array: Array) -> Math {
    let plain = Math::name;
    let sub = |name: &str, index: &str| plain(name).with_index(plain(index));
    match array {
        Array::Tokens | Array::SourceTokens => plain("id"),
        Array::RawScores(..) => plain("r"),
        Array::MaskedScores(..) => plain("m"),
        Array::Probabilities => plain("P"),
        Array::TemperedProbabilities => sub("P", "T"),
        Array::Activation(activation) => match activation {
            Activation::Embed => plain("e"),
            Activation::PosEmbed => plain("p"),
            Activation::EmbedSum => plain("x"),
            Activation::HeadPre => plain("u"),
            Activation::HeadPost => plain("h"),
            Activation::LnFinal => plain("n"),
            Activation::Logits => plain("y"),
            Activation::Cell { site, .. } => match site {
                CellSite::InputGate => plain("i"),
                CellSite::ForgetGate => plain("f"),
                CellSite::Candidate => plain("g"),
                CellSite::OutputGate => plain("o"),
                CellSite::Cell => plain("c"),
                CellSite::Hidden => plain("h"),
            },
            Activation::InStack(_, StackPart::Embed) => plain("e"),
            Activation::InStack(_, StackPart::LnFinal) => plain("n"),
            Activation::Block { site, .. }
            | Activation::InStack(_, StackPart::Block { site, .. }) => match site {
                Site::ResidPre => plain("x"),
                Site::Ln1 | Site::LnCross | Site::Ln2 => plain("n"),
                Site::Q | Site::CrossQ => plain("q"),
                Site::K | Site::CrossK => plain("k"),
                Site::V | Site::CrossV => plain("v"),
                Site::Scores | Site::CrossScores => plain("s"),
                Site::Pattern | Site::CrossPattern => plain("a"),
                Site::Z | Site::CrossZ => plain("z"),
                Site::AttnOut | Site::CrossAttnOut => plain("o"),
                Site::ResidMid | Site::ResidMidCross => plain("x′"),
                Site::MlpPre => plain("u"),
                Site::MlpPreLinear => plain("w"),
                Site::MlpPost => plain("h"),
                Site::MlpOut => plain("f"),
                Site::ResidSum | Site::ResidPost => plain("x″"),
            },
        },
        Array::Parameter(parameter) => match parameter {
            Parameter::TokenEmbedding => sub("W", "E"),
            Parameter::PositionEmbedding => sub("W", "pos"),
            Parameter::TypeEmbedding => sub("W", "type"),
            Parameter::LnFinalGain
            | Parameter::LnEmbedGain
            | Parameter::InStack(_, StackParameter::LnFinalGain) => plain("g"),
            Parameter::LnFinalBias | Parameter::LnEmbedBias => plain("b"),
            Parameter::HeadWeight => sub("W", "h"),
            Parameter::HeadBias => sub("b", "h"),
            Parameter::Unembedding => sub("W", "U"),
            Parameter::UnembeddingBias => sub("b", "U"),
            Parameter::InStack(_, StackParameter::PositionBias) => plain("B"),
            Parameter::Block { parameter, .. }
            | Parameter::InStack(_, StackParameter::Block { parameter, .. }) => match parameter {
                BlockParameter::Ln1Gain | BlockParameter::LnCrossGain | BlockParameter::Ln2Gain => {
                    plain("g")
                }
                BlockParameter::Ln1Bias | BlockParameter::Ln2Bias => plain("b"),
                BlockParameter::WQ | BlockParameter::CrossWQ => sub("W", "Q"),
                BlockParameter::BQ => sub("b", "Q"),
                BlockParameter::WK | BlockParameter::CrossWK => sub("W", "K"),
                BlockParameter::BK => sub("b", "K"),
                BlockParameter::WV | BlockParameter::CrossWV => sub("W", "V"),
                BlockParameter::BV => sub("b", "V"),
                BlockParameter::WO | BlockParameter::CrossWO => sub("W", "O"),
                BlockParameter::BO => sub("b", "O"),
                BlockParameter::WGate => sub("W", "gate"),
                BlockParameter::BGate => sub("b", "gate"),
                BlockParameter::WIn => sub("W", "in"),
                BlockParameter::BIn => sub("b", "in"),
                BlockParameter::WOut => sub("W", "out"),
                BlockParameter::BOut => sub("b", "out"),
            },
        },
    }
}

/// A number as a letter with its indices, counted from 1; the head is left out, it is said above.
pub fn symbol(quantity: &Quantity) -> Math {
    let index = quantity.index().iter().copied().map(Some);
    with_index(quantity.array, index, "i")
}

/// A slice as a letter whose running index is `runner`.
pub fn running(slice: &Slice, runner: &'static str) -> Math {
    let index = slice.array.axes().iter().map(|axis| slice.along(*axis));
    with_index(slice.array, index, runner)
}

fn with_index(
    array: Array,
    index: impl Iterator<Item = Option<usize>>,
    runner: &'static str,
) -> Math {
    let mut parts: Vec<Math> = Vec::new();
    for (axis, i) in array.axes().iter().zip(index) {
        if *axis == Axis::Head {
            continue;
        }
        if !parts.is_empty() {
            parts.push(Math::Operator(","));
        }
        parts.push(match i {
            Some(i) => Math::Constant((i + 1).to_string()),
            None => Math::name(runner),
        });
    }
    match letter(array) {
        // One index, not an index of an index.
        Math::Sub(both) => {
            let [base, own] = *both;
            let mut all = vec![own, Math::Operator(",")];
            all.extend(parts);
            base.with_index(Math::Row(all))
        }
        base => base.with_index(Math::Row(parts)),
    }
}

/// What an array is called, in a word or two.
pub fn word(array: Array, language: Language) -> &'static str {
    let (en, ko) = match array {
        Array::Tokens | Array::SourceTokens => ("token id", "토큰 번호"),
        Array::RawScores(..) => ("query · key", "쿼리 · 키"),
        Array::MaskedScores(..) => ("masked score", "가린 점수"),
        Array::Probabilities => ("probability", "확률"),
        Array::TemperedProbabilities => ("probability at temperature", "온도를 적용한 확률"),
        Array::Activation(activation) => match activation {
            Activation::Embed => ("word embedding", "단어 임베딩"),
            Activation::PosEmbed => ("position embedding", "위치 임베딩"),
            Activation::EmbedSum => ("embeddings added", "임베딩의 합"),
            Activation::HeadPre => ("head, in", "출력부 입력"),
            Activation::HeadPost => ("head, out", "출력부 출력"),
            Activation::LnFinal => ("final norm", "마지막 정규화"),
            Activation::Logits => ("logit", "로짓"),
            Activation::Cell { site, .. } => match site {
                CellSite::InputGate => ("input gate", "입력 게이트"),
                CellSite::ForgetGate => ("forget gate", "망각 게이트"),
                CellSite::Candidate => ("candidate", "후보 값"),
                CellSite::OutputGate => ("output gate", "출력 게이트"),
                CellSite::Cell => ("cell", "셀 상태"),
                CellSite::Hidden => ("hidden state", "은닉 상태"),
            },
            Activation::InStack(_, StackPart::Embed) => ("word embedding", "단어 임베딩"),
            Activation::InStack(_, StackPart::LnFinal) => ("final norm", "마지막 정규화"),
            Activation::Block { site, .. }
            | Activation::InStack(_, StackPart::Block { site, .. }) => match site {
                Site::ResidPre => ("stream before", "들어오는 흐름"),
                Site::LnCross => ("norm before the source", "원문을 보기 전 정규화"),
                Site::CrossQ => ("query to the source", "원문에 묻는 쿼리"),
                Site::CrossK => ("key of the source", "원문의 키"),
                Site::CrossV => ("value of the source", "원문의 값"),
                Site::CrossScores => ("score of the source", "원문의 점수"),
                Site::CrossPattern => ("cross-attention", "교차 어텐션"),
                Site::CrossZ => ("carried across", "원문에서 전달한 값"),
                Site::CrossAttnOut => ("cross-attention adds", "교차 어텐션이 더하는 값"),
                Site::ResidMidCross => ("stream after the source", "원문을 본 뒤의 흐름"),
                Site::Ln1 => ("norm 1", "정규화 1"),
                Site::Q => ("query", "쿼리"),
                Site::K => ("key", "키"),
                Site::V => ("value", "값"),
                Site::Scores => ("score", "점수"),
                Site::Pattern => ("attention", "어텐션"),
                Site::Z => ("carried", "전달한 값"),
                Site::AttnOut => ("attention adds", "어텐션이 더하는 값"),
                Site::ResidMid => ("stream between", "중간 흐름"),
                Site::Ln2 => ("norm 2", "정규화 2"),
                Site::MlpPre => ("neuron, in", "뉴런 입력"),
                Site::MlpPreLinear => ("behind the gate", "게이트를 지날 값"),
                Site::MlpPost => ("neuron, out", "뉴런 출력"),
                Site::MlpOut => ("MLP adds", "MLP가 더하는 값"),
                Site::ResidSum => ("stream before norm 2", "정규화 2에 들어가는 흐름"),
                Site::ResidPost => ("stream after", "나가는 흐름"),
            },
        },
        Array::Parameter(parameter) => match parameter {
            Parameter::TokenEmbedding => ("table of words", "단어 표"),
            Parameter::PositionEmbedding => ("table of positions", "위치 표"),
            Parameter::Unembedding => ("unembedding", "출력 행렬"),
            Parameter::TypeEmbedding => ("vector of the first sentence", "첫 문장의 벡터"),
            Parameter::HeadWeight => ("weight of the head", "출력부 가중치"),
            Parameter::LnFinalGain
            | Parameter::LnEmbedGain
            | Parameter::InStack(_, StackParameter::LnFinalGain) => ("gain", "배율"),
            Parameter::InStack(_, StackParameter::PositionBias) => ("position bias", "위치 편향"),
            Parameter::LnFinalBias
            | Parameter::LnEmbedBias
            | Parameter::HeadBias
            | Parameter::UnembeddingBias => ("bias", "편향"),
            Parameter::Block { parameter, .. }
            | Parameter::InStack(_, StackParameter::Block { parameter, .. }) => match parameter {
                BlockParameter::Ln1Gain | BlockParameter::LnCrossGain | BlockParameter::Ln2Gain => {
                    ("gain", "배율")
                }
                BlockParameter::WQ | BlockParameter::CrossWQ => {
                    ("weight of queries", "쿼리 가중치")
                }
                BlockParameter::WK | BlockParameter::CrossWK => ("weight of keys", "키 가중치"),
                BlockParameter::WV | BlockParameter::CrossWV => ("weight of values", "값 가중치"),
                BlockParameter::WO | BlockParameter::CrossWO => {
                    ("weight out of heads", "헤드 출력 가중치")
                }
                BlockParameter::WGate => ("weight of the gate", "게이트 가중치"),
                BlockParameter::WIn => ("weight into neurons", "뉴런 입력 가중치"),
                BlockParameter::WOut => ("weight out of neurons", "뉴런 출력 가중치"),
                _ => ("bias", "편향"),
            },
        },
    };
    language.pick(en, ko)
}

/// Whether its numbers are attention weights.
pub fn is_weight(array: Array) -> bool {
    let Array::Activation(activation) = array else {
        return false;
    };
    matches!(Attention::stage_of(activation), Some((.., Site::Pattern)))
}

/// The token an index of a number stands for, quoted: of the text, or of the source. `None` if that
/// axis runs over something else.
pub fn token_along(quantity: &Quantity, axis: usize, input: &ViewInput<'_>) -> Option<String> {
    let position = *quantity.index().get(axis)?;
    let is_of_source = match quantity.array.axes().get(axis)? {
        Axis::Source => true,
        Axis::Pos | Axis::Query | Axis::Key => quantity.array.is_of_source(),
        _ => return None,
    };
    let tokens = match is_of_source {
        true => input.trace.source(),
        false => input.trace.tokens(),
    };
    let token = tokens.get(position);
    Some(token.map_or(String::new(), |token| quoted(&token.bytes)))
}

/// What a stack of an encoder-decoder is called.
pub fn stack_word(stack: Stack, language: Language) -> &'static str {
    match stack {
        Stack::Encoder => language.pick("encoder", "인코더"),
        Stack::Decoder => language.pick("decoder", "디코더"),
    }
}

/// A token of the vocabulary, quoted with the space it may begin with: many differ in nothing else.
pub fn token_named(id: usize, input: &ViewInput<'_>) -> String {
    let bytes = input.model.vocabulary.get(id);
    bytes.map_or(String::new(), |bytes| {
        format!("“{}”", token_label(bytes).text)
    })
}

/// Where a number is, in words: token, block, head, place in its vector.
pub fn place(quantity: &Quantity, input: &ViewInput<'_>) -> String {
    let language = input.language;
    let mut parts = Vec::new();
    let axes = quantity.array.axes();
    let tokens = (0..axes.len()).filter_map(|axis| token_along(quantity, axis, input));
    let mut tokens: Vec<String> = tokens.collect();
    if quantity.is_parameter() {
        if let Some(position) = quantity.along(Axis::Pos) {
            let n = position + 1;
            parts.push(language.pick(format!("position {n}"), format!("위치 {n}")));
        }
        if let Some(bucket) = quantity.along(Axis::Bucket) {
            let n = bucket + 1;
            parts.push(language.pick(format!("distance group {n}"), format!("거리 구간 {n}")));
        }
    } else if let [from, to] = &tokens[..] {
        parts.push(language.pick(format!("{from} at {to}"), format!("{from} → {to}")));
    } else {
        parts.append(&mut tokens);
    }
    if let Some(id) = quantity.along(Axis::Vocab) {
        let token = token_named(id, input);
        match parts.last_mut() {
            Some(from) => *from = format!("{from} → {token}"),
            None => parts.push(token),
        }
    }
    if let Some(stack) = quantity.array.stack() {
        parts.push(stack_word(stack, language).to_owned());
    }
    if let Some(layer) = quantity.array.layer() {
        let n = layer + 1;
        parts.push(language.pick(format!("block {n}"), format!("블록 {n}")));
    }
    if let Some(head) = quantity.along(Axis::Head) {
        let n = head + 1;
        parts.push(language.pick(format!("head {n}"), format!("헤드 {n}")));
    }
    let is_dimension = |axis: &Axis| matches!(axis, Axis::DModel | Axis::DHead | Axis::DMlp);
    let along = quantity.array.axes().iter().zip(quantity.index());
    let dimensions: Vec<String> = along
        .filter(|(axis, _)| is_dimension(axis))
        .map(|(_, i)| (i + 1).to_string())
        .collect();
    if !dimensions.is_empty() {
        let n = dimensions.join(", ");
        parts.push(language.pick(format!("number {n}"), format!("{n}번째 수")));
    }
    parts.join(", ")
}

/// A number in words: what and where.
pub fn name_of(quantity: &Quantity, input: &ViewInput<'_>) -> String {
    format!(
        "{}, {}",
        word(quantity.array, input.language),
        place(quantity, input)
    )
}

/// A vector in words: whose it is, or which column of which table.
pub fn vector(slice: &Slice, input: &ViewInput<'_>) -> String {
    let (language, name) = (input.language, word(slice.array, input.language));
    let is_parameter = matches!(slice.array, Array::Parameter(_));
    let axes = slice.array.axes();
    let is_place = |axis: &Axis| matches!(axis, Axis::Pos | Axis::Query | Axis::Source);
    let place = axes.iter().position(is_place);
    let place = place.filter(|axis| !is_parameter && slice.along(axes[*axis]).is_some());
    if let Some(axis) = place {
        let token = token_along(&slice.get(0), axis, input).unwrap_or_default();
        return language.pick(format!("{name} of {token}"), format!("{token}의 {name}"));
    }
    if let Some(id) = slice.along(Axis::Vocab) {
        let token = token_named(id, input);
        return language.pick(format!("{name} of {token}"), format!("{token}의 {name}"));
    }
    let dimensions = [Axis::DModel, Axis::DHead, Axis::DMlp];
    match dimensions.into_iter().find_map(|axis| slice.along(axis)) {
        Some(i) if !is_parameter => {
            let n = i + 1;
            language.pick(
                format!("{name}, number {n} of each"),
                format!("{name}, 저마다 {n}번째 수"),
            )
        }
        Some(i) => {
            let n = i + 1;
            language.pick(format!("{name}, column {n}"), format!("{name}, {n}번째 열"))
        }
        None => name.to_owned(),
    }
}
