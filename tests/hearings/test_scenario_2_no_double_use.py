"""Scenario 2. Given 8 processes booking at random for 20 people and 3 rooms, when 2,400 attempts run, then no person or room has
two hearings in one slot, refused attempts leave no rows, and each refusal names the clashing hearing."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.pool import Pool
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session

from cases.centre import centre_of
from hearings.place.actions import TimeAndPlace, list_hearing, move
from hearings.tables import Claim, ClaimKind, Hearing, HearingState, Listing, Room, Seat, SeatOrigin
from shared.database import Database
from shared.errors import Refused, Unavailable
from shared.identity import Identity
from shared.people import Staff
from shared.settings import Settings
from shared.vault import Vault
from tests.conftest import MORNING
from tests.hearings.roster_stage import MANAGER
from tests.hearings.staging import Stage, put_hearing

pytestmark = pytest.mark.timeout(240)
PROCESSES, ATTEMPTS, PEOPLE, ROOMS, HEARINGS, DAYS = 8, 300, 20, 3, 120, 10
FIRST = datetime(2026, 12, 7, tzinfo=UTC) - timedelta(hours=8)


def prepare(session: Session, office: UUID, vault: Vault, members: list[UUID], moderators: list[UUID]) -> list[UUID]:
    """Approved hearings without a time, each with a panel of three of the twenty, a moderator who handles the case, and a clerk,
    both of six."""
    lots = random.Random(7)
    session.add(Room(office_id=office, code="3", name_zh="第三听证室", name_en="Hearing room 3", places=40, position=2))
    made = []
    for _ in range(HEARINGS):
        moderator, clerk = lots.sample(moderators, 2)
        hearing = put_hearing(session, office, vault, now=MORNING, listed=False, people=False, moderator=moderator, clerk=clerk)
        session.get_one(Hearing, hearing).handler = moderator
        session.add_all(
            Seat(hearing_id=hearing, member_id=member, place=place, origin=SeatOrigin.DRAW, taken_at=MORNING)
            for place, member in enumerate(lots.sample(members, 3), 1)
        )
        made.append(hearing)
    return made


def book_at_random(settings: Settings, by: Identity, hearings: list[UUID], rooms: list[UUID], process: int) -> list[str]:
    """One process of case management; for each attempt the number of the hearing in the way, or what happened."""
    database, vault, lots = Database(settings), Vault.open(settings.data), random.Random(process)
    database.start()
    assert by.office_id is not None
    told: dict[str, Any] = {"centre": database.read_now(centre_of, by.office_id, MORNING), "sealing": vault, "settings": settings,
                            "now": MORNING, "by": by}
    said = []
    for _ in range(ATTEMPTS):
        quarters = lots.choice([*range(37, 42), *range(57, 64)])  # 9:15 to 10:15, 14:15 to 15:45
        begins = FIRST + timedelta(days=lots.choice((0, 1, 2, 3, 4, 7, 8, 9, 10, 11)), minutes=15 * quarters)
        where, one = TimeAndPlace(begins, lots.choice(rooms)), lots.choice(hearings)
        answer = tried(database, list_hearing, hearing_id=one, at=where, **told)
        if answer == "listed-already" and lots.random() < 0.5:
            answer = tried(database, move, hearing_id=one, at=where, reason="改期", **told)
        said.append(answer)
    database.stop()
    return said


def tried(database: Database, action: Callable[..., UUID], **told: Any) -> str:
    """Once more when the database was busy, as whoever presses would."""
    for _ in range(30):
        try:
            database.write_now(action, **told)
            return action.__name__
        except Unavailable:
            continue
        except Refused as refusal:
            return f"{refusal.code} {refusal.detail.get('hearing', '')}".strip()
    raise AssertionError("the database stayed busy")


@pytest.fixture(scope="module")
def processes() -> Iterator[Pool]:
    """Started once for both databases: that takes longer than the booking."""
    with get_context("spawn").Pool(PROCESSES) as pool:
        yield pool


def test_scenario_2_no_double_use(stage: Stage, settings: Settings, processes: Pool) -> None:
    moderators = [one.id for one in stage.all(Staff) if one.account.startswith("window")]
    members = stage.roster(PEOPLE - len(moderators))
    hearings = stage.db.write_now(prepare, stage.office, stage.vault, members, moderators)
    rooms = [one.id for one in stage.all(Room)]
    assert (len(rooms), len(members) + len(moderators)) == (ROOMS, PEOPLE)
    work = [(settings, stage.by(MANAGER), hearings, rooms, n) for n in range(PROCESSES)]
    said = Counter(one for answer in processes.starmap(book_at_random, work, chunksize=1) for one in answer)

    numbers = {one.number for one in stage.all(Hearing)}
    refused = {what: count for what, count in said.items() if what.startswith("time-taken")}
    assert sum(said.values()) == PROCESSES * ATTEMPTS
    assert set(said) - refused.keys() <= {"list_hearing", "move", "listed-already"}, said
    assert refused and all(what.removeprefix("time-taken ") in numbers for what in refused)

    claims, newest = stage.all(Claim), {one.hearing_id for one in stage.all(Listing)}
    assert all(stage.get(Hearing, one).state == HearingState.APPROVED for one in newest)
    held: dict[tuple[str, UUID, int], UUID] = {(one.kind, one.resource, one.slot): one.hearing_id for one in claims}
    assert len(held) == len(claims)
    per_hearing = Counter((one.hearing_id, one.kind) for one in claims)
    wanted = {(hearing, kind): count for hearing in newest for kind, count in EACH.items()}
    assert per_hearing == wanted, "every listed hearing holds all it needs, and nobody else holds anything"


EACH = {ClaimKind.ROOM: 8, ClaimKind.STAFF: 2 * 6, ClaimKind.MEMBER: 3 * 6}
