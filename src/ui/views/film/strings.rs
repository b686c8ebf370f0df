//! Words of the film.

use crate::protocol::{Ability, Architecture, Film, Milestone};
use crate::ui::i18n::Language;
use crate::ui::views::ViewInput;
use crate::ui::views::korean::{Particle, with_particle};
use crate::ui::views::number::{count, percent};
use crate::ui::views::token_label::quoted;

use super::curve::loss_text;
use super::{sides, steps};

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the curve.
    pub curve: &'static str,
    /// Title of the comparison.
    pub sides: &'static str,
    /// What the axes are.
    pub axes: &'static str,
    /// While a side is being computed.
    pub waiting: &'static str,
    /// Above what was drawn.
    pub drawn: &'static str,
    /// Where the other side would be.
    pub hint: &'static str,
    /// The trained model.
    pub trained: &'static str,
    /// Name of the slider.
    pub slider: &'static str,
    /// Before the step that is compared with.
    pub beside: &'static str,
    /// The button that plays the film.
    pub play: &'static str,
    /// The same, for someone who hears it.
    pub play_film: &'static str,
    /// The button that stops it.
    pub pause: &'static str,
    /// The button back to the trained model.
    pub back: &'static str,
    /// While the film's index is fetched.
    pub fetching: &'static str,
    /// When it cannot be had.
    pub lost: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    curve: "Loss over the training",
    sides: "Two steps side by side",
    axes: "training steps → loss on unseen text, nats per token ↑",
    waiting: "computing…",
    drawn: "A drawn continuation",
    hint: "Move the slider: an earlier step stands here beside the trained model.",
    trained: "Trained model",
    slider: "Training step",
    beside: "Beside",
    play: "Play",
    play_film: "Play the film of the training",
    pause: "Pause",
    back: "Back to the trained model",
    fetching: "Fetching the film’s index.",
    lost: "The film could not be fetched. Check the connection and reload the page.",
};

