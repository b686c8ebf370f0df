// Starts an engine in this worker. The page posts {script, wasm, files} first:
//   script  address of the JavaScript that wasm-bindgen wrote (target no-modules)
//   wasm    the compiled WebAssembly.Module, or its bytes
//   files   {absolute address: ArrayBuffer or File} of downloads the page already has and files that a person opened;
//           fetch() answers from them, and the engine reads a File in parts from self.atlasFiles
// The engine's main() must set `onmessage` before it returns. Messages that arrive earlier wait.
"use strict";
const waiting = [];
const hold = (event) => { waiting.push(event.data); };

// Later messages {files, folder} bring more of them; the engine reads only strings.
const later = self.atlasFiles = {};
self.addEventListener("message", ({ data }) => {
  if (typeof data === "string") return;
  // A folder comes as a whole: what was in one of that name before is gone.
  if (data.folder) Object.keys(later).filter((address) => address.startsWith(data.folder)).forEach((address) => delete later[address]);
  Object.assign(later, data.files);
});

self.onmessage = async ({ data: { script, wasm, files } }) => {
  self.onmessage = hold;
  try {
    const fetchFromNetwork = self.fetch.bind(self);
    self.fetch = (input, options) => {
      const address = new URL(typeof input === "string" ? input : input.url, self.location.href).href;
      const bytes = later[address];
      return bytes ? Promise.resolve(new Response(bytes)) : fetchFromNetwork(input, options);
    };
    self.importScripts(script);
    await wasm_bindgen({ module_or_path: wasm });
    if (self.onmessage === hold) self.onmessage = null;
    for (const data of waiting.splice(0)) self.dispatchEvent(new MessageEvent("message", { data }));
  } catch (error) {
    // Outside the promise, so that the page's `worker.onerror` hears of it.
    setTimeout(() => { throw error; });
  }
};
