//! `tokenizer.json` of our own byte-level BPE; what it cuts comes back as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use llm_atlas::tokenizer::ByteLevelBpe;
use llm_atlas_fuzz::texts;

#[global_allocator]
static MEMORY: llm_atlas_fuzz::Scarce = llm_atlas_fuzz::Scarce;

const TEXT: &str = "Mina gave the apple to Jun. 미나가 준에게 사과를 주었다. 🙂 <|endoftext|>";

fuzz_target!(|data: &[u8]| {
    let mut texts = texts(data);
    let Some(Ok(tokenizer)) = texts.next().map(ByteLevelBpe::from_json) else {
        return;
    };
    let text = texts.next().unwrap_or(TEXT);
    for tokens in [tokenizer.encode(text), tokenizer.encode_with_special(text)] {
        let ids: Vec<u32> = tokens.iter().map(|token| token.id).collect();
        assert!(ids.iter().all(|id| (*id as usize) < tokenizer.vocab_size()));
        let mut end = 0;
        for token in &tokens {
            assert_eq!(token.start, end);
            end = token.end;
        }
        assert_eq!(end, text.len());
    }
    let ids = tokenizer.encode_ids(text);
    assert_eq!(tokenizer.decode_bytes(&ids), text.as_bytes());
});
