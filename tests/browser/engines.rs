//! The two engines: they compute the same, one replaces the other, and one of them always computes.

use serde_json::json;
use xtask::driver::View;

use crate::explorer::{Explorer, from};
use crate::program;
use crate::site::Site;
use crate::values::assert_export_agrees;

/// An adapter that computes on the processor, as far as the page can tell.
const SOFTWARE_ADAPTER: &str = "navigator.gpu.requestAdapter = async () => ({ info: { vendor: 'google', architecture: 'swiftshader' } });";

/// Two workers of one's own, asked the same.
const TWO_WORKERS: &str = "
(async () => {
    const base = `models/${atlas.assets.model}/`;
    const open = async (name) => {
        const worker = await atlas.startWorker(name, base);
        const waiting = [];
        worker.onmessage = ({ data: [header, numbers] }) => {
            const { event } = JSON.parse(header);
            const [[kind, answer]] = Object.entries(event);
            if (kind === 'Failed') throw new Error(header);
            if (kind !== 'Progress') waiting.shift()({ answer, numbers });
        };
        const ask = (kind, request) => new Promise((done) => {
            waiting.push(done);
            worker.postMessage(JSON.stringify({ [kind]: { id: 1, ...request } }));
        });
        const { answer } = await ask('Load', { base_url: new URL(base, document.baseURI).href });
        return { ask, answer };
    };
    const engines = await Promise.all(['worker_cpu', 'worker_gpu'].map(open));
    const { model } = engines[0].answer;
    const spec = [...Array(model.n_layers).keys()].map((layer) => `blocks.${layer}.attn.pattern`).concat('logits');
    window.compare = async (length, held) => {
        const generation = Array.from({ length }, (_, place) => (place * 37 + 11) % model.vocabulary.length);
        const request = { model: model.name, text: '', generation, spec, held };
        const [cpu, gpu] = await Promise.all(engines.map(({ ask }) => ask('Run', request)));
        const differences = cpu.numbers.map((number, place) => Math.abs(number - gpu.numbers[place]));
        return {
            kinds: engines.map(({ answer }) => answer.backend.kind),
            computed: [cpu, gpu].map(({ answer }) => answer.update.computed_positions),
            counts: [cpu, gpu].map(({ numbers }) => numbers.length),
            vocab_size: model.vocabulary.length,
            largest: differences.reduce((a, b) => a >= b ? a : b, 0),
            is_number: differences.every(Number.isFinite),
        };
    };
})().catch((error) => { window.compare = () => { throw error; }; }), 1";

#[test]
fn webgpu_computes_what_the_processor_computes() {
    let explorer = Explorer::open("text=Mina");
    explorer.eval(TWO_WORKERS);
    explorer.wait_for("two workers", "window.compare");
    // Whole texts, then single tokens on top of what is cached.
    for (length, held) in [(1, 0), (2, 0), (63, 0), (64, 0), (65, 64), (66, 65), (3, 2)] {
        let told = explorer.eval(&format!("compare({length}, {held})"));
        println!(
            "{length} tokens, {held} held: largest difference {}",
            told["largest"]
        );
        assert_eq!(told["kinds"], json!(["Cpu", "WebGpu"]));
        let new = length - held;
        assert_eq!(told["computed"], json!([new, new]));
        let vocab_size: usize = from(told["vocab_size"].clone());
        let counts: [usize; 2] = from(told["counts"].clone());
        assert!(
            counts[0] == counts[1] && counts[0] > new * vocab_size,
            "{counts:?}"
        );
        assert_eq!(told["is_number"], true);
        let largest: f64 = from(told["largest"].clone());
        assert!(largest <= 1e-4, "{length} tokens, {held} held: {largest}");
    }
    explorer.finish();
}

#[test]
fn page_works_on_webgpu_and_switches() {
    let explorer = Explorer::open_in(View::DESKTOP, "?backend=webgpu&lang=en&seed=2&text=Mina");
    explorer.settle();
    assert_eq!(
        (explorer.backend().as_str(), explorer.notice()),
        ("webgpu", None)
    );
    explorer.focus("[data-testid=prompt]");
    explorer.press("End");
    explorer.compose(&["ㅎ", "하", "한"]);
    explorer.type_keys("!");
    explorer.settle();
    assert_eq!(explorer.prompt(), "Mina한!");
    assert_eq!(explorer.ids(), program::tokenize("Mina한!"));
    let generated = explorer.step(2);
    assert_eq!(generated, program::generate("Mina한!", 2, &["--seed=2"]));
    assert_export_agrees(&explorer);

    let (ids, candidates) = (explorer.ids(), explorer.candidates());
    explorer.click_on("backend");
    explorer.click_on("use-cpu");
    explorer.wait_for(
        "the processor",
        "document.querySelector('[data-testid=backend]').dataset.backend === 'cpu'",
    );
    explorer.settle();
    assert_eq!(explorer.ids(), ids);
    for (here, there) in explorer.candidates().iter().zip(&candidates) {
        assert!((here.p - there.p).abs() < 1e-4, "{here:?} {there:?}");
    }
    explorer.click_on("undo");
    explorer.wait_for_tokens(ids.len() - 1);
    explorer.wait_for("the address", "location.search.includes('backend=cpu')");

    explorer.click_on("backend");
    explorer.click_on("use-webgpu");
    explorer.wait_for(
        "WebGPU",
        "document.querySelector('[data-testid=backend]').dataset.backend === 'webgpu'",
    );
    explorer.settle();
    assert_eq!(explorer.ids(), ids[..ids.len() - 1]);
    assert_eq!(explorer.notice(), None);
    explorer.finish();
}

