// Proof of play: counts by day and scene, kept over power cuts, handed in as batches that count once.

const MOST_ROWS = 400;
const OLDEST = 60 * 86_400_000;

export class Proofs {
  constructor(store) {
    this.store = store;
    this.queue = Promise.resolve();
  }

  /** One after the other: counting and handing in never see each other's half. */
  #alone(work) {
    const done = this.queue.then(work);
    this.queue = done.catch(() => {});
    return done;
  }

  count(scene, day, seconds) {
    return this.#alone(async () => {
      const open = (await this.store.get("plays")) ?? {};
      const key = `${day} ${scene.key}`;
      const row = open[key] ?? { day, scene: scene.key, subject: scene.subject, plays: 0, seconds: 0 };
      open[key] = { ...row, plays: row.plays + 1, seconds: row.seconds + Math.round(seconds) };
      await this.store.put("plays", open);
    });
  }

  /** Close what was counted into a batch with a nonce and hand it in; what was not acknowledged is handed in again. */
  async handIn(courier) {
    const batch = await this.#alone(() => this.#batch());
    if (!batch || !(await courier.handIn(batch))) return;
    await this.#alone(() => this.store.put("batch", null));
  }

  async #batch() {
    const waiting = await this.store.get("batch");
    if (waiting) return waiting;
    const open = (await this.store.get("plays")) ?? {};
    const keys = Object.keys(open).sort().slice(0, MOST_ROWS);
    if (!keys.length) return null;
    const rows = keys.map((key) => open[key]).filter((row) => Date.now() - Date.parse(row.day) < OLDEST);
    const batch = { nonce: crypto.randomUUID(), rows };
    for (const key of keys) delete open[key];
    await this.store.put("batch", rows.length ? batch : null);
    await this.store.put("plays", open);
    return rows.length ? batch : null;
  }
}
