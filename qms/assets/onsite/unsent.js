// On every page of the site: how much this device has not sent yet, and sending it where there is a network.
import * as store from "./store.js";
import { send } from "./sending.js";
import { person } from "./wire.js";

const EVERY = 20_000;
const box = document.getElementById("chua-gui");

async function show() {
  const mine = (await store.shares()).filter((share) => share.person === person());
  const all = { answers: 0, findings: 0, files: 0 };
  for (const share of mine) {
    const unsent = await store.unsent(share.share);
    for (const kind of Object.keys(all)) all[kind] += unsent[kind];
  }
  box.hidden = !(all.answers || all.findings || all.files);
  for (const kind of Object.keys(all)) box.querySelector(`[data-${kind}]`).textContent = all[kind];
  return mine;
}

async function turn() {
  for (const share of await show()) {
    const { answers, findings, files } = await store.unsent(share.share);
    if (navigator.onLine && (answers || findings || files)) await send(share);
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
