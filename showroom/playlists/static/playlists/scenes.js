// Draws scenes. Knows nothing of networks or clocks: given a scene and what may be said of it, it returns an element.

const WON = new Intl.NumberFormat("ko-KR");
const NUMBERED = new Set(["ranking", "numbers"]);

/** One element with a class, some text and children. Text is never read as markup. */
function make(tag, name, text = "", children = []) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  element.append(...children.filter(Boolean));
  return element;
}

function maybe(tag, name, text) {
  return text ? make(tag, name, text) : null;
}

/** How large a title may be: the fewer letters, the larger. */
function measure(text) {
  const letters = [...text].length;
  if (letters <= 9) return "short";
  if (letters <= 18) return "middle";
  return letters <= 30 ? "long" : "longest";
}

function art(scene) {
  const frame = make("div", "art");
  if (scene.picture) {
    const picture = make("img", "");
    picture.src = scene.picture;
    picture.alt = "";
    frame.append(picture);
  }
  return frame;
}

/** The price as huge as it deserves, or a polite sentence when it is too old to be promised. */
function price(scene, words, fresh) {
  if (!scene.price) return null;
  if (!fresh) return make("p", "price price--hidden", words.price_hidden);
  const { amount, before, cut, per } = scene.price;
  const now = make("p", "price", "", [
    cut ? make("em", "cut", `${cut}%`) : null,
    make("b", "", WON.format(amount), [make("span", "won", words.won)]),
  ]);
  const beside = make("p", "beside", "", [
    cut ? make("s", "", `${WON.format(before)}${words.won}`) : null,
    maybe("span", "per", per),
  ]);
  return make("div", "prices", "", [now, beside]);
}

function tag(scene, words, fresh) {
  if (fresh && scene.left === 0) return make("p", "tag tag--out", words.sold_out);
  if (fresh && scene.left !== null && scene.left > 0) return make("p", "tag tag--left", words.left.replace("%s", scene.left));
  return maybe("p", "tag", scene.tag);
}

function link(scene, words) {
  if (!scene.link) return null;
  const code = make("img", "");
  code.src = scene.link.qr;
  code.alt = "";
  const [host, ...path] = scene.link.text.split("/");
  const address = make("span", "address", "", [make("span", "host", host), make("b", "", `/${path.join("/")}`)]);
  return make("aside", "link", "", [
    make("div", "qr", "", [code]),
    make("p", "", "", [make("span", "invite", words.scan), address]),
  ]);
}

function rows(scene) {
  const list = make("ol", `rows rows--${scene.kind}`);
  for (const row of scene.rows) {
    list.append(make("li", "", "", [make("span", "name", row.title), make("b", "", row.value)]));
  }
  return list;
}

/** The element of a scene. `fresh` says whether its price and stock may still be promised. */
export function draw(scene, { words, fresh }) {
  const bare = !scene.picture;
  const root = make("article", `scene scene--${scene.kind}${bare ? " scene--bare" : ""}`);
  const say = make("div", "say", "", [
    maybe("p", "eyebrow", scene.eyebrow || words.eyebrows[scene.kind]),
    maybe("h2", `title title--${measure(scene.title)}`, scene.title),
    maybe("p", `line line--${measure(scene.line)}`, scene.line),
    NUMBERED.has(scene.kind) ? rows(scene) : null,
    price(scene, words, fresh),
    tag(scene, words, fresh),
  ]);
  root.append(...[bare ? null : art(scene), say, link(scene, words)].filter(Boolean));
  return root;
}

/** Wait until every picture of a drawn scene can be painted; a broken one is taken off rather than shown broken. */
export async function ready(element, patience = 4000) {
  const pictures = [...element.querySelectorAll("img")];
  await Promise.all(
    pictures.map(async (picture) => {
      const late = new Promise((_done, fail) => setTimeout(() => fail(new Error("late")), patience));
      try {
        await Promise.race([picture.decode(), late]);
      } catch {
        picture.remove();
      }
    }),
  );
  return element;
}

const STEPS = [1, 0.93, 0.86, 0.79, 0.72, 0.65];
const SPARE = [".line", ".tag", ".beside s", ".eyebrow"]; // what a scene can do without, first to go first

/** Bring the words inside their space: smaller in steps, then fewer. A scene never runs over its neighbour. */
function fit(element) {
  const say = element.querySelector(".say");
  const isOver = () => say.scrollHeight > say.clientHeight + 1;
  for (const step of STEPS) {
    say.style.setProperty("--fit", step);
    if (!isOver()) return;
  }
  for (const name of SPARE) {
    say.querySelector(name)?.remove();
    if (!isOver()) return;
  }
}

/** Two layers over each other: the new scene fades in over the old one. */
export class Stage {
  constructor(root) {
    this.layers = [...root.querySelectorAll(".layer")];
    this.front = 0;
  }

  async show(element) {
    await ready(element);
    const next = 1 - this.front;
    this.layers[next].replaceChildren(element);
    fit(element);
    this.layers[next].getBoundingClientRect(); // lets the fade begin from nothing
    this.layers[next].classList.add("layer--front");
    this.layers[this.front].classList.remove("layer--front");
    this.front = next;
  }

  clear() {
    for (const layer of this.layers) {
      layer.classList.remove("layer--front");
      layer.replaceChildren();
    }
  }
}
