/* Signers, uploads, clauses and the code's next free number. */
(function () {
  "use strict";
  const { gettext, element, button, write, csrf } = window.qms;

  class SignersController extends window.StimulusModule.Controller {
    static targets = ["value", "rows"];
    static values = { roles: Array };

    connect() {
      try {
        this.signers = JSON.parse(this.valueTarget.value || "[]") || [];
      } catch {
        this.signers = [];
      }
      this.draw();
    }

    save() {
      write(this.valueTarget, JSON.stringify(this.signers));
    }

    add() {
      const used = new Set(this.signers.map((signer) => signer.role));
      const free = this.rolesValue.map(([role]) => role).find((role) => !used.has(role)) || this.rolesValue[0][0];
      this.signers.push({ role: free, name: "", post: "" });
      this.draw();
      const rows = this.rowsTarget.children;
      rows[rows.length - 1].querySelector("input").focus();
    }

    draw() {
      this.rowsTarget.replaceChildren(...this.signers.map((signer, at) => this.row(signer, at)));
    }

    row(signer, at) {
      const text = (key, label) => element("label", { class: "qms-signers__field" }, element("span", {}, label),
        element("input", { type: "text", value: signer[key] || "", maxlength: 200, oninput: (event) => { signer[key] = event.target.value; this.save(); } }));
      const id = `qms-signer-${at}`;
      const role = element("div", { class: "qms-signers__field" }, element("label", { for: id }, gettext("Việc")),
        element("select", { id, onchange: (event) => { signer.role = event.target.value; this.save(); } },
          this.rolesValue.map(([value, label]) => element("option", { value, selected: value === signer.role }, label))));
      return element("div", { class: "qms-signers__row", role: "group", "aria-label": `${gettext("Người ký")} ${at + 1}` },
        role, text("name", gettext("Họ và tên")), text("post", gettext("Chức vụ")),
        button(gettext("Bỏ người ký này"), "✕", () => { this.signers.splice(at, 1); this.save(); this.draw(); }));
    }
  }

  class UploadController extends window.StimulusModule.Controller {
    static targets = ["value", "file", "image", "state", "label", "link", "drop"];
    static values = { url: String, show: String, kind: String };

    connect() {
      this.draw();
    }

    draw() {
      const token = this.valueTarget.value;
      const address = token ? this.showValue.replace("TOKEN", encodeURIComponent(token)) : "";
      if (this.hasImageTarget) {
        this.imageTarget.hidden = !token;
        if (token) this.imageTarget.src = address;
      }
      if (this.hasLinkTarget) {
        this.linkTarget.hidden = !token;
        const name = this.nameField();
        this.linkTarget.href = address + (name && name.value ? "?name=" + encodeURIComponent(name.value) : "");
        this.linkTarget.textContent = (name && name.value) || gettext("Xem tệp");
        this.dropTarget.hidden = !token;
      }
      this.labelTarget.textContent = token
        ? this.kindValue === "picture" ? gettext("Thay ảnh khác") : gettext("Thay tệp khác")
        : this.kindValue === "picture" ? gettext("Chọn ảnh từ máy") : gettext("Chọn tệp từ máy");
    }

    nameField() {
      if (this.kindValue === "file") return document.querySelector("[name=file_name]");
      return document.getElementById(this.valueTarget.id.replace(/-sha256$/, "-name"));
    }

    async send() {
      const file = this.fileTarget.files[0];
      if (!file) return;
      this.stateTarget.textContent = gettext("Đang tải lên…");
      const body = new FormData();
      body.append("file", file);
      try {
        const answer = await fetch(this.urlValue, { method: "POST", body, headers: { "X-CSRFToken": csrf() } });
        const found = await answer.json();
        if (!answer.ok) throw new Error(found.error);
        write(this.valueTarget, found.token);
        const name = this.nameField();
        if (name) write(name, found.name);
        this.stateTarget.textContent = "";
        this.draw();
      } catch (problem) {
        this.stateTarget.textContent = problem instanceof SyntaxError || problem instanceof TypeError || !problem.message
          ? gettext("Không tải lên được. Hãy kiểm tra kết nối rồi thử lại.") : problem.message;
      }
      this.fileTarget.value = "";
    }

    drop() {
      write(this.valueTarget, "");
      const name = this.nameField();
      if (name) write(name, "");
      this.draw();
    }
  }

  class CodeController extends window.StimulusModule.Controller {
    static targets = ["state"];
    static values = { url: String };

    async propose() {
      const unit = document.querySelector("[name=unit]");
      const kind = document.querySelector("[name=kind]");
      const question = new URLSearchParams({ unit: unit ? unit.value : "", kind: kind ? kind.value : "" });
      try {
        const answer = await (await fetch(`${this.urlValue}?${question}`)).json();
        if (answer.code) {
          const field = this.element.querySelector("input");
          write(field, answer.code);
          field.focus();
        }
        this.stateTarget.textContent = answer.message;
      } catch {
        this.stateTarget.textContent = gettext("Không lấy được số. Hãy thử lại.");
      }
    }
  }

  const plainly = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/\u0111/g, "d");

  /** Clauses to tick: typing narrows them, Enter ticks the first that is left. */
  class ClausesController extends window.StimulusModule.Controller {
    static targets = ["chosen", "box", "query", "one", "none"];

    connect() {
      this.boxTarget.hidden = false;
      this.tell();
    }

    tell() {
      const chosen = this.oneTargets.filter((one) => one.querySelector("input").checked).map((one) => one.textContent.trim());
      this.chosenTarget.textContent = chosen.length ? `${gettext("Đã chọn")}: ${chosen.join("; ")}` : gettext("Chưa chọn điều khoản nào.");
    }

    narrow() {
      const asked = plainly(this.queryTarget.value).split(/\s+/).filter(Boolean);
      this.oneTargets.forEach((one) => {
        const text = plainly(one.textContent.trim());
        one.hidden = !asked.every((word) => (/^\d/.test(word) ? text.startsWith(word) : text.includes(word)));
      });
      this.noneTarget.hidden = this.oneTargets.some((one) => !one.hidden);
    }

    key(event) {
      if (event.key === "Escape" && this.queryTarget.value) {
        event.preventDefault();
        this.queryTarget.value = "";
        this.narrow();
      } else if (event.key === "Enter") {
        event.preventDefault();
        const first = this.queryTarget.value.trim() && this.oneTargets.find((one) => !one.hidden);
        if (first) first.querySelector("input").click();
      }
    }
  }

  window.wagtail.app.register("qms-clauses", ClausesController);
  window.wagtail.app.register("qms-signers", SignersController);
  window.wagtail.app.register("qms-upload", UploadController);
  window.wagtail.app.register("qms-code", CodeController);
})();
