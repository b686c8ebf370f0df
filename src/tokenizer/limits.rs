//! What a `tokenizer.json` may ask of memory, looked at before the library does what it says: a few
//! lines can ask for more than there is, and no program can catch that.

use serde_json::Value;

use super::spelling::Outline;

/// A text may become this many times longer before it is cut. (Twice is usual: the bytes of the
/// byte-level alphabet.)
const MAX_GROWTH: usize = 1 << 10;

/// Checks what a file asks for.
///
/// # Errors
/// What is too much.
pub fn check_memory(outline: &Outline) -> Result<(), String> {
    let steps = outline.steps();
    // Each step does it to what the one before has made.
    let growth = steps.iter().map(|step| growth(step));
    let growth = growth.fold(1, usize::saturating_mul);
    if growth > MAX_GROWTH {
        return Err(format!(
            "its normalizer can make a text {growth} times longer"
        ));
    }
    let mut tables = steps
        .iter()
        .filter_map(|step| step["precompiled_charsmap"].as_str());
    match tables.any(is_cut_off) {
        true => Err("the table of its normalizer is cut off".to_owned()),
        false => Ok(()),
    }
}

/// How many times longer a step can make a text.
fn growth(step: &Value) -> usize {
    match (step["type"].as_str(), step["content"].as_str()) {
        // What stands for a match, which may be a single character.
        (_, Some(content)) => content.chars().count().max(1),
        // A byte becomes a character of up to two bytes.
        (Some("ByteLevel"), _) => 2,
        // As in NFKC, one character becomes eighteen.
        (Some("Precompiled"), _) => 18,
        _ => 1,
    }
}

/// Whether a table in base64 is shorter than it says. It begins with the bytes of its first part, a
/// little-endian number of 4 bytes, for which the library makes room without looking.
fn is_cut_off(table: &str) -> bool {
    let digits = table.bytes().take(6).filter_map(|digit| match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    });
    let bits = digits.fold(0, |bits, digit| bits << 6 | u64::from(digit));
    // The first 32 of 36 bits, the first byte being the lowest.
    let first_part = ((bits >> 4) as u32).swap_bytes() as usize;
    first_part > table.len() / 4 * 3
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(normalizer: &Value, pre_tokenizer: &Value) -> Result<(), String> {
        let file = json!({"normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "model": {}});
        check_memory(&serde_json::from_value(file).expect("an outline"))
    }

    fn sequence(key: &str, step: &Value, times: usize) -> Value {
        json!({"type": "Sequence", key: vec![step; times]})
    }

    #[test]
    fn what_is_usual_is_not_too_much() {
        let space = json!({"type": "Replace", "pattern": {"String": " "}, "content": "▁"});
        let bytes = json!({"type": "ByteLevel", "add_prefix_space": true});
        assert_eq!(check(&sequence("normalizers", &space, 30), &bytes), Ok(()));
        assert_eq!(check(&Value::Null, &Value::Null), Ok(()));
    }

    #[test]
    fn a_text_cannot_grow_beyond_all_memory() {
        let eight = json!({"type": "Replace", "pattern": {"String": "a"}, "content": "aaaaaaaa"});
        let message =
            check(&sequence("normalizers", &eight, 10), &Value::Null).expect_err("a bomb");
        assert!(message.contains("1073741824 times longer"), "{message}");
        let bytes = json!({"type": "ByteLevel", "add_prefix_space": true});
        let forty = sequence("pretokenizers", &bytes, 40);
        assert!(check(&Value::Null, &forty).is_err());
    }

    #[test]
    fn a_table_is_as_long_as_it_says() {
        let table = |base64: &str| {
            let normalizer = json!({"type": "Precompiled", "precompiled_charsmap": base64});
            check(&normalizer, &Value::Null)
        };
        // 4, and 4 bytes; 3 of them missing; 4 GB.
        assert_eq!(table("BAAAAAAAAAA="), Ok(()));
        assert!(table("BAAAAAA=").is_ok() && table("CQAAAAA=").is_err());
        assert!(table("/////wAAAAAAAAAA").is_err());
    }
}
