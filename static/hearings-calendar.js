/* The calendar: a hearing that is dragged fetches what each cell would allow, as the page of its move shows it; dropping it
   follows the cell's link. Works without this: every move is a link as well. */
(() => {
  "use strict";
  let dragged = null, asking = null;

  const cells = () => document.querySelectorAll("[data-cell]");
  const clear = () => { for (const one of document.querySelectorAll("[data-cell] .verdict")) one.remove(); };

  async function ask(hearing) {
    asking = new AbortController();
    const address = new URL(location.href);
    address.searchParams.set("moving", hearing);
    const answer = await fetch(address, { signal: asking.signal, headers: { accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (dragged?.dataset.moving !== hearing) return;
    clear();
    for (const cell of cells()) {
      const said = page.querySelector(`[data-cell="${CSS.escape(cell.dataset.cell)}"] .verdict`);
      if (said) cell.append(document.adoptNode(said));
    }
  }

  function over(cell, said) {
    for (const one of document.querySelectorAll(".over")) one.classList.remove("over", "no");
    if (!cell) return;
    const link = cell.querySelector("a.verdict"), why = cell.querySelector(".verdict.cannot");
    if (!link && !why) return;
    cell.classList.add("over");
    cell.classList.toggle("no", !link);
    const text = link ? `${link.textContent} ${said.dataset.yes}` : `${said.dataset.no} ${why.textContent}`;
    if (said.textContent !== text) said.textContent = text;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const said = document.querySelector("[data-drag-said]");
    if (!said) return;
    document.addEventListener("dragstart", (event) => {
      dragged = event.target.closest?.("[data-moving]");
      if (!dragged) return;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.dataset.name);
      dragged.classList.add("dragged");
      ask(dragged.dataset.moving);
    });
    document.addEventListener("dragover", (event) => {
      const cell = event.target.closest?.("[data-cell]");
      if (!dragged) return;
      over(cell, said);
      if (cell?.querySelector("a.verdict")) event.preventDefault();
    });
    document.addEventListener("drop", (event) => {
      const link = event.target.closest?.("[data-cell]")?.querySelector("a.verdict");
      if (!dragged || !link) return;
      event.preventDefault();
      location.assign(link.href);
    });
    document.addEventListener("dragend", () => {
      asking?.abort();
      dragged?.classList.remove("dragged");
      dragged = null;
      over(null, said);
      if (!new URL(location.href).searchParams.get("moving")) clear();
    });
  });
})();
