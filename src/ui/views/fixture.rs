//! A small trace made by a formula, for tests of what is drawn. Made-up numbers, on purpose.

use crate::protocol::{
    Ability, Activation, Architecture, Attribution, BeamNode, Component, Continuations,
    EmbeddingTable, Film, Finding, Frame, HeadCharacter, Inspection, LensPrediction, LogitLens,
    Milestone, ModelInfo, Neuron, Rows, Side, Site, TokenInfo, Trace, TraceUpdate,
};
use crate::sampling::{Distribution, Draw, Settings, Surprise, choose, surprise};
use crate::ui::i18n::Language;

use super::{Findings, Focus, Landscape, Reel, VIEWS, ViewInput, Work};

const EN: [&str; 9] = [
    "Mina", " gave", " the", " apple", " to", " Jun", ".", " Jun", " thanked",
];
const KO: [&str; 13] = [
    "미나", "가", " 준", "에게", " 사과", "를", " 주", "었다", ".", " 준", "은", " 미나", "에게",
];
const CANDIDATES: [&str; 14] = [
    " Mina", " her", " the", " him", " Sora", " Jun", " and", ".", " Minho", " for", " Bora",
    " 고맙", " 인사", " 웃",
];

/// Seed of the draws.
const SEED: u64 = 7;

/// A model, a trace and what belongs to them.
pub struct Fixture {
    pub model: ModelInfo,
    pub trace: Trace,
    pub distribution: Distribution,
    pub draw: Draw,
    pub settings: Settings,
    pub surprises: Vec<Surprise>,
    pub work: Work,
    pub findings: Findings,
    pub film: Film,
    pub embeddings: Landscape,
    pub focus: Focus,
    pub language: Language,
}

impl Fixture {
    /// A text of `n` tokens read by a model of `n_layers` blocks with `n_heads` heads.
    pub fn new(n: usize, n_layers: usize, n_heads: usize, language: Language) -> Self {
        let (d_model, d_head, d_mlp) = (32 * n_heads, 32, 128 * n_heads);
        let words: Vec<&str> = language.pick(EN.to_vec(), KO.to_vec());
        let mut vocabulary: Vec<Vec<u8>> = Vec::new();
        let mut id_of = |word: &[u8]| {
            let known = vocabulary.iter().position(|other| other == word);
            known.unwrap_or_else(|| {
                vocabulary.push(word.to_vec());
                vocabulary.len() - 1
            }) as u32
        };
        for word in CANDIDATES {
            id_of(word.as_bytes());
        }
        id_of(&[0xeb, 0xb7]);
        id_of(b"\n");
        let tokens: Vec<TokenInfo> = (0..n)
            .map(|i| match i {
                20 => vec![0xeb, 0xb7],
                21 => vec![0x81],
                i => words[i % words.len()].as_bytes().to_vec(),
            })
            .map(|bytes| TokenInfo {
                id: id_of(&bytes),
                bytes,
                start: 0,
                end: 0,
            })
            .collect();
        let mut id = 0;
        while vocabulary.len() < 60 {
            id += 1;
            vocabulary.push(format!(" w{id}").into_bytes());
        }
        let vocab = vocabulary.len();
        let model = ModelInfo {
            name: "fixture".into(),
            family: "gpt2".into(),
            architecture: Architecture::Decoder,
            n_layers,
            n_encoder_layers: 0,
            n_heads,
            d_model,
            d_head,
            d_mlp,
            d_hidden: 0,
            n_ctx: 256,
            norm_epsilon: 1e-5,
            activation_function: "gelu_new".into(),
            n_params: 1_000_000,
            vocabulary,
            end_of_text: None,
            mask: None,
        };
        let trace = trace(&model, tokens);
        let logits: Vec<f32> = (0..vocab)
            .map(|i| 7.0 - 7.0 * i as f32 / (i as f32 + 5.0))
            .collect();
        let settings = Settings {
            temperature: 0.8,
            top_k: Some(9),
            ..Settings::default()
        };
        let distribution = Distribution::new(&logits, &settings).unwrap();
        let draw = choose(&distribution, 0.7312);
        Fixture {
            surprises: surprises(&trace),
            work: work(&model, trace.tokens()),
            film: film(),
            embeddings: embeddings(&model),
            model,
            trace,
            distribution,
            draw,
            settings,
            findings: findings(&settings),
            focus: Focus {
                layer: 1.min(n_layers - 1),
                head: 2.min(n_heads - 1),
                ..Focus::default()
            },
            language,
        }
    }

