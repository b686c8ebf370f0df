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

/// The ends of a stretch of the line from 0 to 1, with as many digits as tell them apart: three to
/// seven.
///
/// ```
/// use llm_atlas::ui::views::number::ends;
/// assert_eq!(ends((0.25, 0.5)), ("0.250".into(), "0.500".into()));
/// assert_eq!(ends((0.17386, 0.17391)), ("0.17386".into(), "0.17391".into()));
/// ```
pub fn ends((low, high): (f64, f64)) -> (String, String) {
    let with = |digits| (decimal(low, digits), decimal(high, digits));
    let apart = (3..7).map(with).find(|(low, high)| low != high);
    apart.unwrap_or_else(|| with(7))
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
