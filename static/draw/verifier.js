/* Checks the published record of a draw (docs/draw.md) and names what was altered. Shares nothing with the program that
draws; needs no network, no library and no secure page: it can be saved and run from a memory stick.

verifyDraw(record, printed) -> [{name, of, place, ok, expected, found, because}]: `printed` is the digest on the paper notice;
`because` names the check whose failure explains this one. alteredInputs(checks) -> the failures that stand for themselves. */
(() => {
  "use strict";
  const FORMAT = "nuanyi-draw/1", LEAST_OUTCOMES = 1e6, MOST_SEATS = 99;

  /* SHA-256 as FIPS 180-4 states it; browsers give theirs to secure pages only. Its constants are the first 32 bits of the
  fractions of the square and cube roots of the first primes. */
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime)) primes.push(n);
  const fraction = (value) => Math.floor((value % 1) * 2 ** 32) | 0;
  const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const ROUNDS = primes.map((prime) => fraction(Math.cbrt(prime)));
  const turn = (word, by) => (word >>> by) | (word << (32 - by));

  function padded(bytes) {
    const whole = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64), view = new DataView(whole.buffer);
    whole.set(bytes);
    whole[bytes.length] = 0x80;
    view.setUint32(whole.length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(whole.length - 4, bytes.length * 8);
    return view;
  }

  function sha256(bytes) {
    const view = padded(bytes), state = START.slice(), w = new Int32Array(64);
    for (let at = 0; at < view.byteLength; at += 64) {
      for (let i = 0; i < 16; i += 1) w[i] = view.getInt32(at + i * 4);
      for (let i = 16; i < 64; i += 1) {
        const x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i += 1) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[i] + w[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] = (state[i] + word) | 0; });
    }
    const out = new Uint8Array(32), words = new DataView(out.buffer);
    state.forEach((word, i) => words.setInt32(i * 4, word));
    return out;
  }

  const utf8 = (text) => new TextEncoder().encode(text);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const joined = (...lists) => Uint8Array.from(lists.flatMap((list) => Array.from(list)));

  function hmac(key, bytes) {
    const short = new Uint8Array(64);
    short.set(key.length > 64 ? sha256(key) : key);
    return sha256(joined(short.map((byte) => byte ^ 0x5c), sha256(joined(short.map((byte) => byte ^ 0x36), bytes))));
  }

  function canonical(value) {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value !== null && typeof value === "object") {
      return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
    }
    const plain = typeof value === "string" || typeof value === "boolean" || Number.isSafeInteger(value);
    if (!plain) throw new TypeError(`no place in a record for ${value}`);
    return JSON.stringify(value);
  }
  const fingerprint = (...values) => hex(sha256(utf8(canonical([FORMAT, ...values]))));
  const same = (one, other) => canonical(one) === canonical(other);

  function treeRoot(leaves) {
    if (leaves.length < 2) return leaves[0] ?? "";
    let middle = 1;
    while (middle * 2 < leaves.length) middle *= 2;
    return fingerprint("node", treeRoot(leaves.slice(0, middle)), treeRoot(leaves.slice(middle)));
  }

  /* Who may sit together, asked as a flow of people: seats -> people -> the room their category still has. Those in `seated`
  must all find a seat; none of them loses it again when the other seats are filled. */
  function fits(quota, row) {
    if (!quota) return true;
    const known = quota.specialism === "" || row.specialisms.includes(quota.specialism);
    return known && (quota.categories.length === 0 || quota.categories.includes(row.category));
  }

  function network() {
    const edges = [];
    const link = (from, to, room) => {
      const there = { to, room }, back = { to: from, room: 0, twin: there };
      there.twin = back;
      (edges[from] ??= []).push(there);
      (edges[to] ??= []).push(back);
    };
    const push = (node, seen) => {
      if (node === 1) return true;
      seen.add(node);
      return (edges[node] ?? []).some((edge) => {
        if (!edge.room || seen.has(edge.to) || !push(edge.to, seen)) return false;
        edge.room -= 1;
        edge.twin.room += 1;
        return true;
      });
    };
    const flow = () => { let sent = 0; while (push(0, new Set())) sent += 1; return sent; };
    return { link, flow };
  }

  function canSit(seats, seated, others, room) {
    const { link, flow } = network(), people = 2 + seats.length, doors = new Map();
    seats.forEach((quota, i) => {
      link(0, 2 + i, 1);
      seated.forEach((row, j) => { if (fits(quota, row)) link(2 + i, people + j, 1); });
    });
    seated.forEach((row, j) => link(people + j, 1, 1));
    const first = flow();
    if (first < seated.length) return false;
    const rest = people + seated.length;
    others.forEach((row, j) => {
      if (!doors.has(row.category)) {
        doors.set(row.category, rest + others.length + doors.size);
        link(doors.get(row.category), 1, Math.max(0, room(row.category)));
      }
      link(rest + j, doors.get(row.category), 1);
      seats.forEach((quota, i) => { if (fits(quota, row)) link(2 + i, rest + j, 1); });
    });
    return first + flow() === seats.length;
  }

  function listedSeats(rule) {
    const wanted = rule.quotas.reduce((sum, quota) => sum + quota.least, rule.seats);
    if (!(wanted <= 2 * MOST_SEATS)) throw new RangeError(`${rule.seats} seats`);
    const seats = rule.quotas.flatMap((quota) => Array(quota.least).fill(quota));
    return [...seats, ...Array(Math.max(0, rule.seats - seats.length)).fill(null)];
  }
  const mostOfOne = (rule) => (rule.no_majority ? Math.floor(rule.seats / 2) : rule.seats);
  const roomBeside = (rule, seated) => (category) => mostOfOne(rule) - seated.filter((row) => row.category === category).length;

  function panelOf(rule, ordered) {
    const seats = listedSeats(rule), chosen = [];
    seats.forEach((quota, i) => {
      const hopeless = new Set();
      const next = ordered.find((row) => {
        const sort = canonical([row.category, row.specialisms]), now = [...chosen, row];
        if (chosen.includes(row) || hopeless.has(sort) || !fits(quota, row)) return false;
        if (roomBeside(rule, chosen)(row.category) < 1) return false;
        const others = ordered.filter((one) => !now.includes(one));
        const good = canSit(seats.slice(i + 1), [], others, roomBeside(rule, now));
        if (!good) hopeless.add(sort);
        return good;
      });
      if (next) chosen.push(next);
    });
    return chosen.map((row, i) => ({ seat: i + 1, quota: rule.quotas.indexOf(seats[i]) + 1, ticket: row.ticket }));
  }

  function orderBy(seed, number, pool) {
    const keyed = pool.map((row) => [row.tier, fingerprint("lot", seed, number, row.ticket), row]);
    keyed.sort((one, other) => one[0] - other[0] || (one[1] < other[1] ? -1 : 1));
    return keyed.map((entry) => entry[2]);
  }

  function lawful(rule, seated, others) {
    if (seated.some((row) => roomBeside(rule, seated)(row.category) < 0)) return false;
    return canSit(listedSeats(rule), seated, others, roomBeside(rule, seated));
  }

  function hindrance(rule, seated, others) {
    if (lawful(rule, seated, others)) return "";
    return lawful({ ...rule, no_majority: false }, seated, others) ? "majority" : "quota";
  }

  /* The list of checks. A failure whose cause was found before names it, so that one alteration is named once. */
  class Checks {
    list = [];
    add(name, ok, expected, found, { of = "", place = 0, because = "" } = {}) {
      this.list.push({ name, of, place, ok, expected, found, because: ok ? "" : because });
      return ok;
    }
    addList(name, expected, found, because) {
      const ok = same(expected, found);
      this.add(name, ok, expected, found, { place: ok ? 0 : firstDifference(expected, found), because });
    }
    cause(...names) {
      const known = this.list.find((check) => !check.ok && (names.includes(check.name) || names.includes(check.of)));
      return known ? known.because || known.name : "";
    }
  }
  const firstDifference = (one, other) => {
    let at = 0;
    while (at < one.length && at < other.length && same(one[at], other[at])) at += 1;
    return at + 1;
  };

  /* Before: each promise against its fingerprint, and the fingerprints against the digest. */
  function checkPromise(checks, before, after, printed) {
    const { rule, pool, parts, entropy_source: source } = before;
    checks.add("format", before.format === FORMAT, FORMAT, before.format);
    const wanted = rule.quotas.reduce((sum, quota) => sum + quota.least, 0);
    const size = rule.least <= rule.seats && rule.seats <= rule.most && wanted <= rule.seats;
    checks.add("panel-size", size, [rule.least, rule.most], rule.seats);
    const outcomes = new Set(source.signs).size === source.signs.length ? source.signs.length ** source.length : 0;
    checks.add("outcomes", outcomes >= LEAST_OUTCOMES, LEAST_OUTCOMES, outcomes);

    const leaves = pool.map((row) => fingerprint("leaf", row));
    const truth = {
      about: fingerprint("about", before.hearing, before.number),
      entropy_source: fingerprint("entropy-source", source),
      nonce: after ? fingerprint("nonce", after.nonce) : parts.nonce,
      pool: treeRoot(leaves),
      rule: fingerprint("rule", rule),
    };
    const reckoned = fingerprint("commitment", parts);
    const repaired = (part) => fingerprint("commitment", { ...parts, [part]: truth[part] }) === before.digest;
    ["about", "entropy_source", "rule"].forEach((part) => checkPart(checks, part, truth, parts, repaired(part)));
    checkPool(checks, pool, leaves, before.leaves, truth, parts, repaired("pool"));
    if (after) checkPart(checks, "nonce", truth, parts, repaired("nonce"));
    const because = checks.cause("fingerprint");
    checks.add("digest", reckoned === before.digest, reckoned, before.digest, { because });
    if (printed) {
      const typed = printed.replace(/\s/g, "").toLowerCase();
      checks.add("printed", typed === before.digest, typed, before.digest, { because: checks.cause("digest") });
    }
    return because ? before.digest : reckoned;
  }

  function checkPart(checks, part, truth, parts, onlyListed) {
    const name = onlyListed && truth[part] !== parts[part] ? "fingerprint" : part.replace("_", "-");
    checks.add(name, truth[part] === parts[part], parts[part], truth[part], { of: part.replace("_", "-") });
  }

  function checkPool(checks, pool, leaves, listed, truth, parts, onlyListed) {
    const listedRoot = treeRoot(listed);
    if (same(leaves, listed) || listedRoot !== parts.pool) checkPart(checks, "pool", truth, parts, onlyListed);
    if (!same(leaves, listed)) {
      const rowsTrue = truth.pool === parts.pool, name = rowsTrue ? "leaf" : "pool-row", of = rowsTrue ? "" : "pool";
      const because = listedRoot === parts.pool ? "" : checks.cause("pool");
      if (leaves.length !== listed.length) {
        checks.add(name, false, listed.length, leaves.length, { of, because, place: firstDifference(leaves, listed) });
      } else {
        leaves.forEach((leaf, i) => {
          if (leaf !== listed[i]) checks.add(name, false, listed[i], leaf, { of, because, place: i + 1 });
        });
      }
    }
    const names = pool.map((row) => row.ticket);
    const ascending = names.every((name, i) => i === 0 || names[i - 1] < name);
    checks.add("pool-order", ascending, true, ascending, { because: checks.cause("pool-row", "pool") });
  }

  /* After: the number, the seed, the order, the seats, the reserve, each from what the promise and the last step give. */
  function checkOutcome(checks, before, after, digest) {
    const { pool, rule, entropy_source: source } = before;
    const spelt = after.entropy.length === source.length && [...after.entropy].every((sign) => source.signs.includes(sign));
    const reckoned = fingerprint("seed", digest, after.nonce, after.entropy);
    const names = (seed) => orderBy(seed, before.number, pool).map((row) => row.ticket);
    const matches = reckoned === after.seed;
    const genuine = matches || same(names(after.seed), after.order);
    const blame = checks.cause("nonce", "digest");
    const entropyAltered = !matches && genuine && !blame;
    const asked = entropyAltered ? "the number that gave the seed" : `${source.length} of ${source.signs}`;
    const unclear = spelt ? "" : checks.cause("entropy-source");
    checks.add("entropy", spelt && !entropyAltered, asked, after.entropy, { because: unclear });
    checks.add("seed", matches, reckoned, after.seed, { because: blame || checks.cause("entropy") });

    const seed = genuine || blame ? after.seed : reckoned;
    const ordered = orderBy(seed, before.number, pool), order = ordered.map((row) => row.ticket);
    const badPool = checks.cause("pool-row", "pool", "about");
    checks.addList("order", order, after.order, badPool || (blame && checks.cause("seed")));

    const panel = panelOf(rule, ordered), because = badPool || checks.cause("rule");
    for (let i = 0; i < Math.max(panel.length, after.panel.length); i += 1) {
      const [expected, found] = [panel[i] ?? "", after.panel[i] ?? ""];
      checks.add("seat", same(expected, found), expected, found, { place: i + 1, because });
    }
    const sits = new Set(panel.map((seat) => seat.ticket)), reserve = order.filter((ticket) => !sits.has(ticket));
    checks.addList("reserve", reserve, after.reserve, because);
    return { ordered, panel: [...sits], because };
  }

  /* Replacements: each vacant seat to the first of the reserve with whom the panel keeps its quotas. */
  function checkReplacements(checks, rule, { ordered, panel, because }, replacements) {
    const sat = new Set(panel);
    let gone = new Set();
    replacements.forEach((made, i) => {
      const cumulative = [...gone].every((ticket) => made.gone.includes(ticket));
      gone = new Set(made.gone);
      const expected = nextReserve(rule, ordered, panel, sat, gone);
      const found = { ticket: made.ticket, passed_over: made.passed_over.map(({ ticket, why }) => ({ ticket, why })) };
      const ok = cumulative && same(expected, found);
      checks.add("replacement", ok, expected, found, { place: i + 1, because: because || checks.cause("replacement") });
      sat.add(expected.ticket);
    });
  }

  function nextReserve(rule, ordered, panel, sat, gone) {
    const seated = ordered.filter((row) => sat.has(row.ticket) && !gone.has(row.ticket));
    const reserve = ordered.filter((row) => !panel.includes(row.ticket) && !seated.includes(row)), passed = [];
    if (seated.length >= rule.seats) return { ticket: "", passed_over: [] };
    for (const row of reserve) {
      const others = reserve.filter((one) => one !== row && !gone.has(one.ticket));
      const why = gone.has(row.ticket) ? "gone" : hindrance(rule, [...seated, row], others);
      if (!why) return { ticket: row.ticket, passed_over: passed };
      passed.push({ ticket: row.ticket, why });
    }
    return { ticket: "", passed_over: passed };
  }

  function verifyDraw(record, printed = "") {
    const checks = new Checks();
    try {
      const { before, after, replacements } = record;
      const digest = checkPromise(checks, before, after, printed);
      if (after) {
        const drawn = checkOutcome(checks, before, after, digest);
        checkReplacements(checks, before.rule, drawn, replacements);
      }
    } catch (fault) {
      checks.add("readable", false, FORMAT, String(fault));
    }
    return checks.list;
  }

  const alteredInputs = (checks) => checks.filter((check) => !check.ok && !check.because);

  /* For a member of the roster: the salt that the office gave them, and themselves as the office wrote them there. */
  function findTicket(record, salt, member) {
    const { hearing, number, pool } = record.before;
    const ticket = hex(hmac(utf8(salt), utf8(canonical([FORMAT, "ticket", hearing, number, member]))));
    return { ticket, place: pool.findIndex((row) => row.ticket === ticket) + 1 };
  }

  const made = { verifyDraw, alteredInputs, findTicket };
  Object.assign(globalThis, made);
  if (typeof module !== "undefined") module.exports = made;
})();
