//! Names with `*` in them.

/// Whether `name` matches `pattern`, in which `*` stands for any characters.
///
/// ```
/// use llm_atlas::program::glob_matches;
/// assert!(glob_matches("blocks.*.attn.pattern", "blocks.3.attn.pattern"));
/// assert!(!glob_matches("blocks.*.attn.q", "blocks.3.attn.pattern"));
/// ```
pub fn glob_matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|tail| {
            let mut cuts = tail.char_indices().map(|(at, _)| at).chain([tail.len()]);
            cuts.any(|at| glob_matches(rest, &tail[at..]))
        }),
    }
}
