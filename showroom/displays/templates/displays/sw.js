// The shell of the player, so that a screen starts without network. Written by the server: the name changes with any file.
const SHELL = "goeul-shell-{{ version }}";
const PLAYER = "{{ player }}";
const THEME = "{{ theme|escapejs }}";
const FILES = {{ files|safe }};

self.addEventListener("install", (event) => {
  const load = async () => {
    const shell = await caches.open(SHELL);
    await shell.addAll(FILES.map((file) => new Request(file, { cache: "reload", credentials: "omit" })));
    await shell.add(THEME).catch(() => {});
    await self.skipWaiting();
  };
  event.waitUntil(load());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("goeul-shell-") && name !== SHELL);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

// The player and its files from the shell, pictures from the slots; everything else is the player's own talk with the mall.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.headers.has("Authorization") || (request.mode === "navigate" && address.pathname !== PLAYER)) return;
  if (address.pathname === new URL(THEME, self.location).pathname) {
    event.respondWith(newest(request));
    return;
  }
  event.respondWith(
    caches.match(request.mode === "navigate" ? PLAYER : request, { ignoreVary: true }).then((held) => held ?? fetch(request)),
  );
});

// The town's colours: the newest there are, or the last ones seen.
async function newest(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) await (await caches.open(SHELL)).put(THEME, answer.clone());
    return answer;
  } catch {
    return (await caches.match(THEME)) ?? new Response("", { headers: { "Content-Type": "text/css" } });
  }
}
