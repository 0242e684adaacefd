// Builds elements. Text is always text; nothing here reads HTML.
export function el(tag, facts = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const said = JSON.parse(document.getElementById("loi")?.textContent || "{}");

// A sentence of the page in the person's language, with {names} filled in.
export const say = (key, facts = {}) => (said[key] || key).replace(/\{(\w+)\}/g, (_, name) => facts[name]);
// "2 câu trả lời, 1 ảnh": what there is of these kinds.
export const amounts = (counts) => Object.entries(counts).filter(([, n]) => n).map(([kind, n]) => say(`n_${kind}`, { n })).join(", ");
// The hour of a moment, with its day unless that is today.
export function hour(moment) {
  const at = new Date(moment), two = (n) => String(n).padStart(2, "0");
  const day = at.toDateString() === new Date().toDateString() ? "" : ` ${two(at.getDate())}/${two(at.getMonth() + 1)}`;
  return `${two(at.getHours())}:${two(at.getMinutes())}${day}`;
}
export const RESULTS = said.results || [];
export const called = (result) => RESULTS.find(([value]) => value === result)?.[1] || "";

// An id that no other device makes; `crypto.randomUUID` is not there over plain HTTP.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
