//! What goes with a figure that is taken away: its caption, its name, its numbers.

use serde_json::Value as Json;

use super::arithmetic::layer_word;
use super::{Focus, View, ViewInput, cache, characters, film, objective, surprise};
use crate::protocol::{Activation, Attention, BackendKind, Site};
use crate::ui::components::export::{Datum, Value};
use crate::ui::components::scene::{Matrix, Scene, Source};
use crate::ui::views::number::decimal;
use crate::ui::views::token_label;

/// Which block and head a view is of, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The block, if the view is of one.
    pub layer: Option<usize>,
    /// The head, if it is of one.
    pub head: Option<usize>,
}

impl Place {
    /// The place a view is of: what it needs changes with the chosen block.
    pub fn of(view: &View, input: &ViewInput<'_>) -> Self {
        let at = |layer: usize| {
            let focus = Focus {
                layer,
                ..input.focus.clone()
            };
            view.needs(input.model, &focus)
        };
        let layer = input.layer();
        let other = (0..input.n_layers()).find(|other| *other != layer);
        let (here, there) = (at(layer), other.map(at));
        if there.is_none_or(|there| there == here) {
            return Place::default();
        }
        let own = |activation: &&Activation| {
            let stage = Attention::stage_of(**activation);
            matches!(stage, Some((_, of, Site::Pattern | Site::Scores | Site::Z)) if of == layer)
        };
        Place {
            layer: Some(layer),
            head: here.0.iter().find(own).map(|_| input.head()),
        }
    }
}

/// The caption: what is seen, of which model and text, how the next token is drawn, by which
/// engine. The same text and settings give the same caption.
pub fn caption(view: &View, input: &ViewInput<'_>, text: &str, backend: BackendKind) -> String {
    let place = Place::of(view, input);
    let mut parts = vec![(view.title)(input.language).to_owned()];
    parts.push(input.model.name.clone());
    let pick = |en: &str, ko: &str| input.language.pick(en.to_owned(), ko.to_owned());
    if let Some(layer) = place.layer {
        let name = layer_word(input.model, input.language);
        parts.push(format!("{name} {}", layer + 1));
    }
    let attention = input
        .attention()
        .filter(|_| input.model.architecture.has_source());
    if let (Some(_), Some(attention)) = (place.head, attention) {
        parts.push(objective::attention_name(input.language, attention).to_owned());
    }
    if let Some(head) = place.head {
        parts.push(format!("{} {}", pick("head", "헤드"), head + 1));
    }
    if let Some(step) = input.reel.and_then(|reel| reel.at) {
        parts.push(film::words(input.language).step(Some(step)));
    }
    parts.push(format!("“{}”", text.replace('\n', "↵")));
    parts.push(format!("{} {}", pick("seed", "시드"), input.seed));
    parts.push(settings(input));
    parts.push(match backend {
        BackendKind::Cpu => pick("computed on the processor", "프로세서에서 계산"),
        BackendKind::WebGpu => pick("computed on WebGPU", "WebGPU에서 계산"),
    });
    parts.join(" · ")
}

