// Speaks with the mall: asks for the manifest, tells what is on the glass, hands in what was played.

import { hex } from "./store.js";

const PATIENCE = 15_000;
const encoder = new TextEncoder();

export class Courier {
  constructor({ token, realm, base }) {
    this.token = token;
    this.realm = realm;
    this.base = base;
    this.key = null;
  }

  async #ask(path, options = {}) {
    return fetch(this.base + path, {
      ...options,
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE),
      headers: { Accept: "application/json", Authorization: `Display ${this.token}`, ...options.headers },
    });
  }

  /** Whether the mall signed this. The key is worked out from the token and never travels. */
  async #signed(text, signature) {
    if (!signature || !/^[0-9a-f]{64}$/.test(signature)) return false;
    this.key ??= await crypto.subtle.importKey(
      "raw", encoder.encode(await hex(encoder.encode(`${this.realm}:${this.token}`))), { name: "HMAC", hash: "SHA-256" }, false, ["verify"],
    );
    const bytes = Uint8Array.from(signature.match(/../g), (pair) => parseInt(pair, 16));
    return crypto.subtle.verify("HMAC", this.key, bytes, encoder.encode(text));
  }

  /** Ask for the manifest: { kind: "same" | "new" | "gone", at, manifest, body, signature }. Anything else is an error. */
  async poll(version) {
    const answer = await this.#ask("manifest.json", { headers: version ? { "If-None-Match": `"${version}"` } : {} });
    if (await isGone(answer)) return { kind: "gone" };
    const time = answer.headers.get("Goeul-Time") ?? "";
    const signature = answer.headers.get("Goeul-Signature");
    if (answer.status === 304) {
      if (!(await this.#signed(`${version}\n${time}`, signature))) throw new Error("unsigned answer");
      return { kind: "same", at: Date.parse(time) };
    }
    if (!answer.ok) throw new Error(`manifest ${answer.status}`);
    const body = await answer.text();
    const manifest = await this.read(body, signature);
    if (!manifest) throw new Error("unsigned manifest");
    return { kind: "new", at: Date.parse(manifest.issued_at), manifest, body, signature };
  }

  /** A manifest out of its text, or null when it is not the mall's. */
  async read(body, signature) {
    if (!(await this.#signed(body, signature))) return null;
    return JSON.parse(body);
  }

  async tell(beat) {
    const answer = await this.#ask("heartbeat/", { method: "POST", body: JSON.stringify(beat) });
    return { gone: await isGone(answer), ok: answer.ok };
  }

  /** Hand in a batch. True: the mall has it (or will never take it), forget it. */
  async handIn(batch) {
    const answer = await this.#ask("plays/", { method: "POST", body: JSON.stringify(batch) });
    return answer.ok || answer.status === 400;
  }
}

/** Withdrawn: only the mall's own word counts, not any 401 of some box on the way. */
async function isGone(answer) {
  if (answer.status !== 401) return false;
  const { code } = await answer.clone().json().catch(() => ({}));
  return code === "display_unknown";
}

/** Half a minute in good times, with some scatter so that screens do not march in step; 30, 60, 120 s without contact. */
export function pause(failures, chance = Math.random()) {
  const seconds = [30, 30, 60, 120][Math.min(failures, 3)];
  return seconds * 1000 * (0.9 + 0.2 * chance);
}
