"""The verifier in the browser's language, run by Node: it reproduces what was drawn, and names what was altered."""

import json
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hearings.panel import draw, merkle
from hearings.panel.fingerprint import fingerprint
from hearings.panel.lots import Commitment, Outcome, Record, from_record, to_record
from shared.errors import Refused
from tests.hearings import lottery

ROOT = Path(__file__).parent.parent.parent
VERIFIER = ROOT / "static" / "draw" / "verifier.js"
Published = dict[str, Any]


def node(script: str, given: object) -> Any:
    """What the script makes of ``given``; one process."""
    found = shutil.which("node", path=f"{ROOT / '.setup' / 'node' / 'bin'}") or shutil.which("node")
    assert found, "the page's verifier needs Node, which `make setup` brings"
    asked = f'const v = require({json.dumps(str(VERIFIER))}), given = JSON.parse(require("fs").readFileSync(0));'
    asked += f"console.log(JSON.stringify(({script})(given)));"
    done = subprocess.run([found, "-e", asked], input=json.dumps(given).encode(), capture_output=True, check=True)
    return json.loads(done.stdout)


def failed(records: list[Published], printed: str = "") -> list[list[str]]:
    """For each record the inputs named as altered: name and place, and what of."""
    script = "(all) => all.map(([record, printed]) => v.alteredInputs(v.verifyDraw(record, printed)))"
    return [[told(check) for check in checks] for checks in node(script, [[record, printed] for record in records])]


def told(check: Published) -> str:
    name = f"{check['name']} {check['place']}" if check["place"] else str(check["name"])
    return f"{name} of {check['of']}" if check["name"] == "fingerprint" else name


def published(before: Commitment, after: Outcome | None = None, made: list[Any] | None = None) -> Published:
    record: Published = json.loads(to_record(before, after, made or []))
    return record


def drawn(seed: int, size: int = 40) -> Record:
    """A draw of five of forty with two replacements, the second for two who left at once."""
    rng = random.Random(seed)
    before, secret = lottery.promise(rng, size=size)
    after = draw.draw(before, secret, lottery.number(rng))
    first = draw.next_lawful_reserve(before, after, gone={after.panel[1].ticket, after.reserve[0]})
    second = draw.next_lawful_reserve(before, after, [first], gone={first.ticket, after.panel[0].ticket})
    return Record(before, after, (first, second))


def plain(record: Record) -> Published:
    return published(record.before, record.after, list(record.replacements))


def altered(change: Callable[[Published], object], seed: int = 11) -> Published:
    record = plain(drawn(seed))
    change(record)
    return record


def swap(rows: list[Any], one: int, other: int) -> None:
    rows[one], rows[other] = rows[other], rows[one]


def other_digit(text: str) -> str:
    return text[:-1] + ("0" if text[-1] != "0" else "1")


