//! One token after the other: drawn, played, stopped, taken back, chosen by hand.

use crate::explorer::Explorer;
use crate::program;

const TEXT: &str = "Mina gave the";
const QUERY: &str = "lang=en&text=Mina+gave+the";

#[test]
fn steps_are_the_tokens_of_the_program() {
    for (query, settings) in [
        ("seed=7", vec!["--seed", "7"]),
        (
            "seed=18446744073709551615&temp=1.5&k=50&p=0.9",
            vec![
                "--seed=18446744073709551615",
                "--temperature=1.5",
                "--top-k=50",
                "--top-p=0.9",
            ],
        ),
        ("greedy=1", vec!["--greedy"]),
        (
            "seed=3&temp=1.5&minp=0.05&rep=1.3",
            vec![
                "--seed=3",
                "--temperature=1.5",
                "--min-p=0.05",
                "--repetition-penalty=1.3",
            ],
        ),
    ] {
        let explorer = Explorer::open(&format!("{QUERY}&{query}"));
        let generated = explorer.step(6);
        assert_eq!(generated, program::generate(TEXT, 6, &settings), "{query}");
        explorer.finish();
    }
}

#[test]
fn undo_takes_back_what_was_generated_and_nothing_typed() {
    let explorer = Explorer::open(&format!("{QUERY}&seed=3"));
    let typed = explorer.ids();
    assert_eq!(typed, program::tokenize(TEXT));
    let is_idle = "document.querySelector('[data-testid=undo]').ariaDisabled === 'true'";
    assert_eq!(explorer.eval(is_idle), true);
    let first = explorer.step(3);
    let whole = explorer.ids();
    let generated = explorer.prompt()[TEXT.len()..].to_owned();
    assert_eq!(explorer.text("[data-testid=generated]"), generated);
    for left in (typed.len()..whole.len()).rev() {
        explorer.click_on("undo");
        explorer.wait_for_tokens(left);
        assert_eq!(explorer.ids(), whole[..left]);
    }
    explorer.wait_for("nothing to undo", is_idle);
    explorer.click_on("undo");
    explorer.settle();
    assert_eq!(explorer.prompt(), TEXT);
    assert_eq!(
        explorer.step(3),
        first,
        "the same seed draws the same again"
    );
    explorer.finish();
}

#[test]
fn play_goes_on_until_it_is_stopped() {
    let explorer = Explorer::open(&format!("{QUERY}&seed=5&temp=2"));
    let typed = explorer.ids();
    explorer.eval(
        "(() => {
            const speed = document.querySelector('[data-testid=speed]');
            speed.value = '30';
            speed.dispatchEvent(new Event('change', { bubbles: true }));
        })()",
    );
    // A token that ends the text ends the play too; then it is played on.
    explorer.wait_for(
        "5 tokens",
        &format!(
            "(() => {{
                const play = document.querySelector('[data-testid=play]');
                if (spy.tokens().length >= {}) return true;
                if (play.getAttribute('aria-pressed') === 'false') play.click();
            }})()",
            typed.len() + 5
        ),
    );
    explorer.click_on("stop");
    explorer.wait_for(
        "the stop",
        "document.querySelector('[data-testid=play]').getAttribute('aria-pressed') === 'false'",
    );
    explorer.settle();
    let stopped = explorer.ids();
    explorer.eval("new Promise((done) => setTimeout(done, 300))");
    assert_eq!(explorer.ids(), stopped);
    assert_eq!(explorer.attribute("play", "aria-pressed"), "false");
    let count = stopped.len() - typed.len();
    assert!(count >= 5);
    let settings = ["--seed=5", "--temperature=2"];
    assert_eq!(
        stopped[typed.len()..],
        program::generate(TEXT, count, &settings)
    );
    explorer.finish();
}

#[test]
fn escape_and_typing_stop_the_play() {
    let explorer = Explorer::open(&format!("{QUERY}&temp=2"));
    let is_stopped =
        "document.querySelector('[data-testid=play]').getAttribute('aria-pressed') === 'false'";
    explorer.click_on("play");
    explorer.press("Escape");
    explorer.wait_for("the stop", is_stopped);
    explorer.click_on("play");
    explorer.focus("[data-testid=prompt]");
    explorer.press("End");
    explorer.type_keys("!");
    explorer.wait_for("the stop", is_stopped);
    explorer.settle();
    let text = explorer.prompt();
    assert!(text.starts_with(TEXT) && text.contains('!'), "{text}");
    assert_eq!(explorer.ids(), program::tokenize(&text));
    explorer.finish();
}

#[test]
fn clicked_candidate_is_the_next_token() {
    let explorer = Explorer::open(QUERY);
    let typed = explorer.ids();
    for place in [0, 4] {
        let before = explorer.ids();
        let id = explorer.candidates()[place].id;
        explorer.click(&format!("[data-testid=candidate][data-id='{id}']"));
        explorer.wait_for_tokens(before.len() + 1);
        assert_eq!(explorer.ids(), [&before[..], &[id]].concat());
    }
    let drawn = explorer.drawn();
    explorer.click_on("take");
    explorer.wait_for_tokens(typed.len() + 3);
    assert_eq!(explorer.ids().last(), Some(&drawn));
    explorer.finish();
}

