// What this device keeps, for whom, and how much of it is not sent yet.
import { amounts, el, say } from "./dom.js";
import * as store from "./store.js";
import { person } from "./wire.js";

const list = document.getElementById("phan-tren-may");

async function show() {
  const found = window.indexedDB && await store.works() ? await store.shares() : [];
  const rows = await Promise.all(found.map(async (share) => {
    const { waiting, some, drafts } = await store.unsent(share.share);
    const what = amounts({ ...waiting, drafts });
    if (share.person !== person()) return el("li", {}, say("of_another"), what && ` ${say("unsent", { what })}`);
    return el("li", {}, el("a", { class: "entry", href: `/danh-gia/${share.audit}/tai-cho/` }, el("span", { class: "entry-title" }, share.title)),
      el("span", { class: "entry-meta" }, some || drafts ? say("unsent", { what }) : say("all_sent")));
  }));
  list.replaceChildren(...(rows.length ? rows : [el("li", {}, say("nothing"))]));
}

show();
addEventListener("danh-gia:changed", show);
