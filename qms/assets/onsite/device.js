// What the browser can do for work without a network, and keeping the page itself for it.
const CACHE = "danh-gia-1";
const HOME = "/danh-gia/tren-may/";

// What somebody has to know before going where there is no network: keys of sentences, and whether the browser promises to keep
// the data (null if it does not say).
export async function abilities() {
  if (!window.isSecureContext) return { warnings: ["no_https"], lasting: null };
  if (!("serviceWorker" in navigator)) return { warnings: ["no_worker"], lasting: null };
  const found = [];
  if (isApple() && !matchMedia("(display-mode: standalone)").matches && !navigator.standalone) found.push("iphone");
  const lasting = navigator.storage?.persist ? await navigator.storage.persist().catch(() => false) : null;
  if (!lasting && !isApple()) found.push("not_lasting");
  const room = await navigator.storage?.estimate?.().catch(() => null);
  if (room && room.quota && room.quota - room.usage < 80 * 1024 * 1024) found.push("little_room");
  return { warnings: found, lasting };
}

const isApple = () => /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

// Keeps this page and what draws it: the page last, so that one of a newer release never waits for parts that are not here. Returns
// whether it will open without a network.
export async function keepPage() {
  if (!window.isSecureContext || !("serviceWorker" in navigator)) return false;
  try {
    await navigator.serviceWorker.register("/danh-gia/may.js", { scope: "/danh-gia/" });
    await navigator.serviceWorker.ready;
    const cache = await caches.open(CACHE);
    for (const address of new Set([...parts(), ...await partsOfHome()])) if (!await cache.match(address)) await put(cache, address);
    for (const address of [HOME, location.pathname]) await put(cache, address);
    return true;
  } catch {
    return isKept().catch(() => false);
  }
}

async function isKept() {
  const cache = await caches.open(CACHE);
  return Boolean(await cache.match(HOME) && await cache.match(location.pathname));
}

async function put(cache, address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(address);
  await cache.put(address, answer);
}

// The list of what is on the device has a script that this page does not load.
async function partsOfHome() {
  const answer = await fetch(HOME, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return [...page.querySelectorAll("script[src]")].map((script) => new URL(script.getAttribute("src"), location.href).pathname);
}

function parts() {
  const used = performance.getEntriesByType("resource").map((one) => new URL(one.name));
  const named = [...document.querySelectorAll("use")].map((one) => new URL(one.getAttribute("href"), location.href));
  return new Set([...used, ...named].filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/")).map((url) => url.pathname));
}

export const forgetPage = async (audit) => (await caches?.open(CACHE))?.delete(`/danh-gia/${audit}/tai-cho/`);
