//! Each kind of model: drawn, or said why not; where attention may not look.

use super::super::fixture::Fixture;
use super::super::{VIEWS, View, main_view};
use super::KINDS;
use crate::protocol::{Architecture, Attention};
use crate::ui::components::scene::Mark;
use crate::ui::i18n::Language;

/// A view draws something of each kind of model, or says in one sentence why it does not.
#[test]
fn every_view_draws_each_kind_or_says_why_not() {
    for (kind, attention) in KINDS {
        for language in [Language::En, Language::Ko] {
            let mut fixture = Fixture::of(kind, 9, (4, 4), language);
            fixture.focus.attention = attention;
            fixture.find();
            for view in VIEWS {
                let what = format!("{} {kind:?} {attention:?}", view.name);
                let scene = view.scene(&fixture.input(660.0, 300.0));
                assert!(
                    !scene.marks.is_empty() || scene.backdrop.is_some(),
                    "{what}"
                );
                let words = view.words(&fixture.input(660.0, 300.0));
                assert!(words.chars().count() > 8, "{what}: {words}");
                let Some(reason) = (view.why_not)(&fixture.model, language) else {
                    continue;
                };
                assert_eq!(words, reason, "{what}");
                assert!(reason.ends_with('.'), "{what}: {reason}");
                assert!(view.needs(&fixture.model, &fixture.focus).0.is_empty());
                assert!(view.asks(&fixture.input(0.0, 0.0)).is_empty());
            }
        }
    }
    let is_bare = |view: &View, kind| {
        let fixture = Fixture::of(kind, 9, (4, 4), Language::En);
        (view.why_not)(&fixture.model, Language::En).is_none()
    };
    for kind in Architecture::ALL {
        assert!(is_bare(main_view(kind), kind), "{kind:?}");
    }
}

#[test]
fn views_of_attention_hatch_what_may_not_be_looked_at() {
    for name in ["heads", "attention"] {
        let fixture = Fixture::new(9, 4, 4, Language::En);
        let view = VIEWS.iter().find(|view| view.name == name).unwrap();
        let scene = view.scene(&fixture.input(500.0, 300.0));
        assert!(scene.marks.iter().any(|m| matches!(m, Mark::Hatch { .. })));
    }
}

#[test]
fn views_of_attention_hatch_nothing_where_all_may_be_looked_at() {
    for (kind, attention) in KINDS.into_iter().filter(|kind| kind.0.attends()) {
        let mut fixture = Fixture::of(kind, 9, (2, 4), Language::En);
        fixture.focus.attention = attention;
        for name in ["heads", "attention"] {
            let view = VIEWS.iter().find(|view| view.name == name).unwrap();
            let scene = view.scene(&fixture.input(500.0, 300.0));
            let is_hatched = scene.marks.iter().any(|m| matches!(m, Mark::Hatch { .. }));
            let looks_back = attention == Attention::Target || kind == Architecture::Decoder;
            assert_eq!(is_hatched, looks_back, "{name} {kind:?} {attention:?}");
        }
    }
}
