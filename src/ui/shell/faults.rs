//! What is wrong with a checkpoint, in one sentence and one that says what to do.

use crate::protocol::{EngineError, Fault};
use crate::ui::i18n::Language;

/// A sentence in English and in Korean; in `{f}` stands the file, in `{0}`, `{1}`, ... what the fault
/// is about.
type Said = [&'static str; 2];

const WHOLE: Said = [
    "Open the whole folder, or all of its files together.",
    "폴더 전체를 열거나 필요한 파일을 한꺼번에 고르세요.",
];
const COPY: Said = [
    "Get the file again from where it came.",
    "파일을 원래 있던 곳에서 다시 받으세요.",
];
const CONFIG: Said = [
    "Correct config.json and open it again.",
    "config.json을 고쳐서 다시 여세요.",
];
const TOGETHER: Said = [
    "Open a config.json and weights that belong together.",
    "같은 모델의 config.json과 가중치를 함께 여세요.",
];

/// What happened, and what to do.
fn sentences(fault: Fault) -> [Said; 2] {
    match fault {
        Fault::Absent => [["There is no {f}.", "{f} 파일이 없습니다."], WHOLE],
        Fault::Damaged => [
            [
                "{f} cannot be used: {0}.",
                "{f} 파일을 쓸 수 없습니다: {0}.",
            ],
            COPY,
        ],
        Fault::NoField => [
            ["{f} has no field “{0}”.", "{f}에 “{0}” 항목이 없습니다."],
            CONFIG,
        ],
        Fault::Field => [
            [
                "The field “{0}” of {f} is of the wrong type: {1}.",
                "{f}의 “{0}” 항목이 올바른 형식이 아닙니다: {1}.",
            ],
            CONFIG,
        ],
        Fault::Architecture => [
            [
                "The architecture “{0}” cannot be opened.",
                "“{0}” 구조의 모델은 열 수 없습니다.",
            ],
            ["Supported are: {1}.", "열 수 있는 구조: {1}."],
        ],
        Fault::Activation => [
            [
                "The activation function “{0}” is not known.",
                "모르는 활성화 함수입니다: “{0}”.",
            ],
            ["Known are: {1}.", "쓸 수 있는 함수: {1}."],
        ],
        Fault::Size => [
            [
                "In {f}, {0} is {1}; it must be between 1 and {2}.",
                "{f}에서 {0} 값이 {1}입니다. 1 이상 {2} 이하여야 합니다.",
            ],
            CONFIG,
        ],
        Fault::Multiple => [
            [
                "In {f}, {0} ({1}) is not a multiple of {2} ({3}).",
                "{f}에서 {0} 값({1})이 {2} 값({3})의 배수가 아닙니다.",
            ],
            CONFIG,
        ],
        Fault::Header => [
            [
                "{f} is no safetensors file, or cut off: its header should have {0} bytes, the file has {1}.",
                "{f} 파일이 safetensors가 아니거나 잘렸습니다. 머리말에 적힌 길이는 {0}바이트인데 파일은 {1}바이트입니다.",
            ],
            COPY,
        ],
        Fault::Twice => [
            [
                "The tensor “{0}” is in {f} twice.",
                "{f}에 같은 텐서가 두 번 들어 있습니다: “{0}”.",
            ],
            COPY,
        ],
        Fault::CutOff => [
            [
                "{f} is cut off: the tensor “{0}” ends at byte {1}, and there are only {2}.",
                "{f} 파일이 잘렸습니다. 텐서 “{0}”의 끝은 {1}바이트인데 {2}바이트뿐입니다.",
            ],
            COPY,
        ],
        Fault::Offsets => [
            [
                "In {f}, the bytes {1} to {2} of the tensor “{0}” overlap another’s or do not fit its shape.",
                "{f}에서 텐서 “{0}”의 바이트({1}~{2})가 다른 텐서와 겹치거나 모양과 맞지 않습니다.",
            ],
            COPY,
        ],
        Fault::Longer => [
            [
                "{f} is {0} bytes longer than its tensors.",
                "{f} 파일이 텐서를 다 합한 것보다 {0}바이트 깁니다.",
            ],
            COPY,
        ],
        Fault::NumberType => [
            [
                "The tensor “{0}” holds numbers of type {1}.",
                "텐서 “{0}”의 숫자 형식이 {1}입니다.",
            ],
            [
                "Save the weights as F32, F16 or BF16.",
                "가중치를 F32, F16, BF16 가운데 하나로 저장하세요.",
            ],
        ],
        Fault::NoTensor => [
            [
                "The weights have no tensor “{0}”.",
                "가중치에 텐서가 하나 없습니다: “{0}”.",
            ],
            TOGETHER,
        ],
        Fault::Shape => [
            [
                "The tensor “{0}” has the shape {1}; config.json asks for {2}.",
                "텐서 “{0}”의 모양이 {1}인데, config.json대로라면 {2}여야 합니다.",
            ],
            TOGETHER,
        ],
        Fault::NotFinite => [
            [
                "The tensor “{0}” holds a number that is not finite (NaN or infinity).",
                "텐서 “{0}”에 유한하지 않은 숫자(NaN이나 무한대)가 있습니다.",
            ],
            [
                "Open weights of an earlier step of its training.",
                "훈련에서 더 앞서 저장한 가중치를 여세요.",
            ],
        ],
        Fault::Index => [
            [
                "The index of the weights does not fit its files: {0}.",
                "가중치의 색인이 파일과 맞지 않습니다: {0}.",
            ],
            WHOLE,
        ],
        Fault::Unreadable => [
            [
                "The browser cannot read {f}.",
                "브라우저가 {f} 파일을 읽지 못합니다.",
            ],
            [
                "If it was changed or moved, pick it again.",
                "파일이 바뀌었거나 옮겨졌다면 다시 고르세요.",
            ],
        ],
        Fault::Pickle => [
            [
                "{f} is no PyTorch checkpoint that can be read: {0}.",
                "{f} 파일은 읽을 수 있는 PyTorch 체크포인트가 아닙니다: {0}.",
            ],
            [
                "Take the file that save_pretrained wrote, or save the model as safetensors.",
                "save_pretrained가 만든 파일을 쓰거나, 모델을 safetensors로 저장해서 여세요.",
            ],
        ],
        Fault::SentencePiece => [
            [
                "{f} is a SentencePiece model, which cannot be read here.",
                "{f} 파일은 SentencePiece 모델이라 여기에서 읽을 수 없습니다.",
            ],
            [
                "In Python, load the folder with AutoTokenizer of transformers and save it with save_pretrained: that writes tokenizer.json.",
                "파이썬 transformers의 AutoTokenizer로 폴더를 연 뒤 save_pretrained로 저장하면 tokenizer.json이 생깁니다.",
            ],
        ],
        Fault::Vocabulary => [
            [
                "The tokenizer has {0} ids, the model has {1}.",
                "토크나이저의 id는 {0}개인데 모델의 id는 {1}개입니다.",
            ],
            [
                "Open the tokenizer that belongs to this model, or none.",
                "이 모델의 토크나이저를 함께 열거나, 토크나이저 없이 여세요.",
            ],
        ],
        Fault::TooLarge => [
            [
                "It needs about {0} of memory, and there are {1}.",
                "메모리가 약 {0} 필요한데 쓸 수 있는 것은 {1}입니다.",
            ],
            [
                "Open a smaller model, or this one with the program atlas.",
                "더 작은 모델을 열거나, 이 모델은 atlas 프로그램으로 여세요.",
            ],
        ],
        Fault::NoMemory => [
            [
                "There was not enough memory to read it.",
                "읽는 동안 메모리가 모자랐습니다.",
            ],
            [
                "Close other pages, or open a smaller model.",
                "다른 페이지를 닫거나 더 작은 모델을 여세요.",
            ],
        ],
    }
}

/// Why a checkpoint cannot be opened, and what to do.
pub fn not_opened(error: &EngineError, language: Language) -> (String, String) {
    match error {
        EngineError::Checkpoint { file, fault, about } => {
            let about: Vec<String> = match fault {
                Fault::TooLarge => about.iter().map(|n| bytes(n.parse().unwrap_or(0))).collect(),
                _ => about.clone(),
            };
            let [what, advice] = sentences(*fault).map(|[en, ko]| language.pick(en, ko));
            (filled(what, file, &about), filled(advice, file, &about))
        }
        EngineError::Fetch { url, .. } => language.pick(
            (
                format!("{url} could not be fetched."),
                "There is no such file, or its server does not let other sites read it (CORS); a \
                 browser cannot tell which. Check the address, or download the files and open them."
                    .to_owned(),
            ),
            (
                format!("{url} 파일을 받지 못했습니다."),
                "그런 파일이 없거나, 서버가 다른 사이트에서 읽는 것(CORS)을 허용하지 않습니다. 브라우저는 \
                 둘을 구별하지 못합니다. 주소를 확인하거나, 파일을 내려받아서 여세요."
                    .to_owned(),
            ),
        ),
        error => language.pick(
            (
                "The engine stopped over it.".to_owned(),
                format!("Open another checkpoint. ({error})"),
            ),
            (
                "읽다가 계산이 멈췄습니다.".to_owned(),
                format!("다른 체크포인트를 여세요. ({error})"),
            ),
        ),
    }
}

/// The same where the page goes on with the model before.
pub fn stays(name: &str, error: &EngineError, language: Language) -> (String, String) {
    let (what, advice) = not_opened(error, language);
    language.pick(
        (
            format!("{name} cannot be opened. {what}"),
            format!("{advice} The page goes on with the model before."),
        ),
        (
            format!("{name} 모델을 열 수 없습니다. {what}"),
            format!("{advice} 지금은 앞의 모델을 그대로 씁니다."),
        ),
    )
}

/// A sentence with its names and numbers. Detail that ends a sentence of its own does not end it twice.
fn filled(sentence: &str, file: &str, about: &[String]) -> String {
    let mut text = sentence.replace("{f}", file);
    for (place, value) in about.iter().enumerate() {
        text = text.replace(&format!("{{{place}}}"), value.trim_end_matches('.'));
    }
    text
}

/// Bytes as a person reads them.
///
/// ```
/// use llm_atlas::ui::shell::faults::bytes;
/// assert_eq!([bytes(950), bytes(2_450_000), bytes(3_210_000_000)], ["950 B", "2.5 MB", "3.21 GB"]);
/// ```
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", count as f64 / 1e6),
        _ => format!("{:.2} GB", count as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [(Fault, usize); 24] = [
        (Fault::Absent, 0),
        (Fault::Damaged, 1),
        (Fault::NoField, 1),
        (Fault::Field, 2),
        (Fault::Architecture, 2),
        (Fault::Activation, 2),
        (Fault::Size, 3),
        (Fault::Multiple, 4),
        (Fault::Header, 2),
        (Fault::Twice, 1),
        (Fault::CutOff, 3),
        (Fault::Offsets, 3),
        (Fault::Longer, 1),
        (Fault::NumberType, 2),
        (Fault::NoTensor, 1),
        (Fault::Shape, 3),
        (Fault::NotFinite, 1),
        (Fault::Index, 1),
        (Fault::Unreadable, 0),
        (Fault::Pickle, 1),
        (Fault::SentencePiece, 0),
        (Fault::Vocabulary, 2),
        (Fault::TooLarge, 2),
        (Fault::NoMemory, 0),
    ];

    #[test]
    fn every_fault_names_what_it_is_about_in_both_languages() {
        for (fault, count) in ALL {
            let about: Vec<String> = (0..count).map(|n| format!("{}", 11 * (n + 1))).collect();
            let file = "the.file".to_owned();
            let error = EngineError::Checkpoint {
                file,
                fault,
                about: about.clone(),
            };
            for language in [Language::En, Language::Ko] {
                let (what, advice) = not_opened(&error, language);
                let both = format!("{what} {advice}");
                assert!(!both.contains('{'), "{both}");
                assert!(what.ends_with('.') && advice.ends_with('.'), "{both}");
                for name in &about {
                    assert!(both.contains(name.as_str()), "{fault:?}: {both}");
                }
            }
        }
    }

    #[test]
    fn a_file_that_cannot_be_fetched_is_named_with_both_reasons() {
        let error = EngineError::Fetch {
            url: "https://a.example/config.json".to_owned(),
            detail: String::new(),
        };
        for language in [Language::En, Language::Ko] {
            let (what, advice) = not_opened(&error, language);
            assert!(what.contains("https://a.example/config.json"));
            assert!(advice.contains("CORS"));
        }
    }
}
