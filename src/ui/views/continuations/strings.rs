//! Words of the ways on.

use crate::protocol::{Architecture, Continuations};
use crate::ui::i18n::Language;
use crate::ui::views::korean::{Particle, with_particle};
use crate::ui::views::number::{decimal, whole_percent};
use crate::ui::views::token_label::quoted;
use crate::ui::views::{ViewInput, token_label};

use super::tree::Tree;
use super::{BEAM_WIDTH, Outcome};

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the view.
    pub title: &'static str,
    /// Always the most likely token.
    pub greedy: &'static str,
    /// Drawn with the seed.
    pub drawn: &'static str,
    /// Beam search.
    pub beam: &'static str,
    /// Head of the sums.
    pub sum: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "Decoding",
    greedy: "Greedy",
    drawn: "Drawn",
    beam: "Beam",
    sum: "sum ln p",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "디코딩",
    greedy: "그리디",
    drawn: "추첨",
    beam: "빔",
    sum: "ln p의 합",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

impl Strings {
    /// Why there is nothing to show of a kind of model.
    pub fn why_not(&self, architecture: Architecture) -> Option<&'static str> {
        let (en, ko) = match architecture {
            Architecture::Decoder | Architecture::Recurrent => return None,
            Architecture::Encoder => (
                "An encoder fills blanks and writes nothing after the text, so there is nothing to continue.",
                "인코더는 빈칸을 채울 뿐 글 뒤에 아무것도 쓰지 않으므로 이어 쓸 것이 없습니다.",
            ),
            Architecture::EncoderDecoder => (
                "A translation is finished when the source is told; ways on are searched for the models that go on with a text.",
                "번역은 원문을 다 옮기면 끝납니다. 이어 쓰는 길은 글을 이어 가는 모델에서만 찾아봅니다.",
            ),
        };
        Some(self.language.pick(en, ko))
    }

    /// Below the drawn way.
    pub fn seed(&self, seed: u64) -> String {
        match self.language {
            Language::En => format!("seed {seed}"),
            Language::Ko => format!("시드 {seed}"),
        }
    }

    /// Below the beam.
    pub fn width(&self) -> String {
        match self.language {
            Language::En => format!("width {BEAM_WIDTH}"),
            Language::Ko => format!("너비 {BEAM_WIDTH}"),
        }
    }

    /// How greedy did against beam search, or that it is being computed.
    pub fn outcome(&self, input: &ViewInput<'_>, outcome: Option<&Outcome>) -> String {
        let token = |id: u32| {
            let bytes = input.model.vocabulary.get(id as usize);
            bytes.map_or(String::new(), |bytes| quoted(bytes))
        };
        match (outcome, self.language) {
            (None, Language::En) => {
                format!("Computing greedy, drawn and beam search with {BEAM_WIDTH} beams.")
            }
            (None, Language::Ko) => {
                format!("그리디, 추첨, 빔 {BEAM_WIDTH}개로 이어 쓰기를 계산하고 있습니다.")
            }
            (Some(Outcome::Same { log_p }), Language::En) => format!(
                "Greedy and beam search find the same way: {}.",
                decimal(*log_p, 2)
            ),
            (Some(Outcome::Same { log_p }), Language::Ko) => format!(
                "그리디와 빔 서치가 같은 글을 찾았습니다: {}.",
                decimal(*log_p, 2)
            ),
            (
                Some(Outcome::Different {
                    greedy,
                    beam,
                    at,
                    greedy_took,
                    beam_took,
                }),
                language,
            ) => {
                let (ours, theirs) = (decimal(*greedy, 2), decimal(*beam, 2));
                let times = decimal((beam - greedy).abs().exp(), 1);
                let (a, b) = (token(greedy_took.0), token(beam_took.0));
                let p = |p: f32| whole_percent(f64::from(p));
                let (pa, pb, at) = (p(greedy_took.1), p(beam_took.1), at + 1);
                match (language, beam > greedy) {
                    (Language::En, true) => format!(
                        "Greedy loses: {ours} against {theirs}. At token {at} it takes {a} ({pa}), beam search {b} ({pb}); its whole way is {times} times as probable."
                    ),
                    (Language::En, false) => format!(
                        "Greedy wins: {ours} against {theirs}. At token {at} it takes {a} ({pa}); the beam cut that off and took {b} ({pb})."
                    ),
                    (Language::Ko, true) => format!(
                        "그리디가 집니다: {ours} 대 {theirs}. {at}번째 토큰에서 그리디는 {}({pa}), 빔 서치는 {}({pb}) 골랐고, 전체 확률은 빔 서치가 {times}배입니다.",
                        with_particle(&a, Particle::Object),
                        with_particle(&b, Particle::Object),
                    ),
                    (Language::Ko, false) => format!(
                        "그리디가 이깁니다: {ours} 대 {theirs}. {at}번째 토큰에서 그리디는 {}({pa}) 골랐고, 빔 서치는 이 길을 버리고 {}({pb}) 골랐습니다.",
                        with_particle(&a, Particle::Object),
                        with_particle(&b, Particle::Object),
                    ),
                }
            }
        }
    }

    /// The three ways in words.
    pub fn describe(
        &self,
        input: &ViewInput<'_>,
        found: Option<(&Continuations, &Tree<'_>)>,
    ) -> String {
        let Some((found, tree)) = found else {
            return self.outcome(input, None);
        };
        let text = |ids: &mut dyn Iterator<Item = u32>| {
            let bytes = ids.filter_map(|id| input.model.vocabulary.get(id as usize));
            let bytes: Vec<u8> = bytes.flatten().copied().collect();
            let mut text = String::new();
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                text.push_str(&token_label(chunk.invalid()).text);
            }
            format!("“{}”", text.replace('\n', " ").trim())
        };
        let greedy = text(&mut found.greedy.iter().map(|(id, _)| *id));
        let drawn = text(&mut found.drawn.iter().map(|(id, _)| *id));
        let best = text(&mut tree.best_path().iter().map(|node| node.id));
        let outcome = self.outcome(input, Outcome::new(found, tree).as_ref());
        match self.language {
            Language::En => format!(
                "Greedy goes on with {greedy}. Drawn with seed {}: {drawn}. The best of beam search: {best}. {outcome}",
                input.seed
            ),
            Language::Ko => format!(
                "그리디: {greedy}. 시드 {}로 추첨: {drawn}. 빔 서치의 최선: {best}. {outcome}",
                input.seed
            ),
        }
    }
}