/// How the next token is drawn; what is off is left out.
fn settings(input: &ViewInput<'_>) -> String {
    let (settings, pick) = (input.settings, |en, ko| input.language.pick(en, ko));
    let number = |value: f32| {
        let text = decimal(f64::from(value), 2);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if settings.greedy {
        return pick("greedy", "최댓값만").to_owned();
    }
    let temperature = pick("temperature", "온도");
    let mut parts = vec![format!("{temperature} {}", number(settings.temperature))];
    parts.extend(settings.top_k.map(|k| format!("top-k {k}")));
    parts.extend(settings.top_p.map(|p| format!("top-p {}", number(p))));
    parts.extend(settings.min_p.map(|p| format!("min-p {}", number(p))));
    if settings.repetition_penalty != 1.0 {
        let penalty = pick("repetition penalty", "반복 페널티");
        parts.push(format!("{penalty} {}", number(settings.repetition_penalty)));
    }
    parts.join(", ")
}

/// Name of the file, such as `village-gpt-attention-block4-head2`.
pub fn file_stem(view: &View, input: &ViewInput<'_>) -> String {
    let place = Place::of(view, input);
    let mut stem = format!("{}-{}", input.model.name, view.name.replace('_', "-"));
    if let Some(layer) = place.layer {
        stem.push_str(&format!("-block{}", layer + 1));
    }
    if let Some(head) = place.head {
        stem.push_str(&format!("-head{}", head + 1));
    }
    // Only what every file system takes.
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    stem.chars()
        .map(|letter| if is_plain(letter) { letter } else { '-' })
        .collect()
}

/// The tokens, then the numbers drawn. A view whose marks stand for many numbers at once gives all
/// it draws from.
pub fn data(view: &View, input: &ViewInput<'_>, scene: &Scene) -> Vec<Datum> {
    let mut data = Vec::new();
    for (position, token) in input.trace.tokens().iter().enumerate() {
        data.push(Datum {
            name: "token".to_owned(),
            indices: vec![position],
            value: Value::Text(token_label(&token.bytes).text),
        });
    }
    for (position, token) in input.trace.source().iter().enumerate() {
        data.push(Datum {
            name: "source_token".to_owned(),
            indices: vec![position],
            value: Value::Text(token_label(&token.bytes).text),
        });
    }
    let mut sources = Vec::new();
    collect(scene, &mut sources);
    sources.sort_by(|a, b| (a.activation, &a.index).cmp(&(b.activation, &b.index)));
    sources.dedup_by(|a, b| a.activation == b.activation && a.index == b.index);
    let inspections = view.asks(input);
    match view.name {
        "surprise" => data.extend(surprise::data(input)),
        "cache" => data.extend(cache::data(input)),
        "characters" => data.extend(characters::data(input)),
        "training" => data.extend(film::data(input)),
        "objective" => data.extend(objective::data(input)),
        _ if sources.is_empty() && scene.matrices.is_empty() && inspections.is_empty() => {
            for activation in view.needs(input.model, input.focus).0 {
                whole(input, activation, &mut data);
            }
        }
        _ => {}
    }
    data.extend(sources.into_iter().map(|source| Datum {
        name: source.activation.to_string(),
        indices: source.index,
        value: Value::Number(source.value),
    }));
    computed(scene, &mut data);
    for inspection in inspections {
        let found = input.findings.get(&inspection);
        if let Some(Ok(found)) = found.map(serde_json::to_value) {
            flatten(&found, &mut String::new(), &mut Vec::new(), &mut data);
        }
    }
    data
}

fn collect(scene: &Scene, sources: &mut Vec<Source>) {
    if let Some(backdrop) = &scene.backdrop {
        collect(backdrop, sources);
    }
    sources.extend(scene.hits.iter().filter_map(|hit| hit.source.clone()));
    let matrices = scene.matrices.iter();
    for matrix in matrices.filter(|matrix| matrix.is_read) {
        sources.extend(cells(matrix).map(|(index, value)| Source {
            activation: matrix.activation,
            index,
            value,
        }));
    }
}

/// Numbers that are drawn and were computed from activations, named for those.
fn computed(scene: &Scene, data: &mut Vec<Datum>) {
    let matrices = scene.matrices.iter().enumerate();
    for (number, matrix) in matrices.filter(|(_, matrix)| !matrix.is_read) {
        data.extend(cells(matrix).map(|(index, value)| Datum {
            name: format!("matrix{}.from.{}", number + 1, matrix.activation),
            indices: index,
            value: Value::Number(value),
        }));
    }
}

/// The cells of a matrix that stand for a number, each with its index.
fn cells(matrix: &Matrix) -> impl Iterator<Item = (Vec<usize>, f32)> {
    let places = matrix.cells.iter().enumerate();
    places.filter_map(move |(cell, (index, value))| {
        let position = matrix.first_position + cell / matrix.columns.max(1);
        let looks_ahead = matrix.looks_back && *index > position;
        let indices = matrix.head.into_iter().chain([position, *index]).collect();
        (!looks_ahead).then_some((indices, *value))
    })
}

/// Every number of an activation; of what is square only what may be looked at.
fn whole(input: &ViewInput<'_>, activation: Activation, data: &mut Vec<Datum>) {
    let name = activation.to_string();
    let heads = if activation.is_per_head() {
        input.model.n_heads
    } else {
        1
    };
    for head in 0..heads {
        for position in 0..input.trace.len_of(activation) {
            let row = if activation.is_per_head() {
                input.trace.head_row(activation, head, position)
            } else {
                input.trace.row(activation, position)
            };
            for (index, value) in row.unwrap_or_default().iter().enumerate() {
                let place = [head, position, index];
                data.push(Datum {
                    name: name.clone(),
                    indices: place[usize::from(!activation.is_per_head())..].to_vec(),
                    value: Value::Number(*value),
                });
            }
        }
    }
}

/// A finding as rows: names of fields become the name, places in lists the indices.
fn flatten(json: &Json, name: &mut String, indices: &mut Vec<usize>, data: &mut Vec<Datum>) {
    let value = match json {
        Json::Object(fields) => {
            for (field, value) in fields {
                let length = name.len();
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(&snake_case(field));
                flatten(value, name, indices, data);
                name.truncate(length);
            }
            return;
        }
        Json::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                indices.push(index);
                flatten(value, name, indices, data);
                indices.pop();
            }
            return;
        }
        Json::Null => return,
        Json::Number(number) => number
            .as_f64()
            .map_or(Value::Text(number.to_string()), |exact| {
                // What was an f32 is written as one.
                let single = exact as f32;
                if f64::from(single) == exact {
                    Value::Number(single)
                } else {
                    Value::Exact(exact)
                }
            }),
        Json::Bool(is_so) => Value::Text(is_so.to_string()),
        Json::String(text) => Value::Text(text.clone()),
    };
    data.push(Datum {
        name: name.clone(),
        indices: indices.clone(),
        value,
    });
}

