//! T5: a source and what is written of its target.

use burn::tensor::Device;
use llm_atlas::engine::{ModelFiles, Reader};
use llm_atlas::protocol::{
    Activation, Architecture, Attention, EngineError, Event, Site, Trace, TraceUpdate, wire,
};

use crate::models::{
    N_CTX, assert_equal, assert_joined, bundled, everything, files, reader, rows, run, tokenizer,
    traced,
};

fn translator() -> Reader {
    reader(Architecture::EncoderDecoder)
}

fn list(ids: impl Iterator<Item = u32>) -> String {
    let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
    ids.join(",")
}

#[test]
fn source_and_target_are_texts_of_their_own() {
    let mut reader = translator();
    let end = reader.info().end_of_text.unwrap();
    let (text, written) = ("미나가 Jun. 뷁", "Mina 미나");
    let mut generation = tokenizer().encode_ids(written);
    generation.push(end);
    let update = run(&mut reader, text, &generation, 0);
    assert_joined(&update.source, text);
    assert_joined(&update.tokens, written);
    let last = update.source.last().unwrap();
    assert_eq!(
        (last.id, last.start, last.end),
        (end, text.len(), text.len())
    );
    assert_eq!(update.total_source, update.source.len());
    // The start token is there before anything is written.
    assert_eq!(
        (&update.tokens[0].bytes[..], update.tokens[0].end),
        (&b"<pad>"[..], 0)
    );
    let ids: Vec<u32> = update.tokens[update.typed_tokens..]
        .iter()
        .map(|token| token.id)
        .collect();
    assert_eq!(ids, generation);
    assert_eq!(update.total_tokens, update.tokens.len());
    let last = update.tokens.last().unwrap();
    assert_eq!((last.start, last.end), (written.len(), written.len()));
}

#[test]
fn every_number_is_that_of_the_program() {
    let small = files(Architecture::EncoderDecoder);
    check_numbers(&small, "미나가 Jun. 뷁", &[40, 41, 100, 7]);
    check_numbers(&small, "a", &[]);
    check_numbers(&small, "", &[3]);
    if let Some(village) = bundled("village-t5") {
        check_numbers(&village, "Mina gave the apple to Jun.", &[40, 41, 1000, 7]);
    }
}

fn check_numbers(files: &ModelFiles, text: &str, generation: &[u32]) {
    let mut reader = Reader::from_files(files, Device::flex()).unwrap();
    // What the caller holds makes no difference: every row is new.
    let update = run(&mut reader, text, generation, 2);
    assert_eq!(update.first_position, 0);
    let target = list(update.tokens.iter().map(|token| token.id));
    let file = traced(files, &["--text", text, "--target-ids", &target]);
    assert_equal(&update, &file);
    let source = list(update.source.iter().map(|token| token.id));
    assert_eq!(file.metadata["ids"], format!("[{source}]"));
}

#[test]
fn rows_are_as_wide_as_what_is_looked_at() {
    let mut reader = translator();
    let update = run(&mut reader, "Mina gave the 사과", &[40, 41, 100], 0);
    let (n_source, n) = (update.source.len(), update.tokens.len());
    let mut trace = Trace::new(reader.info().n_heads);
    assert!(trace.apply(update) && trace.covers(&everything(&reader)));
    assert_eq!((trace.len(), n), (4, 4));
    for attention in Attention::of(Architecture::EncoderDecoder) {
        for layer in 0..attention.n_layers(reader.info()) {
            for site in [Site::Pattern, Site::Scores] {
                let activation = attention.at(layer, site);
                let n_queries = attention.queries(&trace).len();
                assert_eq!(n_queries, trace.len_of(attention.at(layer, Site::Z)));
                for query in 0..n_queries {
                    let n_visible = attention.n_visible(reader.info(), &trace, query);
                    for head in 0..3 {
                        let row = trace.head_row(activation, head, query).unwrap();
                        assert_eq!(row.len(), n_visible, "{activation}");
                        let sum: f32 = row.iter().sum();
                        assert!(site == Site::Scores || (sum - 1.0).abs() < 1e-5);
                    }
                }
                assert!(trace.row(activation, n_queries).is_none());
            }
        }
    }
    let (shape, _) = trace
        .to_array(Attention::Cross.at(2, Site::Pattern))
        .unwrap();
    assert_eq!(shape, [3, n, n_source]);
}

#[test]
fn nothing_typed_is_a_source_that_ends_at_once() {
    let update = run(&mut translator(), "", &[], 0);
    assert_eq!((update.source.len(), update.tokens.len()), (1, 1));
    assert_eq!(update.source[0].bytes, b"</s>");
    assert_eq!(rows(&update, Activation::Logits).len(), 1);
}

#[test]
fn too_long_a_source_or_target_is_cut_and_counted() {
    let mut reader = translator();
    let update = run(&mut reader, &"😀".repeat(500), &[50; 200], 0);
    assert_eq!((update.source.len(), update.total_source), (N_CTX, 2001));
    assert_eq!(update.source.last().unwrap().bytes, b"</s>");
    assert_eq!((update.tokens.len(), update.total_tokens), (N_CTX, 201));
    let spec = everything(&reader);
    let unknown = pollster::block_on(reader.run("a", &[9999], &spec, 0, &|| 0.0));
    assert!(matches!(
        unknown,
        Err(EngineError::UnknownToken { id: 9999, .. })
    ));
}

#[test]
fn what_is_written_next_is_what_the_program_would_write() {
    let Some(village) = bundled("village-t5") else {
        return;
    };
    for text in ["Mina gave the apple to Jun.", "민수가 공을 찾았다."] {
        let mut reader = Reader::from_files(&village, Device::flex()).unwrap();
        let mut written = Vec::new();
        let end = reader.info().end_of_text;
        while written.len() < 60 && written.last().copied() != end {
            let update = run(&mut reader, text, &written, 0);
            let logits = rows(&update, Activation::Logits)
                .get(written.len())
                .unwrap();
            let best = (0..logits.len()).max_by(|a, b| logits[*a].total_cmp(&logits[*b]));
            let Reader::EncoderDecoder(translator) = &mut reader else {
                panic!("a translator");
            };
            let source = translator.source_of(text).unwrap();
            let target: Vec<u32> = update.tokens.iter().map(|token| token.id).collect();
            let theirs = pollster::block_on(translator.next_logits(&source, &target)).unwrap();
            for (our, their) in logits.iter().zip(&theirs) {
                assert!((our - their).abs() < 1e-3, "{text}");
            }
            written.push(best.unwrap() as u32);
        }
        assert_eq!(written.last().copied(), end, "{text}");
    }
}

#[test]
fn a_source_crosses_to_the_page() {
    let update: TraceUpdate = run(&mut translator(), "미나가 Jun", &[40, 41], 0);
    let event = Event::Trace { id: 5, update };
    let (header, numbers) = wire::encode_event(event.clone()).unwrap();
    assert_eq!(wire::decode_event(&header, &numbers).unwrap(), event);
}
