/// <reference lib="webworker" />
/**
 * Keeps the technicians' page itself where there is no line. What is asked of the API goes past it: the page keeps the
 * day on its own, and decides itself what is old.
 */
declare const __FILES__: string[];
declare const __VERSION__: string;

const worker = self as unknown as ServiceWorkerGlobalScope;
const files = __FILES__;
const shelf = `field-${__VERSION__}`;

worker.addEventListener("install", (event) => {
  // All or nothing: half a page is none. What the browser kept of an older one is not asked.
  event.waitUntil(
    caches.open(shelf)
      .then((cache) => cache.addAll(files.map((file) => new Request(file, { cache: "reload" }))))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("field-") && name !== shelf).map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const name = event.request.mode === "navigate" && url.pathname === "/field/" ? "/field/" : url.pathname;
  if (!files.includes(name)) return;
  event.respondWith(caches.open(shelf).then(async (cache) => (await cache.match(name)) ?? fetch(event.request)));
});
