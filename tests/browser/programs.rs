//! Which programs the processor's workers are made of: a small one first, the other when it is needed.

use crate::explorer::{Explorer, from};
use crate::families::{LSTM, folder};
use crate::program;
use crate::values::assert_export_agrees;

/// The programs of workers that were fetched, in order.
fn programs(explorer: &Explorer) -> Vec<String> {
    let mut names: Vec<String> = from(explorer.eval(
        "performance.getEntriesByType('resource')
            .map(({ name }) => /worker_\\w+?(?=_bg)/.exec(name)?.[0]).filter(Boolean)",
    ));
    names.dedup();
    names
}

#[test]
fn another_kind_of_model_brings_its_own_program_and_leaves_the_first_one_as_it_was() {
    if folder(LSTM).is_none() {
        return;
    }
    let explorer = Explorer::open("lang=en&text=Mina+gave&seed=3");
    explorer.settle();
    let (ids, candidates) = (explorer.ids(), explorer.candidates());
    assert_eq!(programs(&explorer), ["worker_cpu"]);
    explorer.choose_model(LSTM);
    assert_eq!(programs(&explorer), ["worker_cpu", "worker_families"]);
    assert_eq!(explorer.prompt(), "Mina gave");
    explorer.choose_model("village-gpt");
    assert_eq!((explorer.ids(), explorer.candidates()), (ids, candidates));
    assert_eq!(explorer.step(1).len(), 1);
    explorer.finish();

    // A link needs the other program alone, and it is kept for use without network.
    let explorer = Explorer::open(&format!("lang=en&model={LSTM}&text=Mina"));
    explorer.wait_for_model(LSTM);
    assert_eq!(programs(&explorer), ["worker_families"]);
    explorer.wait_for(
        "the kept program",
        "caches.match('worker_families_bg.wasm', { ignoreSearch: true })",
    );
    explorer.site.server.stop();
    explorer.reload();
    explorer.wait_ready();
    explorer.wait_for_model(LSTM);
    assert_eq!(explorer.prompt(), "Mina");
}

#[test]
fn a_closer_look_brings_the_other_program_and_typing_goes_on() {
    let explorer = Explorer::open("lang=en&text=Mina+gave&seed=3");
    explorer.settle();
    assert_eq!(programs(&explorer), ["worker_cpu"]);
    // A panel that asks for more than activations.
    explorer.open_ready(
        &explorer
            .site
            .url("?backend=cpu&lang=en&text=Mina+gave&seed=3&panels=lens"),
    );
    explorer.focus("[data-testid=prompt]");
    explorer.press("End");
    explorer.type_keys(" the");
    explorer.settle();
    explorer.wait_for("the closer look", "spy.sent.includes('Inspect')");
    assert_eq!(programs(&explorer), ["worker_cpu", "worker_families"]);
    explorer.type_keys(" apple");
    explorer.settle();
    assert_eq!(explorer.ids(), program::tokenize("Mina gave the apple"));
    let generated = explorer.step(2);
    assert_eq!(
        generated,
        program::generate("Mina gave the apple", 2, &["--seed=3"])
    );
    assert_export_agrees(&explorer);
    explorer.finish();
}
