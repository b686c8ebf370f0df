//! Paints a scene as SVG text: for export and for tests. Colours stay CSS variables.

use std::fmt::Write;

use crate::color_scale::Ink;

use super::scene::{Align, Mark, Paint, Rect, Scene, Segment, Text};

/// The scene as one `<svg>` element named `label`.
///
/// Hits that stand for one number carry `data-activation`, `data-index` and `data-value`.
pub fn svg(scene: &Scene, label: &str) -> String {
    let mut out = String::with_capacity(scene.marks.len() * 120);
    let (w, h) = (Length(scene.width), Length(scene.height));
    // Writing to a string cannot fail, so the results below are dropped.
    let _ = write!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" aria-label="{}">"#,
        escaped(label)
    );
    out.push_str(HATCH);
    let beneath = scene.backdrop.iter().flat_map(|backdrop| &backdrop.marks);
    for mark in beneath.chain(&scene.marks) {
        out.push('\n');
        write_mark(&mut out, mark);
    }
    for hit in &scene.hits {
        let Some(source) = &hit.source else { continue };
        let index: Vec<String> = source.index.iter().map(ToString::to_string).collect();
        let _ = write!(
            out,
            "\n<rect {} fill=\"none\" data-activation=\"{}\" data-index=\"{}\" data-value=\"{}\"/>",
            sides(&hit.rect),
            source.activation,
            index.join(","),
            source.value
        );
    }
    for matrix in scene.matrices.iter().filter(|matrix| matrix.is_read) {
        let head = matrix.head.map(|head| format!(" data-head=\"{head}\""));
        let _ = write!(
            out,
            "\n<rect {} fill=\"none\" data-activation=\"{}\"{} data-rows=\"{},{}\" data-columns=\"{}\"/>",
            sides(&matrix.rect),
            matrix.activation,
            head.unwrap_or_default(),
            matrix.first_position,
            matrix.rows,
            matrix.columns
        );
    }
    out.push_str("\n</svg>\n");
    out
}

const HATCH: &str = r#"<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="1" height="5" fill="var(--mask-line)"/></pattern></defs>"#;

fn write_mark(out: &mut String, mark: &Mark) {
    let _ = match mark {
        Mark::Rect {
            rect,
            radius,
            paint,
        } => write!(
            out,
            "<rect {} rx=\"{}\"{}/>",
            sides(rect),
            Length(*radius),
            painted(paint)
        ),
        Mark::Path { segments, paint } => {
            write!(out, "<path d=\"{}\"{}/>", path(segments), painted(paint))
        }
        Mark::Hatch { rect } => write!(out, "<rect {} fill=\"url(#hatch)\"/>", sides(rect)),
        Mark::Text(text) => write_text(out, text),
        Mark::Cells {
            rect,
            rows,
            columns,
            inks,
            gap,
            opacity,
        } => write_cells(out, rect, (*rows, *columns), inks, *gap, *opacity),
    };
}

fn write_text(out: &mut String, text: &Text) -> std::fmt::Result {
    let anchor = match text.align {
        Align::Start => "start",
        Align::Middle => "middle",
        Align::End => "end",
    };
    let face = if text.is_code { "code" } else { "text" };
    let weight = if text.is_strong { "strong" } else { "text" };
    let halo = text.halo.map_or(String::new(), |ink| {
        format!(
            ";paint-order:stroke;stroke:{};stroke-width:4px;stroke-linejoin:round",
            color(ink)
        )
    });
    write!(
        out,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" style=\"font-family:var(--font-{face});font-weight:var(--weight-{weight});font-size:{}px;fill:{}{halo}\">{}</text>",
        Length(text.x),
        Length(text.y),
        Length(text.size),
        color(text.ink),
        escaped(&text.text)
    )
}

