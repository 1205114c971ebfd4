"use strict";
// Listening without a connection. Online, the network is always asked first, so no page or feed is
// ever stale; audio comes from the cache only if the listener saved it, and then answers ranges,
// without which players cannot seek.
const PAGES = "mujaz-pages-VERSION-OF-THE-FILES";
const SHELL = "mujaz-shell-VERSION-OF-THE-FILES";
const SHELL_FILES = ["offline.html", "style.css", "list.css", "player.js", "lock-screen.js", "text.js", "painting.js", "next-episode.js", "report.js", "low-data.js", "saving.js", "show.js", "share.js", "find.js", "words.json", "icon.svg"];
const MOST_PAGES = 60;

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(SHELL_FILES)));
});
addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (/^mujaz-(pages|shell)-/.test(name) && name !== PAGES && name !== SHELL) await caches.delete(name);
  }
  await clients.claim();
})()));

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const scope = new URL(registration.scope);
  if (event.request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  const name = url.pathname.slice(scope.pathname.length);
  if (name.startsWith("live/") || name.endsWith(".xml") || name === "sw.js") return;
  event.respondWith(name.startsWith("media/") ? media(event.request, url) : fresh(event.request, url));
});

// "/" and "/index.html" are one page.
function key(url) {
  return url.origin + url.pathname + (url.pathname.endsWith("/") ? "index.html" : "");
}

async function fresh(request, url) {
  try {
    const answer = await fetch(request);
    if (answer.ok && answer.status === 200 && !answer.redirected && answer.type === "basic") {
      const pages = await caches.open(PAGES);
      await pages.put(key(url), answer.clone());
      const kept = await pages.keys();
      await Promise.all(kept.slice(0, Math.max(kept.length - MOST_PAGES, 0)).map((old) => pages.delete(old)));
    }
    return answer;
  } catch (error) {
    const kept = await caches.match(key(url));
    if (kept) return kept;
    if (request.mode === "navigate") return notSaved();
    throw error;
  }
}

// In place of a page that is not here. Its own links stand relative to the show's folder.
async function notSaved() {
  const scope = new URL(registration.scope);
  const page = await (await caches.open(SHELL)).match(new URL("offline.html", scope).href);
  if (!page) return Response.error();
  const text = (await page.text()).replace(/(href|src)="(?=[a-z])/g, `$1="${scope.pathname}`);
  return new Response(text, { status: 503, headers: page.headers });
}

async function media(request, url) {
  const kept = await caches.match(url.origin + url.pathname);
  if (!kept) return fetch(request);
  const range = request.headers.get("range");
  return range ? part(await kept.blob(), range, kept.headers.get("content-type")) : kept;
}

// RFC 9110 section 14, for the one range that players ask for.
function part(blob, range, type) {
  const found = /^bytes=(\d*)-(\d*)$/.exec(range.trim());
  if (!found || (!found[1] && !found[2])) return new Response(blob, { headers: { "content-type": type } });
  const suffix = !found[1];
  const start = suffix ? Math.max(blob.size - Number(found[2]), 0) : Number(found[1]);
  const end = suffix || !found[2] ? blob.size : Math.min(Number(found[2]) + 1, blob.size);
  if (start >= end) return new Response(null, { status: 416, headers: { "content-range": `bytes */${blob.size}` } });
  return new Response(blob.slice(start, end, type), {
    status: 206,
    headers: { "content-type": type, "content-length": String(end - start), "content-range": `bytes ${start}-${end - 1}/${blob.size}`, "accept-ranges": "bytes" },
  });
}
