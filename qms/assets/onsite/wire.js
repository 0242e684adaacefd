// Talks to the server. Every failure has a name: offline, slow, signed-out, gone, other (somebody else has signed in), busy, refused.
const PATIENCE = 60_000; // a network that is there and carries nothing is given up, so that the next try begins
const LONG = 180_000; // for what is large
export class Failure extends Error {
  constructor(kind, said = "") {
    super(said || kind);
    this.kind = kind;
    this.said = said;
  }
}

const tokens = new Map();
const base = (audit) => `/danh-gia/${audit}/tai-cho/`;

export const person = () => Number(/(?:^|; )device_person=(\d+)/.exec(document.cookie)?.[1] || 0);

async function ask(address, { patience = PATIENCE, ...options } = {}) {
  const signal = AbortSignal.timeout?.(patience);
  let response;
  try {
    response = await fetch(address, { credentials: "same-origin", cache: "no-store", signal, ...options });
  } catch {
    throw new Failure(signal?.aborted ? "slow" : "offline");
  }
  const said = await response.json().catch(() => null);
  if (signal?.aborted && !said) throw new Failure("slow");
  if (response.ok && said) return said;
  if (response.ok) throw new Failure("busy"); // the answer was cut off
  const kinds = { 401: "signed-out", 403: "token", 404: "gone", 409: "other", 400: "refused" };
  throw new Failure(kinds[response.status] || "busy", said?.error);
}

export const pack = (audit) => get(audit, "goi/", { patience: LONG });
export const news = (audit, since) => get(audit, `moi/?since=${since}`);

async function get(audit, path, options) {
  const said = await ask(base(audit) + path, options);
  if (said.token) tokens.set(audit, said.token);
  return said;
}

// Sends with a token; one that has grown old, after signing in again, is fetched once more.
async function post(audit, path, options) {
  for (const again of [true, false]) {
    if (!tokens.has(audit)) await get(audit, "gui/");
    try {
      return await ask(base(audit) + path, { method: "POST", ...options, headers: { ...options.headers, "X-CSRFToken": tokens.get(audit) } });
    } catch (failure) {
      if (failure.kind !== "token" || !again) throw failure;
      tokens.delete(audit);
    }
  }
}

export function sendEntries(audit, owner, entries) {
  const body = JSON.stringify({ person: owner, clock: Date.now(), entries });
  return post(audit, "gui/", { body, headers: { "Content-Type": "application/json" } });
}

export const arrived = (audit, file) => ask(`${base(audit)}tep/${file}/`);

export function sendPiece(audit, owner, file, start, data) {
  const facts = new URLSearchParams({ person: owner, item: file.item, name: file.name, size: file.blob.size, start });
  return post(audit, `tep/${file.id}/?${facts}`, { body: data, patience: LONG, headers: { "Content-Type": "application/octet-stream" } });
}
