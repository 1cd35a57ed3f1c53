// Codes that people type: the same alphabet and check character as on the server (core/ids.py).

const ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY";

function checkCharacter(body) {
  let total = 0;
  for (let position = 0; position < body.length; position += 1) total += (position + 2) * ALPHABET.indexOf(body[position]);
  return ALPHABET[total % 29];
}

/** A typed code in its stored form, or null when it cannot be one. */
export function readCode(text) {
  const code = text.toUpperCase().replace(/[\s-]/g, "");
  if (code.length !== 12 || [...code].some((letter) => !ALPHABET.includes(letter))) return null;
  return checkCharacter(code.slice(0, -1)) === code.at(-1) ? code : null;
}

/** A code in groups of four, as printed. */
export function spaced(code) {
  return code.match(/.{1,4}/g).join("-");
}
