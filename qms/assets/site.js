// The site's small helpers. Every page works without them.
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // "/" puts the cursor into the search box.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const box = one('form[role="search"] input[type="search"]');
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  // A folded part opens when an address leads into it.
  const reveal = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    const fold = target && target.closest("details:not([open])");
    if (fold) {
      fold.open = true;
      target.scrollIntoView();
    }
  };
  window.addEventListener("hashchange", reveal);
  reveal();

  // The fold-out of sections closes once a section was chosen; the menu closes on Escape and outside.
  for (const fold of all(".toc-fold")) fold.addEventListener("click", (event) => { if (event.target.closest("a")) fold.open = false; });
  for (const menu of all("details.menu")) {
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      one("summary", menu).focus();
    });
  }

  // Where one is, in the list of sections.
  const links = new Map(all(".toc-side .toc a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const targets = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  if (targets.length && one(".toc-side").offsetParent !== null) {
    let shown = null;
    const mark = () => {
      const passed = targets.filter((target) => target.getBoundingClientRect().top < 140);
      const bottom = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 4;
      const now = links.get((bottom && window.scrollY > 0 ? targets.at(-1) : passed.at(-1) || targets[0]).id);
      if (now === shown) return;
      if (shown) shown.removeAttribute("aria-current");
      now.setAttribute("aria-current", "true");
      shown = now;
      const list = one(".toc-side");
      if (now.offsetTop < list.scrollTop || now.offsetTop > list.scrollTop + list.clientHeight - 40) list.scrollTop = now.offsetTop - list.clientHeight / 2;
    };
    let waiting = false;
    window.addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; mark(); });
    }, { passive: true });
    mark();
  }

  // What is wider than its frame can be reached by the Tab key and shows on which side there is more; what fits is no stop.
  const framed = ".scroll[role]";
  const edge = (frame) => {
    const wide = frame.scrollWidth > frame.clientWidth + 1 && getComputedStyle(frame).overflowX !== "visible";
    const at = Math.abs(frame.scrollLeft);
    const more = wide ? [at > 1 && "left", at + frame.clientWidth < frame.scrollWidth - 1 && "right"].filter(Boolean) : [];
    if (more.join(" ") !== (frame.dataset.more || "")) frame.dataset.more = more.join(" ");
    return wide;
  };
  const fit = () => {
    for (const frame of all(framed)) {
      const wide = edge(frame);
      frame.toggleAttribute("data-wide", wide);
      if (wide) frame.setAttribute("tabindex", "0");
      else frame.removeAttribute("tabindex");
      if (wide) frame.dataset.hint = document.body.dataset.scrollHint || "";
    }
  };
  fit();
  window.addEventListener("resize", fit);
  document.addEventListener("toggle", () => requestAnimationFrame(fit), true);
  document.addEventListener("scroll", (event) => { if (event.target.matches?.(framed)) edge(event.target); }, { capture: true, passive: true });

  // Choosing is enough where a list filters the page.
  for (const select of all("select[data-submit]")) select.addEventListener("change", () => select.form.requestSubmit());
  for (const button of all("[data-without-script]")) button.hidden = true;

  // The address of a section, for a letter to a colleague.
  const body = one("[data-copy-base]");
  const hands = body && navigator.clipboard ? all(":is(h2, h3, h4)[id]", body) : [];
  for (const heading of hands) {
    const button = document.createElement("button");
    const icon = one("template", body).content.cloneNode(true);
    button.type = "button";
    button.className = "copy-link";
    button.setAttribute("aria-label", `${body.dataset.copyLabel}: ${heading.textContent.trim()}`);
    button.title = body.dataset.copyLabel;
    button.append(icon);
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    button.append(told);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(`${body.dataset.copyBase}#${heading.id}`);
      told.textContent = body.dataset.copyDone;
      button.classList.add("copied");
      setTimeout(() => { told.textContent = ""; button.classList.remove("copied"); }, 2500);
    });
    heading.append(button);
  }

  // Paper: the line of the uncontrolled copy stands on every page, with the day on which it is really printed.
  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  const line = one("[data-print-line]");
  if (line && "adoptedStyleSheets" in document) {
    const sheet = new CSSStyleSheet();
    const text = line.textContent.trim().replace(/\s+/g, " ").replace(/["\\]/g, "");
    sheet.replaceSync(`@page { @bottom-left { content: "${text}"; } }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  window.addEventListener("beforeprint", () => { for (const fold of all("details.flow-fold")) { fold.dataset.was = fold.open; fold.open = true; } });
  window.addEventListener("afterprint", () => { for (const fold of all("details[data-was]")) { fold.open = fold.dataset.was === "true"; delete fold.dataset.was; } });
})();
