// The numbers that this kiosk holds for the time when the centre is out of reach, and what it has given since: kept in the
// browser's database, written through to the disk before anything is shown, handed in when the centre is there again.
"use strict";

const blocks = (() => {
  const STORES = { held: "number", given: "token", facts: "name" };
  const MINUTE = 60_000;
  const OFTEN = 10 * MINUTE;

  const opened = new Promise((done, fail) => {
    const asked = indexedDB.open("nuanyi-kiosk", 1);
    asked.onupgradeneeded = () => Object.entries(STORES).forEach(([name, keyPath]) => asked.result.createObjectStore(name, { keyPath }));
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

  // One transaction; what `work` gives is known when all of it is on the disk.
  async function within(mode, work) {
    const deal = (await opened).transaction(Object.keys(STORES), mode, { durability: "strict" });
    const stores = Object.fromEntries(Object.keys(STORES).map((name) => [name, deal.objectStore(name)]));
    const ended = new Promise((done, fail) => {
      deal.oncomplete = () => done();
      deal.onabort = deal.onerror = () => fail(deal.error);
    });
    const result = await work(stores);
    await ended;
    return result;
  }

  const got = (asked) => new Promise((done, fail) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

  const facts = async () => (await within("readonly", ({ facts }) => got(facts.get("own")))) || {};

  async function send(address, body) {
    const headers = { "content-type": "application/json", accept: "application/json" };
    const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(8000) });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  }

  async function lease(address) {
    const asked = Date.now();
    const told = await send(address, {});
    const skew = Date.parse(told.now) - (asked + Date.now()) / 2;
    await within("readwrite", async ({ held, given, facts }) => {
      const own = await got(facts.get("own"));
      const out = new Set((await got(given.getAll())).map((one) => one.number));
      held.clear();
      told.numbers.filter((one) => !out.has(one.number)).forEach((one) => held.put(one));
      const spans = told.spans.map((span) => span.map(Date.parse));
      await got(facts.put({ ...own, name: "own", skew, spans, stopped: false, full: told.full, ends: Date.parse(told.ends_at), asked: asked + skew }));
    });
  }

  // The centre's time, as far as this machine's clock can tell it.
  const now = async () => Date.now() + ((await facts()).skew || 0);

  // How many numbers of each service can be given now; nothing while the hall is closed or when the day is over.
  async function left() {
    const { ends = 0, spans = [], skew = 0, stopped } = await facts();
    const at = Date.now() + skew;
    if (stopped || at >= ends || !spans.some(([opens, closes]) => opens <= at && at < closes)) return {};
    const all = await within("readonly", ({ held }) => got(held.getAll()));
    return all.reduce((count, one) => ({ ...count, [one.service]: (count[one.service] || 0) + 1 }), {});
  }

  // Gives the next number of a service: taken out and recorded in one go, so that it can be given only once.
  async function give(service, choice) {
    if (!(await left())[service]) return null;
    const at = Date.now();
    return within("readwrite", async ({ held, given }) => {
      const next = (await got(held.getAll())).find((one) => one.service === service);
      if (!next) return null;
      held.delete(next.number);
      await got(given.put({ ...choice, ...next, at }));
      return { ...next, at };
    });
  }

  async function handIn(address) {
    const all = await within("readonly", ({ given }) => got(given.getAll()));
    if (!all.length) return 0;
    const at = Date.now();
    const records = all.map(({ token, at: then, language, lanes, needs, instead }) => ({ token, ago: (at - then) / 1000, language, lanes, needs, instead }));
    const { settled } = await send(`${address.replace(/(\?|$)/, "/records$1")}`, { records });
    await within("readwrite", async ({ given }) => { settled.forEach(({ token }) => given.delete(token)); await got(given.count()); });
    return settled.length;
  }

  async function isDue() {
    const { asked = 0, ends = 0, full = 0, skew = 0 } = await facts();
    const at = Date.now() + skew, counts = Object.values(await left());
    return at >= ends || at - asked > OFTEN || !counts.length || counts.some((count) => count < full / 2);
  }

  async function keep(address) {
    await handIn(address);
    if (await isDue()) await lease(address);
  }

  // A kiosk that staff have set out of order gives nothing, also when it is cut off afterwards.
  const stop = async () => within("readwrite", async ({ facts }) => got(facts.put({ ...(await got(facts.get("own"))), name: "own", stopped: true })));

  return { keep, left, give, handIn, now, stop };
})();

// On a page of the centre: the worker that keeps the offline page, its fonts, and the numbers.
(async () => {
  const place = () => document.getElementById("stand")?.dataset ?? {};
  const { worker, block, page } = place();
  if (!block || page === "offline") return;
  if (document.querySelector('[data-code="out-of-order"]')) return blocks.stop();
  const keep = () => blocks.keep(block).catch(() => {});
  if (navigator.serviceWorker) {
    await navigator.serviceWorker.register(worker, { scope: "/kiosk" }).catch(() => {});
    navigator.storage?.persist?.();
  }
  await keep();
  setInterval(keep, 60_000);
  if (!navigator.serviceWorker?.controller) return;
  const fonts = performance.getEntriesByType("resource").map((one) => one.name).filter((name) => name.endsWith(".woff2"));
  for (const font of fonts) if (!(await caches.match(font))) await fetch(font).catch(() => {});
})();
