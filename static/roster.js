/* The roster: one press for a checklist that is fulfilled throughout. Works without it. */
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-all]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      for (const one of button.form.querySelectorAll(`input[type=radio][value="${button.dataset.all}"]`)) one.checked = true;
    });
  }
});
