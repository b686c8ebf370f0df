//! What an opened checkpoint's texts are cut with: a `tokenizer.json` of any kind, or the files from
//! before it. Ids are of the vocabulary, spans within the text.
//!
//! An input is texts with a byte of zero between two: a line with the names of files, one letter
//! each, those files, and what is to be cut.
#![no_main]

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use libfuzzer_sys::fuzz_target;
use llm_atlas::tokenizer::{Foreign, Library, OlderFiles, Tokenizer, Vocabulary};
use llm_atlas_fuzz::texts;

#[global_allocator]
static MEMORY: llm_atlas_fuzz::Scarce = llm_atlas_fuzz::Scarce;

const TEXT: &str = "Mina's apple, 준에게\n사과를 🙂[MASK]</s>";

thread_local! {
    /// What the last panic said.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

// A panic inside Hugging Face's library is caught and becomes an error, so it must not end the
// program at once; one that gets out of our code does.
fuzz_target!(
    init: std::panic::set_hook(Box::new(|info| {
        PANIC.with(|panic| *panic.borrow_mut() = info.to_string());
    })),
    |data: &[u8]| {
        if catch_unwind(AssertUnwindSafe(|| cut(data))).is_err() {
            PANIC.with(|panic| eprintln!("{}", panic.borrow()));
            std::process::abort();
        }
    }
);

fn cut(data: &[u8]) {
    let mut texts = texts(data);
    let (mut json, mut older) = (None, OlderFiles::default());
    for file in texts.next().unwrap_or_default().chars().take(5) {
        let Some(text) = texts.next().map(str::to_owned) else {
            return;
        };
        match file {
            't' => json = Some(text),
            'v' => older.put("vocab.json", text),
            'm' => older.put("merges.txt", text),
            'w' => older.put("vocab.txt", text),
            'c' => older.put("tokenizer_config.json", text),
            _ => return,
        }
    }
    let Some(json) = json.or_else(|| older.to_json().ok().flatten()) else {
        return;
    };
    if let Ok((library, vocabulary)) = Library::read(&json) {
        let sent = vocabulary.to_bytes();
        assert_eq!(Vocabulary::from_bytes(&sent).as_ref(), Some(&vocabulary));
        let tokenizer = Foreign::new(vocabulary, Box::new(library));
        check(&tokenizer, texts.next().unwrap_or(TEXT));
    }
}

fn check(tokenizer: &dyn Tokenizer, text: &str) {
    let cut = [tokenizer.encode(text), tokenizer.encode_for_model(text)];
    for token in cut.into_iter().flatten().flatten() {
        assert!((token.id as usize) < tokenizer.vocab_size(), "{token:?}");
        assert!(
            token.start <= token.end && token.end <= text.len(),
            "{token:?}"
        );
        let _ = tokenizer.token_bytes(token.id);
        let _ = tokenizer.is_special(token.id);
    }
}
