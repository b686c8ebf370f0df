//! The programs of the site, each built with the features it needs and no others.

use crate::{failure::Result, process};

/// A program of the site, as `index.html` names it.
pub struct Part {
    /// What it is.
    pub name: &'static str,
    /// The program.
    pub bin: &'static str,
    /// The features of the crate.
    pub features: &'static str,
    /// The profile: speed for what computes, size for the rest.
    pub profile: &'static str,
}

/// The page and the two engines.
pub const PARTS: [Part; 3] = [
    Part {
        name: "the page",
        bin: "app",
        features: "page",
        profile: "wasm-small",
    },
    Part {
        name: "the processor engine",
        bin: "worker_cpu",
        features: "worker,cpu",
        profile: "wasm-fast",
    },
    Part {
        name: "the WebGPU engine",
        bin: "worker_gpu",
        features: "worker,gpu",
        profile: "wasm-small",
    },
];

impl Part {
    /// Runs `cargo subcommand` for this part, `last` at the end of the command line.
    ///
    /// # Errors
    /// When it fails.
    pub fn cargo(&self, step: &str, subcommand: &[&str], last: &[&str]) -> Result<()> {
        let mut command = process::cargo();
        command.args(subcommand).args([
            "--locked",
            "--target=wasm32-unknown-unknown",
            "--no-default-features",
        ]);
        command
            .args(["--bin", self.bin, "--features", self.features])
            .args(last);
        process::run(
            &format!("{step} {}", self.name),
            "correct what the messages above name.",
            &mut command,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_html_names_the_same_parts() {
        let html = std::fs::read_to_string(crate::root().join("index.html")).unwrap();
        let links = html.lines().filter(|line| line.contains(r#"rel="rust""#));
        let found: Vec<&str> = links.collect();
        assert_eq!(found.len(), PARTS.len());
        for (link, part) in found.iter().zip(&PARTS) {
            for (attribute, value) in [
                ("bin", part.bin),
                ("cargo-features", part.features),
                ("cargo-profile", part.profile),
            ] {
                assert!(
                    link.contains(&format!(r#"data-{attribute}="{value}""#)),
                    "{}: {link}",
                    part.name
                );
            }
        }
    }
}
