"""Plans many hearings: when and where by `greedy`, who by `panels`, better still by `polish` where OR-Tools is installed and
time is given. A plan is a proposal; nothing is booked or sent by it. The same problem, seed and number of seconds 0 give the
same plan on every machine."""

from collections.abc import Callable

from hearings.place.starts import starts_beside
from hearings.proposals.almanac import Almanac, Seeker, Spot
from hearings.proposals.diary import Diary
from hearings.proposals.greedy import Placing
from hearings.proposals.panels import Sitting, draw_panels, sitting
from hearings.proposals.polish import polish
from hearings.proposals.problem import Placement, Plan, Problem, Progress, Unsolved
from hearings.proposals.trial_panel import is_whole, seat
from hearings.proposals.troubles import troubles

Tell = Callable[[Progress], None]


def quiet(progress: Progress) -> None:
    """Tells nobody."""


def plan(problem: Problem, seed: str, seconds: float = 0, progress: Tell = quiet) -> Plan:
    """Places every hearing that can be placed and draws its panel; the fixed ones stay as they are. ``seconds``: how long
    CP-SAT may look for shorter waits. What found no place is listed with the rules in the way and the ways out."""
    almanac = Almanac(problem)
    diary = Diary(almanac)
    outside, partly = _take_fixed(diary, seed)
    free = [almanac.seeker(hearing) for hearing in problem.hearings if hearing.fixed is None]
    placing = Placing(diary, free, seed)
    stuck = placing.run(lambda done, total: progress(Progress("places", done, total)))
    placing.shorten_waits(lambda done, total: progress(Progress("waits", done, total)))
    polished = polish(placing, seconds)
    progress(Progress("panels", 0, 1))
    redraw(diary, [seeker for seeker in (*partly, *free) if seeker.hearing.key in diary.spots], seed)
    progress(Progress("panels", 1, 1))
    return answer(diary, stuck, seed, outside, polished)


def answer(diary: Diary, stuck: list[Seeker], seed: str, outside: dict[str, Placement], polished: bool) -> Plan:
    """The plan that the diary holds, with every hearing that is stuck or has trouble where it is fixed."""
    fixed = [one.key for one in diary.almanac.problem.hearings if one.fixed is not None and one.key in diary.spots]
    bad = [found for key in fixed if (found := troubles(diary, key))]
    placements = {key: diary.almanac.placement(spot) for key, (_, spot) in diary.spots.items()}
    return Plan(seed, placements | outside, (*(unsolved(diary, seeker) for seeker in stuck), *bad), polished)


def _take_fixed(diary: Diary, seed: str) -> tuple[dict[str, Placement], list[Seeker]]:
    """Puts the fixed hearings into the diary. Those outside its days stay as they are; those without a whole panel get the
    proof of one, if there is one, and are drawn with the others."""
    outside: dict[str, Placement] = {}
    partly: list[Seeker] = []
    for hearing in diary.almanac.problem.hearings:
        spot = None if hearing.fixed is None else diary.almanac.spot(hearing.fixed)
        if spot is not None:
            diary.take(diary.almanac.seeker(hearing), spot)
        elif hearing.fixed is not None:
            outside[hearing.key] = hearing.fixed
    order = Placing(diary, [], seed).order
    for key, (seeker, spot) in list(diary.spots.items()):
        panel = seat(diary.almanac, seeker, diary.free_members(spot.day, spot.half), order, spot.panel)
        if panel is not None and set(panel) - set(spot.panel):
            diary.give_back(key)
            diary.take(seeker, spot._replace(panel=panel))
            partly.append(seeker)
    return outside, partly


def redraw(diary: Diary, seekers: list[Seeker], seed: str) -> None:
    """The panels of these hearings, drawn together, in place of those that only proved that one exists. Where the lot gave
    a specialist's seat to a category that cannot fill it, all is drawn again with the categories of the proof."""
    held = [diary.give_back(seeker.hearing.key) for seeker in seekers]
    firm = [(seeker, spot) for seeker, spot in held if seeker.hearing.fixed is not None]
    for seeker, spot in firm:
        diary.take(seeker, spot._replace(panel=_told(diary.almanac, seeker)))
    panels = _draw(diary, held, seed, proven=False) or _draw(diary, held, seed, proven=True)
    for seeker, _ in firm:
        diary.give_back(seeker.hearing.key)
    for seeker, spot in held:
        diary.take(seeker, spot._replace(panel=panels[seeker.hearing.key]) if panels else spot)


def _draw(diary: Diary, held: list[tuple[Seeker, Spot]], seed: str, *, proven: bool) -> dict[str, tuple[int, ...]]:
    """Nothing unless every panel is whole."""
    sittings = [_sitting(diary.almanac, seeker, spot, proven) for seeker, spot in held]
    panels = draw_panels(diary, sittings, seed)
    return panels if all(is_whole(diary.almanac, seeker, panels[seeker.hearing.key]) for seeker, _ in held) else {}


def _sitting(almanac: Almanac, seeker: Seeker, spot: Spot, proven: bool) -> Sitting:
    firm = seeker.hearing.fixed is not None
    stay = spot._replace(panel=_told(almanac, seeker)) if firm else spot
    made = sitting(almanac, seeker, stay, firm=firm)
    return made._replace(proof=frozenset(spot.panel)) if proven else made


def _told(almanac: Almanac, seeker: Seeker) -> tuple[int, ...]:
    fixed = seeker.hearing.fixed
    return tuple(almanac.member[key] for key in fixed.panel if key in almanac.member) if fixed else ()


def unsolved(diary: Diary, seeker: Seeker) -> Unsolved:
    found = starts_beside(diary, seeker.hearing)
    return Unsolved(seeker.hearing.key, found.obstacles, found.relaxations)
