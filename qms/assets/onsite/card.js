// One question: folded to a line with what was answered; its form is built when it is first opened, since there may be hundreds.
import { RESULTS, called, el, newId, say } from "./dom.js";
import { Unfit, prepare } from "./photos.js";
import * as store from "./store.js";

const AT_ONCE = new Set(["conforms", "not_applicable", "not_checked"]);
const NEEDS_NOTE = new Set(["observation", "nonconformity"]);
const PAUSE = 300;

export class Card {
  // `page` gives the share, reads the device's rows and is told of changes.
  constructor(page, item) {
    Object.assign(this, { page, item, built: false });
    this.line = el("span", { class: "answered" });
    this.root = el("details", { class: "question", id: `cau-${item.id}` },
      el("summary", {}, el("span", { class: "question-from" }, item.clause && el("span", { class: "tag" }, say("clause", { clause: item.clause })), item.code && el("span", {}, item.code), item.name && el("span", {}, item.name)),
        el("span", { class: "question-text" }, item.text), this.line));
    this.root.addEventListener("toggle", () => { if (this.root.open) this.build(); });
  }

  // What is shown: the newest of our own that is not sent yet, else the newest of all.
  get own() { return this.page.entries.filter((entry) => entry.item === this.item.id); }
  get list() { return this.page.answers.get(this.item.id) || []; }
  get shown() { return this.own.at(-1) || this.list.at(-1) || null; }
  get finding() { return this.page.findings.find((row) => row.item === this.item.id); }
  get conflict() { return this.list.length > 1 && !this.own.some((entry) => entry.settles); }

  draw() {
    const { shown, own } = this;
    const waiting = own.length > 0;
    this.root.classList.toggle("in-conflict", this.conflict);
    const label = shown ? called(shown.result) : say("open");
    const by = waiting ? say("on_device") : shown ? `${shown.by}, ${shown.at}` : "";
    this.line.replaceChildren(...[el("span", { class: `chip ${shown ? `chip-${shown.result}` : "chip-draft"}` }, label),
      this.conflict && el("span", { class: "chip chip-bad" }, say("conflict")), this.finding && el("span", { class: "chip chip-wait" }, say("finding_waits")), by && el("span", { class: "muted" }, by)].filter(Boolean));
    if (this.built) this.drawInside();
  }

