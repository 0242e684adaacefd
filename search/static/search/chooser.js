/* Looks for documents while words are typed; without scripts the button does the same with the whole form. */
(() => {
  "use strict";
  const place = document.querySelector("[data-qms-chooser]");
  if (!place) return;
  const form = place.closest("form");
  const find = form.elements.find;
  const shown = place.querySelector("[data-qms-choices]");
  let waiting, asked = 0;

  const chosen = () => shown.querySelector("input:checked")?.value || "";

  async function look() {
    clearTimeout(waiting);
    const number = ++asked, origin = chosen();
    const query = new URLSearchParams({ find: find.value, origin, agency: form.elements.agency ? form.elements.agency.value : "" });
    try {
      const answer = await fetch(`${place.dataset.url}?${query}`, { headers: { "X-Requested-With": "XMLHttpRequest" } });
      const text = await answer.text();
      if (!answer.ok || number !== asked) return;
      if (chosen() !== origin) return await look(); // chosen while the answer was on its way: it must stay
      shown.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
    } catch { /* the button is still there */ }
  }

  find.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 250); });
  find.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); look(); } });
  place.querySelector("button[name=look]").addEventListener("click", (event) => { event.preventDefault(); look(); });
  if (form.elements.agency) form.elements.agency.addEventListener("change", look);
})();
