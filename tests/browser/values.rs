//! Every number of the page is that of the program for the same text.

use std::collections::BTreeMap;
use std::path::Path;

use xtask::driver::View;

use crate::explorer::{Explorer, from};
use crate::program::{self, Array};

/// How far page and program may differ: the same sums, added in another order.
const TOLERANCE: f32 = 1e-4;

/// The same for an activation: what is rounded off a vector grows with its length, and only
/// logits and attention weights are held to the number itself.
fn tolerance(name: &str, expected: &Array) -> f32 {
    if name == "logits" || name.ends_with(".attn.pattern") {
        return TOLERANCE;
    }
    let squares: f32 = expected.data.iter().map(|x| x * x).sum();
    TOLERANCE
        * (squares / expected.data.len().max(1) as f32)
            .sqrt()
            .max(1.0)
}

/// Texts by what they are made of, not by what they say.
const TEXTS: [&str; 4] = [
    "Mina gave the apple to Jun. Jun thanked",
    "미나가 준에게 사과를 주었다. 준은",
    "뷁 👩‍👧 1234\n\tx",
    " ",
];

/// The largest difference of two numbers at the same place.
pub fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let differences = a.iter().zip(b).map(|(x, y)| (x - y).abs());
    // A difference that is not a number is the largest of all.
    differences.fold(0.0, |largest, difference| {
        if difference > largest || difference.is_nan() {
            difference
        } else {
            largest
        }
    })
}

/// Compares all the page exports with what the program computes for the same ids.
pub fn assert_export_agrees(explorer: &Explorer) {
    assert_export_is_of(explorer, &program::model());
}

/// The same for the model of another folder.
pub fn assert_export_is_of(explorer: &Explorer, model: &Path) {
    let file = explorer.export();
    let ids: Vec<u32> = from(file["ids"].clone());
    assert_eq!(ids, explorer.ids());
    assert_eq!(file["backend"], explorer.backend());
    assert_eq!(file["tokens"].as_array().unwrap().len(), ids.len());
    let exported: BTreeMap<String, Array> = from(file["activations"].clone());
    let computed = program::trace_of(model, &ids);
    let n_layers = computed
        .keys()
        .filter(|name| name.ends_with(".attn.pattern"))
        .count();
    assert!(n_layers > 0);
    let mut needed = vec!["embed".to_owned(), "logits".to_owned()];
    for layer in 0..n_layers {
        needed.push(format!("blocks.{layer}.attn.pattern"));
        needed.push(format!("blocks.{layer}.resid_post"));
    }
    for name in &needed {
        assert!(exported.contains_key(name), "{name} is not exported");
    }
    for (name, array) in &exported {
        let expected = &computed[name];
        assert_eq!(array.shape, expected.shape, "{name}");
        let difference = if name.ends_with(".attn.scores") {
            largest_difference(&below_diagonal(array), &below_diagonal(expected))
        } else {
            largest_difference(&array.data, &expected.data)
        };
        let tolerance = tolerance(name, expected);
        assert!(difference <= tolerance, "{name} differs by {difference}");
    }
}

/// The numbers of a square array per head that a token may look at; the page holds no others.
fn below_diagonal(array: &Array) -> Vec<f32> {
    let n = array.shape[2];
    let is_seen = |index: &usize| index % n <= index / n % n;
    let seen = (0..array.data.len()).filter(is_seen);
    seen.map(|index| array.data[index]).collect()
}

#[test]
fn exported_trace_is_that_of_the_program() {
    let explorer = Explorer::open("");
    for text in TEXTS {
        explorer.write(text);
        assert_eq!(explorer.ids(), program::tokenize(text), "{text:?}");
        assert_export_agrees(&explorer);
    }
    explorer.finish();
}

#[test]
fn trace_after_edits_and_generated_tokens_is_that_of_the_program() {
    let explorer = Explorer::open("text=Mina");
    // Appended, cut, changed in the middle, generated: all of it on a cache with something in it.
    for text in [
        "Mina gave",
        "Mina gave the",
        "Mina ga",
        "Mona gave the",
        "Mona",
    ] {
        explorer.write(text);
    }
    explorer.step(3);
    assert_export_agrees(&explorer);
    explorer.click_on("undo");
    explorer.wait_for_tokens(explorer.tokens().len().max(1));
    explorer.settle();
    assert_export_agrees(&explorer);
    explorer.finish();
}

