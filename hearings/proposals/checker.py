"""Checks a finished plan against every rule, one by one and slowly, with none of the code that made it. Pure."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import msgspec

from hearings.proposals.problem import SLOT, Hearing, Member, Placement, Plan, Problem, Span

PANEL_RULES = frozenset({"panel_size", "quota"})


class Broken(msgspec.Struct, frozen=True):
    """A rule that the plan breaks: which one, for which hearing, and what was found."""

    rule: str
    hearing: str
    found: str


def check(problem: Problem, plan: Plan, before: Plan | None = None) -> list[Broken]:
    """Every broken rule. A hearing that the plan lists as unsolved may lack its place, or seats of its panel. ``before``: the
    plan that this one mends; no noticed hearing may have moved since, and a panel that was drawn keeps its pool."""
    unsolved = {one.hearing for one in plan.unsolved}
    broken = [Broken("missing", one.key, "neither placed nor listed") for one in problem.hearings
              if one.key not in plan.placements and one.key not in unsolved]
    known = {one.key: one for one in problem.hearings}
    for key, placement in plan.placements.items():
        if key not in known:
            broken.append(Broken("unknown", key, "no such hearing"))
            continue
        found = _alone(problem, known[key], placement)
        broken += [one for one in found if not (key in unsolved and one.rule in (*PANEL_RULES, "room_closed"))]
    broken += [] if before is None else _noticed(problem, plan, before)
    placed = [(known[key], placement) for key, placement in plan.placements.items() if key in known]
    drawn = [(one, at) for one, at in placed if one.fixed is None and (before is None or not _stayed(before, one, at))]
    broken += [Broken("pool", one.key, found) for one, at in drawn for found in _narrow_pools(problem, one, at)]
    return [*broken, *_together(placed), *_caps(problem, placed)]


def _noticed(problem: Problem, plan: Plan, before: Plan) -> Iterator[Broken]:
    for hearing in problem.hearings:
        was, now = before.placements.get(hearing.key), plan.placements.get(hearing.key)
        if hearing.noticed and was and (now is None or not _stayed(before, hearing, now)):
            yield Broken("noticed_moved", hearing.key, f"{was.begins} -> {now and now.begins}")


def _alone(problem: Problem, hearing: Hearing, placement: Placement) -> Iterator[Broken]:
    """What one placement breaks by itself."""
    for rule, found in (
        *_when(problem, hearing, placement), *_where(problem, hearing, placement), *_staff(problem, hearing, placement),
        *_panel(problem, hearing, placement), *_members(problem, hearing, placement),
    ):
        yield Broken(rule, hearing.key, found)


Found = Iterator[tuple[str, str]]


def _when(problem: Problem, hearing: Hearing, placement: Placement) -> Found:
    day = placement.day
    if hearing.fixed is not None:
        if (day, placement.slot, placement.room) != (hearing.fixed.day, hearing.fixed.slot, hearing.fixed.room):
            yield "fixed", f"{hearing.fixed.begins} {hearing.fixed.room} -> {placement.begins} {placement.room}"
        return
    if not problem.calendar.is_workday(day):
        yield "workday", str(day)
    if not max(hearing.earliest, problem.first) <= day <= min(hearing.latest, problem.last):
        yield "window", f"{day} not in {hearing.earliest} - {hearing.latest}"
    if not (hearing.waived or hearing.noticed) and problem.now > _last_notice(problem, day):
        yield "notice", str(_last_notice(problem, day))
    first, end = placement.slot - hearing.before, placement.slot + hearing.length + hearing.after
    if not any(opening.first <= first and end <= opening.end for opening in problem.openings):
        yield "hours", f"{first} - {end}"


def _last_notice(problem: Problem, day: date) -> datetime:
    """Counted here once more: back so many days, then on to a workday."""
    if "hearing.notice_workdays" in problem.rules:
        left = problem.rules["hearing.notice_workdays"].value
        while left:
            day -= timedelta(days=1)
            left -= problem.calendar.is_workday(day)
    else:
        day -= timedelta(days=problem.rules["hearing.notice_days"].value)
    while not problem.calendar.is_workday(day):
        day -= timedelta(days=1)
    return datetime.combine(day, time()) + timedelta(minutes=SLOT * max(opening.end for opening in problem.openings))


def _where(problem: Problem, hearing: Hearing, placement: Placement) -> Found:
    room = next((one for one in problem.rooms if one.key == placement.room), None)
    if room is None:
        if not hearing.on_site:
            yield "room", placement.room
        return
    if room.capacity < hearing.places:
        yield "room_capacity", f"{room.capacity} < {hearing.places}"
    if (hearing.broadcast and not room.broadcast) or (hearing.accessible and not room.accessible):
        yield "room_needs", room.key
    first, end = placement.slot - hearing.before, placement.slot + hearing.length + hearing.after
    if _meets(room.closed, placement.day, first, end):
        yield "room_closed", f"{room.key} {placement.day}"


def _staff(problem: Problem, hearing: Hearing, placement: Placement) -> Found:
    people = {one.key: one for one in problem.staff}
    for role, key in hearing.attending:
        if hearing.fixed is None and _meets(people[key].busy, placement.day, placement.slot, placement.slot + hearing.length):
            yield "staff_busy", f"{role} {key}"


def _panel(problem: Problem, hearing: Hearing, placement: Placement) -> Found:
    roster = {one.key: one for one in problem.members}
    if len(placement.panel) != hearing.seats or len(set(placement.panel)) != len(placement.panel):
        yield "panel_size", f"{len(set(placement.panel))} of {hearing.seats}"
    if not problem.rules["hearing.panel_min"].value <= hearing.seats <= problem.rules["hearing.panel_max"].value:
        yield "panel_law", str(hearing.seats)
    if strangers := set(placement.panel) - set(roster):
        yield "not_on_roster", " ".join(sorted(strangers))
        return
    panel = [roster[key] for key in placement.panel]
    for quota in hearing.quotas:
        if sum(_fills(member, quota.categories, quota.specialism) for member in panel) < quota.at_least:
            yield "quota", quota.label
    rule = problem.rules.get("hearing.no_majority")
    for category, count in Counter(member.category for member in panel).items():
        if rule is not None and rule.value and 2 * count > hearing.seats:
            yield "majority", f"{category} {count} of {hearing.seats}"


def _fills(member: Member, categories: frozenset[str], specialism: str) -> bool:
    return (not categories or member.category in categories) and (not specialism or specialism in member.specialisms)


def _members(problem: Problem, hearing: Hearing, placement: Placement) -> Found:
    """Somebody who has been told a time and stays is asked about their usual hours no more; an absence counts always."""
    roster = {one.key: one for one in problem.members}
    told = frozenset(hearing.fixed.panel) if hearing.fixed else frozenset[str]()
    for member in (roster[key] for key in placement.panel if key in roster):
        if member.key in hearing.excluded:
            yield "excluded", member.key
        if any(away.first <= placement.day <= away.last for away in member.away):
            yield "away", member.key
        if member.key not in told and not _comes(problem, member, placement, hearing.length):
            yield "not_available", member.key


def _comes(problem: Problem, member: Member, placement: Placement, length: int) -> bool:
    end = placement.slot + length
    halves = [n for n, opening in enumerate(problem.openings) if opening.first < end and placement.slot < opening.end]
    usual = all((placement.day.weekday(), half) in member.weekly for half in halves)
    return usual and not _meets(member.busy, placement.day, placement.slot, end)


def _together(placed: list[tuple[Hearing, Placement]]) -> Iterator[Broken]:
    """Nobody and nothing in two places at once."""
    used: dict[tuple[str, str, date, int], str] = {}
    for hearing, placement in placed:
        people = [*(("staff", key) for _, key in hearing.attending), *(("member", key) for key in placement.panel)]
        room = range(placement.slot - hearing.before, placement.slot + hearing.length + hearing.after)
        slots = [(*person, slot) for person in people for slot in range(placement.slot, placement.slot + hearing.length)]
        slots += [("room", placement.room, slot) for slot in room if placement.room]
        clashes = {(kind, key, used[kind, key, placement.day, slot]) for kind, key, slot in slots
                   if (kind, key, placement.day, slot) in used}
        yield from (Broken(f"{kind}_twice", hearing.key, f"{key} also at {other}") for kind, key, other in sorted(clashes))
        used.update({(kind, key, placement.day, slot): hearing.key for kind, key, slot in slots})


def _stayed(before: Plan, hearing: Hearing, now: Placement) -> bool:
    was = before.placements.get(hearing.key)
    return was is not None and (was.day, was.slot, was.room) == (now.day, now.slot, now.room)


def _narrow_pools(problem: Problem, hearing: Hearing, placement: Placement) -> Iterator[str]:
    """A draw has a choice: so many times the seats, and the seats of each quota, could come."""
    factor = problem.rules["hearing.pool_factor"].value
    free = [one for one in problem.members if one.key not in hearing.excluded and _comes(problem, one, placement, hearing.length)
            and not any(away.first <= placement.day <= away.last for away in one.away)]
    if len(free) < factor * hearing.seats:
        yield f"{len(free)} for {hearing.seats} seats"
    for quota in hearing.quotas:
        fit = sum(_fills(one, quota.categories, quota.specialism) for one in free)
        if fit < factor * quota.at_least:
            yield f"{quota.label}: {fit}"


def _caps(problem: Problem, placed: list[tuple[Hearing, Placement]]) -> Iterator[Broken]:
    """How often somebody sits in a day, a week (Monday to Sunday) and a year."""
    days: dict[str, list[date]] = {member.key: list(member.sat) for member in problem.members}
    for _, placement in placed:
        for key in placement.panel:
            days.setdefault(key, []).append(placement.day)
    for member in problem.members:
        sat = days[member.key]
        yearly = problem.rules["hearing.yearly_cap"].value if member.yearly_cap is None else member.yearly_cap
        yield from _over("daily_cap", member.key, Counter(map(str, sat)), problem.rules["hearing.daily_cap"].value)
        weeks = Counter(str(day - timedelta(days=day.weekday())) for day in sat)
        yield from _over("weekly_cap", member.key, weeks, problem.rules["hearing.weekly_cap"].value)
        yield from _over("yearly_cap", member.key, Counter({"": len(sat)}), yearly)


def _over(rule: str, key: str, counts: Counter[str], cap: int) -> Iterator[Broken]:
    yield from (Broken(rule, "", f"{key} {when}: {count} > {cap}") for when, count in counts.items() if count > cap)


def _meets(spans: tuple[Span, ...], day: date, first: int, end: int) -> bool:
    return any(span.day == day and span.first < end and first < span.end for span in spans)
