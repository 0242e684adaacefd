// The checklist on site. Everything on the screen comes from the device; the network only brings it up to date.
import { Card } from "./card.js";
import { abilities, forgetPage, keepPage } from "./device.js";
import { amounts, el, hour, say } from "./dom.js";
import { facts, hear, send } from "./sending.js";
import * as store from "./store.js";
import * as wire from "./wire.js";

const EVERY = 4000;
const WAITS_FOR_ANOTHER_TAB = 15; // rounds
const LONG_ENOUGH = 4 * 3600 * 1000; // for a session to be called ready
const LAST = { offline: "offline", slow: "slow", "signed-out": "signed_out", other: "locked", gone: "gone", busy: "busy", token: "busy", early: "early", sending: "sending", trying: "trying" };
const root = document.getElementById("tai-cho");
const one = (name) => root.querySelector(`[data-${name}]`);

class Page {
  constructor() {
    this.audit = Number(root.dataset.audit);
    this.person = Number(root.dataset.person);
    this.largest = Number(root.dataset.largest);
    this.key = store.keyOf(this.person, this.audit);
    Object.assign(this, { answers: new Map(), entries: [], findings: [], files: [], drafts: new Map(), sent: new Map(), held: {}, unfinished: [], cards: new Map(), lead: false, over: false, state: "", turns: 0 });
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
    const { warnings, lasting } = await abilities();
    if (!keeps && !warnings.length) warnings.push("no_worker");
    one("ready").textContent = keeps ? say("ready") : "";
    one("warnings").replaceChildren(...warnings.map((key) => el("li", { class: "message warning" }, say(key))));
    this.able = { keeps, lasting };
    this.drawBefore();
    one("before").open = !known || !this.isReady;
  }

  // What has to be in order before one goes where there is no network.
  drawBefore() {
    if (!this.able || !this.pack) return;
    const { keeps, lasting } = this.able, { items, documents, findings, cases } = this.pack;
    const { until, closes } = this.session || {};
    const isOut = this.state === "signed-out" || until < Date.now();
    this.isReady = !isOut && keeps && lasting !== false && until - Date.now() > LONG_ENOUGH;
    const lines = [say("before_kept", { questions: items.length, documents: documents.length, findings: findings.length, cases: cases.length }),
      say(keeps ? "before_opens" : "before_opens_not"), lasting !== null && say(lasting ? "before_lasting" : "before_lasting_not"),
      isOut ? say("before_session_over") : until && say(closes ? "before_session_closes" : "before_session", { time: hour(until) }), say("before_where")];
    const head = say(isOut ? "before_sign_in" : this.isReady ? "before_ready" : "before");
    const mark = JSON.stringify([head, lines]);
    if (mark === this.drawnBefore) return;
    this.drawnBefore = mark;
    one("before").querySelector("summary").textContent = head;
    one("before-list").replaceChildren(...lines.filter(Boolean).map((line) => el("li", {}, line)));
  }

  stop(key, ...more) {
    one("status").textContent = [say(key), ...more].join(" ");
    one("inside").hidden = true;
  }

