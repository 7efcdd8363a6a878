"""Proposals of the planner on the database: asked for, told of on the way, approved and then booked hearing by hearing, or
dropped. Until one is approved nothing is booked and nobody is told. The planning itself is in `work`."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings import rules
from hearings.panel.pool import listing_of
from hearings.panel.records import newest_draw
from hearings.panel.reserve import fill_from_reserve
from hearings.panel.seats import free_places
from hearings.place.actions import TimeAndPlace, list_hearing, move
from hearings.proposals.docket import Docket, docket_of, is_told, local_slot, moment_of, to_come, unlisted
from hearings.proposals.problem import Obstacle, Placement, Progress, Unsolved
from hearings.proposals.tables import Proposal, ProposalKind, ProposalState
from hearings.steps import touch
from hearings.tables import DrawState, Hearing, ListingSource
from shared import journal
from shared.errors import Refused
from shared.identity import Identity
from shared.live import bump
from shared.settings import Settings
from shared.vault import Vault

S = ProposalState
SILENCE = timedelta(seconds=60)


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """What the planner answered, by keys of hearings. ``waits``: workdays after the first possible one; ``why``: what moved a
    hearing; ``invitations``: officers of drawn panels that a reserve would have to follow."""

    placements: Mapping[str, Placement]
    before: Mapping[str, Placement] = {}
    unsolved: tuple[Unsolved, ...] = ()
    waits: Mapping[str, int] = {}
    why: Mapping[str, tuple[Obstacle, ...]] = {}
    invitations: int = 0
    lost_seats: int = 0

    @property
    def moved(self) -> list[str]:
        """The hearings whose time or place would be laid down or changed."""
        return [key for key, at in self.placements.items() if _where(at) != _where(self.before.get(key))]


def start(session: Session, *, centre: Centre, kind: ProposalKind, now: datetime, by: Identity) -> UUID:
    """Notes that a plan is wanted; returns the proposal. Refuses ``not-allowed``, ``nothing-to-plan``."""
    _manages(session, centre, by)
    found = unlisted(session, centre) if kind == ProposalKind.MANY else to_come(session, centre, now)
    if not found:
        raise Refused("nothing-to-plan", 409)
    assert by.id is not None
    row = Proposal(office_id=centre.office_id, kind=kind, seed=secrets.token_hex(16), told_at=now, made_at=now, made_by=by.id)
    session.add(row)
    session.flush()
    _note(session, row, "plan-asked", by, now)
    return row.id


def asked(session: Session, *, centre: Centre, kind: ProposalKind, sealing: Vault, now: datetime) -> Docket:
    """What the planner is to work on."""
    found = unlisted(session, centre) if kind == ProposalKind.MANY else to_come(session, centre, now)
    return docket_of(session, centre=centre, sealing=sealing, now=now, hearings=[one.id for one in found])


def tell(session: Session, *, proposal_id: UUID, progress: Progress, now: datetime) -> None:
    """How far the planner is."""
    row = _running(session, proposal_id)
    if row is not None:
        row.stage, row.done, row.total, row.told_at = progress.stage, progress.done, progress.total, now


def finish(session: Session, *, proposal_id: UUID, result: Proposed | None, now: datetime) -> None:
    """The planner's answer; None: it has stopped without one."""
    row = _running(session, proposal_id)
    if row is not None:
        row.state, row.told_at = S.READY if result else S.STOPPED, now
        row.result = msgspec.to_builtins(result) if result else {}


def approve(session: Session, *, centre: Centre, proposal_id: UUID, now: datetime, by: Identity) -> list[UUID]:
    """Approves a proposal; returns the hearings to be booked one by one (`book`). Again while that goes on: the same.
    Refuses ``not-allowed``, ``not-found``, ``proposal-gone``."""
    row = _proposal(session, centre, proposal_id, by)
    if row.state not in (S.READY, S.APPROVED):
        raise Refused("proposal-gone", 409)
    if row.state == S.READY:
        row.state, row.approved_at, row.approved_by = S.APPROVED, now, by.id
        _note(session, row, "plan-approved", by, now)
    result = result_of(row)
    short = [] if row.kind == ProposalKind.MANY else [key for key in result.placements if key not in result.moved]
    return [UUID(key) for key in (*result.moved, *short)]


