//! What holds of every drawing: it is inside its box, its numbers are those of the trace.

use crate::protocol::{Activation, Rows, Trace, TraceUpdate};
use crate::ui::components::scene::{Mark, Rect, Scene, Segment, Source};

/// A trace of the kept activations alone.
pub(super) fn only(trace: &Trace, kept: &[Activation], mut part: Trace) -> Trace {
    let rows = kept.iter().map(|activation| {
        let mut rows = Rows::default();
        for position in 0..trace.len_of(*activation) {
            rows.push(trace.row(*activation, position).unwrap());
        }
        (*activation, rows)
    });
    assert!(part.apply(TraceUpdate {
        tokens: trace.tokens().to_vec(),
        source: trace.source().to_vec(),
        total_tokens: trace.len(),
        typed_tokens: trace.len(),
        rows: rows.collect(),
        ..TraceUpdate::default()
    }));
    part
}

/// Every source of a number names a number of the trace.
pub(super) fn check_sources(scene: &Scene, trace: &Trace, what: &str) {
    for source in scene.hits.iter().filter_map(|hit| hit.source.as_ref()) {
        check_source(source, trace, what);
    }
    for matrix in &scene.matrices {
        let (width, height) = (
            matrix.rect.width / matrix.columns as f64,
            matrix.rect.height / matrix.rows as f64,
        );
        for row in 0..matrix.rows {
            for column in 0..matrix.columns {
                let x = matrix.rect.x + (column as f64 + 0.5) * width;
                let y = matrix.rect.y + (row as f64 + 0.5) * height;
                // Where a token would look ahead there is nothing to point at.
                if let Some(source) = matrix.hit_at(x, y).and_then(|hit| hit.source) {
                    check_source(&source, trace, what);
                }
            }
        }
    }
}

fn check_source(source: &Source, trace: &Trace, what: &str) {
    let (shape, values) = trace.to_array(source.activation).unwrap();
    assert_eq!(shape.len(), source.index.len(), "{what}");
    let flat = shape.iter().zip(&source.index).fold(0, |at, (size, i)| {
        assert!(i < size, "{what}: {source:?}");
        at * size + i
    });
    assert_eq!(values[flat], source.value, "{what}: {source:?}");
}

/// Nothing is drawn outside the box.
pub(super) fn check_inside(scene: &Scene, what: &str) {
    let slack = 3.0;
    let point = |x: f64, y: f64| {
        assert!(x.is_finite() && y.is_finite(), "{what}: {x}, {y}");
        assert!(
            x >= -slack && y >= -slack && x <= scene.width + slack && y <= scene.height + slack,
            "{what}: ({x}, {y}) is outside"
        );
    };
    let rect = |rect: &Rect| {
        assert!(rect.width >= 0.0 && rect.height >= 0.0, "{what}: {rect:?}");
        point(rect.x, rect.y);
        point(rect.right(), rect.bottom());
    };
    for mark in &scene.marks {
        match mark {
            Mark::Rect { rect: r, .. } | Mark::Hatch { rect: r } => rect(r),
            Mark::Cells {
                rect: r,
                rows,
                columns,
                inks,
                ..
            } => {
                rect(r);
                assert_eq!(inks.len(), rows * columns, "{what}");
            }
            Mark::Text(text) => point(text.x, text.y),
            Mark::Path { segments, .. } => segments.iter().for_each(|segment| match *segment {
                Segment::Move(x, y) | Segment::Line(x, y) | Segment::Cubic(.., x, y) => point(x, y),
                Segment::Close => {}
            }),
        }
    }
    scene.hits.iter().for_each(|hit| rect(&hit.rect));
    if let Some(backdrop) = &scene.backdrop {
        check_inside(backdrop, what);
    }
}
