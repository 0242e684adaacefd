// From change to change with the keys n and p. The links on the page do the same without this.
(() => {
  "use strict";
  const diff = document.querySelector("[data-diff]");
  if (!diff) return;
  const marks = [...diff.querySelectorAll(".diff-at")];
  if (marks.length < 2) return;
  for (const hint of diff.querySelectorAll(".diff-keys")) hint.hidden = false;
  let at = -1;
  diff.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const place = link ? marks.findIndex((mark) => `#${mark.id}` === link.hash) : -1;
    if (place >= 0) at = place;
  });
  document.addEventListener("keydown", (event) => {
    if (!["n", "p"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    at = Math.min(marks.length - 1, Math.max(0, at + (event.key === "n" ? 1 : -1)));
    const fold = marks[at].closest("details:not([open])");
    if (fold) fold.open = true;
    marks[at].scrollIntoView({ block: "center" });
    marks[at].focus({ preventScroll: true });
  });
})();
