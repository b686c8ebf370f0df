//! Leaves out of the site's texts what only their authors read: comments and indentation.

use std::{fs, path::Path};

use crate::failure::{Failure, Result};

/// Rewrites the scripts, styles and the page in a folder without comments and indentation.
///
/// # Errors
/// When a file cannot be read or written.
pub fn leave_out_comments(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Failure::file(folder))? {
        let path = entry.map_err(Failure::file(folder))?.path();
        let lean: fn(&str) -> String = match path.extension().and_then(|kind| kind.to_str()) {
            Some("js") => script,
            Some("css") => style,
            Some("html") => page,
            _ => continue,
        };
        let text = fs::read_to_string(&path).map_err(Failure::file(&path))?;
        fs::write(&path, lean(&text)).map_err(Failure::file(&path))?;
    }
    Ok(())
}

/// A script without the comments that have lines of their own. No text of ours spans lines.
fn script(text: &str) -> String {
    let mut is_comment = false;
    lines(text, |line| {
        let begins = line.starts_with("/*");
        let was_comment = is_comment;
        is_comment = (is_comment || begins) && !line.ends_with("*/");
        !begins && !was_comment && !line.starts_with("//")
    })
}

/// A style sheet without its comments.
fn style(text: &str) -> String {
    lines(&without(text, "/*", "*/"), |_| true)
}

/// The page, with the scripts and styles that stand in it.
fn page(text: &str) -> String {
    let text = without(text, "<!--", "-->");
    let mut lean = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("<style>") {
        let (inside, after) = after.split_once("</style>").unwrap_or((after, ""));
        lean += &format!("{}<style>{}</style>", script(before), style(inside));
        rest = after;
    }
    lean + &script(rest)
}

/// The lines that are kept, without spaces around them.
fn lines(text: &str, mut is_kept: impl FnMut(&str) -> bool) -> String {
    let lines = text.lines().map(str::trim);
    let kept: Vec<&str> = lines
        .filter(|line| !line.is_empty() && is_kept(line))
        .collect();
    kept.join("\n") + "\n"
}

/// A text without what stands between two marks, and without the marks.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        kept += before;
        rest = after.split_once(close).map_or("", |(_, after)| after);
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go_and_the_rest_stays() {
        let text =
            "/** A\n * doc. */\n  const a = 1; // one\n\n    // two\n    /* three */\n  b();\n";
        assert_eq!(script(text), "const a = 1; // one\nb();\n");
        let text = "a { /* one */\n  color: red; } /* two\n lines */\nb{}";
        assert_eq!(style(text), "a {\ncolor: red; }\nb{}\n");
        let text = "<!-- x --><p>\n  y</p>\n<style>\n  /* z */ i {}\n</style>\n<script>\n  // s\n  t();\n</script>";
        assert_eq!(
            page(text),
            "<p>\ny</p>\n<style>i {}\n</style><script>\nt();\n</script>\n"
        );
    }

    #[test]
    fn no_text_of_our_scripts_spans_lines() {
        let www = crate::root().join("www");
        for name in ["boot.js", "worker.js", "service-worker.js"] {
            let text = fs::read_to_string(www.join(name)).unwrap();
            for line in text.lines().filter(|line| !line.trim().starts_with("//")) {
                assert_eq!(line.matches('`').count() % 2, 0, "{name}: {line}");
            }
        }
    }
}
