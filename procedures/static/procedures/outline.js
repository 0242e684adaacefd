/* The outline beside the editor: each section with what it holds and what is to be looked at, where one is, and the same words
   on its folded head. Sections come folded (blocks.py); those of a draft in which nothing is written yet are opened. */
(function () {
  "use strict";
  const { gettext, element } = window.qms;
  const ngettext = window.ngettext || ((one, many, count) => (count === 1 ? one : many));
  const told = (sentence, count) => sentence.replace("%(count)s", count.toLocaleString(document.documentElement.lang || "vi"));
  const SAYINGS = {
    words: (n) => told(ngettext("%(count)s từ", "%(count)s từ", n), n),
    steps: (n) => told(ngettext("%(count)s bước", "%(count)s bước", n), n),
    dossier: (n) => told(ngettext("%(count)s thành phần hồ sơ", "%(count)s thành phần hồ sơ", n), n),
    forms: (n) => told(ngettext("%(count)s biểu mẫu", "%(count)s biểu mẫu", n), n),
    records: (n) => told(ngettext("%(count)s hồ sơ lưu", "%(count)s hồ sơ lưu", n), n),
    definitions: (n) => told(ngettext("%(count)s thuật ngữ", "%(count)s thuật ngữ", n), n),
    amendments: (n) => told(ngettext("%(count)s lần sửa đổi", "%(count)s lần sửa đổi", n), n),
    tables: (n) => told(ngettext("%(count)s bảng", "%(count)s bảng", n), n),
    pictures: (n) => told(ngettext("%(count)s hình", "%(count)s hình", n), n),
    warnings: (n) => told(ngettext("%(count)s điều cần xem lại", "%(count)s điều cần xem lại", n), n),
    errors: (n) => told(ngettext("%(count)s lỗi", "%(count)s lỗi", n), n),
    people: (n) => told(ngettext("%(count)s người", "%(count)s người", n), n),
    chosen: (n) => told(ngettext("đã chọn %(count)s", "đã chọn %(count)s", n), n),
  };
  const HELD = ["words", "steps", "dossier", "forms", "records", "definitions", "amendments", "tables", "pictures"];

  const named = (name) => document.querySelector(`[name="${name}"]`);
  const valueOf = (name) => (named(name) ? named(name).value : "");
  const wordsOf = (text) => ((text || "").replace(/<[^>]*>|&nbsp;/g, " ").match(/[\p{L}\p{N}]+/gu) || []).length;
  function parsed(text) {
    try { return JSON.parse(text); } catch { return null; }
  }

  /** Adds up what the blocks hold whose names begin with `prefix`; lines with a `form` code count as forms. */
  function countBlocks(prefix, found, form) {
    for (let at = 0; named(`${prefix}-${at}-type`); at += 1) {
      if (valueOf(`${prefix}-${at}-deleted`)) continue;
      const kind = valueOf(`${prefix}-${at}-type`);
      const name = `${prefix}-${at}-value`;
      if (kind === "text") ((parsed(valueOf(name)) || {}).blocks || []).forEach((block) => {
        found.words += wordsOf(block.text);
        if (form && form.test(block.text)) found.forms += 1;
      });
      else if (kind === "heading") found.words += wordsOf(`${valueOf(name + "-number")} ${valueOf(name + "-title")}`);
      else if (kind === "picture") found.pictures += 1;
      else if (kind === "table") { found.tables += 1; found.words += wordsOf(valueOf(name)); }
      else {
        const grid = parsed(valueOf(name)) || {};
        const numbers = new Set((grid.columns || []).flatMap((column, index) => (column.role === "number" ? [index] : [])));
        (grid.rows || []).forEach((row) => {
          const said = row.cells.reduce((sum, cell, index) => sum + (numbers.has(index) ? 0 : wordsOf(cell)), 0);
          found.words += said;
          if (said && row.kind === "row") found[kind] += 1;
        });
      }
    }
  }

  class OutlineController extends window.StimulusModule.Controller {
    static targets = ["nav"];
    static values = { formCode: String };

    connect() {
      this.formCode = new RegExp(this.formCodeValue, "u");  // procedures/content/forms.py
      this.later = () => { clearTimeout(this.waiting); this.waiting = setTimeout(() => this.refresh(), 250); };
      this.scrolled = () => { if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.mark(); }); };
      this.hashed = () => this.open(window.location.hash.slice(1));
      ["input", "change", "click"].forEach((name) => this.element.addEventListener(name, this.later));
      this.watched = [[document, "wagtail:panel-init", this.later], [document, "wagtail:panel-toggle", this.later], [document, "scroll", this.scrolled], [window, "hashchange", this.hashed]];
      this.watched.forEach(([where, name, act]) => where.addEventListener(name, act, true));  // what scrolls is a part of Wagtail's page, and that does not bubble
      this.later();
    }

    disconnect() {
      this.watched.forEach(([where, name, act]) => where.removeEventListener(name, act, true));
    }

    /** The sections as they stand now: what each is called, holds and still needs. */
    sections() {
      const found = [];
      for (let at = 0; named(`body-${at}-type`); at += 1) {
        if (valueOf(`body-${at}-deleted`)) continue;
        const child = named(`body-${at}-type`).closest("[data-streamfield-child]");
        const panel = child && child.querySelector("[data-panel]");
        if (!panel) continue;
        const holds = Object.fromEntries(HELD.map((name) => [name, 0]));
        countBlocks(`body-${at}-value-blocks`, holds, valueOf(`body-${at}-value-kind`) === "forms" && this.formCode);
        const place = named(`body-${at}-value-place`);
        found.push({
          panel,
          order: Number(valueOf(`body-${at}-order`)),
          title: `${valueOf(`body-${at}-value-number`)} ${valueOf(`body-${at}-value-title`)}`.trim(),
          place: place && place.value !== "body" ? place.selectedOptions[0].textContent : "",
          holds,
          warnings: this.doubts(` [data-section="${child.dataset.contentpath}"]`),
          errors: panel.querySelectorAll(".w-field--error").length,
        });
      }
      return found.sort((one, other) => one.order - other.order);
    }

    /** How many doubts of the import are still to be looked at; remarks are none. */
    doubts(within = "") {
      return this.element.querySelectorAll(`[data-qms-flags-target=flag]:not([data-remark])${within}`).length;
    }

    says(section) {
      const said = HELD.filter((name) => section.holds[name]).map((name) => SAYINGS[name](section.holds[name]));
      return said.length ? said.join(" · ") : gettext("chưa có nội dung");
    }

    /** What is still to be done in a section, as elements. */
    signs(section) {
      return ["errors", "warnings"].filter((name) => section[name])
        .map((name) => element("span", { class: `qms-sign qms-sign--${name}` }, SAYINGS[name](section[name])));
    }

    refresh() {
      const sections = this.sections();
      if (!this.begun && sections.length) {
        this.begun = true;
        if (!sections.some((section) => HELD.some((name) => section.holds[name]))) sections.forEach((section) => this.unfold(section.panel));
        if (window.location.hash) this.hashed();
      }
      sections.forEach((section) => this.head(section));
      this.draw(sections);
      this.mark();
    }

    /** The head of a section says what is in it. */
    head(section) {
      const header = section.panel.querySelector(".w-panel__header");
      const said = [section.place, this.says(section)].filter(Boolean).join(" · ");
      const signs = this.signs(section);
      const whole = said + signs.map((sign) => sign.textContent).join();
      let note = header.querySelector(":scope > .qms-held");
      if (note && note.dataset.said === whole) return;
      if (!note) {
        note = element("span", { class: "qms-held" });
        header.querySelector("[data-panel-heading]").after(note);
      }
      note.dataset.said = whole;
      note.replaceChildren(said, ...signs);
    }

    draw(sections) {
      const body = sections.filter((section) => !section.place);
      const apart = sections.filter((section) => section.place);
      const nothing = gettext("Mục không có tên");
      const line = (section) => element("li", {}, this.link(section.panel, section.title || section.place || nothing), element("span", { class: "qms-sub" }, this.says(section)), this.signs(section));
      const folded = sections.some((section) => !this.isOpen(section.panel));
      const parts = [
        element("ul", {}, this.fields().map(([panel, title, note]) => element("li", {}, this.link(panel, title), note ? element("span", { class: "qms-sub" }, note) : ""))),
      ];
      if (sections.length) {
        parts.push(
          element("p", { class: "qms-outline__title" }, gettext("Các mục"),
            element("button", { type: "button", class: "button button-small button-secondary", "data-outline": "all", onclick: () => sections.forEach((section) => (folded ? this.unfold(section.panel) : this.fold(section.panel))) },
              folded ? gettext("Mở tất cả") : gettext("Gập tất cả"))),
          element("ol", {}, body.map(line)));
      }
      if (apart.length) parts.push(element("p", { class: "qms-outline__title" }, gettext("Ngoài thân tài liệu")), element("ol", {}, apart.map(line)));
      const drawn = element("div", { class: "qms-outline__parts" }, parts);
      if (this.drawn === drawn.innerHTML && folded === this.folded) return;
      [this.drawn, this.folded] = [drawn.innerHTML, folded];
      const held = this.navTarget.contains(document.activeElement) ? document.activeElement.getAttribute("href") || "all" : "";
      const wasOpen = this.navTarget.querySelector("details") ? this.navTarget.querySelector("details").open : window.innerWidth >= 1200;
      this.navTarget.replaceChildren(element("details", { open: wasOpen }, element("summary", {}, gettext("Mục lục bản thảo")), drawn));
      this.navTarget.hidden = false;
      const again = held && this.navTarget.querySelector(held === "all" ? "[data-outline=all]" : `[href="${held}"]`);
      if (again) again.focus();
    }

    /** The panels beside the text, with how much is chosen in them. */
    fields() {
      const notes = {
        signers: () => (parsed(valueOf("signers")) || []).length && SAYINGS.people((parsed(valueOf("signers")) || []).length),
        clauses: () => document.querySelectorAll("[name=clauses]:checked").length && SAYINGS.chosen(document.querySelectorAll("[name=clauses]:checked").length),
        flags: () => this.doubts() && SAYINGS.warnings(this.doubts()),
      };
      return [...this.element.querySelectorAll(".w-form-width > [data-panel]")]
        .filter((panel) => panel.querySelector("[data-panel-heading-text]") && !panel.querySelector("[data-streamfield-stream-container]"))
        .map((panel) => {
          const name = Object.keys(notes).find((key) => panel.id.includes(key));
          const errors = panel.querySelectorAll(".w-field--error").length;
          return [panel, panel.querySelector("[data-panel-heading-text]").textContent, errors ? SAYINGS.errors(errors) : (name && notes[name]()) || ""];
        });
    }

    link(panel, title) {
      return element("a", { href: `#${panel.id}`, "data-action": "qms-outline#go" }, title);
    }

    go(event) {
      event.preventDefault();
      this.open(event.currentTarget.getAttribute("href").slice(1));
    }

    /** Opens whatever hides the element, and goes there. */
    open(id) {
      const there = id && document.getElementById(id);
      if (!there || !this.element.contains(there)) return;
      for (let panel = there.closest("[data-panel]"); panel; panel = panel.parentElement.closest("[data-panel]")) this.unfold(panel);
      there.scrollIntoView({ block: "start" });
      const toggle = there.matches("[data-panel]") ? there.querySelector("[data-panel-toggle]") : null;
      if (toggle) toggle.focus({ preventScroll: true });
    }

    toggle(panel) {
      return panel.querySelector("[data-panel-toggle]");
    }

    isOpen(panel) {
      return !this.toggle(panel) || this.toggle(panel).getAttribute("aria-expanded") !== "false";
    }

    unfold(panel) {
      if (!this.isOpen(panel)) this.toggle(panel).click();
    }

    fold(panel) {
      if (this.isOpen(panel)) this.toggle(panel).click();
    }

    /** Marks where one is: the lowest part whose head is above the upper third of the window. */
    mark() {
      let [here, lowest] = [null, -Infinity];
      this.navTarget.querySelectorAll("a").forEach((link) => {
        link.removeAttribute("aria-current");
        const panel = document.getElementById(link.getAttribute("href").slice(1));
        const top = panel ? panel.getBoundingClientRect().top : -Infinity;
        if (top < window.innerHeight / 3 && top > lowest) [here, lowest] = [link, top];
      });
      if (here) here.setAttribute("aria-current", "location");
    }
  }

  window.wagtail.app.register("qms-outline", OutlineController);
})();
