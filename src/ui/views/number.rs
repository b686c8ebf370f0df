//! How numbers are written: a true minus, as many digits as are asked for.

/// A number with `digits` decimals and a true minus; no minus before zero.
///
/// ```
/// use llm_atlas::ui::views::number::decimal;
/// assert_eq!(decimal(-1.5, 2), "−1.50");
/// assert_eq!(decimal(-0.001, 2), "0.00");
/// ```
pub fn decimal(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    let is_zero = text.chars().all(|letter| letter == '0' || letter == '.');
    if value < 0.0 && !is_zero {
        format!("−{text}")
    } else {
        text
    }
}

/// A number on the line from 0 to 1 and the ends of the stretch it lies in, with as many digits as
/// show that it does: four to seven.
///
/// ```
/// use llm_atlas::ui::views::number::placed;
/// assert_eq!(placed(0.3, (0.25, 0.5)), ["0.3000", "0.2500", "0.5000"]);
/// assert_eq!(placed(0.95201, (0.945, 0.95204)), ["0.95201", "0.94500", "0.95204"]);
/// ```
pub fn placed(number: f64, (low, high): (f64, f64)) -> [String; 3] {
    let with = |digits| [number, low, high].map(|number| decimal(number, digits));
    let shows = |[number, low, high]: &[String; 3]| low != high && number != high;
    (4..7).map(with).find(shows).unwrap_or_else(|| with(7))
}

/// A share as percent with one decimal; what is above 0 never reads as 0.
///
/// ```
/// use llm_atlas::ui::views::number::percent;
/// assert_eq!(percent(0.142), "14.2%");
/// assert_eq!(percent(0.0001), "<0.1%");
/// assert_eq!(percent(0.0), "0.0%");
/// ```
pub fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.0005 {
        return "<0.1%".to_owned();
    }
    format!("{:.1}%", share * 100.0)
}

/// A share as whole percent, for sentences.
pub fn whole_percent(share: f64) -> String {
    if share > 0.0 && share < 0.005 {
        return "<1%".to_owned();
    }
    format!("{:.0}%", share * 100.0)
}

/// A count with a comma every three digits.
///
/// ```
/// use llm_atlas::ui::views::number::count;
/// assert_eq!(count(2048), "2,048");
/// ```
pub fn count(value: usize) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
