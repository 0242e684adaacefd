// What the device keeps, in IndexedDB. A share is one person's part of one audit; its key is "person:audit".
export const NAME = "danh-gia";
const STORES = ["shares", "packs", "answers", "entries", "files", "drafts"];
let opening = null;

function open() {
  opening ||= new Promise((done, fail) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore("shares", { keyPath: "share" });
      db.createObjectStore("packs", { keyPath: "share" });
      for (const name of ["answers", "drafts"]) {
        db.createObjectStore(name, { keyPath: ["share", "item"] }).createIndex("share", "share");
      }
      db.createObjectStore("entries", { keyPath: "seq", autoIncrement: true }).createIndex("share", "share");
      db.createObjectStore("files", { keyPath: "id" }).createIndex("share", "share");
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opening = null; };
      done(request.result);
    };
    request.onerror = request.onblocked = () => { opening = null; fail(request.error || new Error("blocked")); };
  });
  return opening;
}

const result = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

// Runs `work` on the named stores in one transaction; resolves with what it gave once everything is on the disk.
async function run(names, mode, work) {
  const db = await open();
  const transaction = db.transaction(names, mode, mode === "readwrite" ? { durability: "strict" } : {});
  const kept = new Promise((done, fail) => {
    transaction.oncomplete = done;
    transaction.onabort = transaction.onerror = () => fail(transaction.error || new Error("aborted"));
  });
  kept.catch(() => {}); // what `work` throws says more
  const given = await work(...names.map((name) => transaction.objectStore(name)));
  await kept;
  return given;
}

const of = (store, share) => result(store.index("share").getAll(IDBKeyRange.only(share)));

export const keyOf = (person, audit) => `${person}:${audit}`;
export const works = () => open().then(() => true, () => false);
export const share = (key) => run(["shares"], "readonly", (store) => result(store.get(key)));
export const shares = () => run(["shares"], "readonly", (store) => result(store.getAll()));
export const pack = (key) => run(["packs"], "readonly", (store) => result(store.get(key)));
export const all = (name, key) => run([name], "readonly", (store) => of(store, key));

export function keep(name, ...rows) {
  return run([name], "readwrite", async (store) => {
    let last;
    for (const row of rows) last = await result(store.put(row));
    return last;
  });
}

export function change(key, facts) {
  return run(["shares"], "readwrite", async (store) => {
    const found = await result(store.get(key));
    if (found) await result(store.put({ ...found, ...facts }));
  });
}

export const remove = (name, key) => run([name], "readwrite", (store) => result(store.delete(key)));

// An answer and the end of its draft, both or neither; one that had to be corrected goes with it. A finding that is not sent yet
// follows the newest answer: with `words` for it, or not at all; its grade stays as long as the result does.
export function write(entry, replaced, words) {
  return run(["entries", "drafts"], "readwrite", async (entries, drafts) => {
    if (replaced) await result(entries.delete(replaced));
    await result(drafts.delete([entry.share, entry.item]));
    const begun = await findings(entries, entry);
    for (const row of begun) await result(entries.delete(row.seq));
    const given = await result(entries.add(entry));
    if (begun.length && words) await result(entries.add({ id: begun[0].id, share: entry.share, item: entry.item, at: begun[0].at, finding: true, base: entry.id, grade: begun[0].result === words.result ? begun[0].grade || "" : "", ...words }));
    return given;
  });
}

// A finding begun here, behind the answer it stands on; one for each question.
export function begin(row) {
  return run(["entries"], "readwrite", async (entries) => {
    if (!(await findings(entries, row)).length) await result(entries.add(row));
  });
}

// The grade of a finding that is still here. False once it was sent: its page is the place for that then.
export function grade(seq, value) {
  return run(["entries"], "readwrite", async (entries) => {
    const row = await result(entries.get(seq));
    if (row) await result(entries.put({ ...row, grade: value, why: "" }));
    return Boolean(row);
  });
}

const findings = async (entries, { share, item }) => (await of(entries, share)).filter((row) => row.finding && row.item === item);

// What the server said of sent entries: those that are there go, those given back stay with the reason. New answers come in with it.
export function settle(key, gone, returned, answers) {
  return run(["entries", "answers"], "readwrite", async (entries, store) => {
    for (const seq of gone) await result(entries.delete(seq));
    for (const entry of returned) await result(entries.put(entry));
    for (const row of answers) await result(store.put(row));
  });
}

// What waits to be sent, as a person counts it: a question answered three times is one answer. Drafts are not sent before they are saved.
export function tally(entries, files, drafts) {
  const items = (rows) => new Set(rows.map((row) => row.item)).size;
  const photos = files.filter((row) => row.blob.type.startsWith("image/")).length;
  const waiting = { answers: items(entries.filter((row) => !row.finding)), findings: items(entries.filter((row) => row.finding)), photos, files: files.length - photos };
  return { waiting, some: Object.values(waiting).some(Boolean), drafts: drafts.length };
}

export async function unsent(key) {
  return tally(...await Promise.all([all("entries", key), all("files", key), all("drafts", key)]));
}

// Takes a share off the device, with everything that belongs to it.
export function wipe(key) {
  return run(STORES, "readwrite", async (sharesOf, packs, ...rest) => {
    await result(sharesOf.delete(key));
    await result(packs.delete(key));
    for (const store of rest) {
      for (const row of await result(store.index("share").getAllKeys(IDBKeyRange.only(key)))) await result(store.delete(row));
    }
  });
}
