/* Ringing a locked phone (Web Push): asked for by one touch, taken back by one, and over with the visit. Where the browser cannot,
nothing is shown. The worker finds the ticket's page in the cache `nuanyi-push`, by its number: no message carries it. */
(() => {
  "use strict";
  const PATIENCE = 12000, STORE = "nuanyi-push", SCOPE = "/t/", OVER = ["done", "cancelled", "expired"];
  const able = "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
  const root = document.documentElement;
  const page = () => document.querySelector("main[data-push]");
  const place = () => document.querySelector(".ring");
  const key = (number) => new URL(`/t/ring/${encodeURIComponent(number)}`, location.origin).href;
  const show = (state) => { root.dataset.ring = state; };

  async function registered() {
    return (await navigator.serviceWorker.getRegistration(SCOPE))?.pushManager.getSubscription();
  }

  async function keep(number, said) {
    const told = JSON.stringify({ page: page().dataset.page, said });
    await (await caches.open(STORE)).put(key(number), new Response(told));
  }

  async function isKept(number) {
    const kept = await (await caches.open(STORE)).match(key(number));
    return Boolean(kept) && (await kept.json()).page === page().dataset.page;
  }

  function send(address, body) {
    return fetch(`${page().dataset.page}/${address}`, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
      signal: AbortSignal.timeout(10000),
    });
  }

  async function subscribed(worker) {
    const wanted = { userVisibleOnly: true, applicationServerKey: page().dataset.push };
    try {
      return await worker.pushManager.subscribe(wanted);
    } catch (problem) {
      if (problem.name !== "InvalidStateError") throw problem; // of an earlier key of the office
      await (await worker.pushManager.getSubscription())?.unsubscribe();
      return worker.pushManager.subscribe(wanted);
    }
  }

  /* Where the maker's service is out of reach, as behind many walls, browsers may wait for ever. */
  function inTime(asked) {
    return Promise.race([asked, new Promise((_, fail) => setTimeout(fail, PATIENCE, new Error("too late")))]);
  }

  async function ask() {
    const { number, said } = place().dataset;
    if ((await Notification.requestPermission()) !== "granted") return show("denied");
    show("asking");
    try {
      await navigator.serviceWorker.register("/t/push-worker.js", { scope: SCOPE });
      const { endpoint, keys } = (await inTime(navigator.serviceWorker.ready.then(subscribed))).toJSON();
      const answer = await send("push", { endpoint, keys });
      if (!answer.ok) return show("unreachable");
      await keep(number, said);
      show("on");
    } catch {
      show("unreachable");
    }
  }

  async function stop() {
    const subscription = await registered();
    await (await caches.open(STORE)).delete(key(place().dataset.number));
    show("can");
    if (subscription) await send("push/stop", { endpoint: subscription.endpoint });
  }

  /* The server forgets by itself when a visit is over; the phone does so when its page is seen. */
  async function end() {
    root.removeAttribute("data-ring");
    const kept = await caches.open(STORE);
    for (const one of await kept.keys()) {
      const told = await (await kept.match(one)).json();
      if (told.page === page().dataset.page) await kept.delete(one);
    }
    if (!(await kept.keys()).length) await (await registered())?.unsubscribe();
  }

  async function look() {
    const state = document.querySelector(".visit")?.dataset.state;
    if (OVER.includes(state)) return end();
    if (!place() || root.dataset.ring) return;
    if (Notification.permission === "denied") return show("denied");
    show((await registered()) && (await isKept(place().dataset.number)) ? "on" : "can");
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (!able || !page()) return;
    document.addEventListener("click", ({ target }) => {
      if (target.closest("[data-ring]:not(html)")) ask();
      if (target.closest("[data-unring]")) stop().catch(() => {});
    });
    document.addEventListener("htmx:ws:after:message:incoming", () => look().catch(() => {}));
    look().catch(() => {});
  });
})();
