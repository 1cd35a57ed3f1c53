// What time it is, and what may still be said. A screen's own clock is never believed where a price hangs on it.

const SANE = Date.parse("2025-01-01T00:00:00Z");
const LONGEST_SLEEP = 14 * 86_400_000;
const KST = 9 * 3_600_000;

/** Server time, carried on by a counter that no one can set. It never goes back. */
export class Clock {
  constructor({ wall = () => Date.now(), tick = () => performance.now(), kept = null } = {}) {
    this.wall = wall;
    this.tick = tick;
    const slept = kept ? wall() - kept.wall : -1;
    this.trusted = Boolean(kept?.trusted) && wall() > SANE && slept >= 0 && slept <= LONGEST_SLEEP;
    this.anchor = { server: this.trusted ? kept.server + slept : (kept?.server ?? wall()), tick: tick() };
  }

  now() {
    return this.anchor.server + (this.tick() - this.anchor.tick);
  }

  /** The server has spoken: from here on time is counted from its word. */
  hear(server) {
    if (!Number.isFinite(server)) return;
    this.anchor = { server, tick: this.tick() };
    this.trusted = true;
  }

  /** What to keep for the next start. */
  keep() {
    return { server: this.now(), wall: this.wall(), trusted: this.trusted };
  }
}

/** The Korean day and minute of an instant: { day: "2026-11-23", minute: "14:05" }. */
export function korean(at) {
  const text = new Date(at + KST).toISOString();
  return { day: text.slice(0, 10), minute: text.slice(11, 16) };
}

/** Whether a scene may be shown at this instant. Hours that end before they begin run over midnight. */
export function playable(scene, at) {
  if (scene.from && at < Date.parse(scene.from)) return false;
  if (scene.until && at >= Date.parse(scene.until)) return false;
  const opens = scene.opens || "00:00";
  const closes = scene.closes || "24:00";
  const { minute } = korean(at);
  return opens <= closes ? opens <= minute && minute < closes : minute >= opens || minute < closes;
}

/** The scenes that may be shown now; none once the manifest has been without contact for too long. */
export function allowed(manifest, confirmedAt, at) {
  const end = Math.max(Date.parse(manifest.valid_until), confirmedAt + manifest.play_seconds * 1000);
  return at < end ? manifest.scenes.filter((scene) => playable(scene, at)) : [];
}

/** Whether prices and stock were confirmed recently enough, on a clock that can prove it. */
export function fresh(manifest, confirmedAt, clock) {
  const age = clock.now() - confirmedAt;
  return clock.trusted && age >= -60_000 && age <= manifest.price_seconds * 1000;
}
