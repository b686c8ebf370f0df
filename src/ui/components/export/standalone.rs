//! An SVG that needs no page around it: its colours are values, its faces the reader's own.

use crate::ui::components::read_number;
use crate::ui::components::scene::Scene;
use crate::ui::components::svg::{escaped, svg};

/// The scene as an SVG file. `caption` is its description for those who listen; `css_value` gives
/// the value of a custom property of the page (`--text-1`) in the theme the figure shall have.
pub fn standalone_svg(
    scene: &Scene,
    title: &str,
    caption: &str,
    css_value: &dyn Fn(&str) -> String,
) -> String {
    // Without a name: inside of tags there is then nothing but what the painter wrote.
    let drawn = svg(scene, "");
    let resolved = resolved(&drawn, css_value);
    let named = format!(
        "><title>{}</title><desc>{}</desc>",
        escaped(title),
        escaped(caption)
    );
    let resolved = resolved.replacen(" aria-label=\"\"", "", 1);
    resolved.replacen('>', &named, 1)
}

/// Custom properties inside of tags replaced by their values. Text between tags stays as it is.
fn resolved(drawn: &str, css_value: &dyn Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(drawn.len());
    let mut known: Vec<(&str, String)> = Vec::new();
    for (number, piece) in drawn.split('<').enumerate() {
        if number > 0 {
            out.push('<');
        }
        let (mut tag, text) = piece.split_once('>').unwrap_or(("", piece));
        while let Some((before, after)) = tag.split_once("var(") {
            let Some((name, rest)) = after.split_once(')') else {
                break;
            };
            let at = known.iter().position(|(other, _)| *other == name);
            let at = at.unwrap_or_else(|| {
                known.push((name, value_of(name, css_value)));
                known.len() - 1
            });
            let value = &known[at].1;
            // A dimmed opacity: the painter leaves a product, which not every reader can do.
            let product = before.strip_suffix("calc(").and_then(|before| {
                let (factor, rest) = rest.strip_prefix(" * ")?.split_once(')')?;
                let (a, b): (f64, f64) = (read_number(value)?, read_number(factor)?);
                Some((before, (a * b * 1000.0).round() / 1000.0, rest))
            });
            if let Some((before, product, rest)) = product {
                out.push_str(&format!("{before}{product}"));
                tag = rest;
            } else {
                out.push_str(before);
                out.push_str(value);
                tag = rest;
            }
        }
        out.push_str(tag);
        if piece.contains('>') {
            out.push('>');
        }
        out.push_str(text);
    }
    out
}

/// The value of a custom property. Faces become the families every reader has.
fn value_of(name: &str, css_value: &dyn Fn(&str) -> String) -> String {
    match name {
        "--font-text" => "sans-serif".to_owned(),
        "--font-code" => "monospace".to_owned(),
        name => {
            let value = css_value(name);
            // A value goes into an attribute.
            let is_plain = |letter: char| !matches!(letter, '"' | '<' | '>' | '&' | ';');
            value.trim().chars().filter(|c| is_plain(*c)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color_scale::Ink;
    use crate::ui::components::scene::{Paint, Rect, Text};

    #[test]
    fn colours_become_values_and_words_stay() {
        let mut scene = Scene::new(20.0, 10.0);
        let rect = Rect::new(0.0, 0.0, 5.0, 5.0);
        let paint = Paint::fill(Ink::Text1).opacity(0.5).dim_if(true);
        scene.rect(rect, 1.0, paint);
        scene.text(Text::new(0.0, 8.0, 11.0, Ink::Text2, "var(--text-1) > 1 & 2").code());
        let values = |name: &str| match name {
            "--dim" => " 0.26".to_owned(),
            "--weight-text" => "400".to_owned(),
            _ => "#102030".to_owned(),
        };
        let text = standalone_svg(&scene, "A <b>", "model \"x\"", &values);
        assert!(text.contains("<title>A &lt;b&gt;</title><desc>model &quot;x&quot;</desc>"));
        assert!(text.contains("opacity:0.13"), "{text}");
        assert!(text.contains("fill:#102030"));
        assert!(text.contains("font-family:monospace;font-weight:400"));
        assert!(text.contains(">var(--text-1) &gt; 1 &amp; 2</text>"));
        assert_eq!(text.matches("var(").count(), 1, "{text}");
    }
}
