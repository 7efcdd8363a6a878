/* The cases room: print, and the parts of the registration form that follow from other parts. Works without all of this. */
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);

  function prints() {
    for (const button of document.querySelectorAll("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    }
  }

  /* Only the papers that prove the chosen relation can be chosen. */
  function proofs() {
    const relation = byId("relation"), proof = byId("proof");
    if (!relation || !proof) return;
    const fit = () => {
      for (const option of proof.options) option.hidden = option.disabled = !option.dataset.relations.split(" ").includes(relation.value);
      if (proof.selectedOptions[0]?.disabled) proof.value = [...proof.options].find((option) => !option.disabled).value;
    };
    relation.addEventListener("change", fit);
    fit();
  }

  /* No document, no look-up; the last four of the ID, no PIN. */
  function secrets() {
    const paper = byId("document"), secret = document.querySelector("[data-needs-document]");
    if (!paper || !secret) return;
    const fit = () => {
      secret.disabled = paper.value === "none";
      const pin = secret.querySelector("[name=factor]:checked")?.value !== "id_last_four";
      for (const field of [byId("pin"), byId("pin_again")]) field.disabled = !pin;
      secret.querySelector(".pins").hidden = !pin;
    };
    paper.addEventListener("change", fit);
    secret.addEventListener("change", fit);
    fit();
  }

  /* One press is enough: a second one would send the same form again. Only after the form has been read, as a disabled button is
     not sent with it. */
  function once() {
    document.addEventListener("submit", ({ target: form }) => {
      if (form.method !== "post" || form.target || form.matches("[data-again]")) return;
      setTimeout(() => { for (const button of form.querySelectorAll("button:not([type=button])")) button.disabled = true; });
    });
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }

  document.addEventListener("DOMContentLoaded", () => {
    prints();
    proofs();
    secrets();
    once();
    const shown = document.querySelector("[data-expires]");
    if (shown) setTimeout(() => location.replace(shown.dataset.then), shown.dataset.expires * 1000);
    (document.querySelector("[aria-invalid]") ?? document.querySelector(".notice input"))?.focus();
  });
})();