/// One path per ink, so that a large heatmap stays a short text.
fn write_cells(
    out: &mut String,
    rect: &Rect,
    (rows, columns): (usize, usize),
    inks: &[Option<Ink>],
    gap: f64,
    opacity: f64,
) -> std::fmt::Result {
    let (width, height) = (rect.width / columns as f64, rect.height / rows as f64);
    let mut seen: Vec<Ink> = Vec::new();
    for ink in inks.iter().flatten() {
        if !seen.contains(ink) {
            seen.push(*ink);
        }
    }
    let shown = if opacity == 0.0 { 1.0 } else { opacity };
    for ink in seen {
        write!(
            out,
            "<path style=\"fill:{}\" opacity=\"{}\" d=\"",
            color(ink),
            Length(shown)
        )?;
        for (i, _) in inks.iter().enumerate().filter(|(_, i)| **i == Some(ink)) {
            let (row, column) = (i / columns, i % columns);
            write!(
                out,
                "M{},{}h{}v{}h{}z",
                Length(rect.x + column as f64 * width + gap / 2.0),
                Length(rect.y + row as f64 * height + gap / 2.0),
                Length(width - gap),
                Length(height - gap),
                Length(gap - width)
            )?;
        }
        out.push_str("\"/>");
    }
    Ok(())
}

fn painted(paint: &Paint) -> String {
    let mut style = match paint.fill {
        Some(ink) => format!("fill:{}", color(ink)),
        None => "fill:none".to_owned(),
    };
    if let Some((ink, width)) = paint.stroke {
        let _ = write!(
            style,
            ";stroke:{};stroke-width:{}",
            color(ink),
            Length(width)
        );
        if paint.is_dashed {
            style.push_str(";stroke-dasharray:2 3");
        }
    }
    let shown = Length(if paint.opacity == 0.0 {
        1.0
    } else {
        paint.opacity
    });
    if paint.is_dim {
        let _ = write!(style, ";opacity:calc(var(--dim) * {shown})");
    } else if paint.opacity != 0.0 {
        let _ = write!(style, ";opacity:{shown}");
    }
    format!(" style=\"{style}\"")
}

fn path(segments: &[Segment]) -> String {
    let mut d = String::new();
    for segment in segments {
        let _ = match *segment {
            Segment::Move(x, y) => write!(d, "M{},{}", Length(x), Length(y)),
            Segment::Line(x, y) => write!(d, "L{},{}", Length(x), Length(y)),
            Segment::Cubic(a, b, c, e, x, y) => write!(
                d,
                "C{},{} {},{} {},{}",
                Length(a),
                Length(b),
                Length(c),
                Length(e),
                Length(x),
                Length(y)
            ),
            Segment::Close => d.write_char('Z'),
        };
    }
    d
}

fn sides(rect: &Rect) -> String {
    format!(
        "x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
        Length(rect.x),
        Length(rect.y),
        Length(rect.width),
        Length(rect.height)
    )
}

fn color(ink: Ink) -> String {
    ink.css_value()
}

/// Text safe between tags and in attributes.
pub(super) fn escaped(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                "\u{fffd}".to_owned()
            }
            letter => letter.to_string(),
        })
        .collect()
}

/// A number with at most two decimals.
struct Length(f64);

impl std::fmt::Display for Length {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rounded = (self.0 * 100.0).round() / 100.0;
        write!(f, "{}", if rounded == 0.0 { 0.0 } else { rounded })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_cannot_break_out() {
        let mut scene = Scene::new(10.0, 10.0);
        scene.text(Text::new(0.0, 0.0, 12.5, Ink::Text1, "<b>&\"\u{0}"));
        let text = svg(&scene, "a \"b\"");
        assert!(text.contains("&lt;b&gt;&amp;&quot;\u{fffd}"));
        assert!(text.contains("aria-label=\"a &quot;b&quot;\""));
    }

    #[test]
    fn lengths_are_short() {
        assert_eq!(Length(1.0 / 3.0).to_string(), "0.33");
        assert_eq!(Length(-0.001).to_string(), "0");
        assert_eq!(Length(34.0).to_string(), "34");
    }
}
