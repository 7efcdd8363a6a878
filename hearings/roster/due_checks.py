"""Checks of eligibility that no longer hold or soon will not: whose, since or until when. A check holds for as many months as the
office lays down (``hearing.check_months``); a warning comes ``hearing.check_warning_days`` before its end."""

from datetime import date, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings.roster.rules import LOOKED_AT, holds_until
from hearings.roster.tables import EligibilityCheck, RosterMember, Standing
from hearings.tables import HEARING_NAME
from shared import words
from shared.vault import Vault


class DueCheck(msgspec.Struct, frozen=True):
    """A member whose check is to be renewed. ``until``: the last day on which all of it holds; ``aged``: that day is past."""

    id: UUID
    name: str
    unit: str
    until: date
    aged: bool
    items: tuple[str, ...]


def due_checks(session: Session, *, centre: Centre, sealing: Vault) -> list[DueCheck]:
    """Members who may be drawn and whose checks end soon or have ended, the most urgent first."""
    warned = centre.today + timedelta(days=centre.provisions["hearing.check_warning_days"])
    ends = ends_of(session, centre)
    wanted = select(RosterMember).where(RosterMember.office_id == centre.office_id, RosterMember.standing == Standing.ACTIVE,
                                        col(RosterMember.hearing_id).is_(None), RosterMember.term_until >= centre.today)
    found = []
    for one in session.exec(wanted):
        items = tuple(item for item, end in ends.get(one.id, {}).items() if end <= warned)
        if items:
            until = min(ends[one.id].values())
            name = words.mask_name(sealing.unseal(one.name, purpose=HEARING_NAME))
            found.append(DueCheck(one.id, name, one.unit, until, until < centre.today, items))
    return sorted(found, key=lambda one: (one.until, one.name))


def ends_of(session: Session, centre: Centre) -> dict[UUID, dict[str, date]]:
    """Member -> item -> the last day on which its newest check holds; only of what was fulfilled."""
    of_office = select(RosterMember.id).where(RosterMember.office_id == centre.office_id)
    newest: dict[UUID, dict[str, EligibilityCheck]] = {}
    for row in session.exec(select(EligibilityCheck).where(col(EligibilityCheck.member_id).in_(of_office))
                            .order_by(col(EligibilityCheck.checked_on), col(EligibilityCheck.id))):
        newest.setdefault(row.member_id, {})[row.item] = row
    months = centre.provisions["hearing.check_months"]
    return {
        member: {item: holds_until(rows[item].checked_on, months) for item in LOOKED_AT if item in rows and rows[item].fulfilled}
        for member, rows in newest.items()
    }


def earliest_end(session: Session, centre: Centre) -> dict[UUID, date]:
    """Member -> the last day on which all of their checks hold."""
    return {member: min(items.values()) for member, items in ends_of(session, centre).items() if items}
