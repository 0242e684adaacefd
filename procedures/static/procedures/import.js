// The import's pages, made easier where scripts run: drop files, send them one by one, follow the reading. All of it works without.
(() => {
  "use strict";

  const each = (root, selector, act) => root.querySelectorAll(selector).forEach(act);

  function upload(form) {
    const input = form.querySelector("input[type=file]");
    const drop = form.querySelector("[data-import-drop]");
    const list = form.querySelector("[data-import-list]");
    let chosen = [];

    const folder = document.createElement("input");
    Object.assign(folder, { type: "file", multiple: true, webkitdirectory: true });

    // Our own buttons speak the person's language; the field itself stays for where no script runs.
    form.querySelector("[data-import-choose]").hidden = false;
    input.classList.add("w-sr-only");
    input.tabIndex = -1;
    form.querySelector("[data-import-pick]").addEventListener("click", () => input.click());
    form.querySelector("[data-import-folder]").addEventListener("click", () => folder.click());
    form.querySelector("[data-import-clear]").addEventListener("click", () => { chosen = []; input.value = ""; show(); });

    function show() {
      const sum = form.querySelector("[data-import-sum]");
      const size = chosen.reduce((all, file) => all + file.size, 0) / 2 ** 20;
      sum.textContent = sum.dataset.one.replace("%s", chosen.length).replace("%s", size.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 }));
      list.replaceChildren(...chosen.map((file) => {
        const row = document.createElement("li");
        row.textContent = file.name;
        if (tooLarge(form, file)) {
          row.className = "bad";
          row.textContent += `: ${form.dataset.tooLarge}`;
        }
        return row;
      }));
      form.querySelector("[data-import-chosen]").hidden = chosen.length === 0;
    }

    input.addEventListener("change", () => { chosen = [...input.files]; show(); });
    folder.addEventListener("change", () => { chosen = chosen.concat([...folder.files].filter(wanted)); show(); });
    ["dragenter", "dragover"].forEach((name) => drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); }));
    ["dragleave", "drop"].forEach((name) => drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.remove("over"); }));
    drop.addEventListener("drop", async (event) => {
      chosen = chosen.concat(await dropped(event.dataTransfer));
      show();
    });
    form.addEventListener("submit", (event) => {
      if (chosen.length === 0) {
        event.preventDefault();
        form.querySelector("[data-import-pick]").focus();
        input.click();
        return;
      }
      event.preventDefault();
      const fit = chosen.filter((file) => !tooLarge(form, file));
      if (fit.length > 0) send(form, fit);
    });
  }

  // Of a folder only what may be documents: no hidden files, none of Word's lock files.
  function wanted(file) {
    return /^(?![.~]).*\.(docx|docm|dotx|doc|odt|rtf|zip|pdf|xlsx)$/i.test(file.name);
  }

  function tooLarge(form, file) {
    const zip = file.name.toLowerCase().endsWith(".zip");
    return file.size > Number(zip ? form.dataset.limitArchive : form.dataset.limitFile);
  }

  // Files and whole folders; folders are walked where the browser can.
  async function dropped(transfer) {
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
    if (entries.length === 0) return [...transfer.files];
    const found = [];
    const walk = async (entry) => {
      if (entry.name.startsWith(".") || entry.name.startsWith("~$")) return;
      if (entry.isFile) {
        found.push(await new Promise((done, failed) => entry.file(done, failed)));
        return;
      }
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((done, failed) => reader.readEntries(done, failed));
        if (some.length === 0) return;
        for (const inner of some) await walk(inner);
      }
    };
    for (const entry of entries) await walk(entry);
    return found;
  }

  async function send(form, files) {
    const sending = form.querySelector("[data-import-sending]");
    const status = form.querySelector("[data-import-status]");
    const bar = form.querySelector("[data-import-bar]");
    const problems = form.querySelector("[data-import-problems]");
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const say = (text) => { const row = document.createElement("li"); row.textContent = text; problems.append(row); };
    sending.hidden = false;
    each(form, "button, input, select", (part) => { part.disabled = true; });
    sending.scrollIntoView({ block: "nearest" });
    bar.max = files.reduce((sum, file) => sum + file.size, 0) || 1;

    let batch = form.dataset.batch;
    try {
      if (!batch) {
        const start = new FormData();
        start.set("script", "1");
        start.set("csrfmiddlewaretoken", token);
        const agency = form.querySelector("[name=agency]");
        start.set("agency", agency.value);
        start.set("as", form.querySelector("[name=as]:checked").value);
        // The same list sent twice begins one batch; another list begins its own.
        start.set("list", files.map((file) => `${file.name} ${file.size} ${file.lastModified}`).join("/"));
        const answer = await fetch(location.href, { method: "POST", body: start });
        batch = (await answer.json()).batch;
        if (!batch) throw new Error(answer.status);
      }
    } catch {
      say(form.dataset.failed);
      each(form, "button, input, select", (part) => { part.disabled = false; });
      return;
    }

    let sent = 0;
    let failed = 0;
    for (const [number, file] of files.entries()) {
      status.textContent = form.dataset.sent.replace("%s", number).replace("%s", files.length);
      try {
        const answer = await post(`${batch}add/`, file, token, (loaded) => { bar.value = sent + loaded; });
        answer.problems.forEach(say);
        failed += answer.problems.length;
      } catch {
        say(`${file.name}: ${form.dataset.failed}`);
        failed += 1;
      }
      sent += file.size;
      bar.value = sent;
    }
    status.textContent = form.dataset.sent.replace("%s", files.length).replace("%s", files.length);
    if (failed === 0) {
      location.assign(batch);
      return;
    }
    const go = form.querySelector("[data-import-go]");
    go.hidden = false;
    go.querySelector("a").href = batch;
    go.querySelector("a").focus();
  }

  function post(address, file, token, progress) {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.set("script", "1");
      body.set("csrfmiddlewaretoken", token);
      body.set("files", file, file.name);
      request.open("POST", address);
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => progress(event.loaded));
      request.addEventListener("load", () => (request.status === 200 && request.response ? done(request.response) : failed(new Error(request.status))));
      request.addEventListener("error", () => failed(new Error("network")));
      request.send(body);
    });
  }

  // A row is written when its file has been read, and all once more at the end: what was read later may have the same code.
  function follow(box) {
    const address = box.dataset.importProgress;
    let pause = 1000;
    let allRead = false;
    async function look() {
      const asked = [...document.querySelectorAll(allRead ? "[data-import-row]" : "[data-import-row][data-waiting]")].map((row) => row.dataset.importRow);
      try {
        const answer = await (await fetch(`${address}?rows=${asked.join(",")}`, { headers: { Accept: "application/json" } })).json();
        const offers = Object.entries(answer.rows).filter(([number, html]) => rewritten(number, html));
        box.innerHTML = answer.progress;
        document.querySelector("[data-import-acts]").innerHTML = answer.acts;
        counted(document.querySelector("[data-import-narrow]"), answer.narrow);
        if (allRead) return;
        pause = 1000;
        if (answer.waiting === 0) {
          if ((offers.length > 0 || "selected" in box.dataset) && !document.querySelector("[name=chosen]:checked")) {
            location.reload();
            return;
          }
          allRead = true;
        }
      } catch {
        pause = Math.min(pause * 2, 30000);
      }
      setTimeout(look, pause);
    }
    if (Number(box.dataset.waiting) > 0) setTimeout(look, pause);
  }

  // The filters with their counts of now; what is chosen or typed in them stays.
  function counted(box, html) {
    const fresh = document.createElement("div");
    fresh.innerHTML = html;
    if (!box.querySelector("form") || !fresh.querySelector("form")) {
      box.replaceChildren(...fresh.childNodes);
      return;
    }
    each(fresh, "select", (made) => {
      const select = box.querySelector(`[name="${made.name}"]`);
      const chosen = select.value;
      if (select.textContent === made.textContent) return;
      select.replaceChildren(...made.options);
      select.value = chosen;
      if (select.selectedIndex < 0) select.selectedIndex = 0;
    });
  }

  // Writes the row anew where it differs, a tick in it kept. Says whether it has an offer, whose form only a new page has.
  function rewritten(number, html) {
    const row = document.querySelector(`[data-import-row="${number}"]`);
    if (!row) return false;  // a twin on another page
    const made = document.createElement("table");
    made.innerHTML = html;
    const fresh = made.tBodies[0];
    if (row.isEqualNode(fresh)) return false;
    const tick = fresh.querySelector("[name=chosen]");
    if (tick) tick.checked = row.querySelector("[name=chosen]")?.checked ?? false;
    row.replaceWith(fresh);
    return fresh.querySelector("[form^=attach-]") !== null;
  }

  function choose(box) {
    box.hidden = false;
    box.addEventListener("change", () => each(document, "[name=chosen]", (one) => { one.checked = box.checked; }));
  }

  each(document, "[data-import-upload]", upload);
  each(document, "[data-import-progress]", follow);
  each(document, "[data-import-all]", choose);
})();
