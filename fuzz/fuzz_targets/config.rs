//! `config.json` of every family, and the index of weights in several files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use llm_atlas::checkpoint::ShardIndex;
use llm_atlas::engine::look;

fuzz_target!(|data: &[u8]| {
    if let Ok(json) = std::str::from_utf8(data) {
        let _ = look(json, &[], false, u64::MAX);
        let _ = ShardIndex::from_json(json);
    }
});
