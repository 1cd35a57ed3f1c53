// The player: plays what it holds, fetches what is new, never goes blank. See docs/guides/showroom.md.

import { Stage, draw } from "../playlists/scenes.js";
import { Courier, pause } from "./courier.js";
import { Proofs } from "./proofs.js";
import { Store, fill, freeMegabytes, isWhole, keepSlots, keepToken, token, wipe } from "./store.js";
import { Clock, allowed, fresh, korean } from "../playlists/truth.js";

const root = document.querySelector("#stage");
const words = JSON.parse(document.querySelector("#words").textContent);
const clockFace = document.querySelector("#clock");
const BASE = root.dataset.base;
const FALLBACK_SECONDS = 8;
const HANG = 60_000;
const started = performance.now();

/** A wait that can be cut short. */
class Nap {
  wake = () => {};

  take(milliseconds) {
    return new Promise((done) => {
      const timer = setTimeout(done, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}

class Player {
  constructor(store, clock, courier) {
    this.store = store;
    this.clock = clock;
    this.courier = courier;
    this.stage = new Stage(root);
    this.proofs = new Proofs(store);
    this.current = null; // { manifest, confirmedAt }
    this.waiting = null; // a newer one that is complete and goes on the glass with the next scene
    this.scene = null;
    this.lastKey = "";
    this.failures = 0;
    this.error = "";
    this.alive = performance.now();
    this.patience = HANG;
    this.reloadNext = false;
    this.changed = false; // a newer manifest came on the glass and nobody was told yet
    this.hurry = false;
    this.glassNap = new Nap();
    this.talkNap = new Nap();
  }

  /** Take up what the last start left, if it is the mall's and whole. */
  async remember() {
    const kept = await this.store.get("current");
    if (!kept) return;
    const manifest = await this.courier.read(kept.body, kept.signature).catch(() => null);
    if (manifest && (await isWhole(manifest).catch(() => false))) this.current = { manifest, confirmedAt: kept.confirmedAt };
  }

  // ── The glass ──────────────────────────────────────────────────────────────────────────────────────────────────
  async play() {
    for (;;) {
      this.alive = performance.now();
      if (this.reloadNext) return reload();
      let seconds = FALLBACK_SECONDS;
      try {
        await this.#switch();
        seconds = await this.#next();
      } catch (error) {
        this.note(error);
        this.#fallback();
      }
      this.patience = seconds * 1000 + HANG;
      await this.glassNap.take(seconds * 1000);
      await this.#played(seconds);
    }
  }

  async #switch() {
    if (!this.waiting) return;
    this.current = this.waiting;
    this.waiting = null;
    await keepSlots(this.current.manifest.version).catch(() => {});
    this.changed = true;
  }

  /** The mall hears at once what is on the glass now. */
  #tellSoon() {
    this.changed = false;
    this.hurry = true;
    this.talkNap.wake();
  }

  async #next() {
    const list = this.current ? allowed(this.current.manifest, this.current.confirmedAt, this.clock.now()) : [];
    if (!list.length) {
      this.#fallback();
      return FALLBACK_SECONDS;
    }
    const index = list.findIndex((scene) => scene.key === this.lastKey);
    const scene = list[(index + 1) % list.length];
    this.lastKey = scene.key;
    const isFresh = fresh(this.current.manifest, this.current.confirmedAt, this.clock);
    await this.stage.show(draw(scene, { words, fresh: isFresh }));
    this.scene = scene;
    root.dataset.scene = scene.key;
    root.dataset.kind = scene.kind;
    root.dataset.version = this.current.manifest.version;
    root.dataset.fresh = String(isFresh);
    if (this.changed) this.#tellSoon();
    return scene.seconds;
  }

  #fallback() {
    this.scene = null;
    this.stage.clear();
    root.dataset.kind = "fallback";
  }

