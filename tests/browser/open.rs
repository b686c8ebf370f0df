//! Opening checkpoints that the site does not have, from files, a folder, an address, a link; and
//! going back.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;
use xtask::driver::{Browser, View};
use xtask::server::Server;

use crate::explorer::Explorer;
use crate::program;
use crate::site::Site;
use crate::values::largest_difference;

const IDS: &str = "3 1 4 1 5 9 2 6";

pub fn golden(name: &str) -> PathBuf {
    xtask::root().join("tests").join("golden").join(name)
}

/// A folder for one test.
fn scratch() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("atlas-open-{}-{count}", std::process::id()));
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The built site with the golden checkpoints beside it.
pub fn site_with_golden() -> Site {
    let folder = scratch();
    for entry in fs::read_dir(xtask::dist()).unwrap().flatten() {
        symlink(entry.path(), folder.join(entry.file_name())).unwrap();
    }
    symlink(golden(""), folder.join("golden")).unwrap();
    Site {
        server: Server::start(&folder, "/", 0).unwrap(),
        browser: Browser::launch(),
    }
}

/// A copy of a golden checkpoint in which some files are changed.
pub fn changed(name: &str, change: impl Fn(&Path)) -> PathBuf {
    let folder = scratch().join("changed");
    fs::create_dir_all(&folder).unwrap();
    for file in ["config.json", "model.safetensors"] {
        fs::copy(golden(name).join(file), folder.join(file)).unwrap();
    }
    change(&folder);
    folder
}

impl Explorer {
    /// Gives files to an input, as picking them would.
    pub fn pick(&self, testid: &str, files: &[PathBuf]) {
        let object = self.call(
            "Runtime.evaluate",
            json!({ "expression": format!("document.querySelector('[data-testid={testid}]')") }),
        );
        let object = object["result"]["objectId"].clone();
        self.call(
            "DOM.setFileInputFiles",
            json!({ "files": files, "objectId": object }),
        );
    }

    /// Picks the files of a folder and waits until they were looked at.
    pub fn look(&self, folder: &Path) -> String {
        let files = fs::read_dir(folder).unwrap().flatten();
        let files: Vec<PathBuf> = files.map(|entry| entry.path()).collect();
        self.pick("pick-files", &files);
        self.wait_for_look()
    }

    /// What the dialog says once it has looked.
    pub fn wait_for_look(&self) -> String {
        self.wait_for(
            "a look",
            "document.querySelector('dialog[open] [data-testid=summary], dialog[open] [data-testid=refusal]')",
        );
        self.text("dialog[open] [aria-live]")
    }

    /// Opens what was looked at and waits for its numbers.
    pub fn accept(&self, name: &str) {
        self.click_on("open-accept");
        self.wait_for_numbers(name);
    }

    pub fn wait_for_numbers(&self, name: &str) {
        let condition = format!(
            "document.querySelector('.page')?.dataset.model === '{name}' && document.querySelector('.page').dataset.current === 'true'"
        );
        self.wait_for(&format!("the numbers of {name}"), &condition);
    }

    /// The sentence in the dialog that says why not; English.
    pub fn refusal(&self, folder: &Path) -> String {
        self.look(folder);
        assert_ne!(self.attribute("open-accept", "disabled"), "");
        self.text("[data-testid=refusal]")
    }

    /// The line that says why an opened model cannot be used.
    pub fn wait_for_notice(&self, words: &str) {
        let line = "document.querySelector('[data-testid=error] > span')?.textContent";
        self.wait_for(words, &format!("{line}?.includes({})", json!(words)));
    }
}

fn assert_numbers_are_the_programs(explorer: &Explorer, folder: &Path) {
    let exported = explorer.export();
    let ids = IDS.replace(' ', ",");
    let computed = program::trace_with(folder, &["--ids", &ids]);
    assert_eq!(exported["ids"], json!([3, 1, 4, 1, 5, 9, 2, 6]));
    let logits = &exported["activations"]["logits"];
    let data: Vec<f32> = serde_json::from_value(logits["data"].clone()).unwrap();
    let difference = largest_difference(&data, &computed["logits"].data);
    assert!(difference < 1e-4, "{}: {difference}", folder.display());
}

