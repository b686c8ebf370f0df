//! Sentences with numbers in them, as pieces with a weight each.

use crate::protocol::{Architecture, BackendKind, EngineError, ModelInfo};
use crate::ui::i18n::Language;
use crate::ui::state::{Engine, EngineStatus, Next, Notice};
use crate::ui::views::korean::{Particle, with_particle};
use crate::ui::views::number::{self, count, placed};
use crate::ui::views::token_label;

use super::models::about_models;

/// How a piece of a sentence is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// As it is.
    Plain,
    /// Strong.
    Strong,
    /// In the colour of chance.
    Drawn,
}

/// A piece of a sentence.
pub type Piece = (Weight, String);

/// A line a person has to read: what happened, and what to do.
pub fn notice_sentence(notice: &Notice, language: Language) -> (String, String) {
    let pick = |en: (String, String), ko: (String, String)| language.pick(en, ko);
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    match notice {
        Notice::TooLong { n_ctx, left_out } => pick(
            (
                "The text is long.".to_owned(),
                format!(
                    "This model reads {n_ctx} tokens at a time; the last {} are left out. \
                     Shorten the text to go on; nothing of it is lost.",
                    count(*left_out)
                ),
            ),
            (
                "글이 깁니다.".to_owned(),
                format!(
                    "이 모델은 한 번에 {n_ctx}토큰까지 읽습니다. 뒤의 {}토큰은 읽지 않았습니다. \
                     이어 가려면 글을 줄이세요. 글은 그대로 있습니다.",
                    count(*left_out)
                ),
            ),
        ),
        Notice::Full { n_ctx } => pick(
            (
                "The text is full.".to_owned(),
                format!("This model reads {n_ctx} tokens at a time. Remove some to go on."),
            ),
            (
                "글이 가득 찼습니다.".to_owned(),
                format!(
                    "이 모델은 한 번에 {n_ctx}토큰까지 읽습니다. 조금 지우면 이어 갈 수 있습니다."
                ),
            ),
        ),
        Notice::WebGpuUnavailable(EngineError::DeviceLost { .. }) => pick(
            pair(
                "The graphics device was lost.",
                "The processor goes on; your text is unchanged.",
            ),
            pair(
                "그래픽 장치와 연결이 끊겼습니다.",
                "프로세서로 이어서 계산합니다. 글은 그대로입니다.",
            ),
        ),
        Notice::WebGpuUnavailable(EngineError::NoAdapter { .. }) => pick(
            pair("WebGPU is not available here.", "The processor computes."),
            pair(
                "이 기기에서는 WebGPU를 쓸 수 없습니다.",
                "프로세서로 계산합니다.",
            ),
        ),
        Notice::WebGpuUnavailable(_) => pick(
            pair("WebGPU did not start.", "The processor computes."),
            pair("WebGPU를 시작하지 못했습니다.", "프로세서로 계산합니다."),
        ),
        Notice::WebGpuDiffers { max_abs_difference } => pick(
            (
                "WebGPU computed other numbers and is not used.".to_owned(),
                format!("Largest difference {max_abs_difference:.4}; the processor computes."),
            ),
            (
                "WebGPU의 계산 결과가 달라 쓰지 않습니다.".to_owned(),
                format!("가장 큰 차이 {max_abs_difference:.4}. 프로세서로 계산합니다."),
            ),
        ),
        Notice::Restarted => pick(
            pair(
                "The engine stopped and was started again.",
                "Your text is unchanged.",
            ),
            pair("계산이 멈춰 다시 시작했습니다.", "글은 그대로입니다."),
        ),
        Notice::FrameUnusable { step, error } => {
            let is_lost = matches!(error, EngineError::Fetch { .. });
            pick(
                (
                    if is_lost {
                        format!("Training step {step} could not be fetched.")
                    } else {
                        format!("The weights of training step {step} are damaged.")
                    },
                    "The page shows the step from before; check the connection and try again."
                        .to_owned(),
                ),
                (
                    if is_lost {
                        format!("훈련 {step}단계를 받지 못했습니다.")
                    } else {
                        format!("훈련 {step}단계의 가중치가 손상되었습니다.")
                    },
                    "앞서 보던 단계를 그대로 보여 줍니다. 연결을 확인하고 다시 해 보세요."
                        .to_owned(),
                ),
            )
        }
        Notice::EngineFailed(EngineError::Fetch { url, .. }) => {
            let file = url.rsplit('/').next().unwrap_or(url);
            pick(
                (
                    format!("{file} could not be fetched."),
                    "Check the connection and reload the page; your text is in its address."
                        .to_owned(),
                ),
                (
                    format!("{file} 파일을 받지 못했습니다."),
                    "연결을 확인하고 페이지를 새로 고치세요. 글은 주소에 남아 있습니다.".to_owned(),
                ),
            )
        }
        Notice::EngineFailed(
            EngineError::Model { file, .. } | EngineError::Checkpoint { file, .. },
        ) => pick(
            (
                format!("{file} cannot be used."),
                "Reload the page; if it stays, tell who hosts it.".to_owned(),
            ),
            (
                format!("{file} 파일을 쓸 수 없습니다."),
                "페이지를 새로 고치세요. 계속되면 페이지를 올린 사람에게 알려 주세요.".to_owned(),
            ),
        ),
        Notice::EngineFailed(error) => pick(
            (
                "The engine stopped.".to_owned(),
                format!("Reload the page; your text is in its address. ({error})"),
            ),
            (
                "계산이 멈췄습니다.".to_owned(),
                format!("페이지를 새로 고치세요. 글은 주소에 남아 있습니다. ({error})"),
            ),
        ),
        Notice::TextEnded => pick(
            pair("The model ended its text.", "Undo, or type on."),
            pair("모델이 글을 끝냈습니다.", "되돌리거나 이어서 쓰세요."),
        ),
        _ => about_models(notice, language),
    }
}

