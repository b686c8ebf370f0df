//! Opening checkpoints that the site does not have: from files, a folder, an address, a link; what
//! cannot be opened; and going back.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use xtask::driver::{Browser, View};
use xtask::server::Server;

use crate::explorer::Explorer;
use crate::program;
use crate::site::Site;
use crate::values::largest_difference;

const IDS: &str = "3 1 4 1 5 9 2 6";

fn golden(name: &str) -> PathBuf {
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
fn site_with_golden() -> Site {
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
fn changed(name: &str, change: impl Fn(&Path)) -> PathBuf {
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
    fn pick(&self, testid: &str, files: &[PathBuf]) {
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
    fn look(&self, folder: &Path) -> String {
        let files = fs::read_dir(folder).unwrap().flatten();
        let files: Vec<PathBuf> = files.map(|entry| entry.path()).collect();
        self.pick("pick-files", &files);
        self.wait_for_look()
    }

    /// What the dialog says once it has looked.
    fn wait_for_look(&self) -> String {
        self.wait_for(
            "a look",
            "document.querySelector('dialog[open] [data-testid=summary], dialog[open] [data-testid=refusal]')",
        );
        self.text("dialog[open] [aria-live]")
    }

    /// Opens what was looked at and waits for its numbers.
    fn accept(&self, name: &str) {
        self.click_on("open-accept");
        self.wait_for_numbers(name);
    }

    fn wait_for_numbers(&self, name: &str) {
        let condition = format!(
            "document.querySelector('.page')?.dataset.model === '{name}' && document.querySelector('.page').dataset.current === 'true'"
        );
        self.wait_for(&format!("the numbers of {name}"), &condition);
    }

    /// The sentence in the dialog that says why not; English.
    fn refusal(&self, folder: &Path) -> String {
        self.look(folder);
        assert_eq!(self.attribute("open-accept", "disabled"), "");
        self.text("[data-testid=refusal]")
    }

    /// The line that says why an opened model cannot be used.
    fn wait_for_notice(&self, words: &str) {
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
    assert!(largest_difference(&data, &computed["logits"].data) < 1e-4);
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
            name == "config.json" || name.starts_with("model")
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
        let name = match number {
            0 => "checkpoint".to_owned(),
            number => format!("checkpoint-{}", number + 1),
        };
        explorer.accept(&name);
        explorer.select_prompt();
        explorer.insert_text(IDS);
        explorer.wait_for_numbers(&name);
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
        explorer.eval("document.querySelector('.drop-here').offsetParent"),
        Value::Null
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

#[test]
fn links_that_cannot_be_followed_are_told_and_the_site_s_model_is_used() {
    let site = site_with_golden();
    // Another site that lets nobody read.
    let other = Server::start(&golden(""), "/", 0).unwrap();
    for from in [
        "golden/none/".to_owned(),
        format!("{}gpt2-tied/", other.url()),
    ] {
        let query = format!("?backend=cpu&text=Mina%20ate&model=gpt2-tied&from={from}");
        let page = site.ready_page(View::DESKTOP, &query);
        let said = page.text("[data-testid=error] > span");
        assert!(
            said.contains("CORS") && said.contains("config.json"),
            "{said}"
        );
        assert_eq!(
            page.eval("document.querySelector('[data-testid=prompt]').value"),
            "Mina ate"
        );
    }
    let explorer = Explorer {
        page: site.ready_page(View::DESKTOP, "?backend=cpu&lang=ko&model=tiny&from=files"),
        site,
    };
    assert!(explorer.notice().unwrap().contains("파일에서 연 tiny 모델"));
    explorer.click_on("open-again");
    explorer.wait_for("the dialog", "document.querySelector('dialog.open').open");
}

#[test]
fn what_cannot_be_opened_is_said_before_it_is_read() {
    let explorer = Explorer::open("text=Mina&lang=en");
    let name = "gpt2-tied";
    let config = |from: &'static str, to: &'static str| {
        changed(name, move |folder| {
            let json = fs::read_to_string(folder.join("config.json")).unwrap();
            assert!(json.contains(from));
            fs::write(folder.join("config.json"), json.replace(from, to)).unwrap();
        })
    };
    let weights = |change: fn(&mut Vec<u8>)| {
        changed(name, move |folder| {
            let mut bytes = fs::read(folder.join("model.safetensors")).unwrap();
            change(&mut bytes);
            fs::write(folder.join("model.safetensors"), bytes).unwrap();
        })
    };
    let cases = [
        (
            config("\"n_layer\": 2", "\"n_lager\": 2"),
            "has no field “n_layer”",
        ),
        (
            config("\"n_layer\": 2", "\"n_layer\": \"two\""),
            "“n_layer” of config.json is of the wrong type",
        ),
        (
            config("\"n_head\": 3", "\"n_head\": 5"),
            "is not a multiple of",
        ),
        (config("\"n_embd\": 12", "\"n_embd\": 0"), "n_embd is 0"),
        (
            config("\"gpt2\"", "\"mamba\""),
            "The architecture “mamba” cannot be opened. Supported are: gpt2, llama",
        ),
        (
            config("\"gelu_new\"", "\"swish9\""),
            "“swish9” is not known",
        ),
        (config("{", "("), "config.json cannot be used"),
        (
            weights(|bytes| bytes.truncate(3000)),
            "model.safetensors is cut off",
        ),
        (
            weights(|bytes| bytes[..8].copy_from_slice(&u64::MAX.to_le_bytes())),
            "is no safetensors file, or cut off",
        ),
        (weights(|bytes| bytes.extend([0; 5])), "is 5 bytes longer"),
        (
            weights(|bytes| bytes[8] = b'('),
            "model.safetensors cannot be used",
        ),
        (
            changed(name, |folder| {
                fs::remove_file(folder.join("config.json")).unwrap()
            }),
            "There is no config.json",
        ),
        (
            changed(name, |folder| {
                fs::remove_file(folder.join("model.safetensors")).unwrap()
            }),
            "There is no model.safetensors",
        ),
        (
            changed(name, |folder| {
                let bin = folder.join("pytorch_model.bin");
                fs::rename(folder.join("model.safetensors"), bin).unwrap();
            }),
            "as torch.save wrote it",
        ),
    ];
    for (folder, expected) in cases {
        let said = explorer.refusal(&folder);
        assert!(said.contains(expected), "{expected}: {said}");
        // What is looked at next takes the place of this.
        explorer.click_on("open-cancel");
        explorer.wait_for(
            "the end of the dialog",
            "!document.querySelector('dialog.open').open",
        );
    }
    explorer.finish();
}

#[test]
fn weights_that_turn_out_damaged_leave_the_model_before() {
    let explorer = Explorer::open("text=Mina&lang=en&seed=7");
    let first = explorer.attribute("model", "data-model");
    let ids = explorer.ids();
    let last_number = |value: f32| {
        changed("gpt2-tied", move |folder| {
            let mut bytes = fs::read(folder.join("model.safetensors")).unwrap();
            let end = bytes.len() - 4;
            bytes[end..].copy_from_slice(&value.to_le_bytes());
            fs::write(folder.join("model.safetensors"), bytes).unwrap();
        })
    };
    let config = |from: &'static str, to: &'static str| {
        changed("gpt2-tied", move |folder| {
            let json = fs::read_to_string(folder.join("config.json")).unwrap();
            fs::write(folder.join("config.json"), json.replace(from, to)).unwrap();
        })
    };
    let cases = [
        (last_number(f32::NAN), "holds a number that is not finite"),
        (
            last_number(f32::INFINITY),
            "holds a number that is not finite",
        ),
        (
            config("\"n_layer\": 2", "\"n_layer\": 3"),
            "The weights have no tensor “h.2.",
        ),
        (
            config("\"vocab_size\": 24", "\"vocab_size\": 25"),
            "config.json asks for [25, 12]",
        ),
        (
            changed("gpt2-tied", |folder| {
                let tokenizer = program::model().join("tokenizer.json");
                fs::copy(tokenizer, folder.join("tokenizer.json")).unwrap();
            }),
            "ids, the model has 24",
        ),
        (
            changed("gpt2-tied", |folder| {
                fs::write(folder.join("tokenizer.json"), "{}").unwrap();
            }),
            "tokenizer.json cannot be used",
        ),
    ];
    for (folder, expected) in cases {
        explorer.look(&folder);
        explorer.click_on("open-accept");
        explorer.wait_for_notice(expected);
        explorer.wait_for_numbers(&first);
        assert_eq!(explorer.ids(), ids);
        explorer.eval("document.querySelector('[data-testid=error] > button:last-child').click()");
        explorer.wait_for(
            "a quiet page",
            "!document.querySelector('[data-testid=error]')",
        );
    }
    explorer.finish();
}

#[test]
fn a_worker_that_ends_over_a_checkpoint_is_started_again() {
    let explorer = Explorer::open("text=Mina&lang=en&seed=7");
    let first = explorer.attribute("model", "data-model");
    explorer.look(&golden("gpt2-tied"));
    // Its memory is at an end: the worker ends as it would then.
    explorer.eval(
        "(() => {
            const post = Worker.prototype.postMessage;
            Worker.prototype.postMessage = function (message, ...rest) {
                if (typeof message !== 'string' || !message.includes('\"Load\"')) return post.call(this, message, ...rest);
                Worker.prototype.postMessage = post;
                this.dispatchEvent(new ErrorEvent('error', { message: 'RuntimeError: unreachable' }));
            };
        })()",
    );
    explorer.click_on("open-accept");
    explorer.wait_for_notice("There was not enough memory to read it");
    explorer.wait_for_numbers(&first);
    explorer.write("Mina ate");
    explorer.look(&golden("gpt2-tied"));
    explorer.accept("checkpoint");
    explorer.finish();
}
