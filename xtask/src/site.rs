//! Building the site into `dist/`.

use std::{fs, io::Write, path::Path, time::SystemTime};

use flate2::{Compression, write::GzEncoder};

use crate::{
    dist,
    failure::{Failure, Result},
    lean::leave_out_comments,
    parts::PARTS,
    process, root,
    short_names::shorten_names,
    tools,
    version::{FIRST_MODEL, write_versions},
};

/// What the site is made from.
const SOURCES: [&str; 13] = [
    "src",
    "kernels",
    "worker_cpu",
    "worker_families",
    "worker_tokenizer",
    "www",
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "rust-toolchain.toml",
    "xtask/src",
];

/// Builds the release site into `dist/` and prints what a visit fetches.
///
/// # Errors
/// When a tool cannot be installed or a step fails.
pub fn build() -> Result<()> {
    tools::install()?;
    let models = root().join("www").join("models");
    fs::create_dir_all(&models).map_err(Failure::file(&models))?;
    // One after the other and before trunk, so that what goes wrong is said last and by name.
    for part in &PARTS {
        part.cargo("Building", &["build"], &[])?;
    }
    let mut trunk = std::process::Command::new(tools::folder().join("bin").join("trunk"));
    trunk
        .args(["build", "--release"])
        .current_dir(root())
        .env("PATH", tools::search_path());
    trunk.env("RUST_BACKTRACE", "0").env_remove("NO_COLOR");
    process::run(
        "Putting the site together",
        "the messages above say what is wrong; correct it and run the command again.",
        &mut trunk,
    )?;
    strip_names(&dist())?;
    leave_out_comments(&dist())?;
    shorten_names(&dist())?;
    write_versions(&dist())?;
    print_sizes(&dist())
}

/// Leaves out of every program what only a debugger reads: the custom sections, of which the names
/// of functions are the largest (a quarter of the WebGPU engine). The linker must not strip them,
/// because wasm-bindgen reads some.
fn strip_names(dist: &Path) -> Result<()> {
    for part in &PARTS {
        let path = dist.join(format!("{}_bg.wasm", part.bin));
        let program = fs::read(&path).map_err(Failure::file(&path))?;
        if let Some(stripped) = without_custom_sections(&program) {
            fs::write(&path, stripped).map_err(Failure::file(&path))?;
        }
    }
    Ok(())
}

/// A WebAssembly module without its custom sections; `None` if it cannot be read.
///
/// Source: WebAssembly Core Specification, 5.5.2 (a section is its id, its size as LEB128, its content).
fn without_custom_sections(program: &[u8]) -> Option<Vec<u8>> {
    let (header, mut rest) = program.split_at_checked(8)?;
    let mut kept = header.to_vec();
    while let Some(&id) = rest.first() {
        let (mut size, mut length) = (0usize, 1);
        loop {
            let byte = *rest.get(length)?;
            size |= usize::from(byte & 0x7f) << (7 * (length - 1));
            length += 1;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let (section, after) = rest.split_at_checked(length + size)?;
        if id != 0 {
            kept.extend_from_slice(section);
        }
        rest = after;
    }
    Some(kept)
}

/// Builds the site unless `dist/` is newer than everything it is made from.
///
/// # Errors
/// As [`build`].
pub fn build_if_stale() -> Result<()> {
    let newest_source = SOURCES
        .iter()
        .map(|path| newest(&root().join(path)))
        .max()
        .flatten();
    let built = modified(&dist().join("service-worker.js"));
    if built.is_some() && built > newest_source {
        eprintln!("==> dist/ is up to date");
        return Ok(());
    }
    build()
}

/// When anything in a folder last changed, the folder itself included.
fn newest(path: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries
        .map(|entry| newest(&entry.path()))
        .max()
        .flatten()
        .max(modified(path))
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// Files that a first visit fetches for one purpose.
#[derive(Clone, Debug)]
pub struct Group {
    /// What they are.
    pub name: &'static str,
    /// As they are.
    pub plain_bytes: usize,
    /// Each compressed with gzip, level 9.
    pub gzip_bytes: usize,
}

/// What a first visit fetches, in the order in which it is needed.
///
/// # Errors
/// When a file cannot be read.
pub fn visit(dist: &Path) -> Result<Vec<Group>> {
    let model = ["config.json", "tokenizer.json", "model.safetensors"]
        .map(|file| format!("models/{FIRST_MODEL}/{file}"));
    let [config, tokenizer, weights] = model.each_ref().map(String::as_str);
    let groups: [(&str, &[&str]); 7] = [
        (
            "page",
            &[
                "index.html",
                "tokens.css",
                "style.css",
                "icon.svg",
                "app.js",
                "app_bg.wasm",
            ],
        ),
        (
            "processor engine",
            &["worker.js", "worker_cpu.js", "worker_cpu_bg.wasm"],
        ),
        ("weights", &[weights]),
        ("tokenizer and configuration", &[config, tokenizer]),
        (
            "WebGPU engine, in the background",
            &["worker_gpu.js", "worker_gpu_bg.wasm"],
        ),
        (
            "processor engine for every model, when one is chosen",
            &["worker_families.js", "worker_families_bg.wasm"],
        ),
        (
            "tokenizers of other kinds, when a model has one",
            &["worker_tokenizer.js", "worker_tokenizer_bg.wasm"],
        ),
    ];
    groups
        .into_iter()
        .map(|(name, files)| {
            let (mut plain_bytes, mut gzip_bytes) = (0, 0);
            for path in files
                .iter()
                .map(|file| dist.join(file))
                .filter(|path| path.exists())
            {
                let content = fs::read(&path).map_err(Failure::file(&path))?;
                plain_bytes += content.len();
                gzip_bytes += gzip_size(&content);
            }
            Ok(Group {
                name,
                plain_bytes,
                gzip_bytes,
            })
        })
        .collect()
}

/// Prints the size of what is fetched, as it is and with gzip.
fn print_sizes(dist: &Path) -> Result<()> {
    println!(
        "{:<54}{:>12}{:>12}",
        "what a first visit fetches", "bytes", "gzip"
    );
    for Group {
        name,
        plain_bytes,
        gzip_bytes,
    } in visit(dist)?
    {
        println!("{name:<54}{plain_bytes:>12}{gzip_bytes:>12}");
    }
    Ok(())
}

fn gzip_size(content: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let _ = encoder.write_all(content);
    encoder
        .finish()
        .map(|zipped| zipped.len())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_sections_go_and_the_others_stay() {
        let module = b"\0asm\x01\0\0\0\x01\x02ab\x00\x03xyz\x0a\x01c";
        assert_eq!(
            without_custom_sections(module).unwrap(),
            b"\0asm\x01\0\0\0\x01\x02ab\x0a\x01c"
        );
        assert!(without_custom_sections(&module[..module.len() - 1]).is_none());
    }
}
