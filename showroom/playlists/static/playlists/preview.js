// The playlist as it will be on the glass, for the eyes of staff: no network, no counting.

import { Stage, draw } from "./scenes.js";
import { playable } from "./truth.js";

const root = document.querySelector("#stage");
const words = JSON.parse(document.querySelector("#words").textContent);
const { scenes } = JSON.parse(document.querySelector("#preview").textContent);
const wanted = new URLSearchParams(location.search).get("scene");
const stage = new Stage(root);
const clock = document.querySelector("#clock");

function tell() {
  clock.textContent = new Intl.DateTimeFormat("ko-KR", { timeZone: "Asia/Seoul", hour: "numeric", minute: "2-digit" }).format(Date.now());
}

async function play() {
  tell();
  for (let index = Number(wanted ?? 0); scenes.length; index += 1) {
    const scene = scenes[index % scenes.length];
    root.dataset.now = playable(scene, Date.now()) ? "yes" : "no";
    await stage.show(draw(scene, { words, fresh: true }));
    root.dataset.shown = String(index % scenes.length);
    if (wanted !== null) return;
    await new Promise((done) => setTimeout(done, Math.min(scene.seconds, 6) * 1000));
    tell();
  }
}

document.documentElement.classList.add("preview");
play();
