// The kiosk while the centre is out of reach: it gives the numbers that it holds, says that they were recorded offline, and
// hands them in as soon as it can. Then it goes back to the ordinary pages.
"use strict";

(() => {
  const LOOK = 3000;
  const QUIET = 4000;
  const part = (id) => document.getElementById(id);
  const english = () => document.documentElement.lang === "en";
  let showing = null;

  // A QR code from its rows, which are hexadecimal numbers.
  function square(rows) {
    const bits = rows.split("."), size = bits.length;
    const path = bits.flatMap((row, y) => {
      const line = BigInt(`0x${row}`).toString(2).padStart(size, "0");
      return [...line.matchAll(/1+/g)].map(({ 0: run, index }) => `M${index} ${y}h${run.length}v1h-${run.length}z`);
    });
    const draw = (name, told) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      Object.entries(told).forEach(([key, value]) => made.setAttribute(key, value));
      return made;
    };
    const picture = draw("svg", { viewBox: `0 0 ${size} ${size}`, role: "img", "shape-rendering": "crispEdges", "aria-label": part("away-qr").dataset.title });
    picture.append(draw("path", { fill: "#fff", d: `M0 0h${size}v${size}H0z` }), draw("path", { fill: "#000", d: path.join("") }));
    return picture;
  }

  function time(at, form) {
    const zone = stand().dataset.zone;
    return new Intl.DateTimeFormat(english() ? "en-GB" : "zh-CN", { timeZone: zone, ...form }).format(at);
  }
  const clock = (at) => time(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = (at) => time(at, { month: "long", day: "numeric", weekday: "long" });

  async function tell() {
    const at = await blocks.now();
    part("away-clock").textContent = clock(at);
    part("away-day").textContent = day(at);
  }

  // The services of which a number is left; without any, the way to the guide desk.
  async function choose() {
    showing = null;
    delete stand().dataset.personal;
    delete stand().dataset.keep;
    part("away-form").reset();
    part("away-form").querySelector("details").open = false;
    part("away-ticket").hidden = true;
    part("away-paper").replaceChildren();
    part("away-qr").replaceChildren();
    const left = await blocks.left().catch(() => ({}));
    document.querySelectorAll("[data-service]").forEach((row) => { row.hidden = !left[row.dataset.service]; });
    const some = [...document.querySelectorAll("[data-service]")].some((row) => !row.hidden);
    part("away-choice").hidden = part("away-form").hidden = !some;
    part("away-none").hidden = some;
    kiosk.shown = Date.now();
    showMore();
  }

  async function take(service, form, instead = "") {
    const all = (name) => form.getAll(name).map(String);
    const choice = { language: english() ? "en" : "zh-CN", lanes: all("lane"), needs: all("need"), instead };
    const given = await blocks.give(service, choice).catch(() => null);
    if (given) await show(given, service);
    else await choose();
  }

  async function show(given, service) {
    const at = given.at + (await blocks.now()) - Date.now();
    showing = given;
    part("away-number").textContent = given.number;
    part("away-what").textContent = document.querySelector(`[data-service="${CSS.escape(service)}"] b`).textContent;
    part("away-since").textContent = part("away-since").dataset.said.replace("00:00", clock(at));
    part("away-qr").replaceChildren(square(given.qr));
    document.querySelectorAll("[data-bring]").forEach((list) => { list.hidden = list.dataset.bring !== service; });
    part("away-choice").hidden = part("away-form").hidden = part("away-none").hidden = true;
    part("away-ticket").hidden = part("away-done").hidden = false;
    part("away-back").hidden = true;
    stand().dataset.personal = stand().dataset.own;
    kiosk.shown = Date.now();
    kiosk.hooks.show.forEach((hook) => hook(false));
    part("away-number").closest("h1").focus({ preventScroll: true });
    if ("prints" in stand().dataset) paper(given, at);
  }

  function paper(given, at) {
    const sheet = part("away-slip").content.cloneNode(true);
    const write = (name, text) => { sheet.querySelector(`[data-slip="${name}"]`).textContent = text; };
    write("number", given.number);
    write("what", part("away-what").textContent);
    write("at", `${day(at)} ${clock(at)}`);
    sheet.querySelector('[data-slip="qr"]').append(square(given.qr));
    part("away-paper").replaceChildren(sheet);
    window.print();
  }

  // Whether the centre is there: then what was given is handed in, and when nobody is at it the ordinary pages come back.
  async function look() {
    tell();
    const { end, block, home } = stand().dataset;
    const there = await reach(end).then(({ page }) => page.getElementById("stand"), () => null);
    if (!there) return;
    try {
      await blocks.handIn(block);
    } catch {
      return;
    }
    if (showing) part("away-back").hidden = false;
    else if (Date.now() - Math.max(kiosk.touched, kiosk.shown) > QUIET || !part("away-none").hidden) location.replace(home);
  }

  function go(link) {
    if (link.dataset.away) location.replace(link.href);
  }

  function press({ target }) {
    const button = target.closest("[data-look]");
    if (!button) return;
    const { classList } = document.body;
    const on = classList.toggle(button.dataset.look);
    classList.toggle("spare", classList.contains("large") || classList.contains("low"));
    button.setAttribute("aria-pressed", on);
  }

  async function submit(form, submitter) {
    if (kiosk.busy || showing || !submitter?.value) return;
    kiosk.busy = true;
    await take(submitter.value, new FormData(form)).finally(() => { kiosk.busy = false; });
  }

  async function over() {
    wipe();
    part("still")?.close();
    kiosk.extensions = 0;
    document.body.classList.remove("large", "contrast", "low", "spare");
    document.querySelectorAll("[data-look]").forEach((button) => button.setAttribute("aria-pressed", false));
    await choose();
    look();
  }

  kiosk.away = { go, look: () => wait(LOOK - 2000).then(look), over, submit };

  // Somebody pressed for a number at the very moment when the centre was lost: it is given now, from here.
  async function resume() {
    const left = sessionStorage.getItem("kiosk.pending");
    sessionStorage.removeItem("kiosk.pending");
    if (!left) return;
    const form = new URLSearchParams(left);
    await take(form.get("service") || "", form, form.get("key") || "");
  }

  document.addEventListener("click", press);
  document.addEventListener("DOMContentLoaded", async () => {
    kiosk.touched = 0;
    await tell();
    await choose();
    await resume();
    look();
  });
})();
