/* The staff's side: one key for each act, questions beside the console, minutes that keep counting, a soft sound for a new
call for help, a warning before the idle sign-out. Everything it does can also be done by links and forms. */
(() => {
  "use strict";
  const MINUTE = 60000, TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";
  const panel = () => document.getElementById("panel");
  const open = () => Boolean(panel()?.open);
  const keysOn = () => localStorage.getItem("nuanyi-keys") !== "off";
  const clock = () => globalThis.hall?.now() ?? new Date();

  // Keys ------------------------------------------------------------------------------------------------------------------

  function pressed(event) {
    if (event.key === "Escape") return fold(document.querySelector("details.menu[open]"));
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing || !keysOn()) return;
    if (event.target.closest?.(TYPING)) return;
    const key = event.key.toLowerCase(), onControl = event.target.closest?.("button, a, summary, label, input");
    if (key === " " && onControl) return;
    const within = open() ? panel() : document;
    const wanted = [...within.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && one.getClientRects().length);
    if (!wanted) return;
    event.preventDefault();
    if (wanted.disabled) return hint(wanted.querySelector(".why")?.textContent || wanted.title);
    hint("");
    if (wanted.matches("input") && wanted.type !== "radio" && wanted.type !== "checkbox") return wanted.focus();
    wanted.click();
  }

  // Escape folds an open menu and gives the focus back to its word.
  function fold(menu) {
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  }

  let fading;
  function hint(text) {
    const place = document.getElementById("hint");
    if (!place) return;
    place.textContent = text;
    clearTimeout(fading);
    fading = setTimeout(() => { place.textContent = ""; }, 4000);
  }

  // A press by mouse leaves no focus behind: the space bar that follows is the key of an act, not this button once more.
  function clicked(event) {
    const close = event.target.closest("[data-close]");
    if (close && open()) { event.preventDefault(); panel().close(); }
    const act = event.target.closest("#console button, #console a.act");
    if (act && event.detail > 0) act.blur();
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  }

  // Questions ---------------------------------------------------------------------------------------------------------------

  function asked() {
    const box = panel(), body = box?.querySelector(".panel-body");
    if (!body) return;
    if (!box.open) box.showModal();
    (box.querySelector("[autofocus]") ?? box.querySelector("select, input:not([type=hidden]), button, a") ?? box).focus();
    const keys = box.querySelector("#keys-on");
    if (keys) keys.checked = keysOn();
  }

  // A question is answered, or has been overtaken, unless the server asks it again (422).
  function answered(event) {
    const status = event.detail.ctx?.response?.status;
    if (open() && event.target.closest?.("#panel form") && status && status !== 422) panel().close();
  }

  // Minutes -----------------------------------------------------------------------------------------------------------------

  function count() {
    const form = document.querySelector("[data-minutes]")?.dataset.minutes;
    if (!form) return;
    document.querySelectorAll("[data-since]").forEach((time) => {
      const minutes = Math.max(0, Math.floor((clock() - Date.parse(time.dataset.since)) / MINUTE));
      const text = form.replace("#", minutes), row = time.closest("[data-level]"), line = time.closest("[data-cap]");
      if (time.textContent !== text) time.textContent = text;
      if (row && line) row.dataset.level = minutes >= line.dataset.cap ? "late" : minutes >= line.dataset.long ? "long" : "";
    });
    due();
  }

  // Somebody's "more time" has run out: nothing has happened in the hall, but now they can be called.
  const asked_anew = new Set();
  function due() {
    const place = document.querySelector("[hx-ws\\:connect]");
    const ready = [...document.querySelectorAll("[data-ready]")].map((one) => one.dataset.ready);
    const ripe = ready.filter((time) => Date.parse(time) <= clock() - 1000 && !asked_anew.has(time));
    if (!place || !ripe.length) return;
    ripe.forEach((time) => asked_anew.add(time));
    globalThis.htmx?.ajax("GET", location.pathname, { source: place, target: place, swap: "innerMorph" });
  }

  // Help --------------------------------------------------------------------------------------------------------------------

  let sound, known;
  function listen() {
    const help = [...document.querySelectorAll("[data-help]")], fresh = help.filter((one) => known && !known.has(one.dataset.help));
    if (fresh.length) {
      hint(fresh.map((one) => [...one.querySelectorAll("p")].map((line) => line.textContent.trim()).join(" · ")).join("; "));
      ping();
    }
    if (help.length || known?.size) document.title = document.title.replace(/^(\(\d+\) )?/, help.length ? `(${help.length}) ` : "");
    known = new Set(help.map((one) => one.dataset.help));
  }

  function ping() {
    if (!sound || sound.state !== "running") return;
    [[660, 0], [880, 0.18]].forEach(([pitch, after]) => {
      const tone = sound.createOscillator(), volume = sound.createGain(), at = sound.currentTime + after;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.2, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
      tone.connect(volume).connect(sound.destination);
      tone.start(at);
      tone.stop(at + 0.55);
    });
    document.documentElement.dataset.pinged = known.size + 1;
  }

  async function allowSound() {
    const said = document.querySelector("[data-sound]");
    if (!said) return;
    sound ??= new AudioContext();
    await sound.resume().catch(() => {});
    said.dataset.sound = sound.state === "running" ? "on" : "off";
  }

  // Idle --------------------------------------------------------------------------------------------------------------------

  let touched = Date.now(), told = Date.now();
  function idle() {
    const box = document.getElementById("idle");
    if (!box) return;
    const rest = box.dataset.idle * MINUTE - (Date.now() - told);
    if (touched > told && Date.now() - told > MINUTE) return stay();
    box.hidden = rest > MINUTE;
    if (rest < -2000) location.reload();
  }

  async function stay() {
    told = touched = Date.now();
    document.getElementById("idle").hidden = true;
    const answer = await fetch("/here", { method: "POST" }).catch(() => null);
    if (answer?.status === 401) location.reload();
  }

  // A line that stays away may mean that the sign-in has ended: then the door is the place to be.
  let stale = 0;
  async function outside() {
    stale = document.documentElement.hasAttribute("data-stale") ? stale + 1 : 0;
    if (stale % 10 !== 4) return;
    const answer = await fetch("/here", { method: "POST" }).catch(() => null);
    if (answer?.status === 401) location.reload();
  }

  // Small things --------------------------------------------------------------------------------------------------------------

  function keypad(event) {
    const letter = event.target.closest("[data-letter]"), field = document.querySelector(".pairing-code");
    if (!letter || !field) return;
    const plain = field.value.replace(/-/g, "");
    const typed = letter.dataset.letter ? (plain + letter.dataset.letter).slice(0, 12) : plain.slice(0, -1);
    field.value = typed.replace(/(.{4})(?=.)/g, "$1-");
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-keypad]").forEach((pad) => { pad.hidden = false; });
    document.querySelector("#idle button")?.addEventListener("click", stay);
    listen();
    count();
  });
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", clicked);
  document.addEventListener("focusin", ({ target }) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(target)) menu.open = false; });
  });
  document.addEventListener("click", keypad);
  document.addEventListener("pointerdown", allowSound);
  document.addEventListener("change", (event) => {
    if (event.target.id === "keys-on") localStorage.setItem("nuanyi-keys", event.target.checked ? "on" : "off");
    if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
  });
  ["pointerdown", "keydown"].forEach((name) => document.addEventListener(name, () => { touched = Date.now(); }));
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail.ctx?.target;
    if (target === "#panel" || target?.id === "panel") asked();
    listen();
    count();
  });
  document.addEventListener("htmx:after:request", (event) => { told = Date.now(); answered(event); });
  setInterval(count, 5000);
  setInterval(idle, 1000);
  setInterval(outside, 1000);

  // What somebody has opened stays open when the screen is drawn anew.
  globalThis.htmx?.registerExtension("kept-open", {
    htmx_before_morph_attr: (element, detail) => !(detail.attrName === "open" && element.tagName === "DETAILS"),
  });
})();
