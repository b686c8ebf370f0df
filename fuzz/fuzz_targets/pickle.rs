//! What `torch.save` wrote: its description, then every tensor.
#![no_main]

use libfuzzer_sys::fuzz_target;
use llm_atlas::checkpoint::{TensorSource, TorchFile};

fuzz_target!(|data: &[u8]| {
    if let Ok(file) = TorchFile::open(data) {
        for name in file.names() {
            let _ = file.read(&name);
        }
    }
});