#[test]
fn files_are_looked_at_opened_and_left_again() {
    let explorer = Explorer::open("text=Mina&seed=7");
    let first = explorer.attribute("model", "data-model");
    explorer.click_on("open");
    explorer.wait_for("the dialog", "document.querySelector('dialog.open').open");
    let seen = explorer.look(&golden("gpt2-tied"));
    for words in ["gpt2", "F32", "4", "19.6 kB", "its input is ids"] {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    explorer.accept("checkpoint");
    // The text stays, and is no ids.
    assert_eq!(explorer.prompt(), "Mina");
    assert!(explorer.text("[data-testid=ids-hint]").contains("0 to 23"));
    explorer.write(IDS);
    assert_eq!(explorer.ids(), [3, 1, 4, 1, 5, 9, 2, 6]);
    assert_numbers_are_the_programs(&explorer, &golden("gpt2-tied"));
    let written = explorer.step(2);
    let text = format!("{IDS} {} {}", written[0], written[1]);
    assert_eq!(explorer.prompt(), text);
    explorer.wait_for("the address", "location.search.includes('from=files')");
    // Another one beside it, while it is being written.
    explorer.click_on("play");
    explorer.look(&golden("gpt2-untied-relu"));
    explorer.accept("checkpoint-2");
    for name in ["checkpoint", first.as_str()] {
        explorer.click(&format!("[data-testid=model][data-model={name}]"));
        explorer.wait_for_numbers(name);
    }
    assert_eq!(
        explorer.eval("document.querySelector('[data-testid=seed]').value"),
        "7"
    );
    explorer.finish();
}

#[test]
fn every_family_opens_from_its_files() {
    let explorer = Explorer::open("text=Mina");
    let families = [
        "bert-head",
        "t5-tied",
        "lstm-tied",
        "llama-grouped-tied",
        "neox-parallel",
        "llama-older-bf16-shards",
    ];
    for (number, family) in families.into_iter().enumerate() {
        let files = fs::read_dir(golden(family))
            .unwrap()
            .flatten()
            .map(|entry| entry.path());
        let needed = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy();
            name == "config.json" || name.starts_with("model") || name == "pytorch_model.bin"
        };
        explorer.pick("pick-files", &files.filter(needed).collect::<Vec<_>>());
        let seen = explorer.wait_for_look();
        assert!(
            seen.contains(
                family
                    .split('-')
                    .next()
                    .unwrap()
                    .replace("neox", "gpt_neox")
                    .as_str()
            ),
            "{seen}"
        );
        // Two opened ones stay; the name of one that was put away is free again.
        let name = ["checkpoint", "checkpoint-2", "checkpoint-3"][number % 3];
        explorer.accept(name);
        explorer.select_prompt();
        explorer.insert_text(IDS);
        explorer.wait_for_numbers(name);
        if family != "t5-tied" {
            assert_numbers_are_the_programs(&explorer, &golden(family));
        }
    }
}

#[test]
fn a_folder_keeps_its_name_on_a_phone_too() {
    let explorer = Explorer::open_in(View::PHONE, "?backend=cpu&lang=ko");
    explorer.click_on("open");
    explorer.wait_for("the dialog", "document.querySelector('dialog.open').open");
    assert_eq!(
        explorer.eval("document.documentElement.scrollWidth > innerWidth"),
        false
    );
    explorer.pick("pick-folder", &[golden("gpt2-tied")]);
    let seen = explorer.wait_for_look();
    assert!(seen.contains("토크나이저"), "{seen}");
    explorer.accept("gpt2-tied");
    assert_eq!(explorer.prompt(), IDS, "a prepared text becomes ids");
    explorer.finish();
}

#[test]
fn what_is_dropped_is_looked_at_and_escape_closes() {
    let explorer = Explorer::prepare(site_with_golden(), View::DESKTOP, "").at("?backend=cpu");
    let drop = "(async () => {
        const data = new DataTransfer();
        for (const name of ['config.json', 'model.safetensors', 'notes.md']) {
            const response = await fetch('golden/gpt2-tied/' + (name === 'notes.md' ? 'config.json' : name));
            data.items.add(new File([await response.blob()], name));
        }
        const event = (kind) => new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
        document.body.dispatchEvent(event('dragover'));
        const isShown = getComputedStyle(document.querySelector('.drop-here')).display !== 'none';
        document.body.dispatchEvent(event('drop'));
        return isShown;
    })()";
    explorer.focus("[data-testid=prompt]");
    assert_eq!(explorer.eval(drop), true, "where to drop is shown");
    explorer.wait_for_look();
    explorer.press("Escape");
    explorer.wait_for(
        "the end of the dialog",
        "!document.querySelector('dialog.open').open",
    );
    assert_eq!(
        explorer.eval("document.activeElement.dataset.testid"),
        "prompt"
    );
    assert_eq!(
        explorer.eval("getComputedStyle(document.querySelector('.drop-here')).display"),
        "none"
    );
    explorer.eval(drop);
    explorer.wait_for_look();
    explorer.accept("checkpoint");
    explorer.finish();
}

#[test]
fn an_address_is_opened_and_a_link_opens_it_again() {
    let explorer = Explorer::prepare(site_with_golden(), View::DESKTOP, "").at("?backend=cpu");
    let address = explorer.site.url("golden/gpt2-tied");
    explorer.click_on("open");
    explorer.focus("[data-testid=open-address]");
    explorer.insert_text(&address);
    explorer.press("Enter");
    let seen = explorer.wait_for_look();
    assert!(seen.contains("19.6 kB"), "{seen}");
    explorer.accept("gpt2-tied");
    explorer.write(IDS);
    assert_numbers_are_the_programs(&explorer, &golden("gpt2-tied"));
    let written = explorer.step(1);
    explorer.wait_for("the address", "location.search.includes('golden')");
    explorer.reload();
    explorer.wait_ready();
    explorer.wait_for_numbers("gpt2-tied");
    explorer.settle();
    assert_eq!(explorer.ids()[8..], written);
    assert_eq!(explorer.eval("spy.inconsistent"), json!([]));
    // In several files.
    explorer.click_on("open");
    explorer.eval("document.querySelector('[data-testid=open-address]').value = 'golden/llama-older-bf16-shards/'");
    explorer.focus("[data-testid=open-address]");
    explorer.press("Enter");
    assert!(explorer.wait_for_look().contains("BF16"));
}
