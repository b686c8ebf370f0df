//! Gives every file of the built site a version, so that no browser mixes two builds.
//!
//! The page refers to `file?v=digest`; `index.html` holds the list of files with their sizes, and
//! the service worker the list with full digests. File names stay the same, so that any host works.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

use crate::failure::{Failure, Result};

/// The model that the page opens with.
pub const FIRST_MODEL: &str = "village-gpt";

/// What the `config.json` of a model that the page can show says it is, in the order of the page.
const MODEL_TYPES: [&str; 4] = ["gpt2", "bert", "t5", "lstm"];

/// A file of the site.
pub struct Asset {
    /// Its size.
    pub size_bytes: usize,
    /// SHA-256 of its content.
    digest: [u8; 32],
}

impl Asset {
    /// The file with this content.
    pub fn new(content: &[u8]) -> Asset {
        Asset {
            size_bytes: content.len(),
            digest: Sha256::digest(content).into(),
        }
    }

    /// The first 12 hexadecimal digits of the digest.
    fn short(&self) -> String {
        self.digest[..6]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// The digest as the web's subresource integrity writes it.
    pub fn integrity(&self) -> String {
        format!("sha256-{}", BASE64_STANDARD.encode(self.digest))
    }

    fn url(&self, path: &str) -> String {
        format!("{path}?v={}", self.short())
    }
}

/// Writes versions into `index.html` and `service-worker.js` of the site in `dist`, fresh from trunk.
///
/// Returns the files by their path, `/` between folders.
///
/// # Errors
/// When a file cannot be read or written, or a place to fill in is missing.
pub fn write_versions(dist: &Path) -> Result<BTreeMap<String, Asset>> {
    let mut assets = BTreeMap::new();
    let mut models = Vec::new();
    for path in files_below(dist)? {
        let name = path
            .strip_prefix(dist)
            .unwrap_or(&path)
            .to_string_lossy()
            .replace('\\', "/");
        let content = fs::read(&path).map_err(Failure::file(&path))?;
        if let Some(model) = model_of(&name, &content) {
            models.push(model);
        }
        assets.insert(name, Asset::new(&content));
    }
    let models = in_order(models, &assets);
    assets.remove("index.html");
    assets.remove("service-worker.js");

    let index = dist.join("index.html");
    let html = with_versions(&read(&index)?, &assets, &models)?;
    fs::write(&index, &html).map_err(Failure::file(&index))?;

    let service_worker = dist.join("service-worker.js");
    let site = site_list(&assets, &Asset::new(html.as_bytes()));
    let script = replace_once(
        &read(&service_worker)?,
        r#"{ version: "", files: {} }"#,
        &site,
    )?;
    fs::write(&service_worker, &script).map_err(Failure::file(&service_worker))?;

    assets.insert("index.html".to_string(), Asset::new(html.as_bytes()));
    assets.insert(
        "service-worker.js".to_string(),
        Asset::new(script.as_bytes()),
    );
    Ok(assets)
}

/// A model by its name and the `model_type` of its configuration.
type Model = (String, String);

/// The model whose configuration this file is, if the page can show it.
fn model_of(path: &str, content: &[u8]) -> Option<Model> {
    let name = path.strip_prefix("models/")?.strip_suffix("/config.json")?;
    let config: serde_json::Value = serde_json::from_slice(content).ok()?;
    let model_type = config.get("model_type")?.as_str()?;
    let is_shown = MODEL_TYPES.contains(&model_type);
    is_shown.then(|| (name.to_owned(), model_type.to_owned()))
}

/// The models that are whole, the one the page opens with first.
fn in_order(mut models: Vec<Model>, assets: &BTreeMap<String, Asset>) -> Vec<Model> {
    models.retain(|(name, _)| {
        let file = |file| assets.contains_key(&format!("models/{name}/{file}"));
        file("tokenizer.json") && file("model.safetensors")
    });
    models.sort_by_key(|(name, model_type)| {
        let place = MODEL_TYPES.iter().position(|known| known == model_type);
        (name != FIRST_MODEL, place, name.clone())
    });
    models
}

/// The page with versioned addresses, the list of files and that of the models.
fn with_versions(html: &str, assets: &BTreeMap<String, Asset>, models: &[Model]) -> Result<String> {
    let mut html = html.to_string();
    for (path, asset) in assets {
        for quote in ['"', '\''] {
            html = html.replace(
                &format!("{quote}./{path}{quote}"),
                &format!("{quote}./{}{quote}", asset.url(path)),
            );
        }
    }
    let all: Vec<String> = assets
        .iter()
        .filter(|(path, _)| !is_frame(path))
        .map(|(path, asset)| {
            format!(
                r#""{path}":{{"url":"{}","bytes":{}}}"#,
                asset.url(path),
                asset.size_bytes
            )
        })
        .collect();
    let models: Vec<String> = models
        .iter()
        .map(|(name, model_type)| format!(r#"["{name}","{model_type}"]"#))
        .collect();
    let list = format!(
        r#"{{"version":"{}","model":"{FIRST_MODEL}","models":[{}],"files":{{{}}}}}"#,
        version(assets),
        models.join(","),
        all.join(",")
    );
    replace_once(
        &html,
        r#"id="assets">{}<"#,
        &format!(r#"id="assets">{list}<"#),
    )
}

/// The list the service worker keeps: what a reload without network needs; the rest on demand.
fn site_list(assets: &BTreeMap<String, Asset>, index: &Asset) -> String {
    let page = format!(
        r#"{{"url":"./","integrity":"{}","lazy":false}}"#,
        index.integrity()
    );
    let mut all = vec![format!(r#""./":{page}"#), format!(r#""index.html":{page}"#)];
    for (path, asset) in assets {
        let lazy = is_lazy(path);
        all.push(format!(
            r#""{path}":{{"url":"{}","integrity":"{}","lazy":{lazy}}}"#,
            asset.url(path),
            asset.integrity()
        ));
    }
    let version = version(assets) + &index.short();
    format!(r#"{{"version":"{version}","files":{{{}}}}}"#, all.join(","))
}

/// Whether a first visit can do without the file.
fn is_lazy(path: &str) -> bool {
    path.starts_with("worker_gpu")
        || path.starts_with("worker_families")
        || path.ends_with(".md")
        || is_frame(path)
        || (path.starts_with("models/") && !path.starts_with(&format!("models/{FIRST_MODEL}/")))
}

/// Whether the file is a frame of a training's film, which the page finds by the film's index.
fn is_frame(path: &str) -> bool {
    path.contains("/film/step-")
}

fn version(assets: &BTreeMap<String, Asset>) -> String {
    let all: Vec<String> = assets.iter().map(|(path, asset)| asset.url(path)).collect();
    Asset::new(all.join("\n").as_bytes()).short()
}

fn replace_once(text: &str, place: &str, with: &str) -> Result<String> {
    if text.matches(place).count() == 1 {
        return Ok(text.replace(place, with));
    }
    Err(Failure::Site {
        problem: format!(
            "The build found no place to fill in, `{place}`: restore index.html and www/ from git."
        ),
    })
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(Failure::file(path))
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(Failure::file(folder))? {
        let path = entry.map_err(Failure::file(folder))?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets() -> BTreeMap<String, Asset> {
        [
            ("app.js", "a"),
            ("models/village-gpt/config.json", "{}"),
            ("worker_gpu.js", "g"),
        ]
        .into_iter()
        .map(|(path, content)| (path.to_string(), Asset::new(content.as_bytes())))
        .collect()
    }

    #[test]
    fn page_refers_to_versions_and_lists_sizes() {
        let html = r#"<script id="assets">{}</script><script>import init from './app.js'</script>"#;
        let html = with_versions(html, &assets(), &[]).unwrap();
        assert!(html.contains("from './app.js?v=ca978112ca1b'"), "{html}");
        assert!(html.contains(r#""models/village-gpt/config.json":{"url":"models/village-gpt/config.json?v=44136fa355b3","bytes":2}"#));
    }

    #[test]
    fn whole_models_that_can_be_shown_are_listed_in_the_order_of_the_page() {
        let mut assets = assets();
        let mut models = Vec::new();
        for (name, model_type, is_whole) in [
            ("a-t5", "t5", true),
            ("b-bert", "bert", true),
            ("c-lstm", "lstm", false),
            (FIRST_MODEL, "gpt2", true),
            ("word2vec", "word2vec", true),
        ] {
            let config = format!(r#"{{"model_type":"{model_type}"}}"#);
            models.extend(model_of(
                &format!("models/{name}/config.json"),
                config.as_bytes(),
            ));
            for file in ["tokenizer.json", "model.safetensors"] {
                if is_whole {
                    assets.insert(format!("models/{name}/{file}"), Asset::new(b""));
                }
            }
        }
        let models = in_order(models, &assets);
        let html = with_versions(r#"id="assets">{}<"#, &assets, &models).unwrap();
        let list = r#""models":[["village-gpt","gpt2"],["b-bert","bert"],["a-t5","t5"]]"#;
        assert!(html.contains(list), "{html}");
    }

    #[test]
    fn missing_place_is_an_error() {
        assert!(with_versions("<html>", &assets(), &[]).is_err());
    }

    #[test]
    fn service_worker_keeps_the_gpu_engine_on_demand_only() {
        let list = site_list(&assets(), &Asset::new(b"index"));
        assert!(list.contains(r#""worker_gpu.js":{"url":"worker_gpu.js?v=cd0aa9856147","integrity":"sha256-zQqphWFHtsW0/yt9/uXaIKo4JTCZ7xtKZKztIzya/ik=","lazy":true}"#), "{list}");
        assert!(list.contains(r#""./":{"url":"./""#));
    }

    #[test]
    fn frames_of_a_film_are_fetched_when_they_are_used() {
        let mut assets = assets();
        for path in ["film/index.json", "film/step-000001.safetensors"] {
            assets.insert(format!("models/village-gpt/{path}"), Asset::new(b"f"));
        }
        let html = with_versions(r#"id="assets">{}<"#, &assets, &[]).unwrap();
        assert!(
            html.contains("film/index.json") && !html.contains("film/step"),
            "{html}"
        );
        let list = site_list(&assets, &Asset::new(b"index"));
        let (_, frame) = list
            .split_once(r#""models/village-gpt/film/step-000001"#)
            .unwrap();
        let (frame, _) = frame.split_once('}').unwrap();
        assert!(frame.ends_with(r#""lazy":true"#), "{frame}");
    }

    #[test]
    fn version_changes_with_any_file() {
        let mut other = assets();
        let before = version(&other);
        other.insert("app.js".to_string(), Asset::new(b"b"));
        assert_ne!(before, version(&other));
    }
}
