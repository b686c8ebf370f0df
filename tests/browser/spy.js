// Watches the page from before its first script: what it asks of the workers, what it paints,
// what it writes into the prompt, and whether the tokens it shows are those of the text.
"use strict";
(() => {
  const spy = window.spy = {
    sent: [],            // kinds of the requests to the workers
    delayMs: 0,          // how much later the page hears the workers
    broken: [],          // texts with U+FFFD that were painted
    replaced: [],        // what was written into the prompt during a composition
    inconsistent: [],    // tokens that were shown and are not those of the text
    lateResults: 0,      // traces the page heard after the text had changed
    longestGapMs: 0,
    workers: new Set(),  // those that were asked for something
  };

  const post = Worker.prototype.postMessage;
  let asked = "";
  Worker.prototype.postMessage = function (message, ...rest) {
    spy.workers.add(this);
    if (typeof message === "string") {
      const [[kind, request]] = Object.entries(JSON.parse(message));
      spy.sent.push(kind);
      if (kind === "Run" && !request.generation.length) asked = request.text;
    }
    return post.call(this, message, ...rest);
  };
  const onmessage = Object.getOwnPropertyDescriptor(Worker.prototype, "onmessage");
  Object.defineProperty(Worker.prototype, "onmessage", {
    ...onmessage,
    set(handler) {
      const hear = (event) => {
        if (/"Trace"/.test(event.data[0]) && box() && box().value !== asked) spy.lateResults += 1;
        handler.call(this, event);
      };
      onmessage.set.call(this, handler && ((event) => {
        if (spy.delayMs) setTimeout(() => hear(event), spy.delayMs);
        else hear(event);
      }));
    },
  });

  for (const name of ["fillText", "strokeText"]) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (text, ...rest) {
      if (String(text).includes("\ufffd")) spy.broken.push(String(text));
      return draw.call(this, text, ...rest);
    };
  }

  let isComposing = false;
  addEventListener("compositionstart", () => { isComposing = true; }, true);
  addEventListener("compositionend", () => { isComposing = false; }, true);
  const value = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
  Object.defineProperty(HTMLTextAreaElement.prototype, "value", {
    ...value,
    set(text) {
      if (isComposing) spy.replaced.push(text);
      value.set.call(this, text);
    },
  });

  const box = () => document.querySelector("[data-testid=prompt]");
  const all = (testid) => [...document.querySelectorAll(`[data-testid=${testid}]`)];

  /** The tokens as shown, each with the bytes and the span its title tells. */
  spy.tokens = () => all("token").map((token) => {
    const [id, hex, span] = token.title.split(" · ").slice(-3);
    const [start, end] = span.split("–").map(Number);
    const bytes = hex.split(" ").map((byte) => parseInt(byte, 16));
    return { id: Number(token.dataset.id), index: Number(token.dataset.index), titleId: Number(id), start, end, bytes };
  });
  /** Whether all that is drawn is of the text: only then the next token is shown behind it. */
  spy.isSettled = () => document.querySelector(".ghost") !== null && !document.querySelector("main [aria-busy=true]");

  const bytesOf = new Map();
  /** What is wrong with the tokens as they are shown now; "" if nothing is. */
  const fault = () => {
    const text = new TextEncoder().encode(box().value);
    const tokens = spy.tokens();
    // Special tokens that are read before the text are not shown in it.
    const first = tokens.length ? tokens[0].index : 0;
    const model = document.querySelector(".page")?.dataset.model;
    let end = 0;
    for (const [index, token] of tokens.entries()) {
      const key = token.bytes.join(" ");
      if (token.index !== index + first || token.titleId !== token.id) return `order of ${JSON.stringify(tokens)}`;
      const id = `${model} ${token.id}`;
      if ((bytesOf.get(id) || key) !== key) return `bytes of id ${token.id}`;
      bytesOf.set(id, key);
      if (token.start !== end) return `span of ${JSON.stringify(token)}`;
      end = token.end;
      // The space before a blank belongs to the blank, not to its name.
      const isNamed = token.bytes[0] !== 32 && text[token.start] === 32 && token.end - token.start === token.bytes.length + 1;
      const shown = text.slice(token.start + (isNamed ? 1 : 0), token.end);
      if (token.start < token.end && shown.some((byte, place) => byte !== token.bytes[place])) return `bytes of ${JSON.stringify(token)}`;
    }
    // A model without a tokenizer reads ids alone, and says so.
    const readsIds = document.querySelector("[data-testid=ids-hint]");
    return spy.isSettled() && !readsIds && end < text.length ? `no tokens from ${end}` : "";
  };
  // The text box and what lies under it may be drawn in two frames; what stays wrong is a fault.
  const check = () => {
    if (!box() || !fault()) return;
    const text = box().value;
    setTimeout(() => {
      const stays = box().value === text && fault();
      if (stays) spy.inconsistent.push(`${stays} in “${text.slice(0, 200)}”`);
    }, 60);
  };
  new MutationObserver(check).observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["data-id"] });

  let last = 0;
  spy.watchPulse = () => {
    last = performance.now();
    setInterval(() => {
      const now = performance.now();
      spy.longestGapMs = Math.max(spy.longestGapMs, now - last);
      last = now;
    }, 10);
  };
})();
