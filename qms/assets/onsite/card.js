// One question: folded to a line with what was answered; its form is built when it is first opened, since there may be hundreds.
import { RESULTS, called, el, hour, newId, say } from "./dom.js";
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
  // What counts as done: "not checked" says that somebody still has to.
  get isChecked() { return Boolean(this.shown) && this.shown.result !== "not_checked"; }
  // Whether the form has something that no answer has yet, kept as a draft already or not.
  get isTyped() { return this.page.drafts.has(this.item.id) || Boolean(this.timer) || (this.built && this.inForm !== this.filled); }
  get inForm() { return `${this.chosen} ${this.note.value}`; }
  get isUnfinished() { return Boolean(this.item.finding) && this.page.unfinished.some((found) => found.code === this.item.finding.code); }
  get isReturned() { return [...this.own, ...this.page.files.filter((file) => file.item === this.item.id)].some((row) => row.why); }
  get finding() { return this.page.findings.find((row) => row.item === this.item.id); }
  get conflict() { return this.list.length > 1 && !this.own.some((entry) => entry.settles); }

  draw() {
    const { shown, own } = this;
    const waiting = own.length > 0;
    this.root.classList.toggle("in-conflict", this.conflict);
    const label = shown ? called(shown.result) : say("open");
    const by = waiting ? say("on_device") : shown ? `${shown.by}, ${shown.at}` : "";
    this.line.replaceChildren(...[el("span", { class: `chip ${shown ? `chip-${shown.result}` : "chip-draft"}` }, label),
      this.isReturned && el("span", { class: "chip chip-bad" }, say("returned")), this.conflict && el("span", { class: "chip chip-bad" }, say("conflict")), this.finding && el("span", { class: "chip chip-wait" }, say("finding_waits")),
      this.isUnfinished && el("span", { class: "chip chip-wait" }, say("unfinished")), by && el("span", { class: "muted" }, by)].filter(Boolean));
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
    this.saved = el("p", { class: "saved-state", role: "status" });
    this.next = el("button", { type: "button", class: "button quiet", hidden: true, onclick: () => this.page.goOn(this) }, say("next"));
    this.ofGrade = el("div", {});
    this.ofFinding = el("span", { class: "acts" });
    const form = el("form", {},
      el("fieldset", { class: "results" }, el("legend", { class: "hidden" }, say("result")), ...this.choices),
      el("div", { class: "field" }, el("label", { for: this.note.id }, say("note")), this.note),
      el("div", { class: "field" }, el("label", { for: this.pick.id }, say("photos")), this.pick), this.files, this.problem, this.saved,
      el("div", { class: "acts" }, save, this.next, this.ofFinding), this.ofGrade);
    const document_ = item.version && el("button", { type: "button", class: "link", onclick: () => this.page.openDocument(item.version, item.anchor) }, say("open_document", { code: item.code }));
    this.root.append(el("div", { class: "question-body" }, item.look && el("p", { class: "look" }, say("look", { where: item.look })),
      item.fault && el("p", { class: "look" }, say("fault", { what: item.fault })), document_ || null, this.others, form));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    form.addEventListener("change", (event) => {
      if (event.target.type === "radio" && AT_ONCE.has(event.target.value)) this.save();
      else if (event.target.type === "radio") { this.draft(); this.note.focus(); }
    });
    this.note.addEventListener("input", () => { clearTimeout(this.timer); this.announce(""); this.timer = setTimeout(() => this.draft(), PAUSE); });
    this.pick.addEventListener("change", () => this.add([...this.pick.files]));
    this.fill(this.page.drafts.get(item.id));
    this.drawInside();
  }

  // The form as a draft or the newest answer has it. What is saved is based on the answer that was in the form, not on one that came
  // in while somebody wrote.
  fill(draft) {
    const { shown } = this;
    this.choose(draft?.result ?? shown?.result ?? "");
    this.note.value = draft?.note ?? shown?.note ?? "";
    this.base = draft?.base ?? (shown?.id || shown?.key || "");
    this.filled = this.inForm;
  }

  // Keeps at once what was typed a moment ago: the page is about to be drawn again or to go away.
  async flush() { if (this.timer) await this.draft(); }

  // Where this answer is: unsaved, on this device alone, or at the server.
  get whereabouts() {
    const { own, page, item } = this, draft = page.drafts.get(item.id), last = own.at(-1), sent = page.sent.get(item.id);
    if (this.timer) return "";
    if (draft) return say("kept_draft", { time: hour(draft.at || Date.now()) });
    if (last) return last.why ? "" : say("saved_here", { time: hour(last.at) });
    return sent ? say("saved_there", { time: hour(sent) }) : "";
  }

  announce(text) {
    if (this.saved.textContent !== text) this.saved.textContent = text;
    this.next.hidden = !this.shown || this.isTyped || !this.page.openAfter(this);
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
    if ((given || !this.shown || this.isTyped) && !await this.save()) return;
    const { id, key, result, note } = this.shown;
    await page.guard(async () => {
      await store.begin({ id: newId(), share: page.key, item: item.id, at: Date.now(), finding: true, base: id || key, result, note, grade: "" });
      await page.changed();
    });
    this.ofFinding.querySelector("a, button")?.focus();
  }

  // What a finding that is still here says, and what only its author can add: the grade, and evidence where the grade asks for it.
  gradeFields() {
    const { item, finding, page } = this, { grades = [], usual = {} } = page.pack;
    if (!finding || item.finding || !grades.length) return [];
    const named = (value) => grades.find((one) => one.value === value), grade = named(finding.grade) || named(usual[finding.result]);
    const pick = el("select", { id: `muc-${item.id}`, onchange: () => this.grade(finding.seq, pick.value) },
      el("option", { value: "" }, say("grade_open", { grade: named(usual[finding.result])?.label })), ...grades.map(({ value, label }) => el("option", { value, selected: value === finding.grade }, label)));
    const bare = grade?.file && !page.files.some((file) => file.item === item.id) && !page.held[item.id]?.length;
    return [el("p", { class: "look" }, say("finding_from", { clause: [item.clause && say("clause", { clause: item.clause }), item.code].filter(Boolean).join(", ") })),
      el("div", { class: "field" }, el("label", { for: pick.id }, say("grade")), pick), bare && el("p", { class: "look" }, say("grade_needs_file"))].filter(Boolean);
  }

  async grade(seq, value) {
    let there = true;
    await this.page.guard(async () => { there = await store.grade(seq, value); await this.page.changed(); });
    if (!there) this.tell(say("grade_sent"));
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
    const held = document.activeElement?.id;
    this.ofFinding.replaceChildren(...this.findingActs());
    this.ofGrade.replaceChildren(...this.gradeFields());
    if (held === `muc-${this.item.id}`) document.getElementById(held)?.focus();
    if (!this.isTyped && this.shown) this.fill();
    this.announce(this.whereabouts);
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
    clearTimeout(this.timer);
    this.timer = 0;
    const { shown, page, item } = this, note = this.note.value, result = this.chosen;
    const isNothing = result === (shown?.result ?? "") && note.trim() === (shown?.note ?? ""); // typed and taken back
    const row = { share: page.key, item: item.id, note, result, base: this.base, at: Date.now() };
    if (isNothing) page.drafts.delete(item.id);
    else page.drafts.set(item.id, row);
    const kept = await page.guard(() => (isNothing ? store.remove("drafts", [page.key, item.id]) : store.keep("drafts", row)));
    this.announce(kept ? this.whereabouts : "");
    if (!kept) this.tell(page.problem);
    page.count();
  }

  // One after the other: a second click compares with what the first has saved, instead of saving it again.
  save() {
    const before = this.saving;
    return this.saving = (async () => { await before?.catch(() => {}); return this.saveOnce(); })();
  }

  async saveOnce() {
    clearTimeout(this.timer);
    this.timer = 0;
    const result = this.chosen, note = this.note.value.trim();
    if (!result) { this.tell(say("choose_result")); return false; }
    if (NEEDS_NOTE.has(result) && !note) { this.tell(say("needs_note", { result: called(result) })); this.note.focus(); return false; }
    this.tell("");
    const returned = this.own.find((entry) => entry.why);
    if (!returned && this.isSame(result, note)) return this.keepAsItIs();
    return this.enter({ result, note, base: returned ? returned.base : this.base }, returned?.seq);
  }

  // Whether the person's own answer that counts says this already.
  isSame(result, note) {
    const { shown } = this, own = this.own.length > 0 || shown?.who === this.page.person;
    return own && !this.conflict && this.base === (shown.id || shown.key) && shown.result === result && shown.note === note;
  }

  async keepAsItIs() {
    this.page.drafts.delete(this.item.id);
    this.filled = this.inForm;
    await this.page.guard(() => store.remove("drafts", [this.page.key, this.item.id]));
    this.announce("");
    this.announce(this.whereabouts || say("saved_before", { time: this.shown.at }));
    this.page.count();
    return true;
  }

  settle(one) { return this.enter({ result: one.result, note: one.note, base: one.key, settles: this.list.map((side) => side.key) }); }

  async enter(facts, replaced) {
    const entry = { id: newId(), share: this.page.key, item: this.item.id, at: Date.now(), ...facts };
    const { result, note } = facts;
    const kept = await this.page.guard(async () => {
      await store.write(entry, replaced, NEEDS_NOTE.has(result) && { result, note });
      this.page.drafts.delete(this.item.id);
      if (this.built) this.filled = this.inForm; // it is an answer now
      await this.page.changed();
    });
    if (!kept) { this.announce(""); this.tell(this.page.problem); }
    return kept;
  }

  async add(files) {
    this.tell("");
    for (const file of files) {
      try {
        const { blob, name } = await prepare(file, this.page.largest);
        const row = { id: newId(), share: this.page.key, item: this.item.id, name, blob };
        if (!await this.page.guard(() => store.keep("files", row))) this.tell(this.page.problem);
      } catch (problem) {
        this.tell(say(problem instanceof Unfit ? problem.message : "broken_photo", { name: file.name })); // and the other files still
      }
    }
    this.pick.value = "";
    await this.page.changed();
  }
}
