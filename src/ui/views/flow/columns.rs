//! Where the parts of the open head lie in its sheet, from left to right.

/// Where the columns of the sheet lie.
pub struct Columns {
    /// Queries, keys and values leave the stream here.
    pub query: f64,
    /// They are apart from here on.
    pub split: f64,
    /// The keys' lanes.
    pub lanes: (f64, f64),
    /// The pattern.
    pub pattern: (f64, f64),
    /// Values arrive here.
    pub value: f64,
    /// What was carried is added here.
    pub out: f64,
    /// The MLP.
    pub mlp: (f64, f64),
}

impl Columns {
    /// The columns of a sheet.
    pub fn new((left, right): (f64, f64)) -> Self {
        let unit = ((right - left) / 584.0).min(1.25);
        let query = left + 14.0 * unit;
        let split = query + 36.0 * unit;
        let lanes = (split + 8.0 * unit, split + 58.0 * unit);
        let mlp = (right - 53.0 * unit, right - 8.0 * unit);
        let out = mlp.0 - 17.0 * unit;
        let value = out - 84.0 * unit;
        Columns {
            query,
            split,
            lanes,
            pattern: (lanes.1 + 8.0 * unit, value - 26.0 * unit),
            value,
            out,
            mlp,
        }
    }
}
