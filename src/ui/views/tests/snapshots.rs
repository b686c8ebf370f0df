//! Every view as it was last accepted.

use super::super::fixture::Fixture;
use super::super::{VIEWS, View};
use crate::protocol::Architecture;
use crate::ui::components::svg::svg;
use crate::ui::i18n::Language;

/// Two tokens, so that a change can be read. `SNAPSHOTS=write cargo test snapshots` accepts it.
#[test]
fn views_match_their_snapshots() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/ui/views/snapshots");
    for language in [Language::En, Language::Ko] {
        for (kind, suffix) in [
            (Architecture::Decoder, ""),
            (Architecture::Encoder, "-encoder"),
            (Architecture::EncoderDecoder, "-encoder-decoder"),
            (Architecture::Recurrent, "-recurrent"),
        ] {
            let n = if kind == Architecture::Decoder { 2 } else { 5 };
            let mut fixture = Fixture::of(kind, n, (2, 2), language);
            fixture.find();
            // What another kind has no picture of is one sentence, tested elsewhere.
            let is_drawn = |view: &&View| (view.why_not)(&fixture.model, language).is_none();
            for view in VIEWS.iter().filter(is_drawn) {
                let input = fixture.input(1090.0, 414.0);
                let drawn = svg(&view.scene(&input), &view.words(&input));
                let path = format!("{folder}/{}{suffix}-{}.svg", view.name, language.code());
                if std::env::var("SNAPSHOTS").is_ok_and(|action| action == "write") {
                    std::fs::write(&path, &drawn).unwrap();
                }
                let kept = std::fs::read_to_string(&path).unwrap_or_default();
                let line = drawn.lines().zip(kept.lines()).position(|(a, b)| a != b);
                assert!(drawn == kept, "{path} differs, first in line {line:?}");
            }
        }
    }
}
