//! Encoding and decoding: GPT-2's ids, round trips, special tokens.

use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// OpenAI's vocabulary with ids computed elsewhere, where it lies beside the repository.
fn gpt2_folder() -> Option<PathBuf> {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/gpt2-tokenizer");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no GPT-2 vocabulary at {}", folder.display());
    None
}

fn gpt2() -> Option<ByteLevelBpe> {
    let folder = gpt2_folder()?;
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("readable");
    let tokenizer = ByteLevelBpe::from_vocab_and_merges(
        &read("vocab.json"),
        &read("merges.txt"),
        &["<|endoftext|>"],
    );
    Some(tokenizer.expect("GPT-2's vocabulary is valid"))
}

/// A small bilingual tokenizer, trained in the test.
pub(super) fn small() -> ByteLevelBpe {
    let corpus = [
        "Mina gave the red ball to Jun. Who has the ball? Jun has the ball.\n",
        "미나는 준에게 빨간 공을 주었다. 공은 누가 가지고 있니? 준이 공을 가지고 있다.\n",
        "The ball is in the box. The box is in the kitchen.\n",
        "지호가 상자를 부엌으로 가져갔다. 상자는 부엌에 있다.\n",
    ];
    train_bpe(
        corpus.into_iter().cycle().take(40),
        420,
        &["<|endoftext|>", "<|pad|>"],
    )
    .expect("trains")
}

fn assert_spans_cover(text: &str, tokenizer: &ByteLevelBpe) {
    let tokens = tokenizer.encode(text);
    let mut end = 0;
    for token in &tokens {
        assert_eq!(token.start, end);
        assert_eq!(
            tokenizer.token_bytes(token.id),
            Some(&text.as_bytes()[token.start..token.end])
        );
        end = token.end;
    }
    assert_eq!(end, text.len());
}

#[test]
fn gpt2_ids_are_those_of_the_reference() {
    let (Some(folder), Some(tokenizer)) = (gpt2_folder(), gpt2()) else {
        return;
    };
    let vectors = std::fs::read_to_string(folder.join("vectors.json")).expect("readable");
    let vectors: Vec<Value> = serde_json::from_str(&vectors).expect("JSON");
    assert!(vectors.len() > 30);
    for vector in &vectors {
        let text = vector["text"].as_str().expect("a text");
        let ids: Vec<u32> = serde_json::from_value(vector["ids"].clone()).expect("ids");
        // The reference reads special tokens written out in a text.
        let encoded: Vec<u32> = tokenizer
            .encode_with_special(text)
            .iter()
            .map(|token| token.id)
            .collect();
        assert_eq!(encoded, ids, "{text:?}");
        assert_eq!(tokenizer.decode_bytes(&ids), text.as_bytes());
        assert_spans_cover(text, &tokenizer);
    }
}

#[test]
fn gpt2_survives_its_own_tokenizer_json() {
    let Some(tokenizer) = gpt2() else { return };
    let again = ByteLevelBpe::from_json(&tokenizer.to_json()).expect("our own file");
    assert_eq!(again.to_json(), tokenizer.to_json());
    assert_eq!(
        again.encode_ids("Hello, 세계 👋🏽"),
        tokenizer.encode_ids("Hello, 세계 👋🏽")
    );
}

#[test]
fn spans_and_bytes_hold_for_hangul_emoji_and_joiners() {
    let tokenizer = small();
    for text in [
        "공을 공은 준이 미나가",
        "👩‍👩‍👧‍👦 🏳️‍🌈 👋🏽",
        "e\u{301} ㄱㅏ \u{1112}\u{1161}\u{11ab}",
        "\0\u{feff}\r\n\t ",
        "",
    ] {
        assert_spans_cover(text, &tokenizer);
        assert_eq!(
            tokenizer.decode_lossless_prefix(&tokenizer.encode_ids(text)),
            (text.to_owned(), vec![])
        );
    }
}

#[test]
fn half_a_syllable_is_kept_as_bytes() {
    let tokenizer = small();
    let ids: Vec<u32> = "공뷁"
        .bytes()
        .filter_map(|byte| tokenizer.id_of_bytes(&[byte]))
        .collect();
    assert_eq!(
        tokenizer.decode_lossless_prefix(&ids[..5]),
        ("공".to_owned(), "뷁".as_bytes()[..2].to_vec())
    );
    assert_eq!(
        tokenizer.decode_lossless_prefix(&ids),
        ("공뷁".to_owned(), vec![])
    );
    assert_eq!(tokenizer.decode_lossy(&ids[..4]), "공\u{fffd}");
}

