// The gate: one scan, one answer in large type. The mall is asked when it can be reached; otherwise the device decides.

import { startCamera } from "./camera.js";
import { spaced } from "./code.js";
import { askNow, deliver, renewList, Revoked } from "./courier.js";
import { refusal } from "./decide.js";
import { isDead, readVoucher } from "./seal.js";
import { signal, wakeSound } from "./signal.js";
import { forgetScan, get, keepScan, put, scans, tidy } from "./store.js";

const words = JSON.parse(document.querySelector("#words").textContent);
const $ = (id) => document.getElementById(id);
const SECOND = 1000;
const LIST_EVERY = 300 * SECOND;
const SEND_EVERY = 60 * SECOND;
const DAY = 86_400 * SECOND;

const held = { list: null, offset: 0, hasJumped: false, isOnline: navigator.onLine, isLost: false };
const born = Date.now() - performance.now();
let wait = 0;
let timer = 0;

// ── The clock ────────────────────────────────────────────────────────────────────────────────────────────────────────
/** The device's clock set right by the last list. A clock that was moved meanwhile is noticed, here and over a restart. */
function clock() {
  const slack = held.list?.slack_ms ?? 0;
  const drift = Math.abs(Date.now() - performance.now() - born);
  if (held.list && drift > slack) held.hasJumped = true;
  return { at: Date.now() + held.offset, hasJumped: held.hasJumped };
}

async function watchClock() {
  const last = (await get("seen")) ?? 0;
  if (held.list && Date.now() < last - held.list.slack_ms) held.hasJumped = true;
  await put("seen", Math.max(last, Date.now()));
}

// ── A scan ───────────────────────────────────────────────────────────────────────────────────────────────────────────
async function ownUse() {
  const mine = (await scans()).filter((scan) => scan.let_in && (scan.offline || scan.state === "done"));
  const since = mine.filter((scan) => scan.offline && scan.list === held.list?.made_at);
  return {
    codes: new Set(mine.filter((scan) => scan.answer?.outcome !== "taken_back").map((scan) => scan.code)),
    accepted: since.reduce((sum, scan) => sum + (scan.face ?? 0), 0),
  };
}

async function scanned(text, amount = null) {
  const voucher = await readVoucher(text, held.list);
  if (voucher.code && held.list) voucher.isDead = await isDead(voucher.code, held.list);
  const scan = {
    nonce: crypto.randomUUID(), text: text.trim().slice(0, 400), amount, clock: Date.now(), offset: held.offset,
    list: held.list?.made_at ?? 0, offline: false, let_in: false, reason: "", state: "asking",
    code: voucher.code ?? "", type: voucher.type ?? "", face: held.list?.types[voucher.type]?.face ?? 0,
  };
  if (!scan.text) return null;
  await keepScan(scan);
  const answer = voucher.fault === "unreadable" ? null : await asked(scan);
  if (answer) Object.assign(scan, { state: "done", let_in: answer.let_in, code: answer.code || scan.code, type: answer.type || scan.type, answer });
  else await decide(scan, voucher);
  if (answer?.reason === "amount_needed") return askAmount(scan);
  await keepScan(scan);
  show(scan);
  if (scan.state === "waiting") plan(SECOND);
  await draw();
  return scan;
}

/** An amount voucher is used in parts: the mall asks how much. Nothing was used yet, so the question leaves no trace. */
async function askAmount(scan) {
  await forgetScan(scan.nonce);
  $("gate-answer").hidden = true;
  $("gate-amount-form").hidden = false;
  $("gate-amount-said").textContent = scan.answer.message;
  $("gate-amount-form").dataset.text = scan.text;
  $("gate-amount").value = "";
  $("gate-amount").focus();
  return scan;
}

async function asked(scan) {
  if (!navigator.onLine || held.isLost) return null;
  try {
    const answer = await askNow(scan);
    setOnline(true);
    return answer;
  } catch (error) {
    if (error instanceof Revoked) lose();
    setOnline(false);
    return null;
  }
}

async function decide(scan, voucher) {
  const reason = held.isLost ? "no_list" : refusal(voucher, held.list, await ownUse(), clock());
  Object.assign(scan, { offline: true, let_in: !reason, reason, state: "waiting" });
}

