//! Figures as files.

use super::*;

#[test]
fn a_figure_is_taken_away_with_what_its_numbers_are_of() {
    let mut page = Page::with("ab");
    let mut take = |view, format| {
        page.effects.clear();
        page.act(Action::TakeAway {
            view,
            format,
            width: 300.0,
            height: 300.0,
        });
        page.effects.iter().find_map(|effect| match effect {
            Effect::Download { name, body } => Some((name.clone(), body.clone())),
            _ => None,
        })
    };
    let (name, body) = take("prediction", Format::Json).unwrap();
    assert_eq!(name, "bytes-prediction.json");
    let Body::Text { mime, text } = body else {
        panic!("a text expected");
    };
    assert_eq!(mime, "application/json");
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(file["text"], "ab");
    assert_eq!(file["ids"], serde_json::json!([97, 98]));
    assert_eq!(
        (&file["backend"], &file["seed"]),
        (&"cpu".into(), &0.into())
    );
    assert!(file["caption"].as_str().unwrap().contains("“ab”"));
    let numbers = file["numbers"].as_array().unwrap();
    assert!(numbers.iter().any(|number| number["name"] == "logits"));

    let (name, body) = take("surprise", Format::Csv).unwrap();
    assert_eq!(name, "bytes-surprise.csv");
    assert!(
        matches!(body, Body::Text { text, .. } if text.starts_with("activation,indices,value\n"))
    );

    for (format, expected) in [(Format::Png, true), (Format::Svg, false)] {
        let Some((
            _,
            Body::Picture {
                caption, is_pixels, ..
            },
        )) = take("heads", format)
        else {
            panic!("a picture expected");
        };
        assert_eq!(is_pixels, expected);
        assert!(caption.contains("“ab”"));
    }
    assert_eq!(take("no such view", Format::Csv), None);
}
