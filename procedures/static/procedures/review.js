// The review of imported files, made easier where scripts run: facts light up in the original, lines can be pointed at, keys.
(() => {
  "use strict";

  const paper = document.querySelector("[data-import-paper]");
  const point = document.querySelector("[data-import-point]");
  const review = document.querySelector("[data-import-item]");
  const typing = (event) => event.target.closest("input, textarea, select, [contenteditable]");

  // A fact that is looked at lights up where it stands.
  function light(name) {
    if (!paper) return;
    let first = null;
    paper.querySelectorAll("[data-import-line]").forEach((line) => {
      const lit = name !== "" && (line.dataset.facts || "").split(" ").includes(name);
      line.classList.toggle("lit", lit);
      if (lit && !first) first = line;
    });
    if (first) paper.scrollTo({ top: first.offsetTop - paper.offsetTop - paper.clientHeight / 3 });
  }

  document.querySelectorAll("[data-fact]").forEach((box) => {
    box.addEventListener("focusin", () => light(box.dataset.fact));
    box.addEventListener("click", () => light(box.dataset.fact));
  });

  // Lines by their numbers light up: those of a warning, or of a value.
  function mark(numbers) {
    light("");
    const wanted = numbers.split(" ");
    const lines = paper ? [...paper.querySelectorAll("[data-import-line]")].filter((line) => wanted.includes(line.dataset.importLine)) : [];
    lines.forEach((line) => line.classList.add("lit"));
    if (lines[0]) paper.scrollTo({ top: lines[0].offsetTop - paper.offsetTop - paper.clientHeight / 3 });
  }

  document.querySelectorAll("[data-import-lines]").forEach((button) => button.addEventListener("click", () => {
    const tab = document.getElementById("import-tab-text");
    if (tab) tab.click();
    mark(button.dataset.importLines);
    if (paper) paper.scrollIntoView({ block: "nearest" });
  }));

  // Of two values that the paper gives, one is taken; its place lights up.
  document.querySelectorAll("[data-import-take]").forEach((button) => {
    const show = () => mark(button.dataset.lines);
    button.addEventListener("focus", show);
    button.addEventListener("click", () => {
      const field = document.querySelector(`[data-fact="${button.dataset.importTake}"] input`);
      if (field) field.value = button.dataset.value;
      if (field) field.dispatchEvent(new Event("change", { bubbles: true }));
      show();
    });
  });

  // A line that is pointed at: say what it is, teach it, or put it into a field of this file alone.
  if (paper && point) {
    const part = (name) => point.elements[name];

    // A column has other meanings than a label or a place, and takes no portion.
    const choices = () => {
      const column = part("kind").value === "column";
      [...part("meaning").children].forEach((one) => {
        const fits = one.value === "" || (one.tagName === "OPTGROUP") === column;
        one.hidden = one.disabled = !fits;
      });
      if (part("meaning").selectedOptions[0]?.closest(":disabled")) part("meaning").value = "";
      part("portion").disabled = column;
      part("phrase").readOnly = column;
      if (column) part("phrase").value = point.dataset.column;
    };
    part("kind").addEventListener("change", choices);

    paper.addEventListener("click", (event) => {
      const line = event.target.closest("button[data-import-line]");
      if (!line) return;
      paper.querySelectorAll(".chosen").forEach((one) => one.classList.remove("chosen"));
      line.classList.add("chosen");
      part("phrase").value = line.textContent.split(":")[0].trim().slice(0, 200);
      part("spot").value = line.dataset.spot;
      point.dataset.text = line.textContent.trim();
      part("kind").querySelector("[value=below]").disabled = !("cell" in line.dataset);
      part("kind").querySelector("[value=spot]").disabled = "moves" in line.dataset;
      part("kind").querySelector("[value=column]").disabled = !("column" in line.dataset);
      point.dataset.column = line.dataset.column || "";
      part("kind").value = "label";
      part("meaning").value = line.dataset.meaning;
      choices();
      point.hidden = false;
      part("meaning").focus({ preventScroll: true });
      point.scrollIntoView({ block: "nearest" });
      paper.scrollTo({ top: line.getBoundingClientRect().top - paper.getBoundingClientRect().top + paper.scrollTop - paper.clientHeight / 3 });
    });
    point.querySelector("[data-import-cancel]").addEventListener("click", () => { point.hidden = true; });
    point.querySelector("[data-import-use]").addEventListener("click", () => {
      if (!part("meaning").reportValidity()) return;
      const box = document.querySelector(`[data-fact="${part("meaning").value}"]`);
      const field = box && box.querySelector("input, textarea");
      if (!field) return;
      const text = point.dataset.text;
      const value = text.includes(":") ? text.slice(text.indexOf(":") + 1).trim() : text;
      const day = value.match(/(\d{1,2})\D{1,7}(\d{1,2})\D{1,6}(\d{4})/);
      if (/_on$/.test(part("meaning").value) && day) field.value = `${day[1].padStart(2, "0")}/${day[2].padStart(2, "0")}/${day[3]}`;
      else if (field.type === "number") field.value = (value.match(/\d+/) || [""])[0];
      else field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
      point.hidden = true;
    });
  }

  // "Nhập thành" with search: what is typed leaves the options that hold it.
  document.querySelectorAll("[data-import-search]").forEach((box) => {
    const select = box.querySelector("select");
    const every = [...select.options];
    if (every.length < 8) return;
    const search = document.createElement("input");
    Object.assign(search, { type: "search", placeholder: box.dataset.importSearch });
    search.setAttribute("aria-label", box.dataset.importSearch);
    const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/\u0111/gi, "d").toLowerCase();
    search.addEventListener("input", () => {
      const words = plain(search.value).split(/\s+/).filter(Boolean);
      const kept = every.filter((option, place) => place < 2 || option.selected || words.every((word) => plain(option.text).includes(word)));
      select.replaceChildren(...kept);
    });
    select.before(search);
  });

  // The original as pages beside its text: a second tab, remembered from file to file; the pictures come when they are drawn.
  const tabs = document.querySelector("[data-import-tabs]");
  const drawn = document.querySelector("[data-import-drawn]");
  if (tabs && drawn) {
    const all = [...tabs.querySelectorAll("[role=tab]")];
    const remembered = "qms-original-tab";
    const choose = (tab) => {
      all.forEach((one) => {
        one.setAttribute("aria-selected", String(one === tab));
        one.tabIndex = one === tab ? 0 : -1;
        document.getElementById(one.getAttribute("aria-controls")).hidden = one !== tab;
      });
      try { localStorage.setItem(remembered, tab.id); } catch { /* a browser that remembers nothing */ }
    };
    all.forEach((tab) => {
      const panel = document.getElementById(tab.getAttribute("aria-controls"));
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      tab.addEventListener("click", () => choose(tab));
    });
    tabs.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
      choose(next);
      next.focus();
    });
    tabs.hidden = false;
    let before = null;
    try { before = localStorage.getItem(remembered); } catch { /* the same */ }
    choose(window.location.hash === "#trang-goc" ? all[1] : all.find((tab) => tab.id === before) || all[0]);
    follow(drawn, 0);
  }

  /** Asks for the pages, then looks until they are there; a few minutes are enough for any file. */
  async function follow(box, turn) {
    if (box.dataset.state === "ready" || box.dataset.state === "failed" || turn > 120) return;
    if (turn > 0) await new Promise((done) => setTimeout(done, turn < 15 ? 1500 : 5000));
    const form = box.querySelector("form");
    const asking = box.dataset.state === "none" && form;
    const request = asking ? { method: "POST", body: new FormData(form) } : {};
    try {
      const answer = await fetch(box.dataset.importDrawn, { ...request, headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      show(box, await answer.json());
    } catch { /* the network is away: the next turn asks again */ }
    await follow(box, turn + 1);
  }

  function show(box, found) {
    box.dataset.state = found.state;
    box.querySelector("[data-drawn-said]").textContent = found.said;
    const form = box.querySelector("form");
    if (form) form.hidden = found.state !== "failed";
    box.querySelector("[data-drawn-pages]").replaceChildren(...found.pages.map((page) => Object.assign(new Image(1100, 1556), {
      loading: "lazy", decoding: "async", src: page.address, alt: page.alt,
    })));
  }

  // Keys: on a file Alt+Enter accepts, Alt+S saves, Alt+K skips, Alt+N goes on; in the table j, k, x, Enter.
  if (review) {
    document.addEventListener("keydown", (event) => {
      if (!event.altKey || event.ctrlKey || event.metaKey) return;
      const wanted = { Enter: "accept", KeyS: "save", KeyK: "skip", KeyN: "next" }[event.code];
      const button = wanted && review.querySelector(`[data-import-key="${wanted}"]`);
      if (!button) return;
      event.preventDefault();
      button.click();
    });
  }

  const table = document.querySelector("[data-import-review]");
  if (table) {
    document.addEventListener("keydown", (event) => {
      if (typing(event) && event.target.type !== "checkbox" || event.altKey || event.ctrlKey || event.metaKey) return;
      const rows = [...table.querySelectorAll("[data-import-row]")];
      const at = rows.findIndex((row) => row.contains(document.activeElement));
      const move = { j: 1, k: -1 }[event.key];
      if (move) {
        const row = rows[Math.max(0, Math.min(rows.length - 1, at + move))];
        const target = row && row.querySelector("a, button, input");
        if (target) { event.preventDefault(); target.focus(); row.scrollIntoView({ block: "nearest" }); }
      } else if (event.key === "x" && at >= 0) {
        const tick = rows[at].querySelector("[name=chosen]");
        if (tick) { event.preventDefault(); tick.checked = !tick.checked; }
      }
    });
  }
})();