# What a forger might change, and the only name that may be blamed. Places count from 1.
ALTERATIONS: dict[str, tuple[Callable[[Published], object], str]] = {
    "category of a row": (lambda r: r["before"]["pool"][6].update(category="mayor"), "pool-row 7"),
    "tier of a row": (lambda r: r["before"]["pool"][39].update(tier=9), "pool-row 40"),
    "ticket of a row": (lambda r: r["before"]["pool"][0].update(ticket="0" * 64), "pool-row 1"),
    "a row removed": (lambda r: r["before"]["pool"].pop(11), "pool-row 12"),
    "a row added": (lambda r: r["before"]["pool"].append({**r["before"]["pool"][39], "ticket": "f" * 64}), "pool-row 41"),
    "a row and its leaf": (lambda r: forge_row(r, 4), "pool"),
    "a leaf": (lambda r: r["before"]["leaves"].__setitem__(2, "0" * 64), "leaf 3"),
    "the rule: quota": (lambda r: r["before"]["rule"]["quotas"][0].update(least=2), "rule"),
    "the rule: majority": (lambda r: r["before"]["rule"].update(no_majority=False), "rule"),
    "the rule: seats": (lambda r: r["before"]["rule"].update(seats=6), "rule"),
    "the hearing": (lambda r: r["before"].update(hearing="检听〔2026〕4号"), "about"),
    "the number of the draw": (lambda r: r["before"].update(number=2), "about"),
    "the source of the number": (lambda r: r["before"]["entropy_source"].update(words="另一枚骰子"), "entropy-source"),
    "the digest": (lambda r: r["before"].update(digest=other_digit(r["before"]["digest"])), "digest"),
    "fingerprint of the rule": (lambda r: forge_part(r, "rule"), "fingerprint of rule"),
    "fingerprint of the nonce": (lambda r: forge_part(r, "nonce"), "fingerprint of nonce"),
    "fingerprint of the pool": (lambda r: forge_part(r, "pool"), "fingerprint of pool"),
    "the nonce": (lambda r: r["after"].update(nonce=other_digit(r["after"]["nonce"])), "nonce"),
    "the public number": (lambda r: r["after"].update(entropy=other_die(r["after"]["entropy"])), "entropy"),
    "its spelling": (lambda r: r["after"].update(entropy=" ".join(r["after"]["entropy"])), "entropy"),
    "the seed": (lambda r: r["after"].update(seed=other_digit(r["after"]["seed"])), "seed"),
    "the order": (lambda r: swap(r["after"]["order"], 8, 9), "order 9"),
    "a seat": (lambda r: r["after"]["panel"][2].update(ticket=r["after"]["reserve"][0]), "seat 3"),
    "the quota of a seat": (lambda r: r["after"]["panel"][0].update(quota=0), "seat 1"),
    "a seat added": (lambda r: r["after"]["panel"].append({"seat": 6, "quota": 0, "ticket": r["after"]["reserve"][0]}), "seat 6"),
    "the reserve turned": (lambda r: r["after"]["reserve"].append(r["after"]["reserve"].pop(0)), "reserve 1"),
    "two reserves swapped": (lambda r: swap(r["after"]["reserve"], 20, 21), "reserve 21"),
    "a replacement": (lambda r: r["replacements"][0].update(ticket=r["after"]["reserve"][-1]), "replacement 1"),
    "why one was passed over": (lambda r: r["replacements"][1]["passed_over"][0].update(why="majority"), "replacement 2"),
    "somebody back from gone": (lambda r: r["replacements"][1]["gone"].remove(r["replacements"][0]["gone"][0]), "replacement 2"),
}  # fmt: skip


def other_die(number: str) -> str:
    return number[:-1] + ("1" if number[-1] != "1" else "2")


def forge_row(record: Published, at: int) -> None:
    row = record["before"]["pool"][at]
    row["category"] = "mayor"
    record["before"]["leaves"][at] = fingerprint("leaf", row)


def forge_part(record: Published, part: str) -> None:
    record["before"]["parts"][part] = other_digit(record["before"]["parts"][part])


def test_scenario_1_draw() -> None:
    """Given a committed pool of 40 and a number published later, an independent verifier reproduces panel and reserve;
    an altered pool row, nonce, seat, reserve order or rule is named."""
    rng = random.Random(1)
    before, secret = lottery.promise(rng, size=40)
    promised = published(before)
    after = draw.draw(from_record(json.dumps(promised)).before, secret, lottery.number(rng))
    full = published(before, after)
    assert len(full["before"]["pool"]) == 40 and full["before"] == promised["before"]
    assert failed([promised, full], before.digest) == [[], []]
    names = ["category of a row", "the nonce", "a seat", "two reserves swapped", "the rule: quota"]
    forged = [json.loads(json.dumps(full)) for _ in names]
    for record, name in zip(forged, names, strict=True):
        ALTERATIONS[name][0](record)
    assert failed(forged, before.digest) == [[ALTERATIONS[name][1]] for name in names]


def test_alteration_is_named_and_nothing_else_is_blamed() -> None:
    seeds = (11, 12, 13)
    forged = [altered(change, seed) for change, _ in ALTERATIONS.values() for seed in seeds]
    expected = {name: [[blamed]] * len(seeds) for name, (_, blamed) in ALTERATIONS.items()}
    found = iter(failed(forged))
    assert {name: [next(found) for _ in seeds] for name in ALTERATIONS} == expected


