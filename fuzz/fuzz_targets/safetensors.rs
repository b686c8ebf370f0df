//! A safetensors file: its header, then every tensor.
#![no_main]

use libfuzzer_sys::fuzz_target;
use llm_atlas::checkpoint::{Header, SafetensorsFile, TensorSource};

fuzz_target!(|data: &[u8]| {
    let _ = Header::of_beginning(data);
    if let Ok(file) = SafetensorsFile::open(data) {
        for name in file.names() {
            let _ = file.read(&name);
        }
    }
});
