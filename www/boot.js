// Runs in <head> before the first paint; inlined into index.html. Leaves `window.atlas`:
//   atlas.assets           {version, model, models: [[name, model_type]], files: {path: {url, bytes}}}, written by
//                          `cargo xtask build`
//   atlas.fetch(path)      Promise<ArrayBuffer>; fetched once, later calls share it
//   atlas.give(worker, path) hands a fetched file, or a folder of opened ones, over to a worker; atlas.forget(path)
//                          lets go of it
//   atlas.take(files)      takes hold of files that a person opened, as `opened/NAME/`, which listeners hear
//   atlas.keep(prefix)     has the service worker keep the files whose path begins with it
//   atlas.module(path)     Promise<WebAssembly.Module>; compiled once
//   atlas.received(path)   bytes received so far; atlas.total(path) bytes expected
//   atlas.listen(callback) callback(path) after every chunk received
//   atlas.isGpt2(base)     whether `worker_cpu`, the small engine, knows the model under `base`
//   atlas.startWorker(name, base) Promise<Worker> with the engine `worker_cpu`, `worker_families` (knows
//                          everything) or `worker_gpu` in it; the model's files under `base` are handed over, not
//                          fetched again
"use strict";
(() => {
  const root = document.documentElement;
  const query = new URLSearchParams(location.search);
  const stored = (key) => {
    try { return (localStorage.getItem(key) || "").replace(/"/g, ""); } catch (refused) { return ""; }
  };
  const setting = (name, allowed, otherwise) =>
    [query.get(name), stored("atlas." + name)].find((value) => allowed.includes(value)) || otherwise;
  root.lang = setting("lang", ["en", "ko"], /^ko/.test(navigator.language) ? "ko" : "en");
  const theme = setting("theme", ["light", "dark"], "");
  if (theme) root.dataset.theme = theme;

  const assets = JSON.parse(document.getElementById("assets").textContent);
  const files = assets.files || {};
  const downloads = {}, buffers = {}, modules = {}, received = {}, listeners = [];

  const download = async (path) => {
    const { url, bytes } = files[path] || { url: `${path}?v=${assets.version}`, bytes: 0 };
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
    const chunks = [];
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      chunks.push(part.value);
      received[path] = (received[path] || 0) + part.value.length;
      listeners.forEach((listener) => listener(path));
    }
    if (bytes && received[path] !== bytes) throw new Error(`${path}: ${received[path]} bytes, not ${bytes}; reload the page`);
    return buffers[path] = await new Blob(chunks).arrayBuffer();
  };
  // Files that a person opened, held as they are: the page reads nothing of them.
  const address = (path) => new URL(path, document.baseURI).href;
  const folders = new Set();
  const ofCheckpoint = /^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab)\.json$|^(merges|vocab)\.txt$|\.safetensors(\.index\.json)?$|^pytorch_model.*\.bin(\.index\.json)?$|^(spiece|tokenizer|sentencepiece\.bpe)\.model$/;
  const hold = (folder, list) => {
    const files = list.filter((file) => ofCheckpoint.test(file.name));
    const weights = files.filter((file) => file.name.endsWith(".safetensors"));
    const isNamed = weights.length === 1 && weights[0].name !== "model.safetensors";
    const name = (folder || (isNamed ? weights[0].name.slice(0, -12) : "checkpoint")).replace(/[#?%\\/]+/g, "-");
    const isTaken = (path) => folders.has(path) || (assets.models || []).some(([model]) => path === `opened/${model}/`);
    let path = `opened/${name}/`;
    for (let number = 2; isTaken(path); number++) path = `opened/${name}-${number}/`;
    folders.add(path);
    for (const file of files) downloads[path + file.name] = Promise.resolve(buffers[path + file.name] = file);
    listeners.forEach((listener) => listener(path));
  };
  const isFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  addEventListener("dragover", (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    root.classList.add("dropping");
  });
  addEventListener("dragleave", ({ relatedTarget }) => { if (!relatedTarget) root.classList.remove("dropping"); });
  addEventListener("drop", async (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    root.classList.remove("dropping");
    const files = [...event.dataTransfer.files];
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
    const folder = entries.find((entry) => entry && entry.isDirectory);
    if (!folder) return hold("", files);
    const list = [], reader = folder.createReader();
    const next = () => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    for (let some = await next(); some.length; some = await next()) {
      const inside = some.filter((entry) => entry.isFile);
      list.push(...await Promise.all(inside.map((entry) => new Promise((resolve, reject) => entry.file(resolve, reject)))));
    }
    hold(folder.name, list);
  });

  const atlas = window.atlas = {
    assets,
    fetch: (path) => downloads[path] || (downloads[path] = download(path).catch((error) => {
      delete downloads[path];
      received[path] = 0;
      throw error;
    })),
    give: (worker, path) => {
      const isFolder = path.endsWith("/");
      if (isFolder) folders.add(path);
      const paths = Object.keys(buffers).filter((held) => (isFolder ? held.startsWith(path) : held === path));
      const given = Object.fromEntries(paths.map((held) => [address(held), buffers[held]]));
      if (isFolder || paths.length) worker.postMessage({ files: given, folder: isFolder && address(path) });
    },
    forget: (path) => {
      folders.delete(path);
      Object.keys(downloads).filter((held) => held === path || path.endsWith("/") && held.startsWith(path)).forEach((held) => {
        delete downloads[held];
        delete buffers[held];
        received[held] = 0;
      });
    },
    take: (files) => {
      const list = [...files].filter((file) => (file.webkitRelativePath || "").split("/").length < 3);
      hold(list.length ? (list[0].webkitRelativePath || "").split("/")[0] : "", list);
    },
    keep: (prefix) => {
      if ("serviceWorker" in navigator) navigator.serviceWorker.ready.then(({ active }) => active.postMessage({ keep: prefix }));
    },
    module: (path) => modules[path] || (modules[path] = atlas.fetch(path).then(WebAssembly.compile).catch((error) => {
      delete modules[path];
      throw error;
    })),
    received: (path) => received[path] || 0,
    total: (path) => (files[path] ? files[path].bytes : 0),
    isGpt2: (base) => (assets.models || []).some(([name, kind]) => kind === "gpt2" && base === `models/${name}/`),
    listen: (listener) => { listeners.push(listener); },
    startWorker: async (name, base) => {
      const worker = new Worker(files["worker.js"].url);
      const given = {};
      const paths = Object.keys(downloads).filter((path) => base && path.startsWith(base) && !path.includes("/film/"));
      const [wasm] = await Promise.all([
        atlas.module(`${name}_bg.wasm`),
        // What cannot be fetched the worker tries to fetch again, and says so.
        ...paths.map((path) => atlas.fetch(path).then((buffer) => { given[new URL(path, document.baseURI).href] = buffer; }, () => {})),
      ]);
      const address = (path) => files[path] && new URL(files[path].url, document.baseURI).href;
      const tokenizers = ["worker_tokenizer.js", "worker_tokenizer_bg.wasm"].map(address);
      worker.postMessage({ script: address(`${name}.js`), wasm, tokenizers, files: given });
      if (name !== "worker_cpu") atlas.keep(name);
      return worker;
    },
  };

  // What stands in the way, in one sentence, while there is no page yet to say it.
  const sentences = {
    old: {
      en: "This browser is too old for this page: it needs WebAssembly with SIMD. Use Chrome or Edge 91, Firefox 89, Safari 16.4, or later.",
      ko: "이 페이지에는 SIMD를 지원하는 WebAssembly가 필요합니다. Chrome·Edge 91, Firefox 89, Safari 16.4 이상에서 열어 주세요.",
    },
    file: {
      en: "Opened as a file, a browser does not run this page. Serve the folder with any web server and open its address.",
      ko: "파일로 열면 브라우저가 이 페이지를 실행하지 않습니다. 아무 웹 서버로 이 폴더를 제공하고 그 주소를 여세요.",
    },
    lost: {
      en: "A part of the page could not be fetched. Check the connection and reload.",
      ko: "페이지의 일부를 받지 못했습니다. 연결을 확인하고 새로 고치세요.",
    },
    stuck: {
      en: "The page could not start. Reload it; if that does not help, open it in another browser.",
      ko: "페이지를 시작하지 못했습니다. 새로 고쳐 보고, 그래도 안 되면 다른 브라우저에서 여세요.",
    },
  };
  let failed = false;
  const say = (text) => {
    const status = document.getElementById("boot-status");
    if (status) status.textContent = text;
  };
  // Has no effect once the page stands: the line it writes to is gone.
  const fail = (reason) => {
    if (failed) return;
    failed = true;
    root.classList.add("boot-failed");
    say(sentences[reason][root.lang]);
  };
  const whenParsed = (act) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", act);
    else act();
  };

  // The smallest module with a SIMD instruction.
  const simd = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
  const canRun = typeof WebAssembly === "object" && WebAssembly.validate(simd);
  const wanted = query.get("model");
  const model = (assets.models || []).some(([name]) => name === wanted) ? wanted : assets.model;
  const engine = query.get("backend") === "webgpu" ? "worker_gpu" : atlas.isGpt2(`models/${model}/`) ? "worker_cpu" : "worker_families";
  const needed = location.protocol === "file:" || !canRun ? [] : Object.keys(files).filter((path) =>
    path === `${engine}_bg.wasm`
    || /^models\/[^/]+\/(config\.json|tokenizer\.json|model\.safetensors)$/.test(path) && path.startsWith(`models/${model}/`));
  // Without the model of a link the page opens with its first one, and says so itself.
  const isOther = (path) => model !== assets.model && path.startsWith("models/");
  needed.forEach((path) => atlas.fetch(path).catch(() => isOther(path) || whenParsed(() => fail("lost"))));

  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  const draw = () => {
    const bar = document.querySelector(".boot-progress");
    if (!bar || failed) return;
    const total = needed.reduce((sum, path) => sum + atlas.total(path), 0);
    const done = needed.reduce((sum, path) => sum + atlas.received(path), 0);
    const percent = total ? Math.floor(100 * done / total) : 0;
    bar.setAttribute("aria-valuenow", percent);
    bar.firstElementChild.style.width = `${percent}%`;
    say(root.lang === "ko" ? `모델을 받고 있습니다: ${percent}%, ${megabytes(total)} MB 중 ${megabytes(done)} MB`
      : `Fetching the model: ${percent}%, ${megabytes(done)} of ${megabytes(total)} MB`);
  };
  atlas.listen(draw);
  addEventListener("error", ({ target }) => {
    if (target === window) whenParsed(() => fail("stuck"));
    else if (target instanceof HTMLScriptElement || target instanceof HTMLLinkElement) whenParsed(() => fail("lost"));
  }, true);
  addEventListener("unhandledrejection", () => whenParsed(() => fail("stuck")));
  whenParsed(() => {
    const text = document.getElementById("boot-text");
    if (text && (query.get("text") || model !== assets.model)) text.textContent = query.get("text") || "";
    if (location.protocol === "file:") fail("file");
    else if (!canRun) fail("old");
    else draw();
  });

  // Once the first trace is drawn, a service worker keeps the files of this version for use without network.
  const keep = async () => {
    try {
      await navigator.serviceWorker.register("service-worker.js");
    } catch (refused) { /* Not a secure context, or switched off: the page works without it. */ }
  };
  addEventListener("load", () => {
    if (!("serviceWorker" in navigator)) return;
    const observer = new MutationObserver(() => {
      if (document.body.dataset.ready !== "true") return;
      observer.disconnect();
      keep();
    });
    observer.observe(document.body, { attributes: true, attributeFilter: ["data-ready"] });
    if (document.body.dataset.ready === "true") { observer.disconnect(); keep(); }
  });
})();