  build() {
    if (this.built) return;
    this.built = true;
    const { item } = this, name = `ket-qua-${item.id}`;
    this.note = el("textarea", { id: `ghi-${item.id}`, rows: 3, maxlength: 10000 });
    this.pick = el("input", { id: `anh-${item.id}`, type: "file", multiple: true, accept: "image/*,.pdf,.docx,.xlsx" });
    this.choices = RESULTS.map(([value, label]) => el("label", { class: `result result-${value}` }, el("input", { type: "radio", name, value }), el("span", {}, label)));
    this.problem = el("p", { class: "error", role: "alert", hidden: true });
    this.others = el("div", { class: "others" });
    this.files = el("ul", { class: "evidence" });
    const save = el("button", { class: "button", type: "submit" }, say("save"));
    this.ofFinding = el("span", { class: "acts" });
    const form = el("form", {},
      el("fieldset", { class: "results" }, el("legend", { class: "hidden" }, say("result")), ...this.choices),
      el("div", { class: "field" }, el("label", { for: this.note.id }, say("note")), this.note),
      el("div", { class: "field" }, el("label", { for: this.pick.id }, say("photos")), this.pick), this.files, this.problem,
      el("div", { class: "acts" }, save, this.ofFinding));
    const document_ = item.version && el("button", { type: "button", class: "link", onclick: () => this.page.openDocument(item.version, item.anchor) }, say("open_document", { code: item.code }));
    this.root.append(el("div", { class: "question-body" }, item.look && el("p", { class: "look" }, say("look", { where: item.look })),
      item.fault && el("p", { class: "look" }, say("fault", { what: item.fault })), document_ || null, this.others, form));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    form.addEventListener("change", (event) => {
      if (event.target.type === "radio" && AT_ONCE.has(event.target.value)) this.save();
      else if (event.target.type === "radio") { this.draft(); this.note.focus(); }
    });
    this.note.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.draft(), PAUSE); });
    this.pick.addEventListener("change", () => this.add([...this.pick.files]));
    const draft = this.page.drafts.get(item.id);
    this.choose(draft?.result ?? this.shown?.result ?? "");
    this.note.value = draft?.note ?? this.shown?.note ?? "";
    this.drawInside();
  }

  // The finding of this question: its page, or taking back what is not sent yet, or beginning one.
  findingActs() {
    const { item, finding } = this;
    if (item.finding) return [el("a", { class: "button quiet", href: item.finding.url }, item.finding.code)];
    const button = (key, act) => el("button", { type: "button", class: "button quiet", onclick: act }, say(key));
    if (!finding) return [button("finding", () => this.find())];
    const back = button("finding_back", async () => { await store.remove("entries", finding.seq); this.tell(""); await this.page.changed(); });
    return finding.why ? [button("finding_page", () => this.openForm()), back] : [back];
  }

  // In one tap, with or without a network: the words are those of the answer. What an answer does not tell is asked by a page of the server.
  async find() {
    const { item, page } = this;
    if (!NEEDS_NOTE.has(this.chosen) || !item.row || !(item.clause || item.version)) return this.openForm();
    const given = this.own.find((entry) => entry.why);
    if ((given || !this.shown || page.drafts.has(item.id)) && !await this.save()) return;
    const { id, key, result, note } = this.shown;
    await page.guard(async () => {
      await store.begin({ id: newId(), share: page.key, item: item.id, at: Date.now(), finding: true, base: id || key, result, note });
      await page.changed();
    });
    this.ofFinding.querySelector("a, button")?.focus();
  }

  openForm() {
    if (!navigator.onLine) return this.tell(say("finding_needs_network"));
    location.assign(`/danh-gia/${this.page.audit}/phat-hien/?item=${this.item.id}`);
  }

  get chosen() { return this.root.querySelector("input[type=radio]:checked")?.value || ""; }
  choose(result) { for (const box of this.root.querySelectorAll("input[type=radio]")) box.checked = box.value === result; }
  tell(text) { this.problem.textContent = text; this.problem.hidden = !text; }

  drawInside() {
    const returned = [...this.own, this.finding].find((entry) => entry?.why);
    if (returned) this.tell(returned.why);
    this.ofFinding.replaceChildren(...this.findingActs());
    const typing = this.root.contains(document.activeElement) || this.page.drafts.has(this.item.id);
    if (!typing && this.shown) { this.choose(this.shown.result); this.note.value = this.shown.note; }
    this.others.replaceChildren(...(this.conflict ? this.sides() : []));
    const kept = this.page.files.filter((file) => file.item === this.item.id);
    const sent = this.page.held[this.item.id] || [];
    this.files.replaceChildren(...sent.map((name) => el("li", {}, name)), ...kept.map((file) => this.fileRow(file)));
  }

  sides() {
    return [el("p", {}, say(this.page.lead ? "choose" : "lead_chooses")), ...this.list.map((one) => el("div", { class: "side" },
      el("p", {}, el("strong", {}, called(one.result)), one.note ? `: ${one.note}` : ""), el("p", { class: "muted" }, `${one.by}, ${one.at}`),
      this.page.lead && el("button", { type: "button", class: "button quiet", onclick: () => this.settle(one) }, say("take_this"))))];
  }

  fileRow(file) {
    const address = URL.createObjectURL(file.blob);
    const picture = file.blob.type.startsWith("image/") && el("img", { src: address, alt: "", width: 64, height: 64, onload: () => URL.revokeObjectURL(address) });
    const remove = el("button", { type: "button", class: "link", onclick: async () => { await store.remove("files", file.id); await this.page.changed(); } }, say("remove", { name: file.name }));
    return el("li", {}, picture, el("span", {}, file.name), el("span", { class: file.why ? "error" : "muted" }, file.why || say("on_device")), remove);
  }

  async draft() {
    const row = { share: this.page.key, item: this.item.id, note: this.note.value, result: this.chosen };
    this.page.drafts.set(row.item, row);
    await this.page.guard(() => store.keep("drafts", row));
  }

  async save() {
    clearTimeout(this.timer);
    const result = this.chosen, note = this.note.value.trim();
    if (!result) { this.tell(say("choose_result")); return false; }
    if (NEEDS_NOTE.has(result) && !note) { this.tell(say("needs_note", { result: called(result) })); this.note.focus(); return false; }
    this.tell("");
    const returned = this.own.find((entry) => entry.why);
    return this.enter({ result, note, base: returned ? returned.base : this.shown?.id || this.shown?.key || "" }, returned?.seq);
  }

  settle(one) { return this.enter({ result: one.result, note: one.note, base: one.key, settles: this.list.map((side) => side.key) }); }

  async enter(facts, replaced) {
    const entry = { id: newId(), share: this.page.key, item: this.item.id, at: Date.now(), ...facts };
    const { result, note } = facts;
    return this.page.guard(async () => {
      await store.write(entry, replaced, NEEDS_NOTE.has(result) && { result, note });
      this.page.drafts.delete(this.item.id);
      await this.page.changed();
    });
  }

  async add(files) {
    this.tell("");
    for (const file of files) {
      try {
        const { blob, name } = await prepare(file, this.page.largest);
        const row = { id: newId(), share: this.page.key, item: this.item.id, name, blob };
        await this.page.guard(() => store.keep("files", row));
      } catch (problem) {
        if (!(problem instanceof Unfit)) throw problem;
        this.tell(say(problem.message, { name: file.name }));
      }
    }
    this.pick.value = "";
    await this.page.changed();
  }
}
