// What the browser can do for work without a network, and keeping the page itself for it.
const CACHE = "danh-gia-1";
const HOME = "/danh-gia/tren-may/";

// Keys of the sentences that somebody has to know before going where there is no network.
export async function warnings() {
  if (!window.isSecureContext) return ["no_https"];
  if (!("serviceWorker" in navigator)) return ["no_worker"];
  const found = [];
  if (isApple() && !matchMedia("(display-mode: standalone)").matches && !navigator.standalone) found.push("iphone");
  const lasting = navigator.storage?.persist ? await navigator.storage.persist().catch(() => false) : false;
  if (!lasting && !isApple()) found.push("not_lasting");
  const room = await navigator.storage?.estimate?.().catch(() => null);
  if (room && room.quota && room.quota - room.usage < 80 * 1024 * 1024) found.push("little_room");
  return found;
}

const isApple = () => /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

// Keeps this page and what draws it. Returns whether it will open without a network.
export async function keepPage() {
  if (!window.isSecureContext || !("serviceWorker" in navigator)) return false;
  try {
    await navigator.serviceWorker.register("/danh-gia/may.js", { scope: "/danh-gia/" });
    await navigator.serviceWorker.ready;
    const cache = await caches.open(CACHE);
    for (const address of [...parts(), ...await partsOfHome(), HOME, location.pathname]) if (!await cache.match(address)) await put(cache, address);
    return true;
  } catch {
    return false;
  }
}

async function put(cache, address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (answer.ok && !answer.redirected) await cache.put(address, answer);
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