  async #played(seconds) {
    if (!this.scene) return;
    await this.proofs.count(this.scene, korean(this.clock.now()).day, seconds);
  }

  // ── The mall ───────────────────────────────────────────────────────────────────────────────────────────────────
  async speak() {
    for (;;) {
      try {
        if (await this.#round()) return;
        this.failures = 0;
        this.error = "";
      } catch (error) {
        this.failures += 1;
        this.note(error);
      }
      root.dataset.failures = String(this.failures);
      await this.talkNap.take(this.hurry ? 500 : pause(this.failures));
      this.hurry = false;
    }
  }

  /** Manifest, heartbeat, plays. True when this screen was withdrawn. */
  async #round() {
    const known = this.waiting ?? this.current;
    const answer = await this.courier.poll(known?.manifest.version ?? "");
    if (answer.kind === "gone") return this.#leave();
    this.clock.hear(answer.at);
    await this.store.put("clock", this.clock.keep());
    if (answer.kind === "new") await this.#take(answer);
    else await this.#confirm(known, answer.at);
    const { gone } = await this.courier.tell(await this.#beat());
    if (gone) return this.#leave();
    await this.proofs.handIn(this.courier);
    return false;
  }

  /** A newer manifest: download all of it into the other slot; only then may it be shown. */
  async #take({ manifest, body, signature, at }) {
    try {
      await fill(manifest);
    } catch (error) {
      if (error?.name === "QuotaExceededError") await keepSlots(this.current?.manifest.version ?? "");
      throw error;
    }
    await this.store.put("current", { body, signature, confirmedAt: at });
    this.waiting = { manifest, confirmedAt: at };
    if (!this.scene) this.glassNap.wake();
  }

  async #confirm(known, at) {
    known.confirmedAt = at;
    const kept = await this.store.get("current");
    if (kept) await this.store.put("current", { ...kept, confirmedAt: at });
  }

  async #beat() {
    return {
      version: this.current?.manifest.version ?? "",
      scene: this.scene ? this.scene.title || words.eyebrows[this.scene.kind] || this.scene.kind : "",
      screen: `${Math.round(innerWidth * devicePixelRatio)}×${Math.round(innerHeight * devicePixelRatio)}`,
      uptime: Math.round((performance.now() - started) / 1000),
      free: await freeMegabytes(),
      error: this.error,
    };
  }

  async #leave() {
    this.#fallback();
    await wipe(this.store);
    location.replace(`${BASE}pair/`);
    return true;
  }

  // ── Looking after itself ───────────────────────────────────────────────────────────────────────────────────────
  note(error) {
    this.error = `${error?.name ?? "Error"}: ${error?.message ?? error}`.slice(0, 300);
  }

  /** The hand on the pulse: a loop that stopped is started again; once a night everything is. */
  watch() {
    const nightly = 210 + Math.floor(Math.random() * 20); // minutes after midnight: 03:30 to 03:50
    setInterval(() => {
      showTime(this.clock);
      if (performance.now() - this.alive > this.patience) reload();
    }, 5000);
    setInterval(() => {
      this.store.put("clock", this.clock.keep());
      const { minute } = korean(this.clock.now());
      const [hour, past] = minute.split(":").map(Number);
      const ran = performance.now() - started;
      if (hour * 60 + past === nightly && ran > 7_200_000 && navigator.serviceWorker?.controller) this.reloadNext = true;
    }, 30_000);
    addEventListener("error", (event) => this.note(event.error ?? event.message));
    addEventListener("unhandledrejection", (event) => this.note(event.reason));
    addEventListener("online", () => setTimeout(() => this.talkNap.wake(), Math.random() * 3000));
  }
}

function reload() {
  location.reload();
}

function showTime(clock) {
  const face = new Intl.DateTimeFormat("ko-KR", { timeZone: "Asia/Seoul", hour: "numeric", minute: "2-digit" });
  clockFace.textContent = clock.trusted ? face.format(clock.now()) : "";
}

async function stayAwake() {
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    // the machine decides itself when its screen sleeps
  }
}

/** The shell for starting without network; a newer one is put on with the next scene. */
async function serviceWorker(player) {
  if (!navigator.serviceWorker) return;
  const before = navigator.serviceWorker.controller;
  const registration = await navigator.serviceWorker.register(`${BASE}sw.js`, { scope: BASE, updateViaCache: "none" });
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (before) player.reloadNext = true;
  });
  setInterval(() => registration.update().catch(() => {}), 3_600_000);
}

/** A device that was set up by hand brings its token behind the #, which never leaves the device. */
function takeFromAddress() {
  const given = location.hash.match(/^#token=([\w.-]+)$/)?.[1];
  if (!given) return;
  keepToken(given);
  history.replaceState(null, "", location.pathname);
}

async function start() {
  takeFromAddress();
  const held = token();
  if (!held) {
    location.replace(`${BASE}pair/`);
    return;
  }
  const store = await Store.open();
  const clock = new Clock({ kept: await store.get("clock") });
  const courier = new Courier({ token: held, realm: root.dataset.realm, base: BASE });
  const player = new Player(store, clock, courier);
  player.watch();
  await player.remember().catch((error) => player.note(error));
  showTime(clock);
  serviceWorker(player).catch((error) => player.note(error));
  navigator.storage?.persist?.();
  stayAwake();
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && stayAwake());
  player.speak();
  player.play();
}

start();
