//! Figures that are taken away: as pictures, as drawings, as numbers.

use std::fs;

use serde_json::Value;

use crate::explorer::{Explorer, from};

impl Explorer {
    /// Takes the figure of a view away by the menu at it. The contents of the file.
    fn take(&self, view: &str, format: &str) -> Vec<u8> {
        let figure = format!(".figure:has(> [data-view={view}]) > .take");
        self.eval(&format!(
            "document.querySelector('{figure} > summary').focus()"
        ));
        self.press("Enter");
        self.wait_for(
            "the menu",
            &format!("document.querySelector('{figure}').open"),
        );
        self.eval(&format!(
            "document.querySelector('{figure} [data-format={format}]').click()"
        ));
        let path = self.site.browser.wait_for_download();
        let file = fs::read(&path).unwrap();
        fs::remove_file(path).unwrap();
        let is_closed = format!("!document.querySelector('{figure}').open");
        assert_eq!(self.eval(&is_closed), true, "the menu closes");
        file
    }
}

#[test]
fn every_figure_can_be_taken_away_with_its_numbers() {
    let explorer =
        Explorer::open("lang=en&text=Mina+gave+the&panels=surprise.cache&layer=1&head=2&seed=3");
    explorer.settle();
    let trace = explorer.export();
    for view in ["flow", "prediction", "surprise", "cache"] {
        let picture = explorer.take(view, "png");
        assert_eq!(picture[1..4], *b"PNG", "{view}");
        assert!(picture.len() > 2000, "{view}");

        let drawing = String::from_utf8(explorer.take(view, "svg")).unwrap();
        assert!(drawing.starts_with("<svg ") && drawing.trim_end().ends_with("</svg>"));
        assert!(drawing.contains("“Mina gave the”") && drawing.contains("seed 3"));
        assert!(!drawing.contains("var("), "{view}: colours are values");

        let file: Value = serde_json::from_slice(&explorer.take(view, "json")).unwrap();
        assert_eq!(file["ids"], trace["ids"]);
        assert_eq!(file["seed"], 3);

        let table = String::from_utf8(explorer.take(view, "csv")).unwrap();
        let mut lines = table.lines();
        assert_eq!(lines.next(), Some("activation,indices,value"));
        for line in lines {
            check_row(line, &trace["activations"]);
        }
    }
    explorer.finish();
}

/// Fails if a number of the table is another one than in the exported trace.
fn check_row(line: &str, activations: &Value) {
    let fields: Vec<&str> = line.splitn(3, ',').collect();
    let Some(array) = activations.get(fields[0]) else {
        return;
    };
    let shape: Vec<usize> = from(array["shape"].clone());
    let indices = fields[1].split(' ').map(|index| index.parse().unwrap());
    let indices: Vec<usize> = indices.collect();
    assert_eq!(indices.len(), shape.len(), "{line}");
    let place = shape
        .iter()
        .zip(&indices)
        .fold(0, |at, (size, i)| at * size + i);
    let value: f32 = from(array["data"][place].clone());
    assert_eq!(fields[2].parse(), Ok(value), "{line}");
}
