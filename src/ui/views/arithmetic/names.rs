//! How numbers are called in titles and breadcrumbs; as symbols in formulas: [`super::symbols`].

use crate::derivation::{Array, Quantity, Slice};
use crate::protocol::{
    Activation, Architecture, Attention, Axis, BlockParameter, CellParameter, CellSite, ModelInfo,
    Parameter, Site, Stack, StackParameter, StackPart,
};
use crate::ui::i18n::Language;
use crate::ui::views::ViewInput;
use crate::ui::views::token_label::{quoted, token_label};

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
            Parameter::Cell { parameter, .. } => match parameter {
                CellParameter::W => ("weight of what is read", "읽는 값의 가중치"),
                CellParameter::U => ("weight of the state before", "앞 단계 상태의 가중치"),
                CellParameter::B => ("bias", "편향"),
                CellParameter::BU => ("bias of the state before", "앞 단계 상태의 편향"),
            },
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

/// What a layer of a kind of model is called.
pub fn layer_word(model: &ModelInfo, language: Language) -> &'static str {
    match model.architecture {
        Architecture::Recurrent => language.pick("layer", "층"),
        _ => language.pick("block", "블록"),
    }
}

/// Of which gate of a recurrent layer a parameter is.
pub fn gate_word(array: Array, language: Language) -> Option<&'static str> {
    let Array::Parameter(Parameter::Cell { layer, gate, .. }) = array else {
        return None;
    };
    let gate = Activation::Cell { layer, site: gate };
    Some(word(Array::Activation(gate), language))
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
        parts.push(format!(
            "{} {}",
            layer_word(input.model, language),
            layer + 1
        ));
    }
    parts.extend(gate_word(quantity.array, language).map(str::to_owned));
    if let Some(head) = quantity.along(Axis::Head) {
        let n = head + 1;
        parts.push(language.pick(format!("head {n}"), format!("헤드 {n}")));
    }
    let along = quantity.array.axes().iter().zip(quantity.index());
    let dimensions: Vec<String> = along
        .filter(|(axis, _)| is_dimension(**axis))
        .map(|(_, i)| (i + 1).to_string())
        .collect();
    if !dimensions.is_empty() {
        let n = dimensions.join(", ");
        let is_unit = matches!(quantity.array, Array::Activation(Activation::Cell { .. }));
        parts.push(match is_unit {
            true => language.pick(format!("unit {n}"), format!("유닛 {n}")),
            false => language.pick(format!("number {n}"), format!("{n}번째 수")),
        });
    }
    parts.join(", ")
}

/// Whether an axis runs over the numbers of a vector.
fn is_dimension(axis: Axis) -> bool {
    matches!(
        axis,
        Axis::DModel | Axis::DHead | Axis::DMlp | Axis::DHidden
    )
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
    let mut places = (0..axes.len()).filter(|place| is_dimension(axes[*place]));
    match places.find_map(|place| slice.at(place)) {
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
