// Shows the last board while there is no connection, and says so. Nothing else is kept, and nothing is sent later.
const SHELL = "lazo-shell-$VERSION", BOARD = "lazo-board", KEPT = 12 * 3600 * 1000;
const ASSETS = $ASSETS, OFFLINE = $OFFLINE;

// Whose board it is: a mark that signing in sets. Where a worker cannot read it, no board is kept.
const reader = async () => (await self.cookieStore?.get("$READER"))?.value;
const marked = (html, mark) => html.replace("<body", `<body ${mark}`);
const last = () => caches.match("/desk", { cacheName: BOARD });

const keep = async (reply) => {
  const whose = await reader(), html = await reply.text();
  await caches.delete(BOARD);
  if (!whose) return;
  const headers = { "x-reader": whose, "x-kept": new Date().toISOString() };
  for (const each of ["content-type", "content-language", "content-security-policy"]) headers[each] = reply.headers.get(each);
  const board = await caches.open(BOARD);
  await board.put("/desk", new Response(html, { headers }));
  await board.addAll(new Set(html.match(/\/desk\/static\/[a-z]+\.[0-9a-f]+\.(css|js)/g)));
};

const lastBoard = async () => {
  const kept = await last();
  if (!kept || kept.headers.get("x-reader") !== await reader()) return null;
  const at = kept.headers.get("x-kept");
  if (Date.now() - Date.parse(at) > KEPT) return null;
  return new Response(marked(await kept.text(), `data-kept="${at}"`), { headers: kept.headers });
};

const offline = async (mark) => {
  const spoken = (await last())?.headers.get("content-language") ?? navigator.language.slice(0, 2);
  const page = await caches.match(OFFLINE[spoken] ?? OFFLINE.es);
  return new Response(marked(await page.text(), mark), { status: 503, headers: page.headers });
};

const show = async (event, url) => {
  let reply;
  try { reply = await fetch(event.request); }
  catch {
    const board = await lastBoard();
    return url.pathname === "/desk" && board || offline(board ? "data-unread data-board" : "data-unread");
  }
  if (url.pathname === "/desk" && !url.searchParams.has("after")) {
    if (reply.ok) event.waitUntil(keep(reply.clone()));
    else if (reply.status < 500) event.waitUntil(caches.delete(BOARD));
  }
  return reply;
};

const send = async (event, url) => {
  if (url.pathname === "/desk/sign-out") await caches.delete(BOARD);
  try { return await fetch(event.request); } catch { return offline("data-unsent"); }
};

addEventListener("install", (event) => event.waitUntil((async () => {
  await (await caches.open(SHELL)).addAll([...ASSETS, ...Object.values(OFFLINE)]);
  await skipWaiting();
})()));

addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const each of await caches.keys()) if (each.startsWith("lazo-shell-") && each !== SHELL) await caches.delete(each);
  await clients.claim();
})()));

addEventListener("message", (event) => event.waitUntil(
  fetch("/desk").then((reply) => reply.ok && !reply.redirected ? keep(reply) : null)));

addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(show(event, url));
  else if (request.mode === "navigate") event.respondWith(send(event, url));
  else if (request.method === "GET" && url.pathname.startsWith("/desk/static/"))
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
});
