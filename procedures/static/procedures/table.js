/* The editor of a table of any shape: cells are typed into, rows and columns come and go, cells merge and split. What nobody
   touches goes back to the server letter for letter. */
(function () {
  "use strict";
  const { gettext, element, button, write, fragment, pasteText, formatButtons, documentId } = window.qms;
  const SHA = /^sha256:([0-9a-f]{64})$/;

  class TableController extends window.StimulusModule.Controller {
    static targets = ["value", "stage", "tools"];

    connect() {
      const parsed = new DOMParser().parseFromString(this.valueTarget.value || "<table><tbody><tr><td></td></tr></tbody></table>", "text/html");
      this.table = parsed.body.querySelector("table");
      if (!this.table) { this.valueTarget.hidden = false; return; }
      this.lead = [...parsed.body.childNodes].filter((node) => node !== this.table);
      this.stageTarget.replaceChildren(document.adoptNode(this.table));
      this.table.classList.add("qms-table__table");
      this.prepare();
      this.toolsTarget.replaceChildren(...formatButtons(), ...this.buttons());
      this.table.addEventListener("focusin", (event) => { this.cell = this.own(event.target); });
      this.table.addEventListener("input", () => this.save());
      this.table.addEventListener("paste", (event) => {
        event.preventDefault();
        pasteText(event.clipboardData.getData("text/plain"));
      });
    }

    buttons() {
      const tool = (label, sign, act) => button(label, sign, () => { if (this.cell || this.firstCell()) { act(this.cell || this.firstCell()); this.prepare(); this.save(); } });
      return [
        tool(gettext("Thêm dòng bên dưới"), gettext("Thêm dòng"), (cell) => this.addRow(cell)),
        tool(gettext("Thêm cột bên phải"), gettext("Thêm cột"), (cell) => this.addColumn(cell)),
        tool(gettext("Xóa dòng"), gettext("Xóa dòng"), (cell) => this.dropRow(cell)),
        tool(gettext("Xóa cột"), gettext("Xóa cột"), (cell) => this.dropColumn(cell)),
        tool(gettext("Gộp với ô bên phải"), gettext("Gộp phải"), (cell) => this.mergeRight(cell)),
        tool(gettext("Gộp với ô bên dưới"), gettext("Gộp xuống"), (cell) => this.mergeDown(cell)),
        tool(gettext("Tách ô"), gettext("Tách ô"), (cell) => this.split(cell)),
        tool(gettext("Ô tiêu đề / ô thường"), gettext("Tiêu đề"), (cell) => this.toggleHeading(cell)),
      ];
    }

    rows() {
      return [...this.table.rows];
    }

    firstCell() {
      return this.table.querySelector("th,td");
    }

    /** The cell of this table (not of one nested in it) that holds the node. */
    own(node) {
      let cell = node.closest("th,td");
      while (cell && cell.closest("table") !== this.table) cell = cell.parentElement.closest("th,td");
      return cell;
    }

    prepare() {
      this.rows().forEach((row, down) => [...row.cells].forEach((cell, right) => {
        cell.contentEditable = "true";
        cell.setAttribute("aria-label", `${gettext("Dòng")} ${down + 1}, ${gettext("ô")} ${right + 1}`);
      }));
      this.table.querySelectorAll("img").forEach((image) => {
        const found = SHA.exec(image.getAttribute("src") || "");
        if (!found) return;
        image.dataset.sha = found[1];
        image.src = `/admin/tai-lieu/anh/${found[1]}/?document=${documentId()}`;
      });
      if (this.cell && !this.table.contains(this.cell)) this.cell = null;
    }

    save() {
      const copy = this.table.cloneNode(true);
      copy.removeAttribute("class");
      const mine = [...copy.rows].flatMap((row) => [...row.cells]);
      mine.forEach((cell) => {
        ["contenteditable", "aria-label"].forEach((name) => cell.removeAttribute(name));
        cell.innerHTML = fragment(cell);
      });
      const box = element("div", {}, this.lead.map((node) => node.cloneNode(true)), copy);
      write(this.valueTarget, box.innerHTML);
    }

    /** Which cell stands at each place of the grid: map[row][column]. */
    map() {
      const map = this.rows().map(() => []);
      this.rows().forEach((row, down) => {
        let right = 0;
        [...row.cells].forEach((cell) => {
          while (map[down][right]) right += 1;
          for (let y = 0; y < cell.rowSpan; y += 1) for (let x = 0; x < cell.colSpan; x += 1) if (map[down + y]) map[down + y][right + x] = cell;
          right += cell.colSpan;
        });
      });
      return map;
    }

    place(cell) {
      const map = this.map();
      const row = map.findIndex((line) => line.includes(cell));
      return { map, row, column: map[row].indexOf(cell) };
    }

    emptyLike(cell) {
      return document.createElement(cell && cell.tagName === "TH" && cell.closest("thead") ? "th" : "td");
    }

    addRow(cell) {
      const { map, row, column } = this.place(cell);
      const last = row + cell.rowSpan - 1;
      const made = document.createElement("tr");
      map[last].forEach((above, x) => {
        if (x && above === map[last][x - 1]) return;
        if (map[last + 1] && map[last + 1][x] === above) above.rowSpan += 1;
        else for (let i = 0; i < above.colSpan; i += 1) made.append(document.createElement("td"));
      });
      const under = this.rows()[last];
      if (under.parentElement.tagName === "THEAD") {
        const body = this.table.tBodies[0] || this.table.appendChild(document.createElement("tbody"));
        body.prepend(made);
      } else under.after(made);
      this.prepare();
      (made.cells[Math.min(column, made.cells.length - 1)] || cell).focus();
    }

    addColumn(cell) {
      const { map, column } = this.place(cell);
      const at = column + cell.colSpan - 1;
      const seen = new Set();
      map.forEach((line) => {
        const here = line[at];
        if (!here || seen.has(here)) return;
        seen.add(here);
        if (line[at + 1] === here) here.colSpan += 1;
        else {
          const made = this.emptyLike(here);
          made.rowSpan = here.rowSpan;
          here.after(made);
        }
      });
    }

    dropRow(cell) {
      const { map, row } = this.place(cell);
      if (this.rows().length === 1) return;
      const gone = this.rows()[row];
      if (gone.textContent.trim() && !window.confirm(gettext("Dòng này có nội dung. Xóa cả dòng?"))) return;
      new Set(map[row]).forEach((here) => {
        if (here.rowSpan === 1) return;
        if (here.parentElement === gone && map[row + 1]) {
          const x = map[row + 1].indexOf(here);
          const before = map[row + 1].slice(0, x).reverse().find((c) => c && c.parentElement === this.rows()[row + 1]);
          if (before) before.after(here); else this.rows()[row + 1].prepend(here);
        }
        here.rowSpan -= 1;
      });
      gone.remove();
    }

    dropColumn(cell) {
      const { map, column } = this.place(cell);
      if (map[0].length === 1) return;
      const cells = [...new Set(map.map((line) => line[column]).filter(Boolean))];
      if (cells.some((c) => c.colSpan === 1 && c.textContent.trim()) && !window.confirm(gettext("Cột này có nội dung. Xóa cả cột?"))) return;
      cells.forEach((here) => { if (here.colSpan > 1) here.colSpan -= 1; else here.remove(); });
    }

    join(into, from) {
      const [a, b] = [fragment(into), fragment(from)];
      if (b) into.innerHTML = a ? `<p>${a}</p><p>${b}</p>`.replace(/<p>(<(?:p|ul|ol|table)\b)/g, "$1").replace(/(<\/(?:p|ul|ol|table)>)<\/p>/g, "$1") : b;
      from.remove();
    }

    mergeRight(cell) {
      const { map, row, column } = this.place(cell);
      const next = map[row][column + cell.colSpan];
      if (!next || next.rowSpan !== cell.rowSpan || map.findIndex((line) => line.includes(next)) !== row) return this.refuse();
      const width = cell.colSpan + next.colSpan;
      this.join(cell, next);
      cell.colSpan = width;
    }

    mergeDown(cell) {
      const { map, row, column } = this.place(cell);
      const below = (map[row + cell.rowSpan] || [])[column];
      if (!below || below.colSpan !== cell.colSpan || map[row + cell.rowSpan].indexOf(below) !== column || below.closest("thead") !== cell.closest("thead")) return this.refuse();
      const height = cell.rowSpan + below.rowSpan;
      this.join(cell, below);
      cell.rowSpan = height;
    }

    refuse() {
      window.alert(gettext("Chỉ gộp được hai ô liền nhau, cùng chiều cao hoặc cùng chiều rộng."));
    }

    split(cell) {
      const { map, row, column } = this.place(cell);
      const [width, height] = [cell.colSpan, cell.rowSpan];
      for (let y = 0; y < height; y += 1) {
        let before = y === 0 ? cell : map[row + y].slice(0, column).reverse().find((c) => c && c.parentElement === this.rows()[row + y]);
        for (let x = y === 0 ? 1 : 0; x < width; x += 1) {
          const made = this.emptyLike(cell);
          if (before) before.after(made); else this.rows()[row + y].prepend(made);
          before = made;
        }
      }
      cell.removeAttribute("colspan");
      cell.removeAttribute("rowspan");
    }

    toggleHeading(cell) {
      const made = document.createElement(cell.tagName === "TH" ? "td" : "th");
      ["colspan", "rowspan"].forEach((name) => { if (cell.hasAttribute(name)) made.setAttribute(name, cell.getAttribute(name)); });
      made.append(...cell.childNodes);
      cell.replaceWith(made);
      this.cell = made;
    }
  }

  window.wagtail.app.register("qms-table", TableController);
})();
