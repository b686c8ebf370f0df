//! `tokenizer.json` of our own byte-level BPE; what it cuts comes back as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use llm_atlas::tokenizer::{ByteLevelBpe, Tokenizer};

const TEXT: &str = "Mina gave the apple to Jun. 미나가 준에게 사과를 주었다. 🙂 <|endoftext|>";

fuzz_target!(|data: &[u8]| {
    let Ok(json) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(tokenizer) = ByteLevelBpe::from_json(json) {
        let tokens = tokenizer.encode(TEXT);
        let ids: Vec<u32> = tokens.iter().map(|token| token.id).collect();
        assert_eq!(tokenizer.decode_bytes(&ids), TEXT.as_bytes());
    }
});
