"""A proposal of the planner as its page shows it: what each hearing had and would get, why, what stays without a place; and what
is there to be planned."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings.hearing_list import HearingLine, lines_of
from hearings.panel.seats import seats_of
from hearings.place.closures import struck
from hearings.place.queries import called, rooms_by_id
from hearings.proposals.actions import newest, result_of, state_of
from hearings.proposals.docket import moment_of, to_come, unlisted
from hearings.proposals.problem import Obstacle, Placement, Relaxation
from hearings.proposals.tables import Proposal, ProposalState
from hearings.tables import Hearing, Room
from shared.errors import Refused


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One hearing of a proposal: where it was, where it would be, and why."""

    line: HearingLine
    before: datetime | None
    before_room: UUID | None
    begins_at: datetime
    room_id: UUID | None
    wait: int | None
    why: tuple[Obstacle, ...]


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """A hearing for which nothing lawful was found, or whose panel stays incomplete."""

    line: HearingLine
    obstacles: tuple[Obstacle, ...]
    relaxations: tuple[Relaxation, ...]
    empty_seats: int


class ProposalView(msgspec.Struct, frozen=True, kw_only=True):
    """``skipped``: what could not be booked when it was approved, with the code of the refusal and what it said."""

    row: Proposal
    state: ProposalState
    changes: list[Change]
    kept: int
    left: list[Left]
    skipped: list[tuple[HearingLine, dict[str, str]]]
    seated: int
    rooms: Mapping[UUID, Room]
    called: Mapping[str, str]
    invitations: int
    lost_seats: int

    @property
    def days(self) -> list[date]:
        return sorted({one.begins_at.date() for one in self.changes})

    @property
    def weeks(self) -> list[tuple[date, list[Change]]]:
        """The changes by the Mondays of their weeks."""
        found: dict[date, list[Change]] = {}
        for one in self.changes:
            day = one.begins_at.date()
            found.setdefault(day - timedelta(days=day.weekday()), []).append(one)
        return sorted(found.items())

    def on(self, day: date, room: UUID | None) -> list[Change]:
        return [one for one in self.changes if one.begins_at.date() == day and one.room_id == room]


class Plannable(msgspec.Struct, frozen=True):
    """What there is to be planned: hearings without a time, those in closed rooms, those with empty seats, the last proposals."""

    unlisted: list[HearingLine]
    struck: int
    short: int
    to_come: int
    proposals: list[tuple[Proposal, ProposalState]]


def proposal_view(session: Session, *, centre: Centre, proposal_id: UUID, now: datetime, language: str) -> ProposalView:
    """Refuses ``not-found``."""
    row = session.get(Proposal, proposal_id)
    if row is None or row.office_id != centre.office_id:
        raise Refused("not-found", 404)
    result, skipped = result_of(row), row.outcome.get("skipped", {})
    keys = {*result.placements, *result.before, *(one.hearing for one in result.unsolved), *skipped}
    lines = _lines(session, keys)
    changes = [
        _change(centre, lines[key], result.before.get(key), at, result.waits.get(key), result.why.get(key, ()))
        for key in result.moved if key in lines for at in [result.placements[key]]
    ]
    return ProposalView(
        row=row, state=state_of(row, now), changes=sorted(changes, key=lambda one: (one.begins_at, one.line.number)),
        kept=len(result.placements) - len(result.moved),
        left=[Left(line=lines[one.hearing], obstacles=one.obstacles, relaxations=one.relaxations, empty_seats=one.empty_seats)
              for one in result.unsolved if one.hearing in lines],
        skipped=[(lines[key], said) for key, said in skipped.items() if key in lines], seated=row.outcome.get("seated", 0),
        rooms=rooms_by_id(session, centre), called=called(session, centre, language), invitations=result.invitations,
        lost_seats=result.lost_seats,
    )


def plannable(session: Session, *, centre: Centre, now: datetime) -> Plannable:
    coming = to_come(session, centre, now)
    short = [one for one in coming if 0 < len(seats_of(session, one.id)) < one.panel_size]
    hit = {found.hearing.id for some in struck(session, centre.office_id, now).values() for found in some}
    proposals = [(one, state_of(one, now)) for one in newest(session, centre=centre)]
    return Plannable(lines_of(session, unlisted(session, centre)), len(hit), len(short), len(coming), proposals)


# Parts --------------------------------------------------------------------------------------------------------------


def _lines(session: Session, keys: set[str]) -> dict[str, HearingLine]:
    rows = session.exec(select(Hearing).where(col(Hearing.id).in_([UUID(key) for key in keys]))).all() if keys else []
    return {line.id.hex: line for line in lines_of(session, rows)}


def _change(
    centre: Centre, line: HearingLine, before: Placement | None, at: Placement, wait: int | None, why: tuple[Obstacle, ...]
) -> Change:
    return Change(
        line=line, before=moment_of(before.day, before.slot, centre) if before else None,
        before_room=UUID(before.room) if before and before.room else None,
        begins_at=moment_of(at.day, at.slot, centre), room_id=UUID(at.room) if at.room else None, wait=wait, why=why,
    )
