//! What `torch.save` wrote: its description, then the tensors.
#![no_main]

use libfuzzer_sys::fuzz_target;
use llm_atlas::checkpoint::{TensorSource, TorchFile};

#[global_allocator]
static MEMORY: llm_atlas_fuzz::Scarce = llm_atlas_fuzz::Scarce;

/// Tensors that are read: any number of them can be views of the same numbers.
const MOST_READ: usize = 64;

fuzz_target!(|data: &[u8]| {
    if let Ok(file) = TorchFile::open(data) {
        let header = file.header();
        for name in file.names().iter().take(MOST_READ) {
            let shape = file.shape(name).expect("a tensor has a shape");
            assert_eq!(header.entries[name].shape, shape);
            if let Ok(values) = file.read(name) {
                let count = shape
                    .iter()
                    .try_fold(1, |n: usize, length| n.checked_mul(*length));
                assert!(count == Some(values.len()) || shape.contains(&0) && values.is_empty());
            }
        }
    }
});
