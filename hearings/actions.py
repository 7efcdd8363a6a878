"""What a handler does with a hearing once it has been requested: asks for what is not the rule, notes a minor, postpones,
cancels, tells the applicant. Requesting is in `requesting`, the answers in `approvals`, the people in `people`."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cases.centre import Centre
from hearings import rules
from hearings.approval.actions import put, withdraw
from hearings.changes.actions import changed_materially, give_up_time
from hearings.notices.papers import names_at
from hearings.panel.pool import listing_of
from hearings.people.staff import handled
from hearings.steps import note, take_step
from hearings.tables import CaseType, Hearing, HearingState, Question
from shared.errors import Refused
from shared.identity import Identity
from shared.vault import Vault

TOLD_LENGTH = 40  # as much as a text message has room for


def ask_openness(
    session: Session, *, centre: Centre, hearing_id: UUID, wanted: bool, reason: str, now: datetime, by: Identity
) -> None:
    """Asks that a hearing be open, or closed. Back to the rule needs a reason and an approval as well: people were told.
    Refuses ``minor-closed``, ``reason-needed``, and what `_asking` refuses."""
    hearing = _asking(session, centre, hearing_id, reason, by)
    rules.check_openness(wanted=wanted, minor=hearing.minor, is_default=True, reason=reason)
    if hearing.open != wanted:
        put(session, hearing, Question.OPENNESS, wanted={"open": wanted}, reason=reason, now=now, by=by)


def ask_elsewhere(
    session: Session, *, centre: Centre, hearing_id: UUID, place: str, reason: str, now: datetime, by: Identity
) -> None:
    """Asks to hold the hearing outside the hearing rooms (Art. 12); an empty place asks for a room again. Once granted
    the room is free and the hour stays. Refuses what `_asking` refuses, and ``elsewhere-needed`` (a hearing that is to be held
    there is moved into a room first)."""
    hearing = _asking(session, centre, hearing_id, reason, by)
    listing = listing_of(session, hearing.id)
    there = listing is not None and listing.room_id is None and hearing.state != HearingState.POSTPONED
    if there and not place.strip():
        raise Refused("elsewhere-needed", 409, article="place")
    if hearing.elsewhere != place.strip():
        put(session, hearing, Question.ELSEWHERE, wanted={"place": place.strip()[:120]}, reason=reason, now=now, by=by)


def ask_panel_size(
    session: Session, *, centre: Centre, hearing_id: UUID, size: int, reason: str, now: datetime, by: Identity
) -> None:
    """Sets a usual size of the panel at once; asks for any other (Art. 8). Refuses ``invalid``, ``panel-size-reason``,
    ``wrong-step`` and, for an unusual size, what `_asking` refuses."""
    hearing = handled(session, centre, hearing_id, by)
    rules.check_panel_size(size, centre.provisions, reason)
    if not rules.is_usual_panel(size, centre.provisions):
        _asking(session, centre, hearing_id, reason, by)
        put(session, hearing, Question.PANEL_SIZE, wanted={"size": size}, reason=reason, now=now, by=by)
        return
    if hearing.state not in (HearingState.DRAFT, HearingState.PENDING_APPROVAL, HearingState.APPROVED):
        raise Refused("wrong-step", 409)
    if hearing.panel_size != size:
        hearing.panel_size = size
        session.add(hearing)
        note(session, hearing, "panel-size-set", by, now, {"size": size}, reason.strip())


def note_minor(session: Session, *, centre: Centre, hearing_id: UUID, now: datetime, by: Identity) -> None:
    """Notes that a minor is concerned: the hearing is closed at once, without asking anybody (Art. 5). Refuses what `handled`
    refuses, ``wrong-step``."""
    hearing = handled(session, centre, hearing_id, by)
    if hearing.state in rules.HELD | rules.OVER:
        raise Refused("wrong-step", 409)
    if hearing.minor:
        return
    was_open, hearing.minor, hearing.open = hearing.open, True, False
    session.add(hearing)
    note(session, hearing, "minor-noted", by, now, {"was_open": was_open})
    if was_open and hearing.state in rules.PREPARING:
        changed_materially(session, hearing, why="openness", now=now, by=by)


def postpone(session: Session, *, centre: Centre, hearing_id: UUID, reason: str, now: datetime, by: Identity) -> None:
    """Takes the hearing off its day: room and people are free, notices withdrawn; a new time needs new notice. Refuses what
    `handled` and `rules.check_step` refuse, ``reason-needed``."""
    hearing = handled(session, centre, hearing_id, by)
    if hearing.state == HearingState.POSTPONED:
        return
    if not reason.strip():
        raise Refused("reason-needed", 422)
    take_step(session, hearing, HearingState.POSTPONED, now=now, by=by, reason=reason)
    give_up_time(session, hearing, why=reason, now=now, by=by)


def cancel(
    session: Session, *, centre: Centre, hearing_id: UUID, reason: str, now: datetime, by: Identity, told: str = "",
    sealing: Vault | None = None,
) -> bool:
    """Drops a draft at once; asks the chief procurator to cancel a hearing that has been approved. Says whether it is over.
    ``told``: what everybody is told as the reason, nothing when empty. Refuses what `handled` refuses, ``reason-needed``,
    ``wrong-step``, ``title-names`` (``told`` names somebody private)."""
    hearing = handled(session, centre, hearing_id, by)
    if not reason.strip():
        raise Refused("reason-needed", 422)
    if hearing.state == HearingState.DRAFT:
        take_step(session, hearing, HearingState.CANCELLED, now=now, by=by, reason=reason)
        withdraw(session, hearing, now=now, by=by)
    elif hearing.state in rules.PREPARING:
        public = " ".join(told.split())[:TOLD_LENGTH]
        if public and sealing is not None:
            rules.check_title(public, names_at(session, hearing.id, sealing))
        put(session, hearing, Question.CANCELLATION, wanted={"told": public} if public else {}, reason=reason, now=now, by=by)
    elif hearing.state != HearingState.CANCELLED:
        raise Refused("wrong-step", 409)
    return hearing.state == HearingState.CANCELLED


def tell_applicant(session: Session, *, centre: Centre, hearing_id: UUID, how: str, now: datetime, by: Identity) -> None:
    """Notes how the applicant was told of the decision (Art. 9). Refuses what `handled` refuses, ``fill-needed``,
    ``wrong-step`` when nobody applied or nothing is decided."""
    hearing = handled(session, centre, hearing_id, by)
    if hearing.applicant is None or hearing.state in (HearingState.DRAFT, HearingState.PENDING_APPROVAL):
        raise Refused("wrong-step", 409)
    if not how.strip():
        raise Refused("fill-needed", 422)
    note(session, hearing, "applicant-told", by, now, reason=how.strip())


def is_default(session: Session, hearing: Hearing) -> bool:
    """Whether the hearing is open or closed as its type and its parties make it."""
    kind = session.get_one(CaseType, hearing.case_type_id)
    return hearing.open == rules.opens(type_opens=kind.opens, minor=hearing.minor)


# Parts --------------------------------------------------------------------------------------------------------------


def _asking(session: Session, centre: Centre, hearing_id: UUID, reason: str, by: Identity) -> Hearing:
    """Refuses what `handled` refuses, ``reason-needed``, ``wrong-step`` (a draft carries its wishes itself; no hearing is
    changed once people come in)."""
    hearing = handled(session, centre, hearing_id, by)
    if hearing.state not in rules.PREPARING - {HearingState.CHECKING_IN} | {HearingState.PENDING_APPROVAL}:
        raise Refused("wrong-step", 409)
    if not reason.strip():
        raise Refused("reason-needed", 422)
    return hearing
