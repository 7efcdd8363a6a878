/* A hearing's page follows what happens. Where nobody is typing the page becomes the newest one; where somebody is, or where it
answers an act, only a line says that something has changed. Nothing that was typed is ever lost. */
(() => {
  "use strict";
  let shown = -1, newest = -1, fetching = false;
  const follow = () => document.getElementById("follow");
  const main = () => document.getElementById("main");

  function changed(one) {
    if (one.type === "hidden" || one.type === "submit") return false;
    if (one.type === "checkbox" || one.type === "radio") return one.checked !== one.defaultChecked;
    if (one.tagName !== "SELECT") return one.value !== one.defaultValue;
    const options = [...one.options], first = options.findIndex((option) => option.defaultSelected);
    return one.selectedIndex !== Math.max(first, one.multiple ? -1 : 0);
  }

  /* Whether somebody is in the middle of something: typing, choosing, or with a form or a question open. */
  function busy() {
    const active = document.activeElement;
    if (follow().hasAttribute("data-quiet") || location.pathname !== follow().dataset.here) return true;
    if (main().querySelector("details[open] form, dialog[open]")) return true;
    if (main().contains(active) && active.matches("input, textarea, select, [contenteditable]")) return true;
    return [...main().querySelectorAll("input, textarea, select")].some(changed);
  }

  function tell(late) {
    const line = document.getElementById("changed-line");
    if (line) line.hidden = !late;
  }

  async function fresh() {
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok || new URL(answer.url).pathname !== follow().dataset.here) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
  }

  async function catchUp() {
    if (fetching || newest <= shown) return;
    if (busy()) return tell(true);
    fetching = true;
    const wanted = newest, page = await fresh().catch(() => null);
    fetching = false;
    if (!page || busy()) return tell(true);
    await globalThis.htmx.swap({ sourceElement: main(), target: main(), text: page.innerHTML, swap: "innerMorph" });
    shown = wanted;
    tell(false);
    catchUp();
  }

  document.addEventListener("htmx:ws:after:message:incoming", () => {
    const told = follow()?.querySelector("[data-version]");
    if (!told) return;
    if (shown < 0) shown = Number(follow().dataset.version);
    newest = Math.max(newest, Number(told.dataset.version));
    catchUp();
  });
  /* Whoever has closed the form without typing sees what has happened meanwhile. */
  document.addEventListener("toggle", (event) => { if (!event.target.open) catchUp(); }, true);
  document.addEventListener("focusout", () => setTimeout(catchUp, 300));
})();