// ── The answer ───────────────────────────────────────────────────────────────────────────────────────────────────────
function show(scan) {
  const kind = held.list?.types[scan.type];
  const reason = scan.offline ? words[`why_${scan.reason}`] : scan.answer?.message;
  $("gate-answer").className = `gate-result ${scan.let_in ? "is-good" : "is-bad"}`;
  $("gate-answer").hidden = false;
  $("gate-amount-form").hidden = true;
  $("gate-answer").dataset.reason = scan.offline ? scan.reason : (scan.answer?.reason ?? "");
  $("gate-mark").textContent = scan.let_in ? "✓" : "✕";
  $("gate-title").textContent = scan.let_in ? words.good : words.bad;
  $("gate-text").textContent = scan.let_in ? (scan.answer?.message || kind?.name || "") : reason;
  const facts = kind ? details(kind, scan) : [];
  $("gate-facts").replaceChildren(...facts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  signal(scan.let_in);
  $("gate-answer").focus();
}

function details(kind, scan) {
  return [
    words.persons.replace("%s", kind.persons),
    words.worth.replace("%s", kind.face.toLocaleString("ko")),
    ...(kind.named ? [words.named] : []),
    ...kind.check,
    ...(scan.let_in && scan.offline ? [words.good_offline] : []),
  ];
}

// ── Sending and renewing ─────────────────────────────────────────────────────────────────────────────────────────────
function plan(after) {
  clearTimeout(timer);
  timer = setTimeout(work, after);
}

/** Tell what waits, then renew the list when it is five minutes old. After a failure it waits twice as long, up to a minute. */
async function work() {
  if (held.isLost) return;
  await navigator.locks.request("goeul-gate-work", workAlone);
  await draw();
  plan(wait || SEND_EVERY);
}

async function workAlone() {
  try {
    await deliver(() => {});
    const age = held.list ? clock().at - held.list.made_at : Infinity;
    if (age >= LIST_EVERY || age < 0 || held.hasJumped) await renew();
    setOnline(true);
    wait = 0;
  } catch (error) {
    if (error instanceof Revoked) lose();
    else setOnline(false);
    wait = Math.min(wait ? wait * 2 : 5 * SECOND, SEND_EVERY);
  }
}

async function renew() {
  Object.assign(held, await renewList(), { hasJumped: false });
  await put("seen", Date.now());
  await tidy(Date.now() - DAY);
}

function setOnline(isOnline) {
  held.isOnline = isOnline;
}

function lose() {
  Object.assign(held, { list: null, isLost: true, isOnline: false });
}

// ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────────
const kst = new Intl.DateTimeFormat("ko", { timeZone: "Asia/Seoul", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });

async function draw() {
  const all = await scans();
  const waiting = all.filter((scan) => scan.state === "waiting");
  $("gate-lost").hidden = !held.isLost;
  $("gate-link").textContent = held.isOnline ? words.online : words.offline;
  $("gate-link").className = held.isOnline ? "is-online" : "is-offline";
  $("gate-list-age").textContent = held.list ? words.list_age.replace("%s", kst.format(held.list.made_at)) : words.no_list_yet;
  $("gate-waits").textContent = waiting.length ? words.waits.replace("%s", waiting.length) : "";
  const minutes = Math.round(Math.abs(held.offset) / 60_000);
  $("gate-clock").textContent = held.list && minutes >= 5 ? words.clock_off.replace("%s", minutes.toLocaleString("ko")) : "";
  $("gate-name").textContent = held.list ? `${held.list.partner.name} · ${held.list.gate.name}` : ((await get("name")) ?? "");
  $("gate-rows").replaceChildren(...all.reverse().slice(0, 50).map(row));
}

function row(scan) {
  const item = document.createElement("li");
  const name = held.list?.types[scan.type]?.name ?? scan.answer?.message ?? "";
  const code = scan.code ? spaced(scan.code) : "—";
  const said = scan.let_in ? words.good : (words[`why_${scan.reason}`] ?? scan.answer?.message ?? words.bad);
  const status = scan.answer?.outcome === "conflict" ? words.case : { waiting: words.waiting, person: words.person, done: words.sent }[held.isLost && scan.state === "waiting" ? "person" : scan.state];
  const mayUndo = scan.answer?.use && scan.let_in && Date.now() - scan.clock < 600 * SECOND;
  item.className = `is-${scan.state}`;
  item.append(
    Object.assign(document.createElement("span"), { className: "gate-time", textContent: kst.format(scan.clock + scan.offset).slice(-5) }),
    Object.assign(document.createElement("span"), { className: "gate-what", textContent: `${scan.let_in ? "✓" : "✕"} ${name} ${code} · ${said}` }),
    mayUndo
      ? Object.assign(document.createElement("a"), { href: `/redeem/${scan.answer.use}/undo/`, textContent: words.undo })
      : Object.assign(document.createElement("b"), { textContent: status ?? "" }),
  );
  return item;
}

async function recover() {
  for (const scan of await scans()) {
    if (scan.state !== "asking") continue;
    Object.assign(scan, { offline: true, let_in: false, reason: "interrupted", state: "waiting" });
    await keepScan(scan);
  }
}

async function start() {
  held.list = (await get("list")) ?? null;
  held.offset = (await get("offset")) ?? 0;
  if (!(await get("token"))) {
    if (!(await scans()).length) return location.replace("/redeem/");
    lose();
  }
  await watchClock();
  await recover();
  await draw();
  $("gate").dataset.ready = "yes";
  if (navigator.storage?.persisted && !(await navigator.storage.persisted())) {
    const kept = await navigator.storage.persist();
    $("gate-kept").textContent = kept ? "" : words.not_kept;
  }
  await navigator.serviceWorker?.register("/redeem/sw.js", { scope: "/redeem/" }).catch(() => {});
  return work();
}

$("gate-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  wakeSound();
  const text = $("gate-code").value;
  $("gate-code").value = "";
  await scanned(text);
});
$("gate-amount-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const won = Number($("gate-amount").value.replace(/[,\s원]/g, ""));
  if (Number.isInteger(won) && won > 0) await scanned(event.target.dataset.text, won);
});
let stop = null;
$("gate-scan").addEventListener("click", async () => {
  wakeSound();
  if (stop) {
    stop();
    stop = null;
  } else {
    stop = await startCamera($("gate-video"), scanned).catch(() => null);
    $("gate-camera-said").textContent = stop ? "" : words.camera_failed;
  }
  $("gate-video").hidden = !stop;
});
addEventListener("online", () => plan(0));
addEventListener("offline", () => { setOnline(false); draw(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) plan(0); });
setInterval(watchClock, 30 * SECOND);
start();