def test_seat_swapped_with_a_reserve_is_found_in_both_places() -> None:
    record = plain(drawn(11))
    after = record["after"]
    after["panel"][4]["ticket"], after["reserve"][2] = after["reserve"][2], after["panel"][4]["ticket"]
    assert failed([record]) == [["seat 5", "reserve 3"]]


def test_whole_draw_forged_anew_is_found_by_the_digest_on_paper() -> None:
    true, forged = drawn(21), drawn(22)
    assert failed([plain(forged)]) == [[]]
    assert failed([plain(forged)], true.before.digest) == [["printed"]]
    spelt = " ".join(true.before.digest[at : at + 4].upper() for at in range(0, 64, 4))
    assert failed([plain(true)], spelt) == [[]]


@pytest.mark.parametrize("text", [{}, {"before": None}, [], {"before": {"format": "nuanyi-draw/1"}}])
def test_damaged_record_is_told_unreadable_and_breaks_nothing(text: Any) -> None:
    assert failed([text]) == [["readable"]]


def test_record_of_another_format_is_named() -> None:
    assert failed([altered(lambda record: record["before"].update(format="nuanyi-draw/2"))]) == [["format"]]


def test_two_hundred_draws_are_reproduced_by_the_verifier() -> None:
    """Random rules with overlapping quotas, pools of 12 to 60, and whatever replacements follow."""
    rng, records = random.Random(31), list[Published]()
    while len(records) < 200:
        rows, secret = lottery.pool(rng, rng.randint(12, 60)), lottery.nonce(rng)
        try:
            before = draw.commit_to(lottery.HEARING, rng.randint(1, 3), lottery.rule(rng), rows, nonce=secret,
                                 entropy_source=lottery.LOTTERY)  # fmt: skip
        except Refused:
            continue
        after = draw.draw(before, secret, lottery.number(rng, lottery.LOTTERY))
        records.append(published(before, after, replacements(rng, before, after)))
    assert failed(records) == [[]] * 200


def replacements(rng: random.Random, before: Commitment, after: Outcome) -> list[Any]:
    made: list[Any] = []
    gone = {seat.ticket for seat in after.panel if rng.random() < 0.4}
    gone |= {ticket for ticket in after.reserve if rng.random() < 0.2}
    while len(draw.seated_now(after, made, gone)) < before.rule.seats:
        try:
            made.append(draw.next_lawful_reserve(before, after, made, gone=gone))
        except Refused:
            break
    return made


def test_member_finds_their_own_row_with_their_salt_and_the_tree_proves_it() -> None:
    record = drawn(41)
    salt = draw.ticket_salt("office key", lottery.HEARING, 1, "R-0017")
    script = "([record, salt, member]) => v.findTicket(record, salt, member)"
    found = node(script, [plain(record), salt, "R-0017"])
    place, before = found["place"] - 1, record.before
    assert before.pool[place].ticket == found["ticket"] == lottery.ticket(17)
    path = merkle.proof(before.leaves, place)
    assert merkle.proves(path, fingerprint("leaf", before.pool[place]), place, 40, before.parts.pool)
    assert node(script, [plain(record), salt, "R-0018"])["place"] == 0


def test_page_can_load_the_verifier_as_a_plain_script() -> None:
    text = VERIFIER.read_text(encoding="utf-8")
    script = "([text]) => { const page = {}; new (require('vm').Script)(text).runInNewContext("
    script += "Object.assign(page, { TextEncoder })); return Object.keys(page).sort(); }"
    assert node(script, [text]) == ["TextEncoder", "alteredInputs", "findTicket", "verifyDraw"]
    assert not any(word in text for word in ("eval(", "Function(", "fetch(", "import(", "innerHTML"))


def test_checks_say_what_was_expected_and_what_was_found() -> None:
    record = drawn(51)
    assert record.after is not None
    right = msgspec.to_builtins(record.after.panel[2])
    forged = altered(lambda r: r["after"]["panel"][2].update(ticket="0" * 64), 51)
    checks = node("(record) => v.verifyDraw(record)", forged)
    (seat,) = (check for check in checks if not check["ok"])
    assert (seat["name"], seat["expected"], seat["found"]) == ("seat", right, {**right, "ticket": "0" * 64})
