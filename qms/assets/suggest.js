// Suggestions while typing: an accessible combobox on the search box. Without it the form is sent as usual.
(() => {
  "use strict";
  const WAIT = 120;
  for (const box of document.querySelectorAll("input[data-suggest]")) start(box);

  function start(box) {
    const list = document.createElement("ul");
    const status = document.createElement("span");
    list.id = `${box.id}-list`;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", document.querySelector(`label[for="${box.id}"]`)?.textContent || "");
    list.hidden = true;
    status.className = "hidden";
    status.setAttribute("role", "status");
    box.parentElement.append(list, status);
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-expanded", "false");
    box.setAttribute("aria-controls", list.id);
    let timer = 0, asked = "", running = null, chosen = -1, typed = box.value;

    const items = () => [...list.children];
    const close = () => {
      list.hidden = true;
      chosen = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };
    const choose = (index) => {
      const rows = items();
      chosen = (index + rows.length + 1) % (rows.length + 1);
      if (chosen === rows.length) chosen = -1;
      rows.forEach((row, n) => row.setAttribute("aria-selected", String(n === chosen)));
      if (chosen < 0) {
        box.removeAttribute("aria-activedescendant");
        box.value = typed;
        return;
      }
      box.setAttribute("aria-activedescendant", rows[chosen].id);
      rows[chosen].scrollIntoView({ block: "nearest" });
      if (!rows[chosen].dataset.url) box.value = rows[chosen].dataset.text;
    };
    const go = (row) => {
      if (row.dataset.url) {
        location.assign(row.dataset.url);
        return;
      }
      box.value = row.dataset.text;
      close();
      box.form.requestSubmit();
    };
    const show = (answer) => {
      list.replaceChildren(...answer.suggestions.map((one, n) => {
        const row = document.createElement("li");
        row.id = `${list.id}-${n}`;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        row.dataset.text = one.text;
        if (one.url) row.dataset.url = one.url;
        const main = document.createElement("span");
        main.className = "suggestion-text";
        main.append(...marked(one));
        row.append(main);
        if (one.note) {
          const note = document.createElement("span");
          note.className = "suggestion-note";
          note.textContent = one.note;
          row.append(note);
        }
        return row;
      }));
      chosen = -1;
      const some = answer.suggestions.length > 0 && document.activeElement === box;
      list.hidden = !some;
      box.setAttribute("aria-expanded", String(some));
      box.removeAttribute("aria-activedescendant");
      status.textContent = some ? answer.said : "";
    };
    // Pieces [text, marked?] come from the server, so that nothing is read as HTML here.
    const marked = (one) => one.pieces.map(([text, hit]) => {
      if (!hit) return document.createTextNode(text);
      const mark = document.createElement("mark");
      mark.textContent = text;
      return mark;
    });
    const ask = async () => {
      const text = box.value.trim();
      if (text === asked) return;
      asked = text;
      running?.abort();
      if (text.length < 2) {
        close();
        return;
      }
      running = new AbortController();
      try {
        const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: running.signal, headers: { Accept: "application/json" } });
        if (answer.ok) show(await answer.json());
      } catch (error) {
        if (error.name !== "AbortError") close();
      }
    };

    box.addEventListener("input", () => {
      typed = box.value;
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    box.addEventListener("keydown", (event) => {
      if (event.isComposing) return; // Vietnamese input methods compose
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (list.hidden && items().length) { list.hidden = false; box.setAttribute("aria-expanded", "true"); }
        if (list.hidden) return;
        event.preventDefault();
        choose(event.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? items().length - 1 : chosen - 1);
      } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
        event.preventDefault();
        go(items()[chosen]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        box.value = typed;
        close();
      }
    });
    box.addEventListener("blur", () => setTimeout(close, 150));
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => { const row = event.target.closest("li"); if (row) go(row); });
  }
})();
