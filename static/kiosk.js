// The kiosk's pages, one after another in one document: fetched first and shown when they are there, so that a visitor
// never sees the browser's own error page and nothing is left in its history. Without this script all are plain pages.
"use strict";

const kiosk = {
  touched: Date.now(),
  shown: Date.now(),
  extensions: 0,
  misses: 0,
  busy: false,
  gone: false,
  away: null,
  hooks: { show: [], wipe: [] },
};

const TIMEOUT = 8000;
const AGAIN = 700;
const stand = () => document.getElementById("stand");
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

async function reach(address, options = {}) {
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT), ...options });
  const text = await answer.text();
  const page = new DOMParser().parseFromString(text, "text/html");
  if (answer.status >= 500 && !page.getElementById("stand")) throw new Error("no page");
  return { page };
}

// One touch, one answer: while a page is on its way every further touch is passed over. What fails is tried once more;
// forms carry a key, so that trying twice does nothing twice.
async function visit(address, options) {
  if (kiosk.busy || kiosk.gone || kiosk.away) return;
  kiosk.busy = true;
  stand().setAttribute("aria-busy", "true");
  try {
    const found = await reach(address, options).catch(() => wait(AGAIN).then(() => reach(address, options)));
    show(found);
  } catch {
    lost(address, options);
  } finally {
    kiosk.busy = false;
    stand()?.removeAttribute("aria-busy");
  }
}

function show({ page }) {
  const next = page.getElementById("stand");
  if (!next) return lost();
  const same = next.dataset.page === stand().dataset.page;
  const kept = same ? remember() : [];
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
  document.body.className = page.body.className;
  stand().replaceWith(document.adoptNode(next));
  history.replaceState(null, "", next.dataset.here);
  kept.forEach(([name, value]) => recall(name, value));
  kiosk.shown = Date.now();
  kiosk.misses = 0;
  if (!same) window.scrollTo(0, 0);
  document.querySelector("h1")?.focus({ preventScroll: true });
  kiosk.hooks.show.forEach((hook) => hook(same));
}

// What somebody has ticked or typed stays when the same page comes again in another language or size.
function remember() {
  const ticked = [...document.querySelectorAll("main input[type=checkbox]")].map((one) => [one.name + one.value, one.checked]);
  const typed = [...document.querySelectorAll("main input:not([type])")].map((one) => [one.id, one.value]);
  return [...ticked, ...typed];
}

function recall(name, value) {
  if (typeof value === "string") {
    const field = document.getElementById(name);
    if (field && !field.value) field.value = value;
    return;
  }
  const box = [...document.querySelectorAll("main input[type=checkbox]")].find((one) => one.name + one.value === name);
  if (box) box.checked = value;
}

// The pulse: asks for the same page again, puts what has changed in its place, and learns whether the centre is there.
async function pulse() {
  await wait(Number(stand()?.dataset.every) || 5000);
  if (!kiosk.gone && !kiosk.busy) await (kiosk.away ? kiosk.away.look() : refresh());
  pulse();
}

async function refresh() {
  const before = stand();
  try {
    const { page } = await reach(before.dataset.here);
    if (kiosk.busy || stand() !== before) return;
    const next = page.getElementById("stand");
    if (next.dataset.page !== before.dataset.page) return "keep" in before.dataset ? missed() : show({ page });
    kiosk.misses = 0;
    document.getElementById("waver").hidden = true;
    before.dataset.every = next.dataset.every;
    before.querySelectorAll("[data-live]").forEach((part) => renew(part, next.querySelector(`#${CSS.escape(part.id)}`)));
  } catch {
    missed();
  }
}

function renew(part, fresh) {
  if (!fresh || fresh.innerHTML === part.innerHTML) return;
  const held = part.contains(document.activeElement);
  part.innerHTML = fresh.innerHTML;
  for (const { name, value } of fresh.attributes) part.setAttribute(name, value);
  if (held) part.querySelector("a, button")?.focus();
}

// A number on the screen stays there though the centre is out of reach: it is valid, and may be all that somebody has.
function missed() {
  kiosk.misses += 1;
  if ("keep" in stand().dataset) document.getElementById("waver").hidden = false;
  else if (kiosk.misses > 1) lost();
}

function wipe() {
  kiosk.hooks.wipe.forEach((hook) => hook());
  document.querySelectorAll("form").forEach((form) => form.reset());
}