#[test]
fn settings_act_on_the_bars_without_a_request_to_the_engine() {
    let explorer = Explorer::open(QUERY);
    explorer.settle();
    // The vocabulary's vectors may still be on their way.
    explorer.wait_for("the embeddings", "spy.sent.includes('Embeddings')");
    let requests = explorer.eval("spy.sent.length");
    let at_one = explorer.candidates();
    let drawn_at = |seed: &str| program::generate(TEXT, 1, &["--seed", seed])[0];

    explorer.set_number("temperature", "0.5");
    let cooler = explorer.candidates();
    assert!(cooler[0].p > at_one[0].p + 1e-4, "{cooler:?} {at_one:?}");
    // Twice as cold squares every ratio.
    let ratio = |c: &[crate::explorer::Candidate]| (c[0].p / c[1].p).ln();
    assert!((ratio(&cooler) - 2.0 * ratio(&at_one)).abs() < 1e-3);
    explorer.set_number("temperature", "0");
    assert_eq!(explorer.candidates()[0].p_kept, 1.0);
    explorer.set_number("temperature", "1");
    assert_eq!(explorer.candidates(), at_one);

    explorer.set_number("top-k", "3");
    let kept: Vec<f64> = explorer.candidates().iter().map(|c| c.p_kept).collect();
    assert!(
        kept[..3].iter().all(|p| *p > 0.0) && kept[3..].iter().all(|p| *p == 0.0),
        "{kept:?}"
    );
    assert!((kept.iter().sum::<f64>() - 1.0).abs() < 1e-6);
    assert_eq!(
        explorer.candidates()[5].p,
        at_one[5].p,
        "the probability before filters stays"
    );
    explorer.set_number("top-k", "0");

    explorer.set_number("top-p", "0.05");
    let kept = explorer
        .candidates()
        .iter()
        .filter(|c| c.p_kept > 0.0)
        .count() as f64;
    let share: f64 = at_one.iter().map(|c| c.p).take(kept as usize).sum();
    assert!(kept >= 1.0 && share >= 0.05 && share - at_one[kept as usize - 1].p < 0.05);
    explorer.set_number("top-p", "1");

    let mut sentences = Vec::new();
    for seed in ["0", "1", "12345678901"] {
        explorer.set_number("seed", seed);
        assert_eq!(explorer.drawn(), drawn_at(seed), "seed {seed}");
        sentences.push(explorer.text("[data-testid=why-draw]"));
    }
    sentences.dedup();
    assert_eq!(
        sentences.len(),
        3,
        "each seed has its number: {sentences:?}"
    );
    explorer.click_on("next-seed");
    explorer.wait_for(
        "the next seed",
        "document.querySelector('[data-testid=seed]').value === '12345678902'",
    );
    assert_eq!(explorer.drawn(), drawn_at("12345678902"));

    explorer.click_on("greedy");
    explorer.wait_for(
        "greedy",
        "document.querySelector('[data-testid=greedy]').getAttribute('aria-pressed') === 'true'",
    );
    assert_eq!(explorer.candidates()[0].p_kept, 1.0);
    assert_eq!(explorer.eval("spy.sent.length"), requests);
    explorer.finish();
}

#[test]
fn probabilities_of_all_rows_add_up_to_one() {
    let explorer = Explorer::open(QUERY);
    for (temperature, top_p) in [("1", "1"), ("2", "0.95"), ("0.3", "0.5")] {
        explorer.set_number("temperature", temperature);
        explorer.set_number("top-p", top_p);
        let rest = |name: &str| explorer.attribute("rest", name).parse::<f64>().unwrap();
        let candidates = explorer.candidates();
        let sum: f64 = candidates.iter().map(|c| c.p).sum();
        assert!(
            (sum + rest("data-p") - 1.0).abs() < 1e-5,
            "{sum} {}",
            rest("data-p")
        );
        let kept: f64 = candidates.iter().map(|c| c.p_kept).sum();
        assert!((kept + rest("data-p-kept") - 1.0).abs() < 1e-5, "{kept}");
        let count = candidates.len() as f64 + rest("data-count");
        let logits = &program::trace(&explorer.ids())["logits"];
        assert_eq!(count, logits.shape[1] as f64, "the whole vocabulary");
        let likely: Vec<f64> = candidates
            .iter()
            .filter(|c| !c.is_drawn)
            .map(|c| c.p)
            .collect();
        assert!(likely.is_sorted_by(|a, b| a >= b), "{likely:?}");
    }
    explorer.finish();
}

#[test]
fn full_text_stops_generation_with_one_sentence() {
    let n_ctx = program::n_ctx();
    // One id short of what the model reads.
    let ids = vec!["0"; n_ctx - 1].join(".");
    let explorer = Explorer::open(&format!("lang=en&text=&gen={ids}"));
    explorer.settle();
    explorer.click_on("step");
    explorer.wait_for(
        "the sentence",
        "document.querySelector('[data-testid=error]')",
    );
    assert!(
        explorer
            .notice()
            .unwrap()
            .contains(&format!("{n_ctx} tokens"))
    );
    assert_eq!(explorer.tokens().len(), n_ctx);
    for testid in ["step", "play", "candidate"] {
        assert_eq!(
            explorer.eval(&format!(
                "document.querySelector('[data-testid={testid}]').disabled"
            )),
            true
        );
    }
    explorer.click_on("undo");
    explorer.wait_for_tokens(n_ctx - 1);
    assert_eq!(explorer.notice(), None);
    explorer.finish();
}
