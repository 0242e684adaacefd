// The checklist on site. Everything on the screen comes from the device; the network only brings it up to date.
import { Card } from "./card.js";
import { forgetPage, keepPage, warnings } from "./device.js";
import { el, say } from "./dom.js";
import { facts, hear, send } from "./sending.js";
import * as store from "./store.js";
import * as wire from "./wire.js";

const EVERY = 4000;
const root = document.getElementById("tai-cho");
const one = (name) => root.querySelector(`[data-${name}]`);

class Page {
  constructor() {
    this.audit = Number(root.dataset.audit);
    this.person = Number(root.dataset.person);
    this.largest = Number(root.dataset.largest);
    this.key = store.keyOf(this.person, this.audit);
    Object.assign(this, { answers: new Map(), entries: [], findings: [], files: [], drafts: new Map(), held: {}, cards: new Map(), lead: false, over: false, state: "" });
  }

  async begin() {
    if (wire.person() !== this.person) return this.stop("locked");
    if (!window.indexedDB || !await store.works()) return this.stop("no_storage");
    const known = await store.share(this.key);
    if (known) await this.show();
    this.listen();
    await this.turn();
    if (!known && !await store.share(this.key)) return;
    const keeps = await keepPage();
    const said = await warnings();
    if (!keeps && !said.length) said.push("no_worker");
    one("ready").textContent = keeps ? say("ready") : "";
    one("warnings").replaceChildren(...said.map((key) => el("li", { class: "message warning" }, say(key))));
  }

  stop(key) {
    one("status").textContent = say(key);
    one("inside").hidden = true;
  }

