/* The phone's own part beside live.js: rings and shakes when its number is called (after one touch that allows it), asks by
plain requests while the socket is silent, the keypad of the look-up, and that nothing private comes back by the back button. */
(() => {
  "use strict";
  const RINGS = 3, EVERY = 7000, REFRESH = 60000, SILENT = 15000, SHAKE = [500, 250, 500, 250, 900];
  const root = document.documentElement;
  const visit = () => document.querySelector(".visit");
  let sound = null, called = "", rung = 0, timer = 0, asked = Date.now();
  root.toggleAttribute("data-script", true);

  /* Three falling pairs of tones, made here: nothing has to be fetched when it matters. */
  function chime() {
    if (!sound || "quiet" in visit().dataset) return;
    [0, 0.55, 1.1].forEach((start) => [[784, 0], [587, 0.22]].forEach(([pitch, later]) => {
      const at = sound.currentTime + start + later, tone = sound.createOscillator(), gain = sound.createGain();
      tone.frequency.value = pitch;
      gain.gain.setValueAtTime(0.0001, at);
      gain.gain.exponentialRampToValueAtTime(0.6, at + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.4);
      tone.connect(gain).connect(sound.destination);
      tone.start(at);
      tone.stop(at + 0.45);
    }));
  }

  function ring() {
    clearTimeout(timer);
    if (!root.hasAttribute("data-tell") || visit()?.dataset.state !== "called" || "coming" in visit().dataset || rung >= RINGS) return;
    rung += 1;
    navigator.vibrate?.(SHAKE);
    sound?.resume().then(chime, () => {});
    timer = setTimeout(ring, EVERY);
  }

  /* The window sees that the call has arrived here; again, the server ignores it. */
  function tell(page) {
    const body = new URLSearchParams({ call: visit().dataset.call });
    fetch(`${page}/delivered`, { method: "POST", body, keepalive: true }).catch(() => {});
  }

  /* A repeated call is a call of its own and rings again. */
  function look() {
    const now = visit();
    if (!now) return;
    document.title = document.title.replace(/^.*(?= · )/, now.dataset.title);
    const call = now.dataset.state === "called" ? now.dataset.call : "";
    if (call && call !== called) {
      rung = 0;
      ring();
      if (!document.hidden) tell(document.querySelector("main[data-page]").dataset.page);
      scrollTo({ top: 0, behavior: "smooth" });
    }
    called = call;
  }

  async function stayAwake() {
    try {
      await navigator.wakeLock.request("screen");
    } catch { /* an old phone, or its battery is low: the page works as well */ }
  }

  function tellMe() {
    sound ??= new AudioContext();
    sound.resume();
    navigator.vibrate?.(60);
    root.toggleAttribute("data-tell", true);
    stayAwake();
    rung = 0;
    ring();
  }

  /* The second net: the page itself, asked for again once a minute, and sooner while the socket is silent. */
  async function refresh() {
    const page = document.querySelector("main[data-page]");
    const wait = root.hasAttribute("data-stale") ? SILENT : REFRESH;
    if (!page || document.hidden || Date.now() - asked < wait) return;
    asked = Date.now();
    try {
      const answer = await fetch(page.dataset.page, { cache: "no-store", signal: AbortSignal.timeout(8000) });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".visit");
      if (!answer.ok || !fresh || fresh.isEqualNode(visit()) || page.contains(document.activeElement)) return;
      visit().replaceWith(document.adoptNode(fresh));
      look();
    } catch { /* live.js says that there is no connection */ }
  }

  function press(key) {
    const field = document.querySelector("[data-keypad]");
    field.value = key === "back" ? field.value.slice(0, -1) : (field.value + key).slice(0, 6);
  }

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-tell]")) tellMe();
    const key = target.closest("[data-key]");
    if (key) press(key.dataset.key);
  });
  document.addEventListener("pointerdown", () => { if (called) rung = RINGS; });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    if (root.hasAttribute("data-tell")) stayAwake();
    if (called) tell(document.querySelector("main[data-page]").dataset.page);
    refresh();
  });
  document.addEventListener("htmx:ws:after:message:incoming", look);
  document.addEventListener("submit", ({ target }) => {
    setTimeout(() => target.querySelectorAll("button:not([type])").forEach((button) => { button.disabled = true; }));
  });
  document.addEventListener("DOMContentLoaded", () => {
    const field = document.querySelector("[data-keypad]");
    if (field) {
      field.inputMode = "none";
      document.getElementById(field.dataset.keypad).hidden = false;
    }
    look();
    setInterval(refresh, 2000);
    const page = document.querySelector("[data-expires]");
    if (page) setTimeout(() => location.replace(page.dataset.then), page.dataset.expires * 1000);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