  listen() {
    one("send").addEventListener("click", () => { this.state = "trying"; this.count(); this.turn(); });
    one("wipe").addEventListener("click", () => this.wipe());
    one("filter").addEventListener("change", () => this.sift());
    one("left").addEventListener("change", () => this.sift());
    addEventListener("online", () => this.turn());
    addEventListener("offline", () => { this.state = "offline"; this.count(); });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.flush() : this.turn()));
    setInterval(() => { if (!document.hidden) this.turn(); }, EVERY);
  }

  // One round: bring the share onto the device or up to date, send what waits, hear the others.
  async turn() {
    if (this.over) return;
    if (this.turning) { this.again = true; return; }
    this.turning = true;
    try {
      if (wire.person() !== this.person) return this.lock();
      if (this.isLocked) { this.isLocked = false; await this.show(); }
      let share = await store.share(this.key);
      if (!share) share = await this.fetchPack();
      if (!share) return;
      const { some } = await store.unsent(this.key);
      const became = some ? await send(share, this.turns > WAITS_FOR_ANOTHER_TAB) : "sent";
      this.turns = became === "sending" ? this.turns + 1 : 0;
      if (became instanceof wire.Failure) throw became;
      this.state = became;
      this.refusal = "";
      if (became === "sent" || became === "early") {
        const heard = await hear(share);
        if (heard.stamp !== share.stamp && !heard.over) await this.fetchPack();
        if (heard.over) await this.end();
        else this.state = heard.open ? this.state : "early";
      }
      if (!this.over) await this.redraw();
    } catch (failure) {
      if (!(failure instanceof wire.Failure)) return this.unkept(failure);
      this.state = failure.kind;
      this.refusal = failure.kind === "refused" ? failure.said : "";
      if (!this.over) await this.redraw();
    } finally {
      this.turning = false;
      if (this.over) await store.wipe(this.key); // what this round wrote after the share was taken off the device
    }
    if (this.again && !this.over) { this.again = false; await this.turn(); }
  }

  async fetchPack() {
    const got = await wire.pack(this.audit);
    if (got.person !== this.person) throw new wire.Failure("other");
    if (this.over) return null; // taken off the device meanwhile
    const share = { share: this.key, person: this.person, audit: this.audit, title: got.title, agency: got.agency, days: got.days, stamp: got.stamp, ...facts({ ...got.news, lead: got.lead, session: got.session, unfinished: got.unfinished, aside: got.aside }) };
    await store.keep("packs", { share: this.key, rows: got.rows, items: got.items, documents: got.documents, findings: got.findings, cases: got.cases, grades: got.grades, usual: got.usual });
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

  flush() { return Promise.all([...this.cards.values()].map((card) => card.flush())); }

  // Draws the whole checklist from the device.
  async show() {
    await this.flush();
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
    this.drawBefore();
    if (held && !held.isConnected) (document.getElementById(held.id) || document.getElementById(held.closest("details.question")?.id)?.querySelector("summary"))?.focus({ preventScroll: true });
    const aim = this.aimed ? null : document.getElementById(location.hash.slice(1));
    this.aimed = true;
    if (aim?.matches("details.question")) { aim.open = true; aim.scrollIntoView(); }
  }

  async read() {
    const [share, answers, entries, files, drafts] = await Promise.all([store.share(this.key), ...["answers", "entries", "files", "drafts"].map((name) => store.all(name, this.key))]);
    const waited = new Set(this.entries.map((entry) => entry.item));
    for (const { item } of entries) waited.delete(item);
    for (const item of waited) this.sent.set(item, Date.now());
    this.answers = new Map(answers.map((row) => [row.item, row.list]));
    this.drafts = new Map(drafts.map((row) => [row.item, row]));
    Object.assign(this, { entries: entries.filter((row) => !row.finding), findings: entries.filter((row) => row.finding), files, held: share?.held || {}, lead: share?.lead, aside: share?.aside, clock: share?.clock, session: share?.session, unfinished: share?.unfinished || [], hasEnded: share?.over });
  }

  async redraw() {
    const before = new Map([...this.cards].map(([id, card]) => [id, this.mark(card)]));
    await this.read();
    for (const [id, card] of this.cards) if (before.get(id) !== this.mark(card)) card.draw();
    this.count();
    this.drawBefore();
    if (one("left").checked) this.sift();
    dispatchEvent(new Event("danh-gia:changed"));
  }

  mark(card) {
    const files = this.files.filter((file) => file.item === card.item.id).map((file) => file.id + (file.why || ""));
    return JSON.stringify([[...card.own, card.finding].map((entry) => entry && entry.id + (entry.why || "")), card.finding?.grade, card.list, files, this.held[card.item.id], this.lead, card.isUnfinished]);
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
      this.problem = "";
    } catch (problem) {
      this.unkept(problem);
    }
    return !this.problem;
  }

  unkept(problem) {
    if (!(problem instanceof DOMException)) throw problem;
    this.problem = say(problem.name === "QuotaExceededError" ? "full" : "not_kept"); // until something is kept again
    this.count();
  }

  // Somebody else has signed in, or this person has signed out, while the page was open.
  lock() {
    this.isLocked = true;
    this.stop("locked");
  }

  count() {
    if (this.isLocked || this.over) return;
    const { waiting, some, drafts } = store.tally([...this.entries, ...this.findings], this.files, [...this.drafts.values()]);
    const waits = some ? say("unsent", { what: amounts(waiting) }) : drafts ? "" : say("all_sent");
    const more = LAST[this.state] ? say(LAST[this.state]) : this.refusal;
    const said = [waits, drafts && say("drafts", { n: drafts }), this.problem, more, this.hasEnded && say("ended_here"), ...this.ofAside(this.aside), this.clock].filter(Boolean).join(" ");
    one("status").classList.toggle("error", Boolean(this.problem));
    if (one("status").textContent !== said) one("status").textContent = said;
    one("sign-in").hidden = this.state !== "signed-out";
    const done = [...this.cards.values()].filter((card) => card.isChecked).length;
    one("progress").textContent = say("progress", { done, all: this.cards.size });
    this.drawUnfinished();
  }

  // Of what this person sent: what the server keeps beside the checklist until the lead decides, and where to read it.
  ofAside({ late = {}, other = {}, why, url } = {}) {
    const [tooLate, unfit] = [amounts(late), amounts(other)];
    one("aside").hidden = !url || !(tooLate || unfit);
    if (url) one("aside").href = url;
    return [tooLate && say("late", { what: tooLate }), unfit && say("aside", { what: unfit, why })].filter(Boolean);
  }

  // What still needs its author: what the server gave back, findings begun here without a grade, and those that the server has and
  // found wanting.
  drawUnfinished() {
    const open = [...[...this.entries, ...this.files].filter((row) => row.why), ...this.findings.filter((row) => row.why || !row.grade)];
    const mark = JSON.stringify([open, this.unfinished]);
    if (mark === this.drawn) return;
    this.drawn = mark;
    const here = open.map((row) => el("li", {}, el("a", { href: `#cau-${row.item}`, onclick: () => this.openCard(row.item) }, this.cards.get(row.item)?.item.text || row.note), ` – ${row.why || say("no_grade")}`));
    const there = this.unfinished.map((found) => el("li", {}, el("a", { href: found.url }, found.code), ` – ${found.why}`));
    one("of-unfinished").hidden = !here.length && !there.length;
    one("unfinished").replaceChildren(...here, ...there);
  }

  openCard(item) {
    const { root } = this.cards.get(item);
    root.hidden = false;
    root.open = true;
  }

  // The next question without an answer in the chosen part, from the beginning again after the last.
  openAfter(card) {
    const all = [...this.cards.values()], at = all.indexOf(card);
    return [...all.slice(at + 1), ...all.slice(0, at)].find((one) => !one.shown && !this.isSifted(one));
  }

  goOn(card) {
    const next = this.openAfter(card);
    if (!next) return;
    card.root.open = false;
    this.openCard(next.item.id);
    next.build();
    next.root.scrollIntoView();
    next.root.querySelector("summary").focus({ preventScroll: true });
  }

  // Whether a question is outside of the chosen part.
  isSifted(card) {
    const mine = one("filter").value === "mine", row = Number(one("filter").value) || null;
    return (mine && card.item.who !== this.person) || (row && card.item.row !== row);
  }

  sift() {
    const left = one("left").checked;
    for (const card of this.cards.values()) card.root.hidden = this.isSifted(card) || (left && card.isChecked && !card.conflict && !card.root.open);
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
    const { some, drafts } = await store.unsent(this.key);
    if (some || drafts) return;
    await this.clear("ended");
  }

  async wipe() {
    const { waiting, drafts } = await store.unsent(this.key);
    const what = amounts({ ...waiting, drafts });
    if (!confirm(what ? say("wipe_unsent", { what }) : say("wipe_sent"))) return;
    await this.clear("wiped");
  }

  async clear(key) {
    this.over = true; // nothing comes back by itself
    const { aside } = await store.share(this.key) || {};
    await store.wipe(this.key);
    await forgetPage(this.audit).catch(() => {});
    this.stop(key, ...this.ofAside(aside));
    dispatchEvent(new Event("danh-gia:changed"));
  }
}

new Page().begin();
