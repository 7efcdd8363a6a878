"""Rosters and draws for tests: members who may be drawn, and a hearing whose panel has been drawn from them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from hearings.panel.actions import Wish, commit_draw, roll
from hearings.panel.lots import EntropySource, Quota
from hearings.roster.rules import LOOKED_AT
from hearings.roster.tables import EligibilityCheck
from hearings.tables import Draw, HearingState
from shared.people import Staff
from tests.hearings.staging import Stage

MANAGER = "anguan"
DICE = EntropySource("十颗骰子，当众掷出", "123456", 10)
THROWN = "3516244163"
QUOTAS = (Quota("delegate", 1, ("npc-deputy", "cppcc-member")), Quota("professional", 1, ("legal-expert", "expert", "lawyer")))
WISH = Wish(QUOTAS, no_majority=True, source=DICE)


def put_checks(session: Session, members: list[UUID], *, on: date = date(2026, 9, 1)) -> None:
    """Every item of the checklist looked at and fulfilled."""
    staff = session.exec(select(Staff.id)).first()
    assert staff is not None
    session.add_all(EligibilityCheck(member_id=member, item=item, fulfilled=True, evidence="查验原件", checked_on=on,
                                     checked_by=staff) for member in members for item in LOOKED_AT)


def roster(stage: Stage, count: int = 24, **more: Any) -> list[UUID]:
    """Members who may be drawn."""
    members = stage.roster(count, **more)
    stage.db.write_now(put_checks, members)
    return members


def committed(stage: Stage, hearing: UUID, wish: Wish = WISH, **more: Any) -> Draw:
    draw = stage.act(commit_draw, who=MANAGER, hearing_id=hearing, wish=wish, sealing=stage.vault, **more)
    row = stage.get(Draw, draw)
    assert isinstance(row, Draw)
    return row


def thrown(stage: Stage, draw: Draw, entropy: str = THROWN, **more: Any) -> Draw:
    stage.act(roll, who=MANAGER, draw_id=draw.id, entropy=entropy, witnesses="李当事人、王记者", sealing=stage.vault, **more)
    row = stage.get(Draw, draw.id)
    assert isinstance(row, Draw)
    return row


def drawn_hearing(stage: Stage, count: int = 24, **more: Any) -> UUID:
    """An approved, listed hearing with a panel drawn from a roster of so many."""
    roster(stage, count)
    hearing = stage.hearing(HearingState.APPROVED, **more)
    thrown(stage, committed(stage, hearing))
    return hearing
