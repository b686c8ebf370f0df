// Drives an engine's worker directly, without the page: requests as JSON text, answers as
// [header, Float32Array].
"use strict";
window.bench = (() => {
  const engines = {};

  const open = (name) => {
    const engine = { worker: new Worker("worker.js"), waiting: null, lastId: 0 };
    engine.worker.onmessage = ({ data: [header, numbers] }) => {
      const arrived = performance.now();
      const { event, rows } = JSON.parse(header);
      const [kind, content] = Object.entries(event)[0];
      if (kind === "Progress") return;
      if (kind === "Failed") engine.waiting.reject(new Error(JSON.stringify(content.error)));
      else engine.waiting.resolve({ arrived, content, rows, numbers });
    };
    engine.worker.onerror = (event) => {
      event.preventDefault();
      if (engine.waiting) engine.waiting.reject(new Error(event.message));
    };
    return engine;
  };

  const ask = (engine, kind, fields) => new Promise((resolve, reject) => {
    engine.waiting = { resolve, reject };
    engine.worker.postMessage(JSON.stringify({ [kind]: { id: ++engine.lastId, ...fields } }));
  });

  const run = async (engine, generation, spec, held) => {
    const sent = performance.now();
    const model = engine.model.name;
    const { arrived, content: { update }, rows, numbers } =
      await ask(engine, "Run", { model, text: "", generation, spec, held });
    return { update, rows, numbers, roundTripMs: arrived - sent };
  };

  // Ids of a text that looks like none; the same every time.
  const idsOf = (length, vocabulary) =>
    Array.from({ length }, (_, index) => (index * 7919 + 17) % vocabulary);

  const patterns = (layers) => Array.from({ length: layers }, (_, layer) => `blocks.${layer}.attn.pattern`);

  return {
    // Starts `worker_cpu` or `worker_gpu` on a model folder; `files` are handed over, not fetched.
    start: async (name, worker, base, files) => {
      const address = (path) => new URL(path, location.href).href;
      const engine = engines[name] = open(name);
      const given = {};
      for (const [file, bytes] of Object.entries(files || {})) given[address(base + file)] = bytes;
      const wasm = await (await fetch(`${worker}_bg.wasm`)).arrayBuffer();
      engine.worker.postMessage({ script: address(`${worker}.js`), wasm, files: given });
      const { content } = await ask(engine, "Load", { base_url: address(base) });
      engine.model = content.model;
      return content.backend;
    },

    // Reads `length` tokens of which `held` are known; returns [model ms, round trip ms, positions].
    read: async (name, length, held, spec, runs) => {
      const engine = engines[name];
      const vocabulary = engine.model.vocabulary.length;
      const ids = idsOf(length, vocabulary);
      const times = [];
      if (held) await run(engine, ids.slice(0, held), spec, 0);
      for (let number = 0; number < runs; number += 1) {
        ids[held] = (ids[held] + 1) % vocabulary;
        const { update, roundTripMs } = await run(engine, ids, spec, held);
        times.push([update.elapsed_ms, roundTripMs, update.computed_positions]);
      }
      return times;
    },

    // The largest difference of two engines on all logits and attention weights of `length` tokens,
    // read at once or, `held` of them read before, with the cache.
    difference: async (one, other, length, held) => {
      const { n_layers, vocabulary } = engines[one].model;
      const ids = idsOf(length, vocabulary.length);
      const spec = [...patterns(n_layers), "logits"];
      const answers = [];
      for (const name of [one, other]) {
        // Another text first, so that nothing of this one is in the cache but what `held` says.
        await run(engines[name], [1], [], 0);
        if (held) await run(engines[name], ids.slice(0, held), [], 0);
        answers.push(await run(engines[name], ids, spec, held));
      }
      const [left, right] = answers;
      if (JSON.stringify(left.rows) !== JSON.stringify(right.rows)) throw new Error("not the same rows");
      let largest = 0;
      left.numbers.forEach((value, index) => {
        const difference = Math.abs(value - right.numbers[index]);
        largest = Number.isNaN(difference) ? Infinity : Math.max(largest, difference);
      });
      return largest;
    },

    patterns,
  };
})();
