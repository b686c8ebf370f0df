// What open panels cost: bytes the workers send, and the time until a number's arithmetic is painted; runs in the page.
"use strict";
window.panels = (() => {
  let bytes = 0;
  const Engine = window.Worker;
  window.Worker = class extends Engine {
    constructor(...words) {
      super(...words);
      this.addEventListener("message", ({ data }) => {
        if (Array.isArray(data)) bytes += data[0].length + data[1].byteLength;
      });
    }
  };

  // A task of its own right after an animation frame runs when that frame has been painted.
  const afterFrame = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  }));
  const shown = () => {
    const panel = document.querySelector("[data-testid=arithmetic]");
    return panel && panel.querySelector("[data-testid=recomputed]") ? panel.dataset.of : null;
  };

  return {
    // Opens a number that takes part in the one shown, the next one each time; milliseconds from
    // the click to the painted arithmetic.
    open: async (turn) => {
      const before = shown();
      const isOther = (number) => /^blocks|^logits/.test(number.dataset.quantity) && number.dataset.quantity !== before;
      const numbers = [...document.querySelectorAll("[data-testid=arithmetic] [data-testid=number]")].filter(isOther);
      if (numbers.length === 0) return null;
      const start = performance.now();
      numbers[turn % numbers.length].click();
      while (shown() === before || shown() === null) {
        if (performance.now() - start > 3000) return null;
        await new Promise((done) => setTimeout(done));
      }
      await afterFrame();
      return performance.now() - start;
    },
    takeBytes: () => {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
  };
})();
