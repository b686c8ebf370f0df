//! A safetensors file: its header, every tensor, and the packed form of a film's weights.
#![no_main]

use libfuzzer_sys::fuzz_target;
use llm_atlas::checkpoint::{Header, SafetensorsFile, TensorSource, read_packed};

#[global_allocator]
static MEMORY: llm_atlas_fuzz::Scarce = llm_atlas_fuzz::Scarce;

fuzz_target!(|data: &[u8]| {
    let beginning = Header::of_beginning(data);
    if let Ok(file) = SafetensorsFile::open(data) {
        let beginning = beginning.expect("what is whole can begin");
        assert_eq!(&beginning, file.header());
        for name in file.names() {
            if let Ok(values) = file.read(&name) {
                let shape = file.shape(&name).expect("a tensor has a shape");
                assert_eq!(values.len(), shape.iter().product::<usize>());
            }
        }
    }
    if let Ok(named) = read_packed(data) {
        for tensor in named.tensors.values() {
            assert_eq!(tensor.values.len(), tensor.shape.iter().product::<usize>());
        }
    }
});
