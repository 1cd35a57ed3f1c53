// The gate's talk with the mall: one scan asked at once, waiting scans told later, the list renewed. Nothing is ever dropped.

import { openList } from "./seal.js";
import { forget, get, keepScan, put, scans } from "./store.js";

const BATCH = 100;

export class Revoked extends Error {}

async function call(path, options = {}, patience = 15_000) {
  const token = await get("token");
  if (!token) throw new Revoked();
  const answer = await fetch(path, {
    ...options, cache: "no-store", credentials: "omit", redirect: "error", signal: AbortSignal.timeout(patience),
    headers: { Accept: "application/json", Authorization: `Gate ${token}`, ...options.headers },
  });
  if (answer.status === 401) {
    await forget();
    throw new Revoked();
  }
  return answer;
}

function wire({ nonce, text, amount, clock, offset, list, offline, let_in, reason }) {
  return { nonce, text, amount, clock, offset, list, offline, let_in, reason };
}

async function hand(rows, waiting, patience) {
  const body = JSON.stringify({ scans: rows.map(wire), clock: Date.now(), waiting });
  const answer = await call("/redeem/scans/", { method: "POST", body, headers: { "Content-Type": "application/json" } }, patience);
  if (answer.ok) return (await answer.json()).scans;
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return null;
  throw new Error(String(answer.status));
}

/** Ask the mall about one scan now; its answer, or null when none came in time. */
export async function askNow(scan, patience = 4000) {
  const [answer] = (await hand([scan], 1, patience)) ?? [];
  return answer ?? null;
}

/** Tell the mall what waits. A scan that it cannot read is kept and waits for a person. */
export async function deliver(onAnswer) {
  const waiting = (await scans()).filter((scan) => scan.state === "waiting");
  for (let start = 0; start < waiting.length; start += BATCH) {
    const rows = waiting.slice(start, start + BATCH);
    let answers = await hand(rows, waiting.length - start);
    if (!answers) answers = await oneByOne(rows, waiting.length - start);
    for (const answer of answers) {
      const scan = rows.find((row) => row.nonce === answer.nonce);
      if (!scan) continue;
      Object.assign(scan, { state: answer.outcome === "person" ? "person" : "done", answer });
      await keepScan(scan);
      onAnswer(scan);
    }
  }
  return waiting.length;
}

async function oneByOne(rows, waiting) {
  const found = [];
  for (const row of rows) {
    const answer = await hand([row], waiting);
    found.push(...(answer ?? [{ nonce: row.nonce, outcome: "person", reason: "bad_batch", message: "" }]));
  }
  return found;
}

/** Fetch a new list; keep it only when a key that is held already signed it. The clock's difference is measured on the way. */
export async function renewList() {
  const sent = Date.now();
  const answer = await call("/redeem/list/");
  if (!answer.ok) throw new Error(String(answer.status));
  const sealed = await answer.json();
  const held = await get("list");
  const list = await openList(sealed, held?.keys);
  if (!list) throw new Error("seal");
  const offset = list.made_at - Math.round((sent + Date.now()) / 2);
  await put("list", list);
  await put("offset", offset);
  return { list, offset };
}
