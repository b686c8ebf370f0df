//! `config.json` of every family, behind a byte of zero the JSON of a header of weights; and the
//! index of weights in several files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use llm_atlas::checkpoint::{Header, ShardIndex};
use llm_atlas::engine::look;
use llm_atlas_fuzz::texts;

#[global_allocator]
static MEMORY: llm_atlas_fuzz::Scarce = llm_atlas_fuzz::Scarce;

fuzz_target!(|data: &[u8]| {
    let mut texts = texts(data);
    let Some(json) = texts.next() else {
        return;
    };
    let headers: Vec<Header> = texts
        .filter_map(|header| {
            let length = (header.len() as u64).to_le_bytes();
            Header::of_beginning(&[&length, header.as_bytes()].concat()).ok()
        })
        .collect();
    if let Ok(look) = look(json, &headers, false, u64::MAX) {
        assert!(look.memory_bytes >= look.n_params);
    }
    if let Ok(index) = ShardIndex::from_json(json) {
        assert!(index.files().len() <= index.weight_map.len());
    }
});