/// `HeadCharacters` as `head_characters`.
fn snake_case(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::components::export::csv;
    use crate::ui::i18n::Language;
    use crate::ui::views::VIEWS;
    use crate::ui::views::fixture::Fixture;

    fn view(name: &str) -> &'static View {
        VIEWS.iter().find(|view| view.name == name).unwrap()
    }

    /// The table of every view reads back to the numbers of the trace.
    #[test]
    fn tables_read_back_to_the_trace() {
        let mut fixture = Fixture::new(9, 2, 2, Language::En);
        fixture.find();
        let is_drawn = |view: &&View| (view.why_not)(&fixture.model, Language::En).is_none();
        for view in VIEWS.iter().filter(is_drawn) {
            let input = fixture.input(700.0, 300.0);
            let table = csv(&data(view, &input, &view.scene(&input)));
            let mut lines = table.lines();
            assert_eq!(lines.next(), Some("activation,indices,value"));
            let mut read = 0;
            for line in lines {
                let fields: Vec<&str> = line.splitn(3, ',').collect();
                let Ok(activation) = fields[0].parse::<Activation>() else {
                    continue;
                };
                let (shape, values) = fixture.trace.to_array(activation).unwrap();
                let indices = fields[1].split(' ').map(|index| index.parse().unwrap());
                let indices: Vec<usize> = indices.collect();
                assert_eq!(indices.len(), shape.len(), "{}", view.name);
                let flat = shape
                    .iter()
                    .zip(&indices)
                    .fold(0, |at, (size, i)| at * size + i);
                assert_eq!(fields[2].parse(), Ok(values[flat]), "{} {line}", view.name);
                read += 1;
            }
            let has_own = ["cache", "training", "objective"].contains(&view.name)
                || !view.asks(&input).is_empty();
            let is_computed = table.contains(".from.");
            assert!(
                read > 0 || has_own || is_computed,
                "{} has no numbers",
                view.name
            );
            assert!(table.lines().count() > 10, "{}", view.name);
        }
    }

    #[test]
    fn findings_are_part_of_the_table() {
        let fixture = Fixture::new(9, 2, 2, Language::En);
        let view = view("continuations");
        let input = fixture.input(700.0, 300.0);
        let table = csv(&data(view, &input, &view.scene(&input)));
        assert!(table.contains("\ncontinuations.greedy,0 1,"));
        assert!(table.contains("\ncontinuations.beams.is_kept,0,"));
    }

    #[test]
    fn names_and_captions_say_what_is_seen() {
        let mut fixture = Fixture::new(9, 4, 4, Language::En);
        fixture.model.name = "village-gpt".to_owned();
        let input = fixture.input(700.0, 300.0);
        for (name, stem) in [
            ("attention", "village-gpt-attention-block2-head3"),
            ("heads", "village-gpt-heads"),
            ("surprise", "village-gpt-surprise"),
        ] {
            assert_eq!(file_stem(view(name), &input), stem);
        }
        let said = caption(view("attention"), &input, "Mina gave", BackendKind::Cpu);
        for part in [
            "village-gpt",
            "block 2",
            "head 3",
            "“Mina gave”",
            "seed 7",
            "temperature 0.8, top-k 9",
            "processor",
        ] {
            assert!(said.contains(part), "{said} lacks {part}");
        }
        let again = caption(view("attention"), &input, "Mina gave", BackendKind::Cpu);
        assert_eq!(said, again);
    }
}
