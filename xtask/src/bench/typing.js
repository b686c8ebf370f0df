// Times from a keystroke to the picture of the new tokens; runs in the page.
"use strict";
window.typing = (() => {
  let pressed = 0;
  let seen = null;
  document.addEventListener("input", (event) => { pressed = event.timeStamp; }, true);

  const all = () => [...document.querySelectorAll("[data-testid=token]")];
  const count = () => all().reduce((largest, token) => Math.max(largest, Number(token.dataset.index) + 1), 0);

  // A task of its own right after an animation frame runs when that frame has been painted.
  const afterFrame = (act) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = act;
    channel.port2.postMessage(0);
  });
  // The panels follow the rest; until then they say that they are busy.
  const whenWhole = (act) => {
    let isBusy = true;
    requestAnimationFrame(() => { isBusy = document.querySelector("main [aria-busy=true]") !== null; });
    afterFrame(() => (isBusy ? whenWhole(act) : act()));
  };
  const engineMs = () => {
    const shown = document.querySelector("[data-testid=backend] .number");
    return shown ? parseFloat(shown.textContent) : NaN;
  };

  return {
    tokens: count,
    // The beginning of an ASCII text that has so many tokens, by the spans the page shows.
    beginning: (length, text) => {
      const token = all().find(({ dataset }) => Number(dataset.index) === length - 1);
      const span = token && /(\d+)–(\d+)$/.exec(token.title);
      return span ? text.slice(0, Number(span[2])) : text;
    },
    caretToEnd: () => {
      const box = document.querySelector("[data-testid=prompt]");
      box.setSelectionRange(box.value.length, box.value.length);
    },
    // From now on waits for the drawing of a text with so many tokens.
    expect: (length) => {
      seen = new Promise((resolve) => {
        const look = () => {
          if (count() !== length) return;
          observer.disconnect();
          const drawn = performance.now() - pressed;
          afterFrame(() => {
            const seen = [performance.now() - pressed, drawn, engineMs()];
            whenWhole(() => resolve([...seen, performance.now() - pressed]));
          });
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-index"] });
      });
    },
    seen: () => Promise.race([seen, new Promise((done) => setTimeout(done, 3000, []))]),
  };
})();
