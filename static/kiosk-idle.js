// Whether somebody is still there: after a while a question, seen and heard; one touch is enough to go on. Otherwise, and on
// a page with somebody's number unless it is touched, the visit ends and nothing of it stays. While the voice speaks, time
// stands still.
"use strict";

const limit = (name) => Number(stand().dataset[name]) * 1000;
const still = () => document.getElementById("still");
const TICK = 500;
let asked = 0;
let held = 0;

function tick() {
  if (kiosk.gone || !stand().dataset.idle) return;
  if (speaking()) return holdTime();
  if (still().open) return countDown();
  const idle = Date.now() - Math.max(kiosk.touched, kiosk.shown) - held;
  const personal = stand().dataset.personal && kiosk.touched <= kiosk.shown;
  showCountdown(personal ? limit("personal") - idle : null);
  if (personal && idle >= limit("personal")) return over();
  if (idle < limit("idle")) return;
  if (kiosk.extensions >= Number(stand().dataset.extensions)) return over();
  ask();
}

function holdTime() {
  if (still().open) asked += TICK;
  else held += TICK;
}

function ask() {
  asked = Date.now();
  still().showModal();
  countDown();
  speak(still().dataset.hear);
}

function countDown() {
  const left = asked + limit("question") - Date.now();
  document.getElementById("left").textContent = Math.max(0, Math.ceil(left / 1000));
  if (left <= 0) over();
}

function showCountdown(left) {
  const count = document.querySelector("[data-countdown]");
  if (!count) return;
  count.parentElement.hidden = left === null;
  count.textContent = Math.max(0, Math.ceil(left / 1000));
}

function goOn() {
  kiosk.touched = Date.now();
  held = 0;
  if (!still()?.open) return;
  kiosk.extensions += 1;
  hush();
  still().close();
}

// The question is closed by the whole touch and not by its beginning: what lies beneath it must never get the rest. By key, what
// moves from answer to answer chooses none yet.
function answer(key) {
  if (key === "Enter" || key === " ") return;
  if (key === "Tab" || key.startsWith("Arrow")) asked = Date.now();
  else goOn();
}

kiosk.hooks.show.push(() => (held = 0));
document.addEventListener("pointerdown", ({ target }) => still()?.open || target.closest("[data-over]") || goOn(), true);
document.addEventListener("keydown", ({ target, key }) => (still()?.open ? answer(key) : target.closest?.("[data-over]") || goOn()));
document.addEventListener("click", (event) => {
  if (!still()?.open || event.target.closest("[data-over]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  goOn();
}, true);
document.addEventListener("cancel", goOn, true);
document.addEventListener("DOMContentLoaded", () => setInterval(tick, TICK));