#[test]
fn lost_device_leaves_the_processor_and_one_line() {
    let explorer = Explorer::open_in(View::DESKTOP, "?backend=webgpu&lang=en&text=Mina+뷁");
    explorer.settle();
    let generated = explorer.step(1);
    let (ids, text) = (explorer.ids(), explorer.prompt());
    assert_eq!(explorer.backend(), "webgpu");
    explorer.eval("__atlas_lose_device()");
    explorer.wait_for(
        "the processor",
        "document.querySelector('[data-testid=backend]').dataset.backend === 'cpu'",
    );
    explorer.settle();
    assert_eq!((explorer.ids(), explorer.prompt()), (ids.clone(), text));
    assert!(
        explorer
            .notice()
            .unwrap()
            .contains("graphics device was lost")
    );
    assert_eq!(
        explorer.eval("document.querySelectorAll('[data-testid=error]').length"),
        1
    );
    assert_eq!(explorer.ids().last(), generated.last());
    explorer.step(1);
    assert_export_agrees(&explorer);
    explorer.click("[data-testid=error] button");
    explorer.wait_for("no line", "!document.querySelector('[data-testid=error]')");
    explorer.finish();
}

#[test]
fn without_webgpu_the_processor_computes() {
    let explorer = Explorer::prepare(
        Site::open(),
        View::DESKTOP,
        "delete Navigator.prototype.gpu;",
    )
    .at("?lang=en&text=Mina");
    explorer.settle();
    assert_eq!(explorer.eval("'gpu' in navigator"), false);
    assert_eq!(
        (explorer.backend().as_str(), explorer.notice()),
        ("cpu", None)
    );
    explorer.step(1);
    explorer.finish();
    // Asked for, it is missed, in one line.
    explorer.open_ready(&explorer.site.url("?backend=webgpu&lang=en&text=Mina"));
    explorer.settle();
    assert_eq!(explorer.backend(), "cpu");
    assert!(
        explorer
            .notice()
            .unwrap()
            .contains("WebGPU is not available")
    );
    explorer.step(1);
    explorer.finish();
}

#[test]
fn software_adapter_is_used_only_when_asked_for() {
    let explorer =
        Explorer::prepare(Site::open(), View::DESKTOP, SOFTWARE_ADAPTER).at("?text=Mina");
    explorer.settle();
    explorer.wait_for("the embeddings", "spy.sent.includes('Embeddings')");
    explorer.step(2);
    assert_eq!(
        (explorer.backend().as_str(), explorer.notice()),
        ("cpu", None)
    );
    let fetched = explorer.requests();
    assert!(
        !fetched.iter().any(|url| url.contains("worker_gpu_bg")),
        "{fetched:?}"
    );
    explorer.finish();
}

#[test]
fn webgpu_engine_that_cannot_be_fetched_leaves_the_processor() {
    let explorer = Explorer::prepare(Site::open(), View::DESKTOP, "");
    explorer.page.call(
        "Network.setBlockedURLs",
        json!({ "urls": ["*worker_gpu*"] }),
    );
    let explorer = explorer.at("?backend=webgpu&lang=en&text=Mina");
    explorer.settle();
    assert_eq!(explorer.backend(), "cpu");
    assert!(
        explorer
            .notice()
            .unwrap()
            .contains("The processor computes")
    );
    explorer.step(1);
    assert_eq!(explorer.eval("spy.inconsistent"), json!([]));
}

#[test]
fn worker_that_ends_is_started_again() {
    let explorer = Explorer::open("lang=en&text=Mina&seed=4");
    let ids = [explorer.ids(), explorer.step(2)].concat();
    explorer.eval("spy.workers.forEach((worker) => worker.dispatchEvent(new ErrorEvent('error', { message: 'out of memory', cancelable: true })))");
    explorer.wait_for("the line", "document.querySelector('[data-testid=error]')");
    assert!(explorer.notice().unwrap().contains("started again"));
    assert_eq!(explorer.ids(), ids);
    let before = ids.len();
    explorer.click_on("step");
    explorer.wait_for_tokens(before + 1);
    assert_export_agrees(&explorer);
    explorer.finish();
}