#[test]
fn every_byte_is_a_token_and_every_id_has_bytes() {
    let tokenizer = small();
    for byte in 0..=u8::MAX {
        let id = tokenizer
            .id_of_bytes(&[byte])
            .expect("a token for every byte");
        assert!(id < 256);
        assert_eq!(tokenizer.decode_bytes(&[id]), [byte]);
    }
    for id in 0..tokenizer.vocab_size() as u32 {
        assert!(!tokenizer.token_bytes(id).expect("dense ids").is_empty());
    }
    assert_eq!(tokenizer.token_bytes(tokenizer.vocab_size() as u32), None);
    assert!(tokenizer.decode_bytes(&[u32::MAX]).is_empty());
}

#[test]
fn special_tokens_are_read_only_when_asked_for() {
    let tokenizer = small();
    let text = "공<|endoftext|>The<|pad|>";
    let end = tokenizer
        .id_of_added("<|endoftext|>")
        .expect("trained with it");
    assert!(!tokenizer.encode_ids(text).contains(&end));
    assert_spans_cover(text, &tokenizer);
    let tokens = tokenizer.encode_with_special(text);
    assert!(tokens.contains(&Token {
        id: end,
        start: 3,
        end: 16
    }));
    assert_eq!(
        tokens.last().map(|token| token.id as usize),
        Some(tokenizer.vocab_size() - 1)
    );
    assert!(tokenizer.is_special(end) && !tokenizer.is_special(0));
}

#[test]
fn encoding_up_to_a_length_is_a_prefix() {
    let tokenizer = small();
    let text = "Mina gave the red ball to 준, 미나는 공을 주었다.";
    let all = tokenizer.encode(text);
    for length in 0..=all.len() {
        assert_eq!(tokenizer.encode_up_to(text, length), all[..length]);
    }
}

#[test]
fn merge_steps_end_in_the_encoding() {
    let tokenizer = small();
    for word in [" ball", "공을", " kitchen"] {
        let steps = tokenizer.merges_of(word);
        let tokens = tokenizer.encode(word);
        assert_eq!(steps.len() + tokens.len(), word.len());
        for step in &steps {
            assert_eq!(
                tokenizer.merges()[step.rank as usize],
                (step.left, step.right)
            );
            assert_eq!(
                tokenizer.token_bytes(step.merged),
                Some(&word.as_bytes()[step.start..step.end])
            );
        }
    }
}

/// Prints how long the worst paste and a plain text take; the limits are far away.
#[test]
#[allow(clippy::disallowed_methods, reason = "tests run natively")]
fn a_long_pre_token_takes_n_log_n() {
    let tokenizer = gpt2().unwrap_or_else(small);
    for (name, text) in [
        ("20,000 emoji", "😀".repeat(20_000)),
        ("80,000 letters", "abcdefgh".repeat(10_000)),
        (
            "1 MB of text",
            "Mina gave the red ball to Jun. 미나는 준에게 공을 주었다. ".repeat(13_000),
        ),
    ] {
        let start = std::time::Instant::now();
        let tokens = tokenizer.encode(&text);
        eprintln!(
            "{name}: {} tokens in {:.1} ms",
            tokens.len(),
            start.elapsed().as_secs_f64() * 1e3
        );
        assert_eq!(tokens.last().map(|token| token.end), Some(text.len()));
    }
}

proptest! {
    #[test]
    fn any_text_comes_back(text in any::<String>()) {
        let tokenizer = small();
        assert_spans_cover(&text, &tokenizer);
        prop_assert_eq!(tokenizer.decode_bytes(&tokenizer.encode_ids(&text)), text.as_bytes());
    }

    #[test]
    fn pre_tokens_join_to_the_text(text in "[ \\n\u{3000}a'sltредЖ가-힣0-9½ⓐ\u{301}!😀]{0,40}") {
        let mut end = 0;
        for (start, word) in pre_tokens(&text) {
            prop_assert_eq!(start, end);
            prop_assert!(!word.is_empty());
            end += word.len();
        }
        prop_assert_eq!(end, text.len());
    }

    #[test]
    fn any_ids_decode_to_a_prefix_and_a_rest(ids in prop::collection::vec(0u32..430, 0..30)) {
        let tokenizer = small();
        let (text, rest) = tokenizer.decode_lossless_prefix(&ids);
        prop_assert_eq!([text.as_bytes(), &rest].concat(), tokenizer.decode_bytes(&ids));
    }
}
