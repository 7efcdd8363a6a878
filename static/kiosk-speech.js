// The voice: speaks each page, and each control when it is touched or reached by key. A first touch speaks, a second one
// chooses. Sounds come from the centre; without sound everything works as if the voice were off.
"use strict";

const LEVELS = [0.15, 0.35, 0.6, 0.8, 1];
const voice = { sound: null, level: 2, armed: null, mute: false };

const guides = () => document.body.classList.contains("voice") && !voice.mute;

function hush() {
  voice.sound?.pause();
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
    speak(control.dataset.say);
  }
});

document.addEventListener("click", ({ target }) => {
  const act = target.closest("[data-voice]")?.dataset.voice;
  if (act === "again") speak(stand().dataset.speech);
  if (act === "stop") hush();
  if (act === "louder") setLevel(voice.level + 1);
  if (act === "quieter") setLevel(voice.level - 1);
});

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
