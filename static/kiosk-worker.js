// The kiosk's service worker: keeps the page that gives numbers offline, its style and scripts, and nothing else, least of all
// what is somebody's own. Pages come from the centre as always; only when it is out of reach the kept one takes their place.
// The server puts `KEPT` (version, pages, assets) in front.
"use strict";

const PATIENCE = 6000;
const path = (address) => new URL(address, location.href).pathname;

self.addEventListener("install", (event) => {
  const fill = async () => {
    const kept = await caches.open(KEPT.version);
    await kept.addAll([...KEPT.pages, ...KEPT.assets].map((one) => new Request(one, { cache: "no-cache" })));
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== KEPT.version).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (path(request.url).startsWith("/assets/")) event.respondWith(asset(request));
});

async function page(request) {
  const kept = KEPT.pages.find((one) => path(one) === path(request.url));
  if (kept) return (await caches.match(kept)) || fetch(request);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status !== 502 && answer.status !== 504) return answer;
  } catch {
    /* out of reach: the kept page */
  }
  return (await caches.match(KEPT.pages[0])) || Response.error();
}

async function asset(request) {
  const found = await caches.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok && request.url.includes(".woff2")) (await caches.open(KEPT.version)).put(request, answer.clone());
  return answer;
}
