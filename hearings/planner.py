"""Plans many hearings: when and where by `greedy`, who by `panels`, better still by `polish` where OR-Tools is installed and
time is given. A plan is a proposal; nothing is booked or sent by it. The same problem, seed and number of seconds 0 give the
same plan on every machine."""

from collections.abc import Callable

from hearings.almanac import Almanac, Seeker
from hearings.diary import Diary
from hearings.greedy import Placing
from hearings.panels import draw_panels, sitting
from hearings.problem import Placement, Plan, Problem, Progress, Unsolved
from hearings.starts import starts_beside

Tell = Callable[[Progress], None]


def quiet(progress: Progress) -> None:
    """Tells nobody."""


def plan(problem: Problem, seed: str, seconds: float = 0, progress: Tell = quiet) -> Plan:
    """Places every hearing that can be placed and draws its panel; the fixed ones stay as they are. ``seconds``: how long
    CP-SAT may look for shorter waits. What found no place is listed with the rules in the way and the ways out."""
    almanac = Almanac(problem)
    diary = Diary(almanac)
    kept = _take_fixed(diary)
    free = [almanac.seeker(hearing) for hearing in problem.hearings if hearing.fixed is None]
    placing = Placing(diary, free, seed)
    stuck = placing.run(lambda done, total: progress(Progress("places", done, total)))
    placing.shorten_waits(lambda done, total: progress(Progress("waits", done, total)))
    progress(Progress("panels", 0, 1))
    redraw(diary, [seeker for seeker in free if seeker.hearing.key in diary.spots], seed)
    progress(Progress("panels", 1, 1))
    placements = {key: almanac.placement(spot) for key, (_, spot) in diary.spots.items()} | kept
    return Plan(seed, placements, tuple(unsolved(diary, seeker) for seeker in stuck))


def _take_fixed(diary: Diary) -> dict[str, Placement]:
    """Puts the fixed hearings into the diary, with a whole panel where theirs is not; those outside its days stay as they are."""
    kept: dict[str, Placement] = {}
    for hearing in diary.almanac.problem.hearings:
        if hearing.fixed is None:
            continue
        spot = diary.almanac.spot(hearing.fixed)
        if spot is None:
            kept[hearing.key] = hearing.fixed
        else:
            diary.take(diary.almanac.seeker(hearing), spot)
    return kept


def redraw(diary: Diary, seekers: list[Seeker], seed: str) -> None:
    """The panels of these hearings, drawn together, in place of those that only proved that one exists."""
    held = [diary.give_back(seeker.hearing.key) for seeker in seekers]
    panels = draw_panels(diary, (sitting(diary.almanac, seeker, spot) for seeker, spot in held), seed)
    for seeker, spot in held:
        panel = panels[seeker.hearing.key]
        diary.take(seeker, spot._replace(panel=panel if len(panel) == seeker.hearing.seats else spot.panel))


def unsolved(diary: Diary, seeker: Seeker) -> Unsolved:
    found = starts_beside(diary, seeker.hearing)
    return Unsolved(seeker.hearing.key, found.obstacles, found.relaxations)
