// A paired screen tells the centre every few seconds that it is there, which version it shows and what went wrong, and does
// what staff ask of it: load anew, or start afresh with nothing kept but its pairing and its numbers.
"use strict";

(() => {
  const EVERY = 10_000;
  const PATIENCE = 120_000;
  const told = { began: true, fault: "" };
  const own = document.querySelector('script[src*="/kiosk.js"], script[src*="/lobby.js"]');
  const version = new URL(own?.src || location).searchParams.get("v") || "";
  const remember = (text) => { told.fault = String(text).slice(0, 200); };

  window.addEventListener("error", ({ message, filename, lineno }) => message && remember(`${message} ${String(filename).split("/").pop()}:${lineno}`));
  window.addEventListener("unhandledrejection", ({ reason }) => remember(reason));

  function parts() {
    const said = { screen: `${window.innerWidth}x${window.innerHeight}` };
    const scanned = sessionStorage.getItem("kiosk.scanned");
    if (scanned) said.scanner = scanned;
    return said;
  }

  // Nobody's visit is broken off: a kiosk waits until its first page is shown or nobody has touched it for a while.
  async function quiet() {
    const end = Date.now() + PATIENCE;
    const busy = () => (typeof kiosk !== "undefined" ? !["start", "down", "unreachable", "closed"].includes(stand()?.dataset.page) : false);
    while (busy() && Date.now() < end) await new Promise((done) => setTimeout(done, 500));
  }

  async function obey(command) {
    await quiet();
    if (command === "restart" && navigator.serviceWorker) {
      for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
      for (const name of await caches.keys()) await caches.delete(name);
    }
    location.reload();
  }

  async function beat() {
    const sent = { version, began: told.began, fault: told.fault, parts: parts() };
    try {
      const headers = { "content-type": "application/json", accept: "application/json" };
      const answer = await fetch("/device/beat", { method: "POST", headers, body: JSON.stringify(sent), signal: AbortSignal.timeout(8000) });
      if (answer.ok) {
        told.began = false;
        if (told.fault === sent.fault) told.fault = "";
        const { command } = await answer.json();
        if (command) return obey(command);
      }
    } catch {
      /* out of reach: the next beat tells it */
    }
    setTimeout(beat, EVERY);
  }

  beat();
})();
