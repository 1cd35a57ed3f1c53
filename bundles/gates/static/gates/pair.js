// Makes this phone a gate: by one tap of a logged-in person, or by the six digits on the partner's page.

import { renewList } from "./courier.js";
import { get, put } from "./store.js";

const form = document.querySelector("#gate-pair");
const said = document.querySelector("#gate-pair-said");

async function pair() {
  const data = new FormData(form);
  const byCode = form.dataset.way === "code";
  const answer = await fetch(form.action, {
    method: "POST", cache: "no-store",
    ...(byCode
      ? { credentials: "omit", body: JSON.stringify(Object.fromEntries(data)), headers: { "Content-Type": "application/json" } }
      : { body: data }),
  });
  const { token, gate, message } = await answer.json();
  if (!answer.ok) return message;
  await put("token", token);
  await put("name", gate);
  await renewList();
  await navigator.storage?.persist?.().catch(() => false);
  await navigator.serviceWorker?.register("/redeem/sw.js", { scope: "/redeem/" });
  await navigator.serviceWorker?.ready;
  location.assign("/redeem/gate/");
  return "";
}

if (form) {
  if ((await get("token").catch(() => "")) && !location.search && form.dataset.way !== "code") location.replace("/redeem/gate/");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    said.textContent = await pair().catch(() => form.dataset.noContact);
    button.disabled = false;
  });
}
