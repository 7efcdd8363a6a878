/* The hearing plan: what is typed is kept while it is being typed. Works without this: the form keeps what it sends. */
(() => {
  "use strict";
  const PAUSE = 1500;

  async function keep(form, said) {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.draft, { method: "POST", body }).catch(() => null);
    said.textContent = answer?.ok ? said.dataset.kept : said.dataset.lost;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("form[data-draft]"), said = document.getElementById("draft-said");
    if (!form || !said) return;
    let waiting, sending = false;
    form.addEventListener("submit", () => { sending = true; clearTimeout(waiting); });
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => { if (!sending) keep(form, said); }, PAUSE);
    });
  });
})();
