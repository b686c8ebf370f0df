// Keeps one version of the site for use without network. `cargo xtask build` fills in the files.
// A file is kept only if it has the digest of this version, so two versions never mix;
// a new version is installed beside the old one and takes over when no page of the old one is open.
"use strict";
const SITE = { version: "", files: {} }; // filled by `cargo xtask build`: path -> {url, integrity, lazy}
const PREFIX = `llm-atlas ${self.registration.scope} `;
const CACHE = PREFIX + SITE.version;

const scopeOf = (path) => new URL(path, self.registration.scope).href;
const fileOf = (address) => {
  const path = address.split(/[?#]/)[0];
  const name = path === self.registration.scope ? "./" : path.slice(self.registration.scope.length);
  return path.startsWith(self.registration.scope) ? SITE.files[name] : undefined;
};

/** The file as this version has it, fetched again past the browser's cache if that holds another. */
const fetchExact = async ({ url, integrity }) => {
  const address = scopeOf(url);
  try {
    return await fetch(address, { integrity });
  } catch (other) {
    return fetch(address, { integrity, cache: "reload" });
  }
};
const keep = async (file) => {
  const cache = await caches.open(CACHE);
  if (await cache.match(scopeOf(file.url))) return;
  const response = await fetchExact(file);
  if (!response.ok) throw new Error(`${file.url}: HTTP ${response.status}`);
  await cache.put(scopeOf(file.url), response);
};

self.addEventListener("install", (event) => {
  event.waitUntil(Promise.all(Object.values(SITE.files).filter(({ lazy }) => !lazy).map(keep)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
  // A page that has used another engine or another model asks to keep it too. Frames of a film are kept when
  // they are used.
  const { keep: prefix } = event.data;
  if (!prefix) return;
  const files = Object.entries(SITE.files).filter(([path]) => path.startsWith(prefix) && !/\/film\/|\.md$/.test(path));
  event.waitUntil(Promise.all(files.map(([, file]) => keep(file))).catch(() => {}));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const file = request.method === "GET" ? fileOf(request.url) : undefined;
  if (!file) return;
  event.respondWith((async () => {
    // The last open page of the old version is being reloaded: let the new version take over first.
    const { waiting } = self.registration;
    if (request.mode === "navigate" && waiting && (await self.clients.matchAll()).length < 2) {
      waiting.postMessage("take over");
      return new Response("", { headers: { Refresh: "0" } });
    }
    const cache = await caches.open(CACHE);
    const kept = await cache.match(scopeOf(file.url));
    if (kept) return kept;
    const response = await fetchExact(file);
    if (response.ok) event.waitUntil(cache.put(scopeOf(file.url), response.clone()));
    return response;
  })());
});