const KO: Strings = Strings {
    language: Language::Ko,
    curve: "훈련하는 동안의 손실",
    sides: "두 단계 나란히 보기",
    axes: "훈련 단계 → 처음 보는 글에서의 손실, 토큰당 nat ↑",
    waiting: "계산하는 중…",
    drawn: "뽑아서 이어 쓴 글",
    hint: "슬라이더를 옮기면 앞선 단계와 훈련된 모델을 나란히 볼 수 있습니다.",
    trained: "훈련된 모델",
    slider: "훈련 단계",
    beside: "비교 대상",
    play: "재생",
    play_film: "훈련 과정 재생",
    pause: "멈춤",
    back: "훈련된 모델로 돌아가기",
    fetching: "필름 목록을 받고 있습니다.",
    lost: "필름을 받지 못했습니다. 연결을 확인하고 페이지를 새로 고치세요.",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

impl Strings {
    /// Why there is nothing to show of a kind of model.
    pub fn why_not(&self, architecture: Architecture) -> Option<&'static str> {
        let (en, ko) = match architecture {
            Architecture::Decoder => return None,
            Architecture::Encoder | Architecture::EncoderDecoder | Architecture::Recurrent => (
                "The steps of its training were not kept; the film is of the decoder.",
                "이 모델의 훈련 과정은 남겨 두지 않았습니다. 훈련 과정은 디코더의 것만 있습니다.",
            ),
        };
        Some(self.language.pick(en, ko))
    }

    /// A step in words: its number.
    pub fn step(&self, step: Option<usize>) -> String {
        match (step, self.language) {
            (None, _) => self.trained.to_owned(),
            (Some(step), Language::En) => format!("Step {}", count(step)),
            (Some(step), Language::Ko) => format!("{}단계", count(step)),
        }
    }

    /// A step with its number of all, tokens read and loss.
    pub fn step_line(&self, film: &Film, step: Option<usize>) -> String {
        let Some(frame) = film.frames.get(film.place(step)) else {
            return String::new();
        };
        let of = count(film.last().map_or(0, |last| last.step));
        let (at, tokens) = (count(frame.step), count(frame.tokens));
        let loss = loss_text(frame.validation_loss);
        match self.language {
            Language::En => format!("Step {at} of {of} · {tokens} tokens read · loss {loss} nats"),
            Language::Ko => {
                format!("{of}단계 중 {at}단계 · 읽은 토큰 {tokens}개 · 손실 {loss} nat")
            }
        }
    }

    /// That the page shows an earlier step.
    pub fn earlier(&self, step: usize) -> String {
        let step = count(step);
        match self.language {
            Language::En => {
                format!("These are the numbers of training step {step}, not of the trained model.")
            }
            Language::Ko => {
                format!("훈련된 모델이 아니라 훈련 {step}단계의 숫자입니다.")
            }
        }
    }

    /// That a step is on its way.
    pub fn coming(&self, step: usize, percent: Option<u32>) -> String {
        let (step, percent) = (count(step), percent.unwrap_or(0));
        match self.language {
            Language::En => format!("Fetching step {step}: {percent}%"),
            Language::Ko => format!("{step}단계를 받는 중: {percent}%"),
        }
    }

    /// The title of a side: its step and the chosen head.
    pub fn side_title(&self, input: &ViewInput<'_>, step: Option<usize>) -> String {
        let (name, layer, head) = (self.step(step), input.layer() + 1, input.head() + 1);
        match self.language {
            Language::En => format!("{name} · block {layer}, head {head}"),
            Language::Ko => format!("{name} · 블록 {layer}, 헤드 {head}"),
        }
    }

    /// An ability, short.
    pub fn short(&self, ability: Ability) -> &'static str {
        match (ability, self.language) {
            (Ability::InductionHead, Language::En) => "induction head",
            (Ability::GrammaticalSentence, Language::En) => "grammar",
            (Ability::RightFact, Language::En) => "recalled fact",
            (Ability::InductionHead, Language::Ko) => "인덕션 헤드",
            (Ability::GrammaticalSentence, Language::Ko) => "문법",
            (Ability::RightFact, Language::Ko) => "떠올린 사실",
        }
    }

    /// When an ability was first there.
    pub fn milestone(&self, mark: &Milestone) -> String {
        let name = match (mark.ability, self.language) {
            (Ability::InductionHead, Language::En) => "First induction head",
            (Ability::GrammaticalSentence, Language::En) => "First grammatical sentences",
            (Ability::RightFact, Language::En) => "First right facts",
            (Ability::InductionHead, Language::Ko) => "첫 인덕션 헤드",
            (Ability::GrammaticalSentence, Language::Ko) => "문법에 맞는 첫 문장",
            (Ability::RightFact, Language::Ko) => "처음 맞힌 사실",
        };
        match (mark.step, self.language) {
            (Some(step), Language::En) => format!("{name}: step {}", count(step)),
            (Some(step), Language::Ko) => format!("{name}: {}단계", count(step)),
            (None, Language::En) => format!("{name}: not in this film"),
            (None, Language::Ko) => format!("{name}: 이 필름에는 없음"),
        }
    }

    /// What was measured for it, in one sentence.
    pub fn measured(&self, film: &Film, mark: &Milestone) -> String {
        let place = film
            .frames
            .iter()
            .position(|frame| Some(frame.step) == mark.step);
        let value = place.and_then(|place| mark.values.get(place)).copied();
        let value = value.or_else(|| mark.values.iter().copied().reduce(f32::max));
        let value = percent(f64::from(value.unwrap_or(0.0)));
        let (least, samples) = (percent(f64::from(mark.threshold)), mark.samples);
        match (mark.ability, self.language) {
            (Ability::InductionHead, Language::En) => {
                let head = mark.head.map_or(String::new(), |(layer, head)| {
                    format!(" (block {}, head {})", layer + 1, head + 1)
                });
                format!(
                    "On random tokens said twice, the best head{head} puts {value} of its attention on what followed the same token; {least} is the mark."
                )
            }
            (Ability::InductionHead, Language::Ko) => {
                let head = mark.head.map_or(String::new(), |(layer, head)| {
                    format!("(블록 {}, 헤드 {})", layer + 1, head + 1)
                });
                format!(
                    "무작위 토큰을 두 번 되풀이한 글에서 가장 뛰어난 헤드{head}가 같은 토큰 다음 자리에 어텐션의 {value}를 둡니다. 기준은 {least}입니다."
                )
            }
            (Ability::GrammaticalSentence, Language::En) => format!(
                "Of {samples} sampled continuations {value} begin with a whole grammatical sentence; {least} is the mark."
            ),
            (Ability::GrammaticalSentence, Language::Ko) => format!(
                "이어 쓴 글 {samples}개 가운데 {value}가 문법에 맞는 온전한 문장으로 시작합니다. 기준은 {least}입니다."
            ),
            (Ability::RightFact, Language::En) => format!(
                "Of {samples} questions about facts far back, {value} more are right than by the better of two guesses that do not look; {least} is the mark."
            ),
            (Ability::RightFact, Language::Ko) => format!(
                "멀리 앞에 나온 사실을 묻는 질문 {samples}개에서, 찾아보지 않는 두 추측 가운데 나은 쪽보다 {value} 더 맞힙니다. 기준은 {least}입니다."
            ),
        }
    }

    /// The curve in words.
    pub fn describe_curve(&self, input: &ViewInput<'_>) -> String {
        let Some(reel) = input.reel else {
            return self.fetching.to_owned();
        };
        let (film, n) = (reel.film, reel.film.frames.len());
        let mut said = vec![self.step_line(film, reel.chosen)];
        if let (Some(first), Some(last)) = (film.frames.first(), film.last()) {
            let (from, to) = (
                loss_text(first.validation_loss),
                loss_text(last.validation_loss),
            );
            said.push(match self.language {
                Language::En => format!("{n} kept steps; the loss goes from {from} to {to}"),
                Language::Ko => format!("남겨 둔 단계 {n}개, 손실은 {from}에서 {to}까지 변합니다"),
            });
        }
        said.extend(film.milestones.iter().map(|mark| self.milestone(mark)));
        said.join(". ") + "."
    }

    /// Both sides in words.
    pub fn describe_sides(&self, input: &ViewInput<'_>) -> String {
        let said = steps(input).into_iter().map(|step| {
            let name = self.step(step);
            let Some(side) = sides::found(input, step) else {
                return format!("{name}: {}", self.waiting);
            };
            let (id, p) = side.top.first().copied().unwrap_or_default();
            let token = input.model.vocabulary.get(id as usize);
            let token = token.map_or(String::new(), |bytes| quoted(bytes));
            let (p, text) = (percent(f64::from(p)), sides::drawn_text(input, side));
            match self.language {
                Language::En => {
                    format!(
                        "{name}: most likely next {token}, {p}; drawn: “{}”",
                        text.trim()
                    )
                }
                Language::Ko => format!(
                    "{name}: 다음 토큰으로 {} 가장 유력합니다({p}). 이어 쓴 글: “{}”",
                    with_particle(&token, Particle::Subject),
                    text.trim()
                ),
            }
        });
        let said: Vec<String> = said.collect();
        match said.is_empty() {
            true => self.fetching.to_owned(),
            false => said.join(". ") + ".",
        }
    }
}
