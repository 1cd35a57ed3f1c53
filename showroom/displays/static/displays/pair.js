// The pairing screen: shows six digits in huge type and waits until staff have typed them in.

import { keepToken, token, wipe } from "./store.js";

const root = document.querySelector("#pairing");
const digits = document.querySelector("#digits");
const left = document.querySelector("#left");
const words = JSON.parse(document.querySelector("#words").textContent);
const BASE = root.dataset.base;

async function ask(path, options = {}) {
  return fetch(BASE + path, {
    ...options, cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(15_000),
    headers: { Accept: "application/json", ...options.headers },
  });
}

function sleep(seconds) {
  return new Promise((done) => setTimeout(done, seconds * 1000));
}

function show(code) {
  digits.textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
}

/** Ask for a code until there is one; the server says when it may be asked again. */
async function begin() {
  for (let wait = 5; ; wait = Math.min(wait * 2, 120)) {
    try {
      const answer = await ask("pair/start/", { method: "POST" });
      const { code, token: given, seconds, message } = await answer.json();
      if (answer.ok) {
        show(code);
        return { given, ends: performance.now() + seconds * 1000 };
      }
      left.textContent = message ?? words.no_contact;
    } catch {
      left.textContent = words.no_contact;
    }
    await sleep(wait);
  }
}

async function isPaired(given) {
  const answer = await ask("pair/status/", { headers: { Authorization: `Display ${given}` } });
  return answer.ok && (await answer.json()).state === "paired";
}

async function wait({ given, ends }) {
  while (performance.now() < ends) {
    const minutes = Math.ceil((ends - performance.now()) / 60_000);
    left.textContent = words.left.replace("%s", minutes);
    if (await isPaired(given).catch(() => false)) {
      keepToken(given);
      location.replace(`${BASE}player/`);
      return true;
    }
    await sleep(3);
  }
  return false;
}

async function start() {
  if (token() && (await isPaired(token()).catch(() => false))) {
    location.replace(`${BASE}player/`);
    return;
  }
  await wipe(null);
  for (;;) if (await wait(await begin())) return;
}

start();