  listen() {
    one("send").addEventListener("click", () => this.turn());
    one("wipe").addEventListener("click", () => this.wipe());
    one("filter").addEventListener("change", () => this.sift());
    one("left").addEventListener("change", () => this.sift());
    addEventListener("online", () => this.turn());
    addEventListener("offline", () => this.tell("offline"));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.turn(); });
    setInterval(() => { if (!document.hidden) this.turn(); }, EVERY);
  }

  // One round: bring the share onto the device or up to date, send what waits, hear the others.
  async turn() {
    if (this.over) return;
    if (this.turning) { this.again = true; return; }
    this.turning = true;
    try {
      let share = await store.share(this.key);
      if (!share) share = await this.fetchPack();
      if (!share) return;
      const { answers, findings, files } = await store.unsent(this.key);
      this.state = answers || findings || files ? await send(share) : "sent";
      if (this.state === "sent" || this.state === "early") {
        const heard = await hear(share);
        if (heard.stamp !== share.stamp && !heard.over) await this.fetchPack();
        if (heard.over) await this.end();
        else this.state = heard.open ? this.state : "early";
      }
      if (!this.over) await this.redraw();
    } catch (failure) {
      if (!(failure instanceof wire.Failure)) return this.full(failure);
      this.state = failure.kind;
      if (!this.over) await this.redraw();
    } finally {
      this.turning = false;
    }
    if (this.again && !this.over) { this.again = false; await this.turn(); }
  }

  async fetchPack() {
    const got = await wire.pack(this.audit);
    if (got.person !== this.person) throw new wire.Failure("other");
    if (this.over) return null; // taken off the device meanwhile
    const share = { share: this.key, person: this.person, audit: this.audit, title: got.title, agency: got.agency, days: got.days, stamp: got.stamp, ...facts({ ...got.news, lead: got.lead }) };
    await store.keep("packs", { share: this.key, rows: got.rows, items: got.items, documents: got.documents, findings: got.findings, cases: got.cases });
    await store.keep("answers", ...Object.entries(got.news.answers).map(([item, list]) => ({ share: this.key, item: Number(item), list })));
    await store.keep("shares", share);
    await this.settleFindings(got.items);
    await this.show();
    return share;
  }

  // A finding that was given back has been written on its page since.
  async settleFindings(items) {
    const found = new Set(items.filter((item) => item.finding).map((item) => item.id));
    for (const row of await store.all("entries", this.key)) if (row.finding && row.why && found.has(row.item)) await store.remove("entries", row.seq);
  }

  // Draws the whole checklist from the device.
  async show() {
    const [share, pack] = await Promise.all([store.share(this.key), store.pack(this.key)]);
    if (!share || !pack) return;
    this.pack = pack;
    one("title").textContent = share.title;
    one("days").textContent = `${share.agency} · ${share.days}`;
    const chosen = one("filter").value;
    one("filter").replaceChildren(el("option", { value: "" }, say("whole")), pack.items.some((item) => item.who === this.person) ? el("option", { value: "mine" }, say("mine")) : "", ...pack.rows.map((row) => el("option", { value: row.id }, [row.unit, row.topic].filter(Boolean).join(" – "))));
    one("filter").value = chosen;
    this.drawExtras(pack);
    const opened = new Set([...root.querySelectorAll("details.question[open]")].map((card) => card.id));
    const held = root.contains(document.activeElement) ? document.activeElement : null;
    this.cards = new Map(pack.items.map((item) => [item.id, new Card(this, item)]));
    await this.read();
    for (const card of this.cards.values()) { card.draw(); if (opened.has(card.root.id)) { card.root.open = true; card.build(); } }
    one("questions").replaceChildren(...[...this.cards.values()].map((card) => card.root));
    one("inside").hidden = false;
    this.sift();
    this.count();
    if (held && !held.isConnected) (document.getElementById(held.id) || document.getElementById(held.closest("details.question")?.id)?.querySelector("summary"))?.focus({ preventScroll: true });
    const aim = this.aimed ? null : document.getElementById(location.hash.slice(1));
    this.aimed = true;
    if (aim?.matches("details.question")) { aim.open = true; aim.scrollIntoView(); }
  }

  async read() {
    const [share, answers, entries, files, drafts] = await Promise.all([store.share(this.key), ...["answers", "entries", "files", "drafts"].map((name) => store.all(name, this.key))]);
    this.answers = new Map(answers.map((row) => [row.item, row.list]));
    this.drafts = new Map(drafts.map((row) => [row.item, row]));
    Object.assign(this, { entries: entries.filter((row) => !row.finding), findings: entries.filter((row) => row.finding), files, held: share?.held || {}, lead: share?.lead, aside: share?.aside, clock: share?.clock });
  }

  async redraw() {
    const before = new Map([...this.cards].map(([id, card]) => [id, this.mark(card)]));
    await this.read();
    for (const [id, card] of this.cards) if (before.get(id) !== this.mark(card)) card.draw();
    this.count();
    if (one("left").checked) this.sift();
    dispatchEvent(new Event("danh-gia:changed"));
  }

  mark(card) {
    const files = this.files.filter((file) => file.item === card.item.id).map((file) => file.id + (file.why || ""));
    return JSON.stringify([[...card.own, card.finding].map((entry) => entry && entry.id + (entry.why || "")), card.list, files, this.held[card.item.id], this.lead]);
  }

  // After something was written here: shown at once, and sent where there is a network.
  async changed() {
    await this.redraw();
    this.turn();
  }

  // Writing to the device may fail where it is full; then nothing was kept, and the person has to know.
  async guard(write) {
    try {
      await write();
      this.isFull = false;
    } catch (problem) {
      this.full(problem);
    }
    return !this.isFull;
  }

  full(problem) {
    if (problem?.name !== "QuotaExceededError" && !(problem instanceof DOMException)) throw problem;
    this.isFull = true; // until something is kept again
    this.count();
  }

  tell(state) { this.state = state; this.count(); }

  count() {
    const answers = this.entries.length, findings = this.findings.length, files = this.files.length;
    const waits = answers || findings || files ? say("unsent", { answers, findings, files }) : say("all_sent");
    const more = { offline: "offline", "signed-out": "signed_out", other: "locked", gone: "gone", busy: "busy", early: "early" }[this.state];
    one("status").classList.toggle("error", Boolean(this.isFull));
    one("status").replaceChildren(waits, ...[this.isFull && say("full"), more && say(more), this.aside, this.clock].filter(Boolean).map((text) => ` ${text}`));
    one("sign-in").hidden = this.state !== "signed-out";
    const done = [...this.cards.values()].filter((card) => card.shown).length;
    one("progress").textContent = say("progress", { done, all: this.cards.size });
  }

  sift() {
    const mine = one("filter").value === "mine", row = Number(one("filter").value) || null, left = one("left").checked;
    for (const card of this.cards.values()) card.root.hidden = (mine && card.item.who !== this.person) || (row && card.item.row !== row) || (left && card.shown && !card.conflict && !card.root.open);
  }

  drawExtras({ documents, findings, cases }) {
    one("documents").replaceChildren(...documents.map((document_) => el("details", { class: "fold", id: `tai-lieu-${document_.id}`, ontoggle: (event) => this.fill(event.target, document_) }, el("summary", {}, `${document_.code} ${document_.title}`))));
    one("findings").replaceChildren(...findings.map((found) => el("li", {}, el("strong", {}, `${found.code} · ${found.grade}`), ` ${[found.unit, found.clause, found.day, found.state].filter(Boolean).join(" · ")}`, el("p", {}, found.seen))));
    one("cases").replaceChildren(...cases.map((found) => el("li", {}, el("strong", {}, `${found.code} · ${found.state}`), ` ${found.unit}`, el("p", {}, found.description),
      el("ul", {}, ...found.actions.map((action) => el("li", {}, `${action.what} (${action.done ? say("done", { day: action.done }) : say("due", { day: action.due })})`))))));
    for (const [name, list] of Object.entries({ documents, findings, cases })) one(`of-${name}`).hidden = !list.length;
  }

  // The server has cleaned this HTML as it does for the reader's page (procedures/reader/render.py).
  fill(fold, document_) {
    if (!fold.open || fold.dataset.filled) return;
    fold.dataset.filled = "1";
    const body = el("div", { class: "document" });
    body.innerHTML = document_.html;
    fold.append(body);
  }

  openDocument(id, anchor) {
    const fold = document.getElementById(`tai-lieu-${id}`);
    if (!fold) return;
    fold.parentElement.closest("details").open = true;
    fold.open = true;
    this.fill(fold, this.pack.documents.find((document_) => document_.id === id));
    (fold.querySelector(`[id="${CSS.escape(anchor)}"]`) || fold).scrollIntoView();
  }

  // The audit takes nothing any more and the server has everything: the device's share goes.
  async end() {
    const { answers, findings, files, drafts } = await store.unsent(this.key);
    if (answers || findings || files || drafts) return;
    await this.clear("ended");
  }

  async wipe() {
    const { answers, findings, files, drafts } = await store.unsent(this.key);
    const lost = answers + findings + files + drafts;
    if (!confirm(lost ? say("wipe_unsent", { answers, findings, files, drafts }) : say("wipe_sent"))) return;
    await this.clear("wiped");
  }

  async clear(key) {
    this.over = true; // nothing comes back by itself
    await store.wipe(this.key);
    await forgetPage(this.audit).catch(() => {});
    this.stop(key);
    dispatchEvent(new Event("danh-gia:changed"));
  }
}

new Page().begin();
