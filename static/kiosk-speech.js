// The voice: speaks each page, and each control when it is touched or reached by key. A first touch speaks, a second one
// chooses. Sounds come from the centre; without sound everything works as if the voice were off.
"use strict";

const LEVELS = [0.15, 0.35, 0.6, 0.8, 1];
const BRIEFLY = 120; // ms: who walks past a control does not hear it
const voice = { sound: null, level: 2, armed: null, mute: false, soon: 0 };

const guides = () => document.body.classList.contains("voice") && !voice.mute;

// What is cut off is not fetched to its end either, so that nothing new waits behind it.
function hush() {
  clearTimeout(voice.soon);
  voice.sound?.pause();
  voice.sound?.removeAttribute("src");
  voice.sound?.load();
  voice.sound = null;
}

function speak(address) {
  if (!address) return;
  hush();
  const sound = (voice.sound = new Audio(address));
  sound.volume = LEVELS[voice.level];
  sound.addEventListener("error", fallSilent);
  sound.play().catch((why) => why.name === "NotSupportedError" && fallSilent());
}

function fallSilent() {
  voice.mute = true;
  const told = document.getElementById("mute");
  if (told) told.hidden = false;
}

const speaking = () => voice.sound !== null && !voice.sound.paused && !voice.sound.ended;

document.addEventListener(
  "click",
  (event) => {
    const control = event.target.closest("[data-say]");
    const chosen = !control || !guides() || event.detail === 0 || voice.armed === control;
    voice.armed = control;
    if (chosen) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    control.focus?.();
    speak(control.dataset.say);
  },
  true,
);

document.addEventListener("focusin", ({ target }) => {
  const control = target.closest("[data-say]");
  if (control && guides() && control.matches(":has(:focus-visible), :focus-visible") && voice.armed !== control) {
    voice.armed = null;
    hush();
    voice.soon = setTimeout(speak, BRIEFLY, control.dataset.say);
  }
});

document.addEventListener("click", ({ target }) => {
  const act = target.closest("[data-voice]")?.dataset.voice;
  if (act === "again") speak(stand().dataset.speech);
  if (act === "stop") hush();
  if (act === "louder") setLevel(voice.level + 1);
  if (act === "quieter") setLevel(voice.level - 1);
});

// A keypad with a headset socket tells by two keys that a headset is put in or taken out (F15, F16): then the voice guides, or
// stops, so that nothing personal is said to the hall. Its arrows go from control to control.
document.addEventListener("keydown", (event) => {
  const { code, target } = event;
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[code];
  if (code === "F15" || code === "F16") return headset(code === "F15");
  if (!step || !guides() || target.closest?.("input:not([type=checkbox])")) return;
  event.preventDefault();
  goTo(step);
});

function headset(isIn) {
  if (!isIn) hush();
  if (isIn !== document.body.classList.contains("voice")) document.querySelector(".modes [value=voice]")?.click();
}

function goTo(step) {
  const scope = still()?.open ? still() : document;
  const all = [...scope.querySelectorAll("main :is(a[href], button, input, summary), .bar :is(a[href], button), dialog :is(a[href], button)")];
  const seen = all.filter((one) => one.checkVisibility() && !one.disabled && one.type !== "hidden");
  const at = seen.indexOf(document.activeElement);
  seen[at < 0 ? (step > 0 ? 0 : seen.length - 1) : (at + step + seen.length) % seen.length]?.focus();
}

function setLevel(level) {
  voice.level = Math.max(0, Math.min(LEVELS.length - 1, level));
  if (voice.sound) voice.sound.volume = LEVELS[voice.level];
  showLevel();
}

function showLevel() {
  const volume = document.getElementById("volume");
  if (volume) volume.value = voice.level + 1;
}

kiosk.hooks.show.push(() => {
  voice.armed = null;
  hush();
  showLevel();
  if (voice.mute) fallSilent();
  if (guides()) speak(stand().dataset.speech);
});
kiosk.hooks.wipe.push(hush);