/// How far a load has come, in words: percent, bytes received, bytes expected. `None` if nothing
/// is loading.
pub fn loading_line(engine: &Engine, language: Language) -> Option<(u32, String)> {
    let EngineStatus::Loading(_) = engine.status else {
        return None;
    };
    let (received, total) = engine.loaded_bytes();
    let percent = (100 * received).checked_div(total).unwrap_or(0) as u32;
    let mb = |bytes: u64| format!("{:.1}", bytes as f64 / 1e6);
    let (received, total) = (mb(received), mb(total));
    Some((
        percent,
        language.pick(
            format!("{percent}%, {received} of {total} MB"),
            format!("{percent}%, {total} MB 중 {received} MB"),
        ),
    ))
}

/// The engine in words.
pub fn backend_name(kind: BackendKind, language: Language) -> &'static str {
    match kind {
        BackendKind::Cpu => language.pick("Processor", "프로세서"),
        BackendKind::WebGpu => "WebGPU",
    }
}

/// A token as it is quoted in a sentence: without the space it begins with.
pub fn word(model: &ModelInfo, id: u32) -> String {
    let bytes = model.vocabulary.get(id as usize).map_or(&[][..], |b| b);
    let bytes = match bytes {
        [b' ', rest @ ..] if !rest.is_empty() => rest,
        bytes => bytes,
    };
    token_label(bytes).text
}

/// A probability as a percentage.
pub fn percent(p: f32) -> String {
    number::percent(f64::from(p))
}

/// Why this token comes next: the number, the stretch it fell into, and the most likely token.
pub fn why_draw(model: &ModelInfo, next: &Next, language: Language) -> Vec<Piece> {
    use Weight::{Drawn, Plain, Strong};
    let plain = |text: &str| (Plain, text.to_owned());
    let distribution = &next.distribution;
    let Some(best) = distribution.order().first().copied() else {
        return Vec::new();
    };
    if let Some(written) = next.written {
        return about_written(model, next, written, language);
    }
    let best_word = word(model, best);
    let best_p = distribution.p()[best as usize];
    let Some(draw) = &next.draw else {
        return language.pick(
            vec![
                plain("The most likely token is taken: "),
                (Strong, best_word.clone()),
                plain(&format!(", {}. Nothing is drawn.", percent(best_p))),
            ],
            vec![
                plain("확률이 가장 높은 "),
                (Strong, best_word.clone()),
                plain(&format!(
                    " ({}) 토큰을 고릅니다. 무작위로 뽑지 않습니다.",
                    percent(best_p)
                )),
            ],
        );
    };
    let [u, low, high] = placed(draw.u, draw.interval);
    let drawn = word(model, draw.id);
    let ratio = f64::from(best_p) / f64::from(distribution.p()[draw.id as usize]);
    let times = if ratio < 9.95 {
        format!("{ratio:.1}")
    } else {
        format!("{ratio:.0}")
    };
    let mut pieces = language.pick(
        vec![
            plain("The drawn number is "),
            (Drawn, u.clone()),
            plain(&format!(
                ". On the line it falls between {low} and {high}, the share of “"
            )),
            (Strong, drawn.clone()),
            plain("”."),
        ],
        vec![
            plain("뽑은 수는 "),
            (Drawn, u),
            plain(&format!(
                "입니다. 0부터 1까지의 선에서 {} {high} 사이, 곧 “",
                with_particle(&low, Particle::And)
            )),
            (Strong, drawn.clone()),
            plain("”의 몫에 들었습니다."),
        ],
    );
    pieces.push((
        Plain,
        if draw.id == best {
            language.pick(
                " It is also the most likely token.".to_owned(),
                " 확률이 가장 높은 토큰이기도 합니다.".to_owned(),
            )
        } else {
            language.pick(
                format!(" “{best_word}” is {times} times as likely, and lost this draw."),
                format!(" “{best_word}”의 확률이 {times}배 높지만 이번에는 뽑히지 않았습니다."),
            )
        },
    ));
    pieces
}

