//! BERT: a text with blanks.

use llm_atlas::engine::Reader;
use llm_atlas::protocol::{
    Activation, Architecture, EngineError, Finding, Inspection, Site, Trace, TraceUpdate,
};
use llm_atlas::sampling::softmax;

use crate::models::{N_CTX, assert_equal, assert_joined, files, reader, rows, run, traced};

const TEXTS: [&str; 4] = [
    "Mina gave [MASK] to [MASK].",
    "미나가 [MASK]에게 [MASK]를 주었다.",
    "[MASK]",
    "a",
];

fn encoder() -> Reader {
    reader(Architecture::Encoder)
}

/// Where the masks are in the text, by their tokens.
fn masks(update: &TraceUpdate, reader: &Reader) -> Vec<(usize, usize)> {
    let tokens = update.tokens.iter();
    let masks = tokens.filter(|token| Some(token.id) == reader.info().mask);
    masks.map(|token| (token.start, token.end)).collect()
}

#[test]
fn a_text_stands_between_two_special_tokens_and_a_mask_has_a_place() {
    let mut reader = encoder();
    for text in TEXTS {
        let update = run(&mut reader, text, &[], 0);
        let (first, last) = (&update.tokens[0], update.tokens.last().unwrap());
        assert_eq!((first.bytes.as_slice(), first.end), (&b"[CLS]"[..], 0));
        assert_eq!(
            (last.bytes.as_slice(), last.start),
            (&b"[SEP]"[..], text.len())
        );
        assert_joined(&update.tokens, text);
        assert_eq!(
            masks(&update, &reader).len(),
            text.matches("[MASK]").count()
        );
        assert_eq!(update.total_tokens, update.tokens.len());
        assert!(update.source.is_empty());
    }
    // The space before a blank belongs to it, the particle after it does not.
    let update = run(&mut reader, TEXTS[1], &[], 0);
    assert_eq!(masks(&update, &reader), [(9, 16), (22, 29)]);
    assert_eq!(&TEXTS[1][9..16], " [MASK]");
    assert!(TEXTS[1][16..].starts_with("에게 [MASK]를"));
}

#[test]
fn every_number_is_that_of_the_program() {
    let files = files(Architecture::Encoder);
    let mut reader = encoder();
    for text in TEXTS {
        // What the caller holds makes no difference: every row is new.
        let update = run(&mut reader, text, &[], 3);
        assert_eq!(update.first_position, 0);
        assert_equal(&update, &traced(&files, &["--text", text]));
    }
}

#[test]
fn a_position_looks_both_ways() {
    let mut reader = encoder();
    let update = run(&mut reader, TEXTS[0], &[], 0);
    let n = update.tokens.len();
    for layer in 0..2 {
        for row in rows(&update, Activation::block(layer, Site::Pattern)).iter() {
            assert_eq!(row.len(), 3 * n);
            for head in row.chunks_exact(n) {
                assert!((head.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                assert!(head.iter().all(|weight| *weight > 0.0));
            }
        }
    }
    let mut trace = Trace::new(reader.info().n_heads);
    assert!(trace.apply(update));
    let (shape, _) = trace.to_array(Activation::block(1, Site::Scores)).unwrap();
    assert_eq!(shape, [3, n, n]);
}

#[test]
fn an_empty_text_is_its_two_special_tokens() {
    let update = run(&mut encoder(), "", &[], 0);
    let names: Vec<&[u8]> = update.tokens.iter().map(|token| &token.bytes[..]).collect();
    assert_eq!(names, [b"[CLS]", b"[SEP]"]);
    assert_eq!(update.total_tokens, 0);
    assert_eq!(rows(&update, Activation::Logits).len(), 2);
}

#[test]
fn a_long_text_is_cut_before_its_end() {
    let mut reader = encoder();
    let text = format!("{} [MASK]", "😀".repeat(500));
    let update = run(&mut reader, &text, &[], 0);
    assert_eq!(update.tokens.len(), N_CTX);
    assert_eq!(update.tokens.last().unwrap().bytes, b"[SEP]");
    assert_eq!(update.total_tokens, 2000 + 1 + 2);
    assert!(masks(&update, &reader).is_empty());
    // As long as can be, it is whole.
    let fits = run(&mut reader, &"😀".repeat((N_CTX - 2) / 4), &[], 0);
    assert_eq!(fits.total_tokens, fits.tokens.len());
}

#[test]
fn each_token_is_filled_in_as_if_it_were_masked_by_hand() {
    let mut reader = encoder();
    // Two masks of its own; nothing to hide; and a text of more copies than are read at once.
    let long = format!("{} [MASK]", "😀".repeat(19));
    for text in [
        "미나가 [MASK] gave [MASK]를",
        "[MASK]",
        "",
        &long,
        &"😀".repeat(50),
    ] {
        let update = run(&mut reader, text, &[], 0);
        let asked = Inspection::Blanks { count: 4 };
        let found = pollster::block_on(reader.inspect(text, &[], &asked)).unwrap();
        let Finding::Blanks(blanks) = found else {
            panic!("{found:?}");
        };
        let Reader::Encoder(encoder) = &reader else {
            panic!("an encoder");
        };
        let mask = encoder.info().mask.unwrap();
        let ids: Vec<u32> = update.tokens.iter().map(|token| token.id).collect();
        let places: Vec<usize> = (1..ids.len() - 1).filter(|at| ids[*at] != mask).collect();
        let positions: Vec<usize> = blanks.iter().map(|blank| blank.position).collect();
        assert_eq!(positions, places, "{text}");
        for blank in &blanks {
            let mut hidden = ids.clone();
            hidden[blank.position] = mask;
            let rows = pollster::block_on(encoder.logits(&hidden, &[blank.position])).unwrap();
            let p = softmax(&rows[0], 1.0).unwrap();
            let own = p[ids[blank.position] as usize];
            assert!((blank.p - own).abs() < 1e-5, "{text} {blank:?}");
            assert_eq!(blank.rank, p.iter().filter(|other| **other > own).count());
            assert_eq!(blank.top.len(), 4);
            for (id, likely) in &blank.top {
                assert!((likely - p[*id as usize]).abs() < 1e-5);
            }
            assert!(blank.top.windows(2).all(|pair| pair[0].1 >= pair[1].1));
        }
    }
}

#[test]
fn without_a_mask_there_is_no_blank() {
    let mut files = files(Architecture::Encoder);
    let json = files.tokenizer_json.as_ref().unwrap();
    files.tokenizer_json = Some(json.replace("[MASK]", "[MUSK]"));
    let mut reader = Reader::from_files(&files, burn::tensor::Device::flex()).unwrap();
    let asked = Inspection::Blanks { count: 1 };
    let refused = pollster::block_on(reader.inspect("a", &[], &asked));
    assert!(matches!(refused, Err(EngineError::DoesNotApply { .. })));
}
