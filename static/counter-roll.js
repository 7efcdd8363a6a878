// A window while the centre is out of reach: it calls by voice from the last board, or any number that it is told, and notes it.
// When the centre is there again the notes are handed in at their true times; what somebody else has done meanwhile is said.
"use strict";

(() => {
  const AFTER = 8000;
  const KEY = "nuanyi-roll";
  const place = () => document.getElementById("roll");
  const find = (name) => place().querySelector(`[data-roll="${name}"]`);
  const read = () => JSON.parse(localStorage.getItem(KEY) || "[]").filter((one) => one.window === place().dataset.window);
  const keep = (notes) => localStorage.setItem(KEY, JSON.stringify(notes.map((one) => ({ ...one, window: place().dataset.window }))));
  const current = () => read().find((one) => one.outcome === "called" || one.outcome === "serving");
  const isAway = () => document.documentElement.hasAttribute("data-stale");
  let since = 0, sending = false;

  // Whom the last board shows: first whoever was at the window, then those who wait, in its order.
  function line() {
    const used = new Set(read().map((one) => one.number));
    const rows = [...document.querySelectorAll(".line .row:not(.deferred) .row-number")].map((one) => one.textContent.trim());
    return rows.filter((number) => !used.has(number)).slice(0, 8);
  }

  function begin() {
    const hero = document.querySelector(".hero.called, .hero.serving");
    const number = hero?.querySelector(".hero-number")?.textContent.trim();
    if (!number || read().some((one) => one.number === number)) return;
    const outcome = hero.classList.contains("serving") ? "serving" : "called";
    keep([...read(), { number, called: Date.now(), started: outcome === "serving" ? Date.now() : null, ended: null, outcome }]);
  }

  function call(number) {
    const plain = number.trim().toUpperCase();
    if (!plain || current() || read().some((one) => one.number === plain)) return;
    keep([...read(), { number: plain, called: Date.now(), started: null, ended: null, outcome: "called" }]);
    draw();
  }

  function mark(outcome) {
    const one = current();
    if (!one) return;
    const at = Date.now();
    const told = { ...one, outcome, started: outcome === "missed" ? null : one.started ?? at, ended: outcome === "serving" ? null : at };
    keep(read().map((other) => (other.number === one.number ? told : other)));
    draw();
  }

  function draw() {
    const here = current(), next = line();
    find("here").hidden = !here;
    find("free").hidden = Boolean(here);
    find("number").textContent = here?.number ?? "";
    find("start").hidden = find("miss").hidden = here?.outcome !== "called";
    find("finish").hidden = here?.outcome !== "serving";
    find("line").replaceChildren(...next.map((number) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button number", textContent: number });
      button.addEventListener("click", () => call(number));
      return button;
    }));
    find("noted").textContent = read().filter((one) => one !== here).map((one) => one.number).join(" · ");
  }

  function say(entered) {
    const troubles = entered.filter((one) => one.outcome === "conflict").map((one) => `${one.number}: ${one.reason}`);
    const done = entered.filter((one) => one.outcome === "entered").map((one) => one.number).join(" · ");
    find("said").textContent = [done && `${find("said").dataset.done} ${done}`, ...troubles].filter(Boolean).join("; ");
    find("said").hidden = find("close").hidden = !find("said").textContent;
  }

  async function send() {
    const notes = read(), at = Date.now();
    if (!notes.length || sending) return;
    sending = true;
    const ago = (then) => (then === null ? null : (at - then) / 1000);
    const body = JSON.stringify({ notes: notes.map(({ number, called, started, ended, outcome }) => ({ number, called: ago(called), started: ago(started), ended: ago(ended), outcome })) });
    const headers = { "content-type": "application/json", accept: "application/json" };
    try {
      const answer = await fetch(place().dataset.address, { method: "POST", headers, body, signal: AbortSignal.timeout(8000) });
      if (!answer.ok) return;
      const { entered } = await answer.json();
      const later = new Set(entered.filter((one) => one.outcome === "later").map((one) => one.number));
      keep(read().filter((one) => later.has(one.number)));
      say(entered);
    } catch {
      /* still out of reach */
    } finally {
      sending = false;
    }
  }

  async function look() {
    if (!place()) return;
    const away = isAway();
    since = away ? since || Date.now() : 0;
    const shown = find("desk");
    if (away && Date.now() - since > AFTER && shown.hidden) {
      begin();
      shown.hidden = place().hidden = false;
      draw();
    }
    if (!away && !shown.hidden) shown.hidden = true;
    if (!away) await send();
    place().hidden = shown.hidden && find("said").hidden;
  }

  document.addEventListener("click", ({ target }) => {
    const act = target.closest("[data-roll]")?.dataset.roll;
    if (act === "start") mark("serving");
    if (act === "finish") mark("done");
    if (act === "miss") mark("missed");
    if (act === "close") find("said").hidden = find("close").hidden = place().hidden = true;
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("#roll form")) return;
    event.preventDefault();
    call(event.target.elements.number.value);
    event.target.reset();
  });
  setInterval(look, 1000);
})();
