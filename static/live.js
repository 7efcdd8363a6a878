/* A live page: says when it may be out of date, always finds its way back to the server, and tells the server's time.

hx-ws opens the socket and swaps what comes. Coming back is done here, because browsers hold sockets back for seconds
after many failures (Chromium: 4.4 s after 40): the server is asked by plain requests until it answers, then one socket
is opened. A link that died without a word is noticed by its missing beats. The screen's own clock is never believed. */
(() => {
  "use strict";
  const LATE = 4200, OPENING = 2000, HOPELESS = 45000, DRIFT = 3600000;
  const chinese = document.documentElement.lang.startsWith("zh");
  let place = null, link = null, heard = performance.now(), mending = false, epoch = null;

  const display = () => Boolean(place && place.hasAttribute("data-display"));
  const silent = () => performance.now() - heard > LATE;
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const now = () => new Date(epoch === null ? Date.now() : epoch + performance.now());

  function mark() {
    const late = Boolean(place) && silent();
    document.documentElement.toggleAttribute("data-stale", late);
    document.querySelectorAll(".stale").forEach((banner) => { banner.hidden = !late; });
  }

  async function reachable() {
    try {
      const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(display() ? 1500 : 5000) });
      const told = Date.parse(answer.headers.get("date"));
      if (told && (epoch === null || Math.abs(told + 500 - now()) > 2000)) epoch = told + 500 - performance.now();
      return answer.ok;
    } catch { return false; }
  }

  async function until(done, most) {
    for (const end = performance.now() + most; !done() && performance.now() < end;) await pause(40);
    return done();
  }

  async function open() {
    const before = heard;
    globalThis.htmx?.process(place, true);
    return until(() => heard !== before, OPENING);
  }

  /* The server is there but its socket is not: a page as new may find it. */
  function again() {
    sessionStorage.setItem("nuanyi-cut", "1");
    location.reload();
  }

  /* Displays ask every 0.2 to 0.6 s whether the server is there, without waiting for lost answers; others ever less often. */
  async function mend() {
    if (mending) return;
    mending = true;
    let answered = false, missed = 0, refused = 0;
    const around = (ms) => ms * (0.5 + Math.random());
    await pause(around(display() ? 50 : 1000));
    while (place.isConnected && (!link || silent()) && (display() || !document.hidden)) {
      reachable().then((ok) => { answered ||= ok; });
      if (!(await until(() => answered, around(display() ? 400 : Math.min(500 * 2 ** missed++, 8000))))) continue;
      answered = false;
      if ((link && !silent()) || (await open())) break;
      if (display() && performance.now() - heard > HOPELESS) again();
      await pause(around(Math.min(500 * 2 ** refused++, 15000)));
    }
    mending = false;
  }

  function watch() {
    mark();
    if (place && (!link || silent()) && (display() || !document.hidden)) mend();
  }

  function age(seconds, coarse) {
    const sizes = [[86400, "天", "day"], [3600, "小时", "hour"], [60, "分钟", "minute"], [5, "秒", "second"]];
    const [size, zh, en] = sizes.find(([least]) => seconds >= least && !(coarse && least < 60)) || [];
    if (!size) return chinese ? "刚刚" : "just now";
    const count = Math.floor(size === 5 ? seconds : seconds / size);
    if (chinese) return `${count} ${zh}前`;
    return coarse ? `${count} ${en.replace("ute", "")} ago` : `${count} ${en}${count === 1 ? "" : "s"} ago`;
  }

  function told(clock) {
    const zone = { timeZone: clock.dataset.zone || "Asia/Shanghai" }, locale = chinese ? "zh-CN" : "en-GB";
    const say = (form) => new Intl.DateTimeFormat(locale, { ...zone, ...form }).format(now());
    if (clock.dataset.clock !== "date") return say({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const parts = [say({ weekday: "long" }), say({ day: "numeric", month: "long", year: "numeric" })];
    return (chinese ? parts.reverse() : parts).join(" ");
  }

  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function tell() {
    document.querySelectorAll("[data-clock]").forEach((clock) => write(clock, told(clock)));
    document.querySelectorAll("[data-age]").forEach((time) => {
      write(time, age((now() - Date.parse(time.dateTime)) / 1000, time.dataset.age === "coarse"));
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    place = document.querySelector("[hx-ws\\:connect]");
    const said = document.querySelector("[data-now]"), [arrival] = performance.getEntriesByType("navigation");
    if (said) epoch = Date.parse(said.dataset.now) - (arrival ? arrival.responseStart : performance.now());
    else if (document.querySelector("[data-age], [data-clock]")) reachable().then(tell);
    tell();
  });
  document.addEventListener("htmx:ws:before:connection", (event) => {
    place = event.target;
    link = event.detail.connection;
    link.config.reconnect = false;
  });
  document.addEventListener("htmx:ws:before:message:incoming", (event) => {
    heard = performance.now();
    mark();
    const fault = String(event.detail.message?.data).startsWith('{"beat":1,"fault"');
    document.querySelectorAll(".fault").forEach((banner) => { banner.hidden = !fault; });
  });
  document.addEventListener("htmx:ws:after:message:incoming", tell);
  document.addEventListener("htmx:ws:close", (event) => {
    if (event.detail.connection === link) link = null;
    if (event.detail.code === 1008) location.reload();
  });
  document.addEventListener("visibilitychange", watch);
  setInterval(watch, 200);
  setInterval(tell, 1000);
  setInterval(() => display() && reachable(), DRIFT);
  globalThis.hall = { now };
})();
