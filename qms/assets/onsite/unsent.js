// On every page of the site: how much this device has not sent yet, and sending it where there is a network.
import * as store from "./store.js";
import { send } from "./sending.js";
import { person } from "./wire.js";

const EVERY = 20_000;
const box = document.getElementById("chua-gui");

async function show() {
  const mine = (await store.shares()).filter((share) => share.person === person());
  const all = { answers: 0, findings: 0, photos: 0, files: 0, drafts: 0 };
  for (const share of mine) {
    const { waiting, drafts } = await store.unsent(share.share);
    for (const [kind, count] of Object.entries({ ...waiting, drafts })) all[kind] += count;
  }
  box.hidden = !Object.values(all).some(Boolean);
  for (const [kind, count] of Object.entries(all)) {
    const part = box.querySelector(`[data-${kind}]`);
    part.hidden = !count;
    part.querySelector("b").textContent = count;
  }
  return mine;
}

async function turn() {
  const open = Number(document.getElementById("tai-cho")?.dataset.audit); // the checklist sends its own share
  for (const share of await show()) {
    if (share.audit === open) continue;
    const { some } = await store.unsent(share.share);
    if (navigator.onLine && some) await send(share);
  }
  await show();
}

// A browser that never kept a part of an audit gets no database for the looking.
async function keeps() {
  const known = await indexedDB.databases?.().catch(() => null);
  return !known || known.some((one) => one.name === store.NAME);
}

async function begin() {
  if (!box || !window.indexedDB) return;
  if (!await keeps()) return addEventListener("danh-gia:changed", begin, { once: true });
  if (!await store.works()) return;
  await turn();
  setInterval(() => { if (!document.hidden) turn(); }, EVERY);
  addEventListener("online", turn);
  addEventListener("danh-gia:changed", show);
}

begin();
