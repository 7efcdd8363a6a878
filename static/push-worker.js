// The service worker of the phone pages: shows a call while the page is in the background, tells the centre that it has arrived, and
// opens the page when touched. It answers no request and keeps no page. A message carries number and window; which page
// they belong to, and the words in the visitor's language, were kept by the page itself.
"use strict";

const STORE = "nuanyi-push";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  event.waitUntil(called(event.data.json()));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.page));
});

async function called({ number, window }) {
  const kept = await (await caches.open(STORE)).match(new URL(`/t/ring/${encodeURIComponent(number)}`, location.origin).href);
  const { page = "", said = "{window}" } = kept ? await kept.json() : {};
  await self.registration.showNotification(`${number} → ${window}`, {
    body: said.replace("{window}", window), tag: number, renotify: true, requireInteraction: true,
    vibrate: [500, 250, 500, 250, 900], data: { page },
  });
  if (page) await fetch(`${page}/delivered`, { method: "POST" }).catch(() => {});
}

async function open(page) {
  if (!page) return;
  const shown = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const mine = shown.find((one) => new URL(one.url).pathname === page);
  await (mine ? mine.focus() : self.clients.openWindow(page));
}
