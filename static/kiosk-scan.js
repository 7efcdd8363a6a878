// A scanner types: keys less than 30 ms apart that end in Enter are a scan and never a press of what has the focus. They are
// read by their place on the keyboard, so that a Chinese input method cannot eat the letters.
"use strict";

const FAST = 30;
const SHORTEST = 8;
const PLAIN = { Minus: "-", Slash: "/", Period: ".", Semicolon: ";", Equal: "=", Comma: ",", Space: " ", NumpadDivide: "/" };
const SHIFTED = { Minus: "_", Slash: "?", Semicolon: ":", Equal: "+", Digit7: "&", Digit5: "%", Digit3: "#" };
const scan = { text: "", at: 0, field: null, before: "" };

function sign({ code, shiftKey }) {
  if (shiftKey && code in SHIFTED) return SHIFTED[code];
  if (code in PLAIN) return PLAIN[code];
  const key = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(code);
  return key ? (key[1] || key[2]).toLowerCase() : "";
}

function begin(event) {
  const field = event.target.closest?.("input:not([type=checkbox])") ?? null;
  Object.assign(scan, { text: "", field, before: field?.value ?? "" });
}

document.addEventListener(
  "keydown",
  (event) => {
    const fast = event.timeStamp - scan.at < FAST;
    const ends = event.code === "Enter" || event.code === "NumpadEnter";
    if (event.code.startsWith("Shift")) {
      if (fast) scan.at = event.timeStamp;
      return;
    }
    if (!fast) begin(event);
    scan.at = event.timeStamp;
    if (ends) return finish(event, fast);
    scan.text += sign(event);
    if (fast && scan.text.length > 2) swallow(event);
  },
  true,
);

function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function finish(event, fast) {
  const { text, field, before } = scan;
  scan.text = "";
  if (!fast || text.length < SHORTEST) return;
  swallow(event);
  sessionStorage.setItem("kiosk.scanned", new Date().toISOString());
  if (field) field.value = before;
  document.activeElement?.blur();
  kiosk.touched = Date.now();
  document.getElementById("still")?.close();
  visit(stand().dataset.scan, { method: "POST", body: new URLSearchParams({ text }) });
}

kiosk.hooks.wipe.push(() => Object.assign(scan, { text: "", field: null, before: "" }));
