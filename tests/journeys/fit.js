// Puts the page at `address` in the place of this one and says what of it does not fit; `touched`: the selector of its controls.
async ([address, touched]) => {
  const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
  document.documentElement.lang = page.documentElement.lang;
  document.body.className = page.body.className;
  document.getElementById("stand").replaceWith(document.adoptNode(page.getElementById("stand")));
  document.querySelectorAll(".keys").forEach((keys) => (keys.hidden = false));
  const root = document.documentElement, told = document.querySelector("main .told"), controls = document.querySelector("main .controls");
  const seen = (one) => one.checkVisibility() && !one.closest("svg, .visually-hidden") && one.clientWidth > 1;
  const box = (one) => one.getBoundingClientRect();
  const faults = [];
  if (root.scrollHeight > innerHeight + 1) faults.push(`${root.scrollHeight - innerHeight} px too high`);
  if (root.scrollWidth > innerWidth + 1) faults.push(`${root.scrollWidth - innerWidth} px too wide`);
  for (const one of [...document.querySelectorAll("main, main *, .bar, .bar *, .top *")].filter(seen)) {
    const { overflowX, overflowY } = getComputedStyle(one);
    const down = overflowY !== "visible" && one.scrollHeight > one.clientHeight + 2, across = overflowX !== "visible" && one.scrollWidth > one.clientWidth + 2;
    if ((down || across) && !one.matches("input")) faults.push(`cut: ${one.tagName} ${one.className}`);
  }
  for (const control of [...document.querySelectorAll(`${touched}, main summary`)].filter(seen)) {
    const own = box(control);
    const out = (text) => box(text).left < own.left - 1 || box(text).right > own.right + 1 || box(text).top < own.top - 1 || box(text).bottom > own.bottom + 1;
    [...control.querySelectorAll("b, span")].filter(seen).filter(out).forEach((text) => faults.push(`out of its button: ${text.textContent.trim()}`));
    if (document.body.classList.contains("low") && own.top < innerHeight * 0.6 - 1) faults.push(`out of low reach: ${control.textContent.trim()}`);
  }
  if (told && controls && getComputedStyle(controls).display !== "contents") {
    const inner = [...told.children].filter(seen).map(box), limit = box(controls);
    if (inner.some((one) => one.bottom > limit.top + 1 && one.right > limit.left + 1)) faults.push("words under the controls");
  }
  return faults;
}
