// The shell of the gate, so that it opens without a network. Written by the server: the name changes with any file.
const SHELL = "goeul-gate-{{ version }}";
const PAGE = "{{ page }}";
const THEME = "{{ theme|escapejs }}";
const FILES = {{ files|safe }};

self.addEventListener("install", (event) => {
  const load = async () => {
    const shell = await caches.open(SHELL);
    await shell.addAll(FILES.map((file) => new Request(file, { cache: "reload", credentials: "omit" })));
    if (THEME) await shell.add(THEME).catch(() => {});
    await self.skipWaiting();
  };
  event.waitUntil(load());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("goeul-gate-") && name !== SHELL);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

// The gate's page and its files come from the shell. Other pages of the partner come from the mall; without a network the
// gate's page takes their place.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin || request.headers.has("Authorization")) return;
  if (request.mode === "navigate" && address.pathname !== PAGE) {
    event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
    return;
  }
  event.respondWith(
    caches.open(SHELL).then((shell) => shell.match(request.mode === "navigate" ? PAGE : request, { ignoreVary: true })).then((held) => held ?? fetch(request)),
  );
});
