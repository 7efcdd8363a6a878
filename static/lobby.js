/* The lobby's voice: what is new on the board is announced, one call after another, and the server is told what was heard.

Each call is a chime and its sentence, twice; a call is never cut and never left out while it is open: when others wait,
only second readings are. Of several screens of a zone (`?zone=`) one speaks: it holds a lease and asks for it again and again;
the others keep what they have not heard of, and whichever gets the lease says what is still awaited and was not spoken.
What happened can be followed on #board: `data-speaking`, `data-spoken`, `data-speaker`, events `lobby:*`. */
(() => {
  "use strict";
  const OLD = 20000, SHINE = 6000, LONG = 60000, STUCK = 20000, REPEAT = 600, KEPT = "nuanyi-last-call";
  const queue = [], unsent = [], silenced = new Set(), left = new Set();
  const screen = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.floor(Math.random() * 1e9)}`;
  const MARGIN = 1000, UNABLE = 15000;
  let mineUntil = 0, unableUntil = 0, every = 2000;
  let board = null, last = 0, resumed = false, speaking = false, shining = 0;

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const call = (id) => board.querySelector(`[data-call="${id}"]`);
  const asked = new URLSearchParams(location.search);
  const muted = asked.get("sound") === "off", zone = (asked.get("zone") || "").toLowerCase();

  function emit(what, detail) {
    board.dispatchEvent(new CustomEvent(`lobby:${what}`, { detail, bubbles: true }));
  }

  /* The board has changed (or is seen for the first time): whoever is new and still awaited is announced, oldest first. */
  function look(first = false) {
    const outdated = board.querySelector("#awaited").dataset.version !== board.dataset.version;
    if (outdated && performance.now() > LONG) return location.reload();
    const fresh = [...board.querySelectorAll("[data-call]")].filter((one) => Number(one.dataset.call) > last);
    const young = fresh.filter((one) => !first || resumed || hall.now() - Date.parse(one.dataset.at) < OLD);
    last = Math.max(last, ...fresh.map((one) => Number(one.dataset.call)));
    sessionStorage.setItem(KEPT, last);
    if (young.length) announce(young.map((one) => Number(one.dataset.call)));
    unsent.splice(0).forEach(report);
  }

  function announce(ids) {
    shine();
    ids.forEach((id) => report({ call_id: id, shown: true }));
    if (muted) return;
    queue.push(...ids.filter((id) => !("silent" in call(id).dataset)));
    speak();
  }

  function shine() {
    board.classList.remove("new");
    void board.offsetWidth;
    board.classList.add("new");
    clearTimeout(shining);
    shining = setTimeout(() => board.classList.remove("new"), SHINE);
  }

  async function speak() {
    if (speaking) return;
    speaking = true;
    while (queue.length) await take(queue.shift());
    delete board.dataset.speaking;
    speaking = false;
  }

  async function take(id) {
    if (!call(id)) return note(id, "over");
    if (!(await mine())) return left.add(id);
    const why = await say(id, 1);
    if (why === "cut") return again(id);
    note(id, why);
    if (why) return;
    await pause(REPEAT);
    if (!queue.length && call(id)) await say(id, 2);
  }

  /* The network went away before the call was spoken: it is the first one when the server is heard again. */
  function again(id) {
    queue.unshift(id);
    return new Promise((done) => addEventListener("htmx:ws:after:message:incoming", done, { once: true }));
  }

  function note(id, why) {
    if (why !== "over") warn(why);
    if (why && why !== "over") {
      silenced.add(id);
      giveUp();
    }
    report(why ? { call_id: id, silent: why } : { call_id: id, spoken: true });
    emit(why ? "silent" : "heard", { call: id, why });
  }

  /* Whether this screen is the one that speaks. An answer that does not come leaves things as they are. */
  async function mine() {
    return performance.now() < mineUntil || ask();
  }

  async function ask(able = true) {
    const since = performance.now();
    try {
      const answer = await fetch(`/lobby/lease?hall=${board.dataset.hall}`, {
        method: "POST", headers: { "content-type": "application/json" }, signal: AbortSignal.timeout(4000),
        body: JSON.stringify({ screen, zone, able }),
      });
      if (answer.ok) settle(await answer.json(), since);
    } catch { /* cut off: nothing new is heard of either */ }
    return board.dataset.speaker !== "no";
  }

  function settle(lease, since) {
    every = (lease.seconds * 1000) / 3;
    mineUntil = lease.speaks ? since + lease.seconds * 1000 - MARGIN : 0;
    board.dataset.speaker = lease.speaks ? "yes" : "no";
    if (!lease.speaks || !left.size) return;
    queue.push(...[...left].filter((id) => call(id) && !lease.spoken.includes(id)).sort((one, other) => one - other));
    left.clear();
    speak();
  }

  /* A screen that cannot be heard leaves the word to another for a while. */
  function giveUp() {
    unableUntil = performance.now() + UNABLE;
    mineUntil = 0;
    ask(false);
  }

  async function keep() {
    if (performance.now() > unableUntil) await ask();
    setTimeout(keep, every);
  }

  async function say(id, reading) {
    const text = call(id).textContent;
    board.dataset.speaking = `${id}:${reading}`;
    emit("speaking", { call: id, reading, text });
    const address = `/lobby/calls/${id}.wav?hall=${board.dataset.hall}&lang=${board.dataset.language}&reading=${reading}`;
    let why = await play(address);
    if (why === "missing") why = await read(text);
    if (!why) board.dataset.spoken = [...(board.dataset.spoken || "").split(" "), `${id}:${reading}`].slice(-40).join(" ").trim();
    return why;
  }

  /* Plays a sound to its end, once it is here whole. Answers why it could not: cut (the network), missing, blocked or
     stuck; nothing when it was heard. */
  async function play(address) {
    try {
      const answer = await fetch(address, { signal: AbortSignal.timeout(10000) });
      await answer.arrayBuffer();
      if (!answer.ok) return "missing";
    } catch { return "cut"; }
    return new Promise((done) => {
      const sound = new Audio(address);
      const end = (why) => { clearTimeout(watch); sound.onended = sound.onerror = null; if (why) sound.pause(); done(why); };
      const watch = setTimeout(end, STUCK, "stuck");
      sound.onended = () => end("");
      sound.onerror = () => end("missing");
      sound.play().catch((problem) => end(problem.name === "NotAllowedError" ? "blocked" : "missing"));
    });
  }

  /* The browser's own voice, where it has one of the language. */
  function read(text) {
    const tongue = board.dataset.language.slice(0, 2);
    const voice = globalThis.speechSynthesis?.getVoices().find((one) => one.lang.toLowerCase().startsWith(tongue));
    if (!voice) return "no-voice";
    return new Promise((done) => {
      const words = Object.assign(new SpeechSynthesisUtterance(text), { voice, lang: voice.lang, rate: 0.9 });
      const watch = setTimeout(() => { speechSynthesis.cancel(); done("stuck"); }, STUCK);
      const end = (why) => { clearTimeout(watch); done(why); };
      words.onend = () => end("");
      words.onerror = (problem) => end(problem.error === "not-allowed" ? "blocked" : "no-voice");
      speechSynthesis.speak(words);
    });
  }

  /* The small mark that this screen cannot be heard, and why; no word takes it away. */
  function warn(why) {
    const mark = document.getElementById("mute");
    mark.hidden = !why;
    mark.querySelectorAll("[data-why]").forEach((hint) => { hint.hidden = hint.dataset.why !== why; });
  }

  /* A touch lets a browser speak: what could not be heard and is still awaited is said now. */
  function touched() {
    if (!document.querySelector("#mute:not([hidden])")) return;
    warn("");
    unableUntil = 0;
    queue.push(...[...silenced].filter(call).sort((one, other) => one - other));
    silenced.clear();
    speak();
  }

  async function report(body) {
    try {
      const answer = await fetch(`/lobby/heard?hall=${board.dataset.hall}`, {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), keepalive: true,
        signal: AbortSignal.timeout(5000),
      });
      if (answer.status >= 500) unsent.push(body);
    } catch { unsent.push(body); }
  }

  /* Browsers that wait for a touch say so before the first call is lost. */
  async function listen() {
    const sound = new AudioContext();
    await Promise.race([sound.resume(), pause(800)]);
    const blocked = sound.state !== "running" && !navigator.userActivation?.hasBeenActive;
    sound.close();
    if (!blocked || speaking) return;
    warn("blocked");
    giveUp();
    if ("paired" in board.dataset) report({ silent: "blocked" });
  }

  document.addEventListener("DOMContentLoaded", () => {
    board = document.getElementById("board");
    board.dataset.version = board.querySelector("#awaited").dataset.version;
    last = Number(sessionStorage.getItem(KEPT)) || 0;
    resumed = Boolean(last && sessionStorage.getItem("nuanyi-cut"));
    sessionStorage.removeItem("nuanyi-cut");
    look(true);
    if (!muted) listen().then(keep);
    navigator.wakeLock?.request("screen").catch(() => {});
    addEventListener("pointerdown", touched);
    addEventListener("keydown", touched);
  });
  document.addEventListener("htmx:ws:after:message:incoming", () => look());
})();
