//! Reading what is damaged, and anything at all.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use proptest::prelude::*;

use super::{
    NamedTensors, Precision, SafetensorsFile, TensorSource, read_safetensors, write_safetensors,
};

/// A file with this header and so many bytes after it.
fn file(header: &str, n_bytes: usize) -> Vec<u8> {
    let length = (header.len() as u64).to_le_bytes();
    [&length, header.as_bytes(), &vec![0; n_bytes]].concat()
}

/// Why a file is refused.
fn refusal(bytes: &[u8]) -> String {
    read_safetensors(bytes).unwrap_err().to_string()
}

#[test]
fn each_damage_has_its_sentence() {
    let one = r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
    assert!(read_safetensors(&file(one, 8)).is_ok());
    assert!(refusal(b"").contains("cut off: its header should have 0 bytes"));
    assert!(refusal(&file(one, 8)[..20]).contains("the file has 20"));
    assert!(refusal(&[255; 64]).contains("should have 18446744073709551615 bytes"));
    assert!(refusal(&file(one, 7)).contains("`a` ends at byte 8, and the file has only 7"));
    assert!(refusal(&file(one, 9)).contains("1 bytes longer"));
    assert!(refusal(&file("{\"a\":", 0)).contains("the header is damaged"));
    assert!(refusal(&file("[]", 0)).contains("the header is damaged"));
    let deep = "[".repeat(100_000);
    assert!(refusal(&file(&format!("{{\"a\":{deep}"), 0)).contains("damaged"));

    let two = |b: &str| {
        let a = r#""a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}"#;
        refusal(&file(&format!("{{{a},{b}}}"), 16))
    };
    let b = r#""b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}"#;
    assert!(two(b).contains("`b` has the bytes 4 to 12, which are another tensor's too"));
    let b = r#""b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}"#;
    assert!(two(b).contains("no tensor has those from 8 on"));
    let b = r#""b":{"dtype":"F32","shape":[2],"data_offsets":[16,8]}"#;
    assert!(two(b).contains("end before they begin"));
    let b = r#""b":{"dtype":"F32","shape":[3],"data_offsets":[8,16]}"#;
    assert!(two(b).contains("not what F32 [3] takes"));
    let b = r#""b":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[8,16]}"#;
    assert!(two(b).contains("not what F32"));
    let b = r#""a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}"#;
    assert_eq!(two(b), "tensor `a` is there twice");
    let b = r#""b":{"dtype":"I64","shape":[1],"data_offsets":[8,16]}"#;
    assert!(two(b).contains("`b` holds I64"));
}

#[test]
fn a_tensor_of_another_type_hurts_only_who_asks_for_it() {
    let header = r#"{"a":{"dtype":"BF16","shape":[2,2],"data_offsets":[0,8]},
        "b":{"dtype":"I64","shape":[1],"data_offsets":[8,16]}, "empty":
        {"dtype":"F32","shape":[0,7],"data_offsets":[16,16]}}"#;
    let bytes = file(header, 16);
    let file = SafetensorsFile::open(bytes.as_slice()).unwrap();
    assert_eq!(file.names(), ["a", "b", "empty"]);
    assert_eq!(file.read("a").unwrap(), [0.0; 4]);
    assert!(file.read("empty").unwrap().is_empty());
    assert!(file.read("b").unwrap_err().to_string().contains("I64"));
    assert!(file.read("c").unwrap_err().to_string().contains("`c`"));
}

proptest! {
    #[test]
    fn what_was_written_is_read_in_parts(
        tensors in proptest::collection::btree_map(
            "[a-z.]{1,12}",
            (1usize..4, proptest::collection::vec(-1e6f32..1e6, 0..40)),
            0..6,
        ),
    ) {
        let mut named = NamedTensors::default();
        for (name, (columns, mut values)) in tensors {
            values.truncate(values.len() / columns * columns);
            named.insert(name, [values.len() / columns, columns], values);
        }
        let bytes = write_safetensors(&named, Precision::F32).unwrap();
        let file = SafetensorsFile::open(bytes.as_slice()).unwrap();
        prop_assert_eq!(file.names(), named.names());
        for (name, tensor) in &named.tensors {
            prop_assert_eq!(file.shape(name), Some(tensor.shape.clone()));
            prop_assert_eq!(&file.read(name).unwrap(), &tensor.values);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_safetensors(&bytes);
    }

    #[test]
    fn a_changed_file_is_read_or_refused(at in 0usize..400, byte in any::<u8>()) {
        let header = r#"{"__metadata__":{"format":"pt"},
            "a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
            "b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]}}"#;
        let mut bytes = file(header, 32);
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(named) = read_safetensors(&bytes) {
            for tensor in named.tensors.values() {
                prop_assert_eq!(tensor.shape.iter().product::<usize>(), tensor.values.len());
            }
        }
    }

    #[test]
    fn any_header_of_the_right_form_is_read_or_refused(
        shape in proptest::collection::vec(any::<u32>(), 0..4),
        begin in any::<u64>(),
        end in any::<u64>(),
        dtype in prop::sample::select(vec!["F32", "BF16", "I64", "F8_E4M3", ""]),
    ) {
        let header = format!(
            r#"{{"a":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{begin},{end}]}}}}"#
        );
        let _ = read_safetensors(&file(&header, 16));
    }
}
