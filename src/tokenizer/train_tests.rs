//! Training, and the file it is kept in.

use serde_json::Value;

use super::tests::small;
use super::*;

#[test]
fn tokenizer_json_round_trips_and_takes_both_forms_of_merges() {
    let tokenizer = small();
    let text = tokenizer.to_json();
    let again = ByteLevelBpe::from_json(&text).expect("our own file");
    assert_eq!(again.to_json(), text);
    let mut pairs: Value = serde_json::from_str(&text).expect("JSON");
    for merge in pairs["model"]["merges"].as_array_mut().expect("a list") {
        let parts: Vec<String> = merge
            .as_str()
            .expect("a line")
            .split(' ')
            .map(str::to_owned)
            .collect();
        *merge = serde_json::json!(parts);
    }
    let again = ByteLevelBpe::from_json(&pairs.to_string()).expect("the newer form");
    assert_eq!(again.to_json(), text);
}

#[test]
fn files_that_ask_for_more_are_refused_by_name() {
    let good: Value = serde_json::from_str(&small().to_json()).expect("JSON");
    for (path, value, expected) in [
        ("/model/type", serde_json::json!("WordPiece"), "model.type"),
        (
            "/normalizer",
            serde_json::json!({"type": "NFC"}),
            "normalizer",
        ),
        (
            "/pre_tokenizer/add_prefix_space",
            serde_json::json!(true),
            "pre_tokenizer",
        ),
        (
            "/post_processor",
            serde_json::json!({"type": "TemplateProcessing"}),
            "post_processor",
        ),
        (
            "/model/merges/0",
            serde_json::json!("a b c"),
            "not two tokens",
        ),
        (
            "/model/merges/0",
            serde_json::json!(["zz", "qq"]),
            "not in the vocabulary",
        ),
        (
            "/added_tokens/0/id",
            serde_json::json!(4_000_000_000u32),
            "too large",
        ),
        ("/added_tokens/0/id", serde_json::json!(7), "two tokens"),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(path).expect("present") = value;
        let message = ByteLevelBpe::from_json(&bad.to_string())
            .expect_err(path)
            .to_string();
        assert!(message.contains(expected), "{message}");
    }
    assert!(ByteLevelBpe::from_json("{").is_err());
}

#[test]
fn training_learns_the_most_frequent_pair_first() {
    // "ab" 5 times, then "abc" 3 times, then the tie of "xy" and "yz" goes to the smaller bytes.
    let mut counts = WordCounts::default();
    for (word, count) in [("abc", 3), ("ab", 2), ("xyz", 2), ("q", 9)] {
        counts.add_word(word, count);
    }
    let learned: Vec<(Vec<u8>, u64)> = Trainer::new(&counts)
        .map(|step| (step.bytes, step.count))
        .collect();
    let expected = [("ab", 5), ("abc", 3), ("xy", 2), ("xyz", 2)];
    assert_eq!(
        learned,
        expected.map(|(bytes, count)| (bytes.as_bytes().to_vec(), count))
    );
}

#[test]
fn training_does_not_depend_on_the_order_of_the_texts() {
    let texts = ["the cat sat", "그 고양이는 앉았다", "the hat", "그 모자는"];
    let forward = train_bpe(texts.iter().copied().cycle().take(8), 300, &["<s>"]).expect("trains");
    let backward =
        train_bpe(texts.iter().rev().copied().cycle().take(8), 300, &["<s>"]).expect("trains");
    assert_eq!(forward.to_json(), backward.to_json());
}

#[test]
fn training_refuses_what_cannot_be() {
    assert!(matches!(
        train_bpe(["a"], 256, &["<s>"]),
        Err(TokenizerError::VocabTooSmall { needed: 257, .. })
    ));
    for specials in [&["<s>", "<s>"][..], &[""], &["a"]] {
        assert!(matches!(
            train_bpe(["a"], 300, specials),
            Err(TokenizerError::BadSpecialToken { .. })
        ));
    }
}
