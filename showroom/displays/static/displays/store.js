// What a screen keeps over a power cut: small things in IndexedDB, files in Cache Storage, one slot for each manifest.

const NAME = "goeul-showroom";
export const SLOT = "goeul-slot-";
const TOKEN = "goeul-display-token";

function open() {
  return new Promise((done, fail) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("kept");
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
    request.onblocked = () => fail(new Error("blocked"));
  });
}

/** Key and value. Where the browser's store is broken, memory takes its place: the screen plays on, it just forgets. */
export class Store {
  static async open() {
    try {
      return new Store(await open());
    } catch {
      return new Store(null);
    }
  }

  constructor(database) {
    this.database = database;
    this.memory = new Map();
  }

  async #ask(mode, run) {
    return new Promise((done, fail) => {
      const transaction = this.database.transaction("kept", mode);
      const request = run(transaction.objectStore("kept"));
      transaction.oncomplete = () => done(request.result);
      transaction.onerror = transaction.onabort = () => fail(transaction.error);
    });
  }

  async get(key) {
    if (!this.database) return this.memory.get(key);
    try {
      return await this.#ask("readonly", (kept) => kept.get(key));
    } catch {
      return this.memory.get(key);
    }
  }

  async put(key, value) {
    this.memory.set(key, value);
    if (!this.database) return;
    await this.#ask("readwrite", (kept) => kept.put(value, key)).catch(() => {});
  }

  close() {
    this.database?.close();
  }
}

export function token() {
  return localStorage.getItem(TOKEN) || "";
}

export function keepToken(value) {
  localStorage.setItem(TOKEN, value);
}

/** Forget this mall entirely: token, manifest, pictures, shell. */
export async function wipe(store) {
  localStorage.removeItem(TOKEN);
  store?.close();
  const names = await caches.keys().catch(() => []);
  await Promise.all(names.filter((name) => name.startsWith("goeul-")).map((name) => caches.delete(name)));
  await new Promise((done) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = request.onerror = request.onblocked = done;
  });
  const workers = await navigator.serviceWorker?.getRegistrations().catch(() => []);
  await Promise.all((workers ?? []).map((worker) => worker.unregister()));
}

export async function hex(bytes) {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Bring every file of a manifest into its slot; what the last slot or a broken-off download holds is not asked for again. */
export async function fill(manifest, patience = 30_000) {
  const slot = await caches.open(SLOT + manifest.version);
  for (const file of manifest.files) {
    if (await slot.match(file.url)) continue;
    const held = await caches.match(file.url);
    const answer = held ?? (await fetch(file.url, { cache: "no-store", signal: AbortSignal.timeout(patience) }));
    if (!answer.ok) throw new Error(`${answer.status} ${file.url}`);
    const bytes = await answer.clone().arrayBuffer();
    if (bytes.byteLength !== file.size || (await hex(bytes)) !== file.sha256) {
      if (held) await forget(file.url);
      throw new Error(`hash ${file.url}`);
    }
    await slot.put(file.url, answer);
  }
}

async function forget(url) {
  for (const name of await caches.keys()) {
    if (name.startsWith(SLOT)) await (await caches.open(name)).delete(url);
  }
}

/** Whether a slot still holds every file: the browser may have thrown some away. */
export async function isWhole(manifest) {
  const slot = await caches.open(SLOT + manifest.version);
  const held = await Promise.all(manifest.files.map((file) => slot.match(file.url)));
  return held.every(Boolean);
}

/** Keep the slots of these versions and drop the others. */
export async function keepSlots(...versions) {
  const wanted = new Set(versions.map((version) => SLOT + version));
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(SLOT) && !wanted.has(name)).map((name) => caches.delete(name)));
}

export async function freeMegabytes() {
  const { quota = 0, usage = 0 } = (await navigator.storage?.estimate?.().catch(() => ({}))) ?? {};
  return quota ? Math.floor((quota - usage) / 1_048_576) : null;
}
