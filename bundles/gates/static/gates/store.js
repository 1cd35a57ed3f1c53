// What a gate keeps: its token and list, and every scan until the mall has it. A scan is written before the guest is answered.

const NAME = "goeul-gate";

function opened() {
  return new Promise((done, fail) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("kept");
      request.result.createObjectStore("scans", { keyPath: "nonce" }).createIndex("clock", "clock");
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

let database = null;

async function ask(store, mode, run) {
  database ??= await opened();
  return new Promise((done, fail) => {
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const request = run(transaction.objectStore(store));
    transaction.oncomplete = () => done(request.result);
    transaction.onerror = transaction.onabort = () => fail(transaction.error);
  });
}

export const get = (key) => ask("kept", "readonly", (kept) => kept.get(key));
export const put = (key, value) => ask("kept", "readwrite", (kept) => kept.put(value, key));
export const keepScan = (scan) => ask("scans", "readwrite", (scans) => scans.put(scan));
export const scans = () => ask("scans", "readonly", (held) => held.index("clock").getAll());
export const forgetScan = (nonce) => ask("scans", "readwrite", (held) => held.delete(nonce));

/** Forget the mall: token, list, everything that is not a scan which the mall does not have yet. */
export async function forget() {
  await ask("kept", "readwrite", (kept) => kept.clear());
  for (const scan of await scans()) if (scan.state === "done") await forgetScan(scan.nonce);
}

/** Drop what the mall has had since before `at`. */
export async function tidy(at) {
  for (const scan of await scans()) if (scan.state === "done" && scan.clock < at) await forgetScan(scan.nonce);
}
