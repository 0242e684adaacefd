// Sends what a share holds: answers and findings in the order in which they were written, then files piece by piece. One tab at a time.
import * as store from "./store.js";
import * as wire from "./wire.js";

const BATCH = 50;
const LETTERS = 60_000; // of the notes of a batch, so that a slow network gets it through
const PIECE = 256 * 1024;

// Returns "sent", "sending" (another tab is), "early" or the failure; nothing is taken off the device before the server has it.
// `alone`: not to wait for another tab any more, which the system may have frozen; what arrives twice is one to the server.
export async function send(share, alone = false) {
  const work = async () => {
    try {
      if (await isEarly(share)) return "early";
      await sendEntries(share);
      await sendFiles(share);
      return "sent";
    } catch (failure) {
      if (failure instanceof wire.Failure) return failure;
      throw failure;
    }
  };
  if (!navigator.locks || alone) return work();
  return navigator.locks.request(`danh-gia ${share.share}`, { ifAvailable: true }, (lock) => (lock ? work() : "sending"));
}

// Before the lead begins the audit, what was written waits here: the server would set it aside.
async function isEarly(share) {
  const known = await store.share(share.share);
  if (known?.open || known?.over) return false;
  try {
    const heard = await hear(share);
    return !heard.open && !heard.over;
  } catch (failure) {
    if (failure.kind !== "gone") throw failure;
    return false; // off the team: it is set aside for the lead
  }
}

async function sendEntries(share) {
  for (;;) {
    const kept = await store.all("entries", share.share);
    const given = new Set(kept.filter((entry) => entry.why).map((entry) => entry.id)); // back to be corrected, and what stands on them waits
    const waiting = batch(kept.filter((entry) => !entry.why && !(entry.finding && given.has(entry.base))));
    if (!waiting.length) return;
    const plain = waiting.map(({ id, item, base, result, note, at, settles, finding, grade }) => ({ id, item, base, result, note, at, settles, finding, grade }));
    const said = await wire.sendEntries(share.audit, share.person, plain);
    const became = new Map(said.outcomes.map((one) => [one.id, one]));
    const gone = waiting.filter((entry) => became.get(entry.id) && became.get(entry.id).outcome !== "refused");
    const returned = waiting.filter((entry) => became.get(entry.id)?.outcome === "refused")
      .map((entry) => ({ ...entry, why: became.get(entry.id).why }));
    await hear(share, gone.map((entry) => entry.seq), returned);
    await store.change(share.share, { aside: said.aside, clock: said.clock }); // who is off the team hears it here only
    if (!gone.length && !returned.length) return;
  }
}

function batch(entries) {
  let letters = 0;
  return entries.slice(0, BATCH).filter((entry, place) => (letters += (entry.note || "").length) <= LETTERS || place === 0);
}

// Fetches the others' answers and keeps them together with what is known of our own, so that the page never shows an older one.
export async function hear(share, gone = [], returned = []) {
  const known = await store.share(share.share);
  let heard = null;
  try {
    heard = await wire.news(share.audit, known?.until || 0);
  } catch (failure) {
    if (failure.kind !== "gone" || !gone.length) throw failure;
  }
  const rows = Object.entries(heard?.answers || {}).map(([item, list]) => ({ share: share.share, item: Number(item), list }));
  await store.settle(share.share, gone, returned, rows);
  if (heard) await store.change(share.share, facts(heard));
  return heard;
}

export const facts = ({ until, stamp, open, over, state, lead, files, session, unfinished, aside }) => ({ until, open, over, state, lead, held: files, session, unfinished, aside, heard: Date.now(), ...(stamp ? { newest: stamp } : {}) });

async function sendFiles(share) {
  for (const file of (await store.all("files", share.share)).filter((one) => !one.why)) {
    try {
      await sendFile(share, file);
      await store.remove("files", file.id);
    } catch (failure) {
      if (failure.kind !== "refused") throw failure;
      await store.keep("files", { ...file, why: failure.said });
    }
  }
}

async function sendFile(share, file) {
  let { arrived: at } = await wire.arrived(share.audit, file.id);
  for (;;) {
    const said = await wire.sendPiece(share.audit, share.person, file, at, file.blob.slice(at, at + PIECE));
    if (said.whole) return;
    if (said.arrived === at) throw new wire.Failure("busy"); // nothing was added; not again and again
    at = said.arrived;
  }
}
