//! How wide a text will be, without asking a browser. Good to about a tenth: enough to place
//! labels and to shorten them.

/// Width of `text` in pixels at `size` pixels.
///
/// ```
/// use llm_atlas::ui::components::text_width::text_width;
/// assert_eq!(text_width("abcd", 10.0, true), 24.0);
/// assert!(text_width("미나", 10.0, true) >= 18.0);
/// ```
pub fn text_width(text: &str, size: f64, is_code: bool) -> f64 {
    text.chars()
        .map(|letter| letter_width(letter, is_code))
        .sum::<f64>()
        * size
}

/// `text`, cut with an ellipsis where it would be wider than `width`.
///
/// ```
/// use llm_atlas::ui::components::text_width::shortened;
/// assert_eq!(shortened("abcdef", 10.0, true, 30.0), "abcd…");
/// assert_eq!(shortened("abc", 10.0, true, 30.0), "abc");
/// ```
pub fn shortened(text: &str, size: f64, is_code: bool, width: f64) -> String {
    if text_width(text, size, is_code) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        kept.push(letter);
        if text_width(&kept, size, is_code) + letter_width('…', is_code) * size > width {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept
}

/// `text` in lines no wider than `width`, broken at spaces; a word that is wider has a line of its
/// own.
///
/// ```
/// use llm_atlas::ui::components::text_width::wrapped;
/// assert_eq!(wrapped("one two three", 10.0, true, 45.0), ["one two", "three"]);
/// ```
pub fn wrapped(text: &str, size: f64, is_code: bool, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        if let Some(line) = lines.last_mut() {
            let longer = format!("{line} {word}");
            if text_width(&longer, size, is_code) <= width {
                *line = longer;
                continue;
            }
        }
        lines.push(word.to_owned());
    }
    lines
}

/// Width of a letter in units of the type size.
fn letter_width(letter: char, is_code: bool) -> f64 {
    match letter {
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' => 0.94,
        '\u{1f000}'.. => 1.2,
        '…' if !is_code => 0.9,
        _ if is_code => 0.6,
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | '.' | ',' | '·' | ' ' | '(' | ')' | '“' | '”' | '|' => {
            0.33
        }
        'm' | 'w' | 'M' | 'W' => 0.85,
        'A'..='Z' => 0.64,
        _ => 0.55,
    }
}
