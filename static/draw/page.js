/* The public page of a draw and its wall: runs the verifier on the record that stands in the page (or on a copy that somebody
puts in), and says in words what was altered. Sends nothing anywhere. */
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const PLACED = { "pool-row": "row", leaf: "row", seat: "seat", replacement: "place", reserve: "place", order: "place" };
  const words = () => byId("names").dataset;

  function checksOf(text, printed) {
    try { return verifyDraw(JSON.parse(text), printed); } catch (fault) {
      return [{ name: "readable", of: "", place: 0, ok: false, expected: "JSON", found: String(fault.message ?? fault), because: "" }];
    }
  }

  function title(check) {
    const called = (code) => byId("names").querySelector(`[data-name="${code}"]`)?.textContent ?? code;
    const name = check.name === "fingerprint" && check.of ? `${called(check.name)}: ${called(check.of)}` : called(check.name);
    return check.place && PLACED[check.name] ? `${name} · ${words()[PLACED[check.name]].replace("#", check.place)}` : name;
  }

  function shown(value) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return text.length > 80 ? `${text.slice(0, 77)}…` : text;
  }

  function element(tag, text, mark) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (mark) made.className = mark;
    return made;
  }

  function altered(check) {
    const line = element("li", "");
    line.append(element("b", title(check)));
    line.append(element("small", `${words().expected} ${shown(check.expected)} · ${words().found} ${shown(check.found)}`));
    return line;
  }

  function listed(check) {
    const line = element("li", title(check), check.ok ? "ok" : "not");
    line.append(element("small", check.ok ? words().ok : check.because ? `${words().follows} ${title({ name: check.because, of: "", place: 0 })}` : words().not));
    return line;
  }

  /* Which of the sentences stands: all agree, only promised so far, altered, or another draw than the one of this page. */
  function mood(checks, text) {
    if (checks.some((check) => !check.ok)) return "bad";
    const record = JSON.parse(text);
    if (record.before.digest !== byId("verdict").dataset.digest) return "other";
    return record.after ? "good" : "promised";
  }

  function judge() {
    const text = byId("record").value, checks = checksOf(text, byId("printed").value.trim()), now = mood(checks, text);
    for (const part of byId("verdict").children) part.hidden = part.dataset.show !== now;
    for (const count of byId("verdict").querySelectorAll("[data-count]")) count.textContent = checks.length;
    byId("verdict").querySelector("[data-altered]").replaceChildren(...alteredInputs(checks).map(altered));
    byId("checks").replaceChildren(...checks.map(listed));
    const rows = new Set(alteredInputs(checks).filter((check) => check.name === "pool-row").map((check) => String(check.place)));
    for (const row of document.querySelectorAll("[data-row]")) row.classList.toggle("altered", rows.has(row.dataset.row));
    byId("again").hidden = text === byId("record").defaultValue;
  }

  function mine() {
    const salt = byId("salt").value.trim(), member = byId("member").value.trim().replaceAll("-", "").toLowerCase();
    const told = byId("found");
    for (const row of document.querySelectorAll(".own-row")) row.classList.remove("own-row");
    if (!salt || !member) { told.textContent = ""; return; }
    const { ticket, place } = findTicket(JSON.parse(byId("record").defaultValue), salt, member);
    told.className = place ? "yes" : "no";
    told.textContent = place ? `${told.dataset.yes.replace("#", place)} ${ticket}` : told.dataset.no;
    document.querySelector(`tr[data-row="${place}"]`)?.classList.add("own-row");
  }

  async function open(file) {
    if (!file) return;
    byId("record").value = await file.text();
    judge();
    byId("verdict").scrollIntoView({ block: "center" });
  }

  function page() {
    byId("record").addEventListener("input", judge);
    byId("printed").addEventListener("input", judge);
    byId("file").addEventListener("change", (event) => open(event.target.files[0]));
    byId("again").addEventListener("click", () => { byId("record").value = byId("record").defaultValue; judge(); });
    for (const id of ["salt", "member"]) byId(id).addEventListener("input", mine);
    judge();
  }

  /* The wall recomputes what it shows; a draw that happens while people watch is revealed step by step. */
  let before = "";
  function wall() {
    const stage = document.querySelector(".stage"), told = byId("proven");
    if (told) {
      const good = checksOf(byId("record").defaultValue, "").every((check) => check.ok);
      told.textContent = good ? told.dataset.good : told.dataset.bad;
      told.classList.toggle("bad", !good);
    }
    if (before === "committed" && stage.dataset.state === "drawn") {
      document.body.classList.add("revealing");
      setTimeout(() => document.body.classList.remove("revealing"), 15000);
    }
    before = stage.dataset.state;
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (byId("verdict")) return page();
    wall();
    document.addEventListener("htmx:ws:after:message:incoming", wall);
    navigator.wakeLock?.request("screen").catch(() => {});
  });
})();
