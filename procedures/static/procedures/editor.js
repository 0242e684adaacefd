/* What the editor's own fields share: words in the person's language, small DOM helpers, telling Wagtail that something changed. */
(function () {
  "use strict";
  const gettext = window.gettext || ((text) => text);

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    Object.entries(attributes || {}).forEach(([key, value]) => {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value === true) made.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
    });
    children.flat().forEach((child) => made.append(child));
    return made;
  }

  function button(label, sign, act, attributes) {
    return element("button", { type: "button", class: "qms-tool", title: label, "aria-label": label, onclick: act, ...attributes }, sign);
  }

  /** Writes a control's value and lets autosave and the unsaved-changes guard see it. */
  function write(control, value) {
    if (control.value === value) return;
    control.value = value;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** The fragment of an editable cell in the tags that are kept. */
  function fragment(cell) {
    const copy = cell.cloneNode(true);
    copy.querySelectorAll("[data-ui]").forEach((node) => node.remove());
    const swap = { B: "strong", I: "em", DIV: "p" };
    copy.querySelectorAll("b,i,div").forEach((old) => {
      const made = document.createElement(swap[old.tagName]);
      made.append(...old.childNodes);
      old.replaceWith(made);
    });
    copy.querySelectorAll("span,font").forEach((old) => old.replaceWith(...old.childNodes));
    copy.querySelectorAll("[style],[class],[dir]").forEach((node) => ["style", "class", "dir"].forEach((a) => node.removeAttribute(a)));
    copy.querySelectorAll("img[data-sha]").forEach((image) => {
      image.setAttribute("src", "sha256:" + image.dataset.sha);
      image.removeAttribute("data-sha");
    });
    const html = copy.innerHTML.replace(/(<br>\s*)+$/, "");
    return html.replace(/^<p>((?:(?!<\/?(?:p|ul|ol)\b)[\s\S])*)<\/p>$/, "$1");
  }

  /** Puts plain text where the cursor stands, one paragraph a line: what is pasted brings no foreign markup. */
  function pasteText(text) {
    const lines = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n");
    if (lines.length === 1) document.execCommand("insertText", false, lines[0]);
    else document.execCommand("insertHTML", false, lines.map((line) => element("p", {}, line).outerHTML).join(""));
  }

  const csrf = () => {
    const field = document.querySelector("[name=csrfmiddlewaretoken]");
    return field ? field.value : "";
  };

  const documentId = () => (window.location.pathname.match(/\/pages\/(\d+)\//) || [])[1] || "";

  const formats = [
    ["bold", gettext("Đậm"), "B"],
    ["italic", gettext("Nghiêng"), "I"],
    ["underline", gettext("Gạch chân"), "U"],
    ["insertUnorderedList", gettext("Danh sách gạch đầu dòng"), "•"],
    ["insertOrderedList", gettext("Danh sách đánh số"), "1."],
  ];

  function formatButtons() {
    return formats.map(([command, label, sign]) =>
      button(label, sign, () => document.execCommand(command), { class: "qms-tool qms-tool--" + command, onmousedown: (event) => event.preventDefault() }));
  }

  document.execCommand("defaultParagraphSeparator", false, "p");
  window.qms = { gettext, element, button, write, fragment, pasteText, csrf, documentId, formatButtons };
})();