    /// Answers every inspection that a view asks for.
    pub fn find(&mut self) {
        let input = self.input(100.0, 100.0);
        let asked = VIEWS.iter().flat_map(|view| (view.inspections)(&input));
        let answered = |asked| Some((finding(&self.model, &self.trace, &asked)?, asked));
        let answers: Vec<(Finding, Inspection)> = asked.filter_map(answered).collect();
        for (finding, asked) in answers {
            self.findings.insert(asked, finding);
        }
    }

    /// What a view gets.
    pub fn input(&self, width: f64, height: f64) -> ViewInput<'_> {
        ViewInput {
            model: &self.model,
            trace: &self.trace,
            distribution: &self.distribution,
            draw: Some(&self.draw),
            settings: &self.settings,
            seed: SEED,
            surprises: &self.surprises,
            work: &self.work,
            findings: &self.findings,
            reel: Some(Reel {
                film: &self.film,
                folder: &self.model.name,
                chosen: Some(27),
                at: Some(27),
                against: None,
            }),
            embeddings: Some(&self.embeddings),
            focus: &self.focus,
            language: self.language,
            width,
            height,
            type_scale: 1.0,
        }
    }
}

/// A number between -1 and 1 that depends on three others, the same on every platform.
fn wave(a: usize, b: usize, c: usize) -> f32 {
    let mixed = (a as u32).wrapping_mul(0x9e37_79b9)
        ^ (b as u32).wrapping_mul(0x85eb_ca6b)
        ^ (c as u32).wrapping_mul(0xc2b2_ae35);
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x2c1b_3c6d);
    let mixed = (mixed ^ (mixed >> 13)).wrapping_mul(0x297a_2d39);
    ((mixed ^ (mixed >> 16)) >> 8) as f32 / (1u32 << 23) as f32 - 1.0
}

fn vector(seed: usize, position: usize, length: usize, scale: f32) -> Vec<f32> {
    (0..length)
        .map(|i| wave(seed, position, i) * scale)
        .collect()
}

fn trace(model: &ModelInfo, tokens: Vec<TokenInfo>) -> Trace {
    let n = tokens.len();
    let mut rows = Vec::new();
    for activation in Activation::all(model.n_layers) {
        let mut all = Rows::default();
        for (position, token) in tokens.iter().enumerate() {
            all.push(&row(model, activation, position, token.id as usize));
        }
        rows.push((activation, all));
    }
    let mut trace = Trace::new(model.n_heads);
    assert!(trace.apply(TraceUpdate {
        total_tokens: n,
        typed_tokens: n,
        tokens,
        rows,
        ..TraceUpdate::default()
    }));
    trace
}

/// Of every token but the first.
fn surprises(trace: &Trace) -> Vec<Surprise> {
    let pairs = trace.tokens().iter().enumerate().skip(1);
    let of = |(position, token): (usize, &TokenInfo)| {
        surprise(
            trace.row(Activation::Logits, position - 1).unwrap(),
            token.id,
        )
        .unwrap()
    };
    pairs.map(of).collect()
}

/// The text was read but for its last token, then that one.
fn work(model: &ModelInfo, tokens: &[TokenInfo]) -> Work {
    let mut work = Work::default();
    for (before, after, computed_positions) in [
        (0, tokens.len().max(1) - 1, usize::MAX),
        (1, tokens.len(), 1),
    ] {
        let update = TraceUpdate {
            tokens: tokens[..after].to_vec(),
            computed_positions,
            ..TraceUpdate::default()
        };
        work.note(model, &tokens[..before.min(tokens.len())], &update);
    }
    work
}

fn findings(settings: &Settings) -> Findings {
    let mut findings = Findings::default();
    let found = Finding::Continuations(continuations());
    findings.insert(super::continuations::asked(settings, SEED), found);
    findings
}

/// A probability above 0 and below 1.
fn chance(a: usize, b: usize, c: usize) -> f32 {
    let wave = wave(a, b, c).abs();
    0.05 + 0.9 * wave * wave
}

fn continuations() -> Continuations {
    let way = |seed: usize| {
        let token = |i: usize| ((i * 5 + seed) as u32 % 14, chance(seed, i, 0));
        (0..12).map(token).collect()
    };
    let mut beams: Vec<BeamNode> = Vec::new();
    let mut open = vec![None];
    for depth in 1..=12 {
        let first = beams.len();
        for parent in open {
            for i in 0..3 {
                let p = chance(depth + 40, first + i, parent.unwrap_or(99)) / (i + 1) as f32;
                let so_far = parent.map_or(0.0, |parent: usize| beams[parent].log_p);
                beams.push(BeamNode {
                    parent,
                    id: (depth * 3 + first + i) as u32 % 14,
                    p,
                    log_p: so_far + p.ln(),
                    depth,
                    is_kept: false,
                });
            }
        }
        let mut best: Vec<usize> = (first..beams.len()).collect();
        best.sort_by(|a, b| beams[*b].log_p.total_cmp(&beams[*a].log_p));
        best.truncate(4);
        for kept in &best {
            beams[*kept].is_kept = true;
        }
        open = best.into_iter().map(Some).collect();
    }
    Continuations {
        greedy: way(0),
        drawn: way(3),
        beams,
    }
}

