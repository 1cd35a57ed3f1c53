// Signatures: the list that the mall gave, and the tokens in guests' QR codes. Ed25519 of the browser itself.

import { readCode } from "./code.js";

const PARTS = { GV1: 6, GV2: 7 };
const utf8 = new TextEncoder();

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

async function verify(key, signature, text) {
  try {
    const held = await crypto.subtle.importKey("raw", bytes(key), { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", held, bytes(signature), utf8.encode(text));
  } catch {
    return false;
  }
}

/** The list in a sealed answer, or null. The first list's keys are believed; later ones must be signed by a key held before. */
export async function openList({ body, signatures }, heldKeys) {
  const list = JSON.parse(body);
  for (const [id, key] of Object.entries(heldKeys ?? list.keys)) {
    if (signatures[id] && (await verify(key, signatures[id], body))) return list;
  }
  return null;
}

/** What a scanned or typed text is: `{code, type, lastDay, isSigned}`, or `{fault}`. */
export async function readVoucher(text, list) {
  const parts = text.trim().split(".");
  if (!(parts[0] in PARTS)) {
    const code = readCode(text);
    return code ? { code, isSigned: false } : { fault: "unreadable" };
  }
  if (!list) return { fault: "no_list" };
  const [, schema, keyId, code] = parts;
  const key = list.keys[keyId];
  if (parts.length !== PARTS[parts[0]] || schema !== list.schema || !key) return { fault: "bad_token" };
  if (!(await verify(key, parts.at(-1), parts.slice(0, -1).join(".")))) return { fault: "bad_token" };
  return { code, type: parts[0] === "GV1" ? null : parts[4], lastDay: parts.at(-2), isSigned: true };
}

/** Whether a voucher is on the list of those that ended. */
export async function isDead(code, list) {
  const hash = await crypto.subtle.digest("SHA-256", utf8.encode(`${list.schema}:${code}`));
  const mark = [...new Uint8Array(hash).slice(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return holds(list.dead, mark);
}

/** Looks for a mark in a sorted text of marks of equal length. */
function holds(sorted, mark) {
  let low = 0;
  let high = sorted.length / mark.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = sorted.substr(middle * mark.length, mark.length);
    if (found === mark) return true;
    if (found < mark) low = middle + 1;
    else high = middle;
  }
  return false;
}
