//! The programs of the site, each built with the features it needs and no others.

use crate::{failure::Result, process};

/// A program of the site, as `index.html` names it.
pub struct Part {
    /// What it is.
    pub name: &'static str,
    /// The package it is in.
    pub package: &'static str,
    /// The program.
    pub bin: &'static str,
    /// The features of the package, if it has any.
    pub features: &'static str,
    /// The profile: speed for what computes, size for the rest.
    pub profile: &'static str,
}

/// The page and the engines.
pub const PARTS: [Part; 5] = [
    Part {
        name: "the page",
        package: "llm-atlas",
        bin: "app",
        features: "page",
        profile: "wasm-small",
    },
    Part {
        name: "the processor engine",
        package: "worker_cpu",
        bin: "worker_cpu",
        features: "",
        profile: "wasm-fast",
    },
    Part {
        name: "the processor engine for every kind of model",
        package: "worker_families",
        bin: "worker_families",
        features: "",
        profile: "wasm-fast",
    },
    Part {
        name: "the WebGPU engine",
        package: "llm-atlas",
        bin: "worker_gpu",
        features: "worker,gpu,families",
        profile: "wasm-small",
    },
    Part {
        name: "the tokenizers of every kind",
        package: "worker_tokenizer",
        bin: "worker_tokenizer",
        features: "",
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
            .args(["--package", self.package, "--bin", self.bin])
            .args(["--profile", self.profile])
            .args(["--features", self.features])
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
            let manifest = format!(r#"href="{}/Cargo.toml""#, part.package);
            assert!(
                part.package == "llm-atlas" || link.contains(&manifest),
                "{link}"
            );
            for (attribute, value) in [
                ("bin", part.bin),
                ("cargo-features", part.features),
                ("cargo-profile", part.profile),
            ] {
                let is_said = link.contains(&format!(r#"data-{attribute}="{value}""#));
                assert!(
                    is_said || value.is_empty() && !link.contains(attribute),
                    "{}: {link}",
                    part.name
                );
            }
        }
    }
}