fn row(model: &ModelInfo, activation: Activation, position: usize, id: usize) -> Vec<f32> {
    let (d, heads) = (model.d_model, model.n_heads);
    match activation {
        Activation::Embed => vector(1, id, d, 1.0),
        Activation::PosEmbed => vector(2, position, d, 0.4),
        Activation::LnFinal => vector(3, position, d, 1.0),
        Activation::Logits => vector(4, position, model.vocab_size(), 6.0),
        Activation::Cell { .. } | Activation::InStack(..) => Vec::new(),
        Activation::Block { layer, site } => match site {
            Site::Q | Site::K | Site::V | Site::Z => {
                let seed = 10 + layer * 8 + site as usize;
                let scale = 0.5 + wave(seed, position, 1).abs();
                vector(seed, position, heads * model.d_head, scale)
            }
            Site::Scores => scores(model, layer, position),
            Site::Pattern => {
                let scores = scores(model, layer, position);
                scores.chunks(position + 1).flat_map(softmaxed).collect()
            }
            Site::MlpPre => vector(100 + layer, position, model.d_mlp, 2.0),
            Site::MlpPost => vector(100 + layer, position, model.d_mlp, 2.0)
                .iter()
                .map(|x| x.max(0.0))
                .collect(),
            Site::ResidPre => vector(200 + layer, position, d, 0.7 + layer as f32 * 0.2),
            Site::ResidMid => vector(200 + layer, position, d, 0.8 + layer as f32 * 0.2),
            Site::ResidPost => vector(201 + layer, position, d, 0.9 + layer as f32 * 0.2),
            _ => vector(
                300 + layer,
                position,
                d,
                0.5 + wave(layer, position, 2).abs() * 0.5,
            ),
        },
    }
}

fn scores(model: &ModelInfo, layer: usize, query: usize) -> Vec<f32> {
    let score = |head: usize, key: usize| {
        let kind = match (layer * 3 + head) % 4 {
            0 if key + 1 == query => 3.0,
            1 if key == query => 2.2,
            2 if key == 0 => 2.4,
            _ => 0.0,
        };
        kind + wave(layer * 16 + head, query, key) * 0.9
    };
    (0..model.n_heads)
        .flat_map(|head| (0..=query).map(move |key| score(head, key)))
        .collect()
}

fn softmaxed(scores: &[f32]) -> Vec<f32> {
    let sum: f32 = scores.iter().map(|s| exp(*s)).sum();
    scores.iter().map(|s| exp(*s) / sum).collect()
}