#[test]
fn attention_table_shows_the_weights_of_the_chosen_head() {
    let explorer = Explorer::open("layer=0&head=0&open=attention");
    let computed = program::trace(&explorer.ids());
    let n = explorer.tokens().len();
    let heads: Vec<(usize, usize)> = from(explorer.eval(
        "[...document.querySelectorAll('[data-testid=head]')].map(({ dataset }) => [Number(dataset.layer), Number(dataset.head)])",
    ));
    let n_heads = computed["blocks.0.attn.pattern"].shape[0];
    assert_eq!(heads.len() % n_heads, 0);
    for (layer, head) in [heads[0], heads[n_heads], heads[heads.len() - 1]] {
        let button = format!("[data-testid=head][data-layer='{layer}'][data-head='{head}']");
        explorer.click(&button);
        let name = format!("blocks.{layer}.attn.pattern");
        explorer.wait_for(
            "the table of the head",
            &format!(
                "(() => {{
                    const table = document.querySelector('[data-testid=attention-table]');
                    const cell = table && table.querySelector('td[data-index]');
                    return cell && table.dataset.activation === '{name}' && cell.dataset.index.startsWith('{head},');
                }})()"
            ),
        );
        assert_eq!(
            explorer.eval(&format!(
                "document.querySelector(\"{button}\").getAttribute('aria-pressed')"
            )),
            "true"
        );
        let cells: Vec<(String, String)> = from(explorer.eval(
            "[...document.querySelectorAll('[data-testid=attention-table] td[data-index]')].map((cell) => [cell.dataset.index, cell.textContent])",
        ));
        // What may not be looked at has no number.
        assert_eq!(cells.len(), n * (n + 1) / 2);
        for (index, shown) in cells {
            let place: Vec<usize> = index.split(',').map(|part| part.parse().unwrap()).collect();
            let weight = computed[&name].data[(place[0] * n + place[1]) * n + place[2]];
            assert!(place[0] == head && place[2] <= place[1], "{index}");
            let digits = shown.split_once('.').unwrap().1.len();
            assert_eq!(digits, 4, "{shown}");
            let difference = (shown.parse::<f32>().unwrap() - weight).abs();
            assert!(difference <= 5.1e-5, "{name} {index}: {shown} for {weight}");
        }
    }
    explorer.finish();
}

#[test]
fn probabilities_are_those_of_the_logits() {
    let explorer = Explorer::open("temp=0.7&k=5&text=Mina%20gave");
    explorer.settle();
    let ids = explorer.ids();
    let logits = &program::trace(&ids)["logits"];
    let vocab = logits.shape[1];
    let last = &logits.data[(ids.len() - 1) * vocab..];
    let weights: Vec<f64> = last
        .iter()
        .map(|logit| (f64::from(*logit) / 0.7).exp())
        .collect();
    let total: f64 = weights.iter().sum();
    let candidates = explorer.candidates();
    let mut order: Vec<usize> = (0..vocab).collect();
    order.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]));
    let kept: f64 = order[..5].iter().map(|id| weights[*id]).sum();
    for (rank, candidate) in candidates.iter().enumerate() {
        let id = candidate.id as usize;
        assert!(
            (candidate.p - weights[id] / total).abs() < 1e-4,
            "{candidate:?}"
        );
        let p_kept = if rank < 5 { weights[id] / kept } else { 0.0 };
        assert!(
            (candidate.p_kept - p_kept).abs() < 1e-4,
            "{candidate:?}, {p_kept}"
        );
    }
    assert!(candidates.len() > 5);
    explorer.finish();
}

#[test]
fn phone_shows_the_same_tokens() {
    let explorer = Explorer::open_in(View::PHONE, "?backend=cpu&text=%EB%AF%B8%EB%82%98");
    explorer.settle();
    assert_eq!(explorer.ids(), program::tokenize("미나"));
    explorer.finish();
}