/// The title where nothing is drawn because a token stands there already.
pub fn written_title(model: &ModelInfo, token: &str, language: Language) -> String {
    match model.architecture {
        Architecture::Encoder => language.pick(
            format!("“{token}” is in sight"),
            format!("가리지 않은 “{token}”"),
        ),
        _ => language.pick("Finished".to_owned(), "끝까지 썼습니다".to_owned()),
    }
}

/// Why nothing is drawn where a token stands already, and what the model gives it.
fn about_written(model: &ModelInfo, next: &Next, written: u32, language: Language) -> Vec<Piece> {
    use Weight::{Plain, Strong};
    let plain = |text: &str| (Plain, text.to_owned());
    let token = word(model, written);
    let p = next.distribution.p().get(written as usize);
    let share = percent(p.copied().unwrap_or(0.0));
    let is_encoder = model.architecture == Architecture::Encoder;
    match (is_encoder, language) {
        (true, Language::En) => vec![
            plain("The model sees this word, so there is nothing to guess: it gives "),
            (Strong, token),
            plain(&format!(" {share}. Hide it to ask what would stand here.")),
        ],
        (true, Language::Ko) => vec![
            plain("모델이 이 낱말을 보고 있어서 맞힐 것이 없습니다. "),
            (Strong, token),
            plain(&format!(
                "의 확률은 {share}입니다. 가리면 이 자리에 올 말을 맞혀 봅니다."
            )),
        ],
        (false, Language::En) => vec![
            (Strong, token),
            plain(&format!(
                " ended the text, at a probability of {share}. Undo takes it back."
            )),
        ],
        (false, Language::Ko) => vec![
            (Strong, token),
            plain(&format!(
                "로 글이 끝났습니다. 그 확률은 {share}였습니다. 되돌리면 이어 쓸 수 있습니다."
            )),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::state::Sampling;

    fn model() -> ModelInfo {
        ModelInfo {
            vocabulary: vec![b" Mina".to_vec(), b" her".to_vec(), vec![0xEB]],
            ..ModelInfo::default()
        }
    }

    fn text(pieces: &[Piece]) -> String {
        pieces.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn a_draw_is_explained_with_its_numbers() {
        let next = |seed| {
            let sampling = Sampling {
                seed,
                ..Sampling::default()
            };
            Next::new(&[2.0, 1.0, 0.0], &[9, 9, 9], &sampling).unwrap()
        };
        for language in [Language::En, Language::Ko] {
            let (mut best, mut other) = (false, false);
            for seed in 0..30 {
                let next = next(seed);
                let draw = next.draw.unwrap();
                let said = text(&why_draw(&model(), &next, language));
                assert!(said.contains(&format!("{:.4}", draw.u)), "{said}");
                assert!(said.contains(&format!("{:.3}", draw.interval.1)), "{said}");
                assert!(!said.contains('\u{FFFD}'));
                best |= draw.id == 0;
                other |= draw.id != 0;
            }
            assert!(best && other);
        }
    }

    #[test]
    fn greedy_is_explained_without_a_draw() {
        let sampling = Sampling {
            is_greedy: true,
            ..Sampling::default()
        };
        let next = Next::new(&[2.0, 1.0, 0.0], &[9, 9, 9], &sampling).unwrap();
        let said = text(&why_draw(&model(), &next, Language::En));
        assert_eq!(
            said,
            "The most likely token is taken: Mina, 66.5%. Nothing is drawn."
        );
    }
}
