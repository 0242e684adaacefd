// Answers for pages of audits without a network, from what device.js has kept: the page of the checklist, which tells nothing by
// itself, and what draws it. Answers, questions and documents are in the device's database and never here.
const CACHE = "danh-gia-1";
const PATIENCE = 3000;
const KEPT_PAGE = /^\/danh-gia\/(?:\d+\/tai-cho|tren-may)\/$/;
const NAMED_BY_DIGEST = /\.[0-9a-f]{12}\.[a-z0-9]+$/;
const HOME = "/danh-gia/tren-may/";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("danh-gia-") && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event.request, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(drawn(event.request, url));
});

async function page(request, url) {
  const cache = await caches.open(CACHE);
  const kept = KEPT_PAGE.test(url.pathname) ? await cache.match(url.pathname) : undefined;
  try {
    const answer = await (kept ? soon(fetch(request)) : fetch(request));
    return kept && answer.status >= 500 ? kept : answer;
  } catch (problem) {
    const found = kept || await cache.match(HOME);
    if (found) return found;
    throw problem;
  }
}

async function drawn(request, url) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(url.pathname);
  if (kept && NAMED_BY_DIGEST.test(url.pathname)) return kept;
  if (!kept) return fetch(request);
  try {
    const answer = await soon(fetch(request));
    if (answer.ok) await cache.put(url.pathname, answer.clone());
    return answer;
  } catch {
    return kept;
  }
}

const soon = (answer) => Promise.race([answer, new Promise((done, fail) => setTimeout(() => fail(new Error("slow")), PATIENCE))]);