def book(
    session: Session, *, centre: Centre, proposal_id: UUID, hearing_id: UUID, sealing: Vault, settings: Settings, now: datetime,
    by: Identity, reason: str,
) -> int:
    """Books one hearing of an approved proposal, and gives empty seats of a drawn panel to the reserve; returns how many
    officers were newly seated. Again: nothing more. Refuses what `booking.list_hearing` and `booking.move` refuse, when the
    place has been taken meanwhile, ``changed-meanwhile`` (it was moved, or people were told of it), ``proposal-gone``."""
    row = _proposal(session, centre, proposal_id, by)
    if row.state != S.APPROVED:
        raise Refused("proposal-gone", 409)
    result, hearing = result_of(row), session.get_one(Hearing, hearing_id)
    placement = result.placements[hearing_id.hex]
    if hearing_id.hex in result.moved:
        at = TimeAndPlace(moment_of(placement.day, placement.slot, centre), UUID(placement.room) if placement.room else None)
        if row.kind == ProposalKind.MEND:
            _check_unchanged(session, centre, hearing, result.before.get(hearing_id.hex), at)
        (list_hearing if row.kind == ProposalKind.MANY else move)(
            session, centre=centre, hearing_id=hearing_id, at=at, sealing=sealing, settings=settings, now=now, by=by,
            source=ListingSource.PLANNER, reason=reason,
        )
    return 0 if row.kind == ProposalKind.MANY else _fill(session, centre, hearing, sealing, now, by)


def close(
    session: Session, *, centre: Centre, proposal_id: UUID, skipped: Mapping[str, Mapping[str, str]], seated: int, now: datetime,
    by: Identity,
) -> None:
    """All has been tried: what could not be booked, by hearing, with the code of the refusal and what it said."""
    row = _proposal(session, centre, proposal_id, by)
    if row.state != S.APPROVED:
        return
    row.state, row.outcome = S.BOOKED, {"skipped": {key: dict(one) for key, one in skipped.items()}, "seated": seated}
    _note(session, row, "plan-booked", by, now, {"skipped": len(skipped), "seated": seated})


def drop(session: Session, *, centre: Centre, proposal_id: UUID, now: datetime, by: Identity) -> None:
    """The proposal is not wanted. Refuses ``not-allowed``, ``not-found``, ``proposal-gone``."""
    row = _proposal(session, centre, proposal_id, by)
    if row.state == S.DROPPED:
        return
    if row.state not in (S.RUNNING, S.READY, S.STOPPED):
        raise Refused("proposal-gone", 409)
    row.state = S.DROPPED
    _note(session, row, "plan-dropped", by, now)


def result_of(row: Proposal) -> Proposed:
    return msgspec.convert(row.result, Proposed) if row.result else Proposed(placements={})


def state_of(row: Proposal, now: datetime) -> ProposalState:
    """A planner that has said nothing for a minute has stopped, such as with the process it ran in."""
    silent = row.state == S.RUNNING and now - row.told_at > SILENCE
    return S.STOPPED if silent else S(row.state)


def newest(session: Session, *, centre: Centre, many: int = 10) -> list[Proposal]:
    wanted = select(Proposal).where(Proposal.office_id == centre.office_id).order_by(col(Proposal.id).desc())
    return list(session.exec(wanted.limit(many)).all())


def proposal_board(proposal_id: UUID) -> str:
    """The name of the board that moves with a proposal."""
    return f"proposal:{proposal_id.hex}"


# Parts --------------------------------------------------------------------------------------------------------------


def _fill(session: Session, centre: Centre, hearing: Hearing, sealing: Vault, now: datetime, by: Identity) -> int:
    draw = newest_draw(session, hearing.id)
    if draw is None or draw.state != DrawState.DRAWN or not free_places(session, hearing):
        return 0
    taken = fill_from_reserve(session, centre=centre, hearing_id=hearing.id, sealing=sealing, now=now, by=by)
    return sum(one.seat_id is not None for one in taken)


def _check_unchanged(
    session: Session, centre: Centre, hearing: Hearing, before: Placement | None, at: TimeAndPlace
) -> None:
    listing = listing_of(session, hearing.id)
    if listing is None or (listing.begins_at, listing.room_id) == (at.begins_at, at.room_id):
        return
    was = (*local_slot(listing.begins_at, centre), listing.room_id.hex if listing.room_id else "")
    if was != _where(before) or is_told(session, hearing):
        raise Refused("changed-meanwhile", 409)


def _where(at: Placement | None) -> tuple[object, ...] | None:
    return (at.day, at.slot, at.room) if at else None


def _manages(session: Session, centre: Centre, by: Identity) -> None:
    if rules.MANAGEMENT.isdisjoint(by.roles) or by.id is None:
        raise Refused("not-allowed", 403)
    touch(session, centre.office_id)


def _proposal(session: Session, centre: Centre, proposal_id: UUID, by: Identity) -> Proposal:
    _manages(session, centre, by)
    row = session.get(Proposal, proposal_id)
    if row is None or row.office_id != centre.office_id:
        raise Refused("not-found", 404)
    session.refresh(row)
    session.add(row)
    return row


def _running(session: Session, proposal_id: UUID) -> Proposal | None:
    bump(session, proposal_board(proposal_id))
    row = session.get(Proposal, proposal_id)
    return row if row is not None and row.state == S.RUNNING else None


def _note(
    session: Session, row: Proposal, act: str, by: Identity, now: datetime, detail: dict[str, object] | None = None
) -> None:
    journal.record(session, office=row.office_id, act=act, subject=f"proposal:{row.id.hex}", by=by.by, now=now, detail=detail)