// The end of a visit: nothing of it stays, neither on the page nor in its fields, its history or its cookies.
async function over() {
  if (kiosk.away) return kiosk.away.over();
  if (kiosk.gone) return;
  kiosk.gone = true;
  const { end, home } = stand().dataset;
  wipe();
  stand().classList.add("wiped");
  try {
    await reach(end);
    location.replace(home);
  } catch {
    kiosk.gone = false;
    lost();
  }
}

// The centre cannot be reached: the page that gives numbers without it, if this kiosk holds some. What somebody has just
// asked for is asked for there again.
async function leave(address, options) {
  const { away } = stand().dataset;
  if (!away || typeof blocks === "undefined" || !navigator.serviceWorker?.controller || !(await caches.match(away))) return false;
  if (!Object.keys(await blocks.left()).length) return false;
  if (options && new URL(address, location).pathname === "/kiosk/tickets") sessionStorage.setItem("kiosk.pending", options.body);
  location.replace(away);
  return true;
}

// Otherwise it is said in both languages until the centre can be reached again, then a new start.
async function lost(address, options) {
  if (kiosk.gone) return;
  kiosk.gone = true;
  const { end, home } = stand().dataset;
  wipe();
  if (await leave(address, options).catch(() => false)) return;
  const said = document.getElementById("unreachable").content.cloneNode(true);
  stand().replaceChildren(said);
  stand().dataset.page = "unreachable";
  for (;;) {
    await wait(3000);
    if (await reach(end).then(({ page }) => page.getElementById("stand"), () => null)) return location.replace(home);
  }
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  event.preventDefault();
  if (kiosk.away) return kiosk.away.submit(form, submitter);
  const body = new URLSearchParams(new FormData(form, submitter));
  if (submitter && !kiosk.busy) submitter.classList.add("pressed");
  visit(form.action, { method: "POST", body });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (event.defaultPrevented || !link || "plain" in link.dataset) return;
  event.preventDefault();
  if ("over" in link.dataset) over();
  else if (kiosk.away) kiosk.away.go(link);
  else visit(link.href);
});

document.addEventListener("click", ({ target }) => {
  const key = target.closest("[data-key]")?.dataset.key;
  const field = document.getElementById("text");
  if (key && field) type(field, key);
  if (target.closest("#more")) scroller().scrollBy({ top: window.innerHeight * (document.body.classList.contains("low") ? 0.2 : 0.6), behavior: "smooth" });
});

// A key of the screen. A code is shown in groups of four, as it is printed.
function type(field, key) {
  const plain = field.value.replace(/\s/g, "");
  const next = key === "back" ? plain.slice(0, -1) : plain + key;
  field.value = "grouped" in field.dataset ? next.slice(0, 26).replace(/(.{4})(?=.)/g, "$1 ") : next.slice(0, field.maxLength);
}

// In the low layout the controls scroll, otherwise the page does.
function scroller() {
  const controls = document.querySelector(".low .controls");
  return controls && controls.scrollHeight > controls.clientHeight ? controls : document.documentElement;
}

function showMore() {
  const more = document.getElementById("more");
  const { scrollHeight, scrollTop, clientHeight } = scroller();
  if (more) more.hidden = scrollHeight - scrollTop - clientHeight < 60;
}

kiosk.hooks.show.push(
  () => document.querySelectorAll(".keys").forEach((keys) => (keys.hidden = false)),
  showMore,
  () => {
    const { print } = stand().dataset;
    if (!print || print === kiosk.printed) return;
    kiosk.printed = print;
    window.print();
  },
);

document.addEventListener("scroll", showMore, { passive: true, capture: true });
window.addEventListener("resize", showMore);
window.addEventListener("pageshow", (event) => event.persisted && over());
document.addEventListener("contextmenu", (event) => event.preventDefault());
document.addEventListener("dragstart", (event) => event.preventDefault());
document.addEventListener("DOMContentLoaded", () => {
  history.replaceState(null, "", stand().dataset.here);
  kiosk.hooks.show.forEach((hook) => hook(false));
  pulse();
});

// What a kiosk needs when the centre is out of reach, and what it tells of itself, comes when everything else is there.
window.addEventListener("load", async () => {
  await wait(1500);
  const { keeper, device, page } = stand()?.dataset ?? {};
  for (const address of [page === "offline" ? "" : keeper, device]) {
    if (!address) continue;
    const script = document.createElement("script");
    script.src = address;
    document.head.append(script);
  }
});