/// A made-up answer.
fn finding(model: &ModelInfo, trace: &Trace, asked: &Inspection) -> Option<Finding> {
    let vocab = model.vocab_size();
    let token =
        |a: usize, b: usize, i: usize| (((wave(a, b, i) + 1.0) * 1e4) as usize % vocab) as u32;
    let tokens = |a: usize, b: usize, count: usize, scale: f32| -> Vec<(u32, f32)> {
        (0..count)
            .map(|i| (token(a, b, i), scale / (1 << i) as f32))
            .collect()
    };
    Some(match asked {
        Inspection::LogitLens { count } => {
            let at = |position: usize, depth: usize| {
                let p =
                    0.1 + 0.8 * depth as f32 / model.n_layers as f32 * wave(5, position, 0).abs();
                let left = model.n_layers - depth;
                let rank = left * left * (1 + position % 3) * 4;
                let mut top = tokens(40 + rank, position, *count, p);
                if rank == 0 {
                    top[0].0 = token(40, position, 0);
                }
                LensPrediction {
                    top,
                    rank,
                    p: p / (rank + 1) as f32,
                }
            };
            let row = |position| {
                (0..=model.n_layers)
                    .map(|depth| at(position, depth))
                    .collect()
            };
            Finding::LogitLens(LogitLens {
                at: (0..trace.len()).map(row).collect(),
            })
        }
        Inspection::Attribution { position, target } => {
            let mut parts = vec![Component::Embedding, Component::Position];
            for layer in 0..model.n_layers {
                parts.extend((0..model.n_heads).map(|head| Component::Head { layer, head }));
                parts.extend([
                    Component::AttentionBias { layer },
                    Component::Mlp { layer },
                    Component::MlpBias { layer },
                ]);
            }
            parts.push(Component::FinalBias);
            let logit = *trace
                .row(Activation::Logits, *position)?
                .get(*target as usize)?;
            let mut terms: Vec<(Component, f32)> = parts
                .into_iter()
                .enumerate()
                .map(|(i, part)| {
                    (
                        part,
                        wave(50, *position, i) * wave(51, *target as usize, i).abs(),
                    )
                })
                .collect();
            let sum: f32 = terms.iter().map(|(_, term)| term).sum();
            terms[2].1 += logit - sum;
            Finding::Attribution(Attribution {
                terms,
                logit,
                scale: 2.5,
            })
        }
        Inspection::Neurons {
            position,
            count,
            promoted,
        } => {
            let neuron = |layer: usize, i: usize| Neuron {
                index: (token(60 + layer, *position, i) as usize * 7) % model.d_mlp,
                activation: 3.2 / (i + 1) as f32,
                promoted: tokens(61 + i, layer, *promoted, 0.9),
                suppressed: tokens(81 + i, layer, *promoted, -0.7),
            };
            let block = |layer| (0..*count).map(|i| neuron(layer, i)).collect();
            Finding::Neurons((0..model.n_layers).map(block).collect())
        }
        Inspection::Side {
            frame,
            n_tokens,
            count,
            n_positions,
            ..
        } => {
            let seed = 90 + frame.as_ref().map_or(0, String::len);
            let n = trace.len().min(*n_positions);
            let row = |query: usize| {
                let scores: Vec<f32> = (0..=query)
                    .map(|key| 2.0 * wave(seed, query, key))
                    .collect();
                softmaxed(&scores)
            };
            Finding::Side(Side {
                top: tokens(seed, 0, *count, 0.6),
                drawn: (0..*n_tokens)
                    .map(|i| (token(seed, 1, i), chance(seed, 2, i)))
                    .collect(),
                pattern: (0..n).map(row).collect(),
                first: trace.len() - n,
            })
        }
        Inspection::HeadCharacters { .. } => {
            let head = |i: usize| HeadCharacter {
                previous_token: wave(70, i, 0).abs(),
                induction: wave(70, i, 1).abs().powi(2),
                entropy: wave(70, i, 2).abs() * 4.0,
                distance: wave(70, i, 3).abs() * 20.0,
            };
            Finding::HeadCharacters((0..model.n_layers * model.n_heads).map(head).collect())
        }
        _ => return None,
    })
}

fn film() -> Film {
    let frame = |step: usize| Frame {
        step,
        tokens: step * 1024,
        file: format!("step-{step:06}.safetensors"),
        size_bytes: 843_904,
        loss: None,
        validation_loss: 0.5 + 7.0 / (1.0 + step as f32 / 100.0),
        packed_validation_loss: 0.0,
        packed_max_difference: 0.0,
        packed_mean_difference: 0.0,
    };
    let steps = [0, 1, 3, 9, 27, 81, 243, 729, 2_000];
    let mark = |ability, step: Option<usize>| Milestone {
        ability,
        step,
        threshold: 0.3,
        values: (0..steps.len()).map(|i| 0.05 * i as f32).collect(),
        samples: 40,
        head: (ability == Ability::InductionHead).then_some((1, 0)),
    };
    Film {
        model: "fixture".to_owned(),
        frames: steps.map(frame).into(),
        milestones: vec![
            mark(Ability::InductionHead, Some(729)),
            mark(Ability::GrammaticalSentence, Some(243)),
            mark(Ability::RightFact, None),
        ],
    }
}

fn embeddings(model: &ModelInfo) -> Landscape {
    let (vocab_size, d) = (model.vocab_size(), model.d_model);
    let mut components = vec![0.0; 2 * d];
    components[0] = 1.0;
    components[d + 1] = 1.0;
    Landscape::new(EmbeddingTable {
        vocab_size,
        d_model: d,
        untrained: Vec::new(),
        explained_variance_ratio: vec![0.2, 0.11],
        vectors: (0..vocab_size)
            .flat_map(|id| vector(1, id, d, 1.0))
            .collect(),
        mean: vec![0.0; d],
        components,
    })
}

/// `(1 + x / 1024)^1024`: near enough to the exponential, and the same on every platform.
fn exp(x: f32) -> f32 {
    (0..10).fold(1.0 + x / 1024.0, |power, _| power * power)
}
