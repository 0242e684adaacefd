/* The editor of a structured table: steps, dossier, forms, records. Tab goes on and leaves at the end, Esc leaves at once,
   Ctrl+Enter adds a row, Alt+↑ and Alt+↓ move one; a block of cells from Word or Excel can be pasted. The value is the JSON that the server keeps. */
(function () {
  "use strict";
  const { gettext, element, button, write, fragment, pasteText, formatButtons } = window.qms;
  const SPANNING = new Set(["phase", "note"]);

  class GridController extends window.StimulusModule.Controller {
    static targets = ["value", "stage", "tools", "foot"];
    static values = { options: Object };

    connect() {
      this.read();
      this.toolsTarget.replaceChildren(...formatButtons());
      this.footTarget.replaceChildren(
        element("button", { type: "button", class: "button button-small qms-grid__add", onclick: () => this.addRow(this.end()) }, "+ " + this.optionsValue.add),
        element("button", { type: "button", class: "button button-small button-secondary", onclick: () => this.addRow(this.end(), "phase") }, gettext("Thêm dòng giai đoạn")),
        element("button", { type: "button", class: "button button-small button-secondary", onclick: () => this.addColumn() }, gettext("Thêm cột")),
        element("span", { class: "qms-grid__hint" }, gettext("Tab: ô tiếp theo · Ctrl+Enter: thêm dòng · Esc: ra khỏi bảng · Alt+↑↓: chuyển dòng · dán được từ Word, Excel")),
      );
      this.draw();
    }

    read() {
      try {
        this.grid = JSON.parse(this.valueTarget.value);
      } catch {
        this.grid = null;
      }
      if (!this.grid || !Array.isArray(this.grid.columns) || !Array.isArray(this.grid.rows)) this.grid = { columns: [], rows: [] };
    }

    save() {
      write(this.valueTarget, JSON.stringify(this.grid));
    }

    label(role) {
      return this.optionsValue.allRoles[role] || role;
    }

    draw(focus) {
      const { columns, rows } = this.grid;
      const head = element("tr", {}, element("th", { class: "qms-grid__edge", scope: "col" }, element("span", { class: "w-sr-only" }, gettext("Dòng"))),
        columns.map((column, at) => this.heading(column, at)));
      const table = element("table", { class: "qms-grid__table" }, element("thead", {}, head), element("tbody", {}, rows.map((row, at) => this.row(row, at))));
      this.stageTarget.replaceChildren(table);
      if (focus) {
        const cell = this.stageTarget.querySelector(`[data-row="${focus[0]}"][data-column="${focus[1]}"]`) || this.stageTarget.querySelector(`[data-row="${focus[0]}"][data-column]`);
        if (cell) this.enter(cell);
      }
    }

    enter(cell) {
      cell.focus();
      const range = document.createRange();
      range.selectNodeContents(cell);
      range.collapse(false);
      window.getSelection().removeAllRanges();
      window.getSelection().addRange(range);
    }

    heading(column, at) {
      const title = element("textarea", { rows: 1, class: "qms-grid__title", "aria-label": gettext("Tiêu đề cột") + " " + (at + 1),
        oninput: (event) => { column.label = event.target.value; this.save(); } }, column.label);
      title.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
      const roles = this.optionsValue.roles.map(([role, label]) => element("option", { value: role, selected: role === column.role }, label));
      if (!this.optionsValue.roles.some(([role]) => role === column.role)) roles.push(element("option", { value: column.role, selected: true }, this.label(column.role)));
      const role = element("select", { class: "qms-grid__role", "aria-label": gettext("Ý nghĩa của cột") + " " + (column.label || at + 1),
        onchange: (event) => { column.role = event.target.value; this.save(); this.draw(); } }, roles);
      const tools = element("span", { class: "qms-grid__columntools" },
        button(gettext("Chuyển cột sang trái"), "←", () => this.moveColumn(at, -1), { disabled: at === 0 }),
        button(gettext("Chuyển cột sang phải"), "→", () => this.moveColumn(at, 1), { disabled: at === this.grid.columns.length - 1 }),
        button(gettext("Xóa cột"), "✕", () => this.dropColumn(at)));
      const menu = element("details", { class: "qms-grid__menu" },
        element("summary", { title: gettext("Ý nghĩa và thứ tự của cột"), "aria-label": `${gettext("Ý nghĩa và thứ tự của cột")} ${column.label || at + 1}` }, this.label(column.role)), role, tools);
      return element("th", { scope: "col", class: "qms-grid__head qms-grid__head--" + column.role }, title, menu);
    }

    row(row, at) {
      const { columns } = this.grid;
      const kinds = Object.entries(this.optionsValue.kinds).map(([kind, label]) => element("option", { value: kind, selected: kind === row.kind }, label));
      const edge = element("th", { scope: "row", class: "qms-grid__edge" },
        element("select", { class: "qms-grid__kind", "aria-label": gettext("Loại dòng") + " " + (at + 1), onchange: (event) => { row.kind = event.target.value; this.save(); this.draw(); } }, kinds),
        element("span", { class: "qms-grid__rowtools" },
          button(gettext("Chuyển dòng lên"), "↑", () => this.moveRow(at, -1), { disabled: at === 0 }),
          button(gettext("Chuyển dòng xuống"), "↓", () => this.moveRow(at, 1), { disabled: at === this.grid.rows.length - 1 }),
          button(gettext("Thêm dòng bên dưới"), "+", () => this.addRow(at + 1)),
          button(gettext("Xóa dòng"), "✕", () => this.dropRow(at))));
      const wide = SPANNING.has(row.kind) ? this.spanOf(row) : -1;
      const merged = new Set(row.merged || []);
      const cells = [];
      columns.forEach((column, index) => {
        if (wide >= 0 && index !== wide && !(index < wide && column.role === "number")) return;
        const span = index === wide ? columns.length - cells.length : 1;
        cells.push(this.cell(row, at, index, span, merged.has(index)));
      });
      return element("tr", { class: "qms-grid__row qms-grid__row--" + row.kind }, edge, cells);
    }

    /** The one cell that a phase or note shows across the table; -1 where several cells hold text. */
    spanOf(row) {
      const filled = row.cells.map((cell, index) => (cell.trim() && this.grid.columns[index] && this.grid.columns[index].role !== "number" ? index : -1)).filter((index) => index >= 0);
      if (filled.length > 1) return -1;
      if (filled.length === 1) {
        const before = this.grid.columns.slice(0, filled[0]);
        return before.every((column) => column.role === "number") ? filled[0] : -1;
      }
      return this.grid.columns.findIndex((column) => column.role !== "number");
    }

    cell(row, at, index, span, merged) {
      const column = this.grid.columns[index];
      const box = element("div", { class: "qms-grid__cell", contenteditable: "true", role: "textbox", "aria-multiline": "true", "data-row": at, "data-column": index,
        "aria-label": `${gettext("Dòng")} ${at + 1}, ${column.label || this.label(column.role)}` });
      box.innerHTML = row.cells[index] || "";
      box.addEventListener("input", () => {
        row.cells[index] = fragment(box);
        if (merged && row.cells[index]) this.unmerge(row, index);
        this.save();
      });
      box.addEventListener("keydown", (event) => this.key(event, at, index));
      box.addEventListener("paste", (event) => this.paste(event, at, index));
      const cell = element("td", { colspan: span > 1 ? span : null, class: merged ? "qms-grid__merged" : null }, box);
      if (merged) cell.append(element("span", { class: "qms-grid__mergednote", "data-ui": true }, gettext("gộp với ô trên")));
      return cell;
    }

    unmerge(row, index) {
      row.merged = (row.merged || []).filter((i) => i !== index);
      if (!row.merged.length) delete row.merged;
    }

    key(event, at, index) {
      if (event.key === "Escape") {
        event.preventDefault();
        this.footTarget.querySelector("button").focus();
      } else if (event.key === "Tab") {
        const cells = [...this.stageTarget.querySelectorAll(".qms-grid__cell")];
        const next = cells[cells.indexOf(event.target) + (event.shiftKey ? -1 : 1)];
        if (next) { event.preventDefault(); this.enter(next); }
      } else if (event.key === "Enter" && event.ctrlKey) {
        event.preventDefault();
        this.addRow(at + 1);
      } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
        event.preventDefault();
        this.moveRow(at, event.key === "ArrowUp" ? -1 : 1, index);
      }
    }

    paste(event, at, index) {
      const text = (event.clipboardData || window.clipboardData).getData("text/plain");
      event.preventDefault();
      if (!text.includes("\t")) { pasteText(text); return; }
      const lines = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
      lines.forEach((cells, down) => {
        if (!this.grid.rows[at + down]) this.grid.rows.push(this.emptyRow());
        const row = this.grid.rows[at + down];
        cells.slice(0, this.grid.columns.length - index).forEach((cell, right) => {
          row.cells[index + right] = element("p", {}, cell.trim()).innerHTML;
          this.unmerge(row, index + right);
        });
      });
      this.save();
      this.draw([at, index]);
    }

    emptyRow(kind) {
      return { kind: kind || "row", cells: this.grid.columns.map(() => "") };
    }

    /** "B3" after "B2", "4." after "3."; empty where the row above has no number of that shape. */
    nextNumber(at) {
      const column = this.grid.columns.findIndex((c) => c.role === "number");
      if (column < 0) return ["", -1];
      for (let i = at - 1; i >= 0; i -= 1) {
        const found = /^(\D*)(\d+)(\D*)$/.exec(element("p", {}, "").textContent + this.text(this.grid.rows[i].cells[column]));
        if (this.grid.rows[i].kind === "row" && found) return [found[1] + (Number(found[2]) + 1) + found[3], column];
      }
      return [at === 0 ? "1" : "", column];
    }

    text(html) {
      const box = document.createElement("template");
      box.innerHTML = html || "";
      return box.content.textContent.trim();
    }

    /** Where a further row goes: before the totals and notes that close the table. */
    end() {
      let at = this.grid.rows.length;
      while (at > 0 && (this.grid.rows[at - 1].kind === "total" || this.grid.rows[at - 1].kind === "note")) at -= 1;
      return at;
    }

    addRow(at, kind) {
      const row = this.emptyRow(kind);
      const below = this.grid.rows[at];
      if (row.kind === "row") {
        const [number, column] = this.nextNumber(at);
        if (column >= 0) row.cells[column] = number;
        if (below && below.merged && at > 0) row.merged = below.merged.filter((index) => this.grid.columns[index].role !== "number");
        if (row.merged && !row.merged.length) delete row.merged;
      }
      this.grid.rows.splice(at, 0, row);
      this.save();
      const first = this.grid.columns.findIndex((c) => c.role !== "number");
      this.draw([at, Math.max(first, 0)]);
    }

    /** A merged cell below a row that goes takes over its text. */
    letGo(at) {
      const [row, below] = [this.grid.rows[at], this.grid.rows[at + 1]];
      if (!below || !below.merged) return;
      below.merged.slice().forEach((index) => {
        if ((row.merged || []).includes(index)) return;
        below.cells[index] = row.cells[index];
        this.unmerge(below, index);
      });
    }

    dropRow(at) {
      this.letGo(at);
      this.grid.rows.splice(at, 1);
      this.save();
      this.draw(this.grid.rows.length ? [Math.min(at, this.grid.rows.length - 1), 0] : null);
    }

    moveRow(at, by, column) {
      const to = at + by;
      if (to < 0 || to >= this.grid.rows.length) return;
      [Math.min(at, to), Math.max(at, to)].forEach((index) => this.letGo(index));
      [this.grid.rows[at], this.grid.rows[to]].forEach((row) => delete row.merged);
      const [row] = this.grid.rows.splice(at, 1);
      this.grid.rows.splice(to, 0, row);
      this.save();
      this.draw([to, column || 0]);
    }

    addColumn() {
      this.grid.columns.push({ role: "other", label: "" });
      this.grid.rows.forEach((row) => row.cells.push(""));
      this.save();
      this.draw();
      const titles = this.stageTarget.querySelectorAll(".qms-grid__title");
      titles[titles.length - 1].focus();
    }

    dropColumn(at) {
      const filled = this.grid.rows.filter((row) => this.text(row.cells[at])).length;
      if (filled && !window.confirm(gettext("Cột này có nội dung. Xóa cả cột?"))) return;
      this.grid.columns.splice(at, 1);
      this.grid.rows.forEach((row) => {
        row.cells.splice(at, 1);
        if (row.merged) row.merged = row.merged.filter((i) => i !== at).map((i) => (i > at ? i - 1 : i));
        if (row.merged && !row.merged.length) delete row.merged;
      });
      this.save();
      this.draw();
    }

    moveColumn(at, by) {
      const to = at + by;
      const move = (list) => list.splice(to, 0, ...list.splice(at, 1));
      move(this.grid.columns);
      this.grid.rows.forEach((row) => {
        move(row.cells);
        if (row.merged) row.merged = row.merged.map((i) => (i === at ? to : i === to ? at : i)).sort((a, b) => a - b);
      });
      this.save();
      this.draw();
    }
  }

  window.wagtail.app.register("qms-grid", GridController);
})();
