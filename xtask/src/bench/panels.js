// What open panels cost: bytes the workers send; runs in the page.
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

  return {
    takeBytes: () => {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
  };
})();
