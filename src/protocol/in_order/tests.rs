#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::*;
use crate::protocol::{Activation, BackendKind, Film, Inspection, ModelInfo, Request};
use proptest::prelude::*;

fn returns<T: DeserializeOwned + serde::Serialize + PartialEq + std::fmt::Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(read_in_order::<T>(&text).as_ref(), Ok(value), "{text}");
    let text = serde_json::to_string_pretty(value).unwrap();
    assert_eq!(read_in_order::<T>(&text).as_ref(), Ok(value), "{text}");
}

#[test]
fn every_shape_of_value_is_read() {
    returns(&BackendKind::WebGpu);
    returns(&ModelInfo {
        name: "준\n\"\\\u{7f}\u{1}😀".to_owned(),
        vocabulary: vec![vec![], vec![0, 255]],
        norm_epsilon: 1e-5,
        end_of_text: Some(3),
        ..ModelInfo::default()
    });
    returns(&Inspection::Attribution {
        position: 3,
        target: 7,
    });
    returns(&Inspection::Blanks { count: 1 });
    returns(&Request::Weights {
        id: u64::MAX,
        model: String::new(),
        url: None,
    });
    returns(&(Activation::Logits, vec![1usize, 2], -3i64, true));
    returns(&Film::default());
}

#[test]
fn fields_may_be_left_out_and_none_may_be_unknown() {
    let film: Film = read_in_order(r#"{"model":"m","frames":[]}"#).unwrap();
    assert!(film.milestones.is_empty() && film.model == "m");
    for text in [
        r#"{"frames":[],"model":"m"}"#,
        r#"{"model":"m","frames":[],"other":1}"#,
        r#"{"model":"m","frames":[]"#,
        r#"{"model":"m","frames":[]} 1"#,
        r#"{"model":"\x","frames":[]}"#,
        r#"{"model":"\ud800","frames":[]}"#,
        r#"{"model":"m"#,
        "{",
        "",
    ] {
        assert!(read_in_order::<Film>(text).is_err(), "{text}");
    }
    assert_eq!(read_in_order::<String>(r#""\ud83d\ude00""#).unwrap(), "😀");
    assert!(read_in_order::<u8>("256").is_err());
    assert!(read_in_order::<u8>("1.5").is_err());
    assert!(read_in_order::<BackendKind>(r#""Abacus""#).is_err());
}

proptest! {
    #[test]
    fn numbers_are_those_that_were_written(
        single in proptest::num::f32::NORMAL | proptest::num::f32::ZERO | proptest::num::f32::SUBNORMAL,
        double in proptest::num::f64::NORMAL,
        text in ".*",
    ) {
        returns(&single);
        returns(&text);
        let read: f64 = read_in_order(&serde_json::to_string(&double).unwrap()).unwrap();
        prop_assert!((read / double - 1.0).abs() < 1e-14);
    }
}
