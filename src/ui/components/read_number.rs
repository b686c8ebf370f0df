//! Numbers out of text: addresses, sliders, style sheets.

use crate::protocol::read_in_order;

/// The number that `text` is, spaces around it allowed, `.3` as in a style sheet too; `None` if it
/// is none or not finite.
///
/// Read as messages are read, which this program does anyhow. The standard library's parser brings
/// 10 KB of powers of five that do not compress, to be right in the last bit of numbers with
/// twenty digits.
///
/// ```
/// use llm_atlas::ui::components::read_number;
/// assert_eq!(read_number(" 0.28 "), Some(0.28));
/// assert_eq!(read_number(".3"), Some(0.3));
/// assert_eq!(read_number("much"), None);
/// assert_eq!(read_number("1e999"), None);
/// ```
pub fn read_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let whole = text.starts_with('.').then(|| format!("0{text}"));
    read_in_order(whole.as_deref().unwrap_or(text)).ok()
}
