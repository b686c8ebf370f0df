//! What cannot be opened: each said in one sentence, with everything as it was.

use std::fs;

use xtask::driver::View;
use xtask::server::Server;

use crate::explorer::Explorer;
use crate::open::{changed, golden, site_with_golden};
use crate::program;

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
            weights(|bytes| bytes.truncate(bytes.len() - 100)),
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
                fs::remove_file(folder.join("config.json")).unwrap();
            }),
            "There is no config.json",
        ),
        (
            changed(name, |folder| {
                fs::remove_file(folder.join("model.safetensors")).unwrap();
            }),
            "There is no model.safetensors",
        ),
        (
            changed(name, |folder| {
                let bin = folder.join("pytorch_model.bin");
                fs::rename(folder.join("model.safetensors"), bin).unwrap();
            }),
            "is no PyTorch checkpoint",
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
