"""Questions to the chief procurator: put, taken back, answered by them or a delegate, each a row and a line in the journal.
A granted question takes effect at once; what needs one and has none is refused where it is done."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings import rules
from hearings.approval.applicants import post_decision
from hearings.approval.delegations import delegated
from hearings.changes.actions import changed_materially, give_up_time, leave_room
from hearings.panel.pool import listing_of
from hearings.roster.tables import RosterMember, Standing
from hearings.steps import note, take_step, touch
from hearings.tables import Approval, Hearing, HearingState, Question
from shared.errors import Refused
from shared.identity import Identity
from shared.settings import Settings
from shared.vault import Vault

Q = Question
Effect = Callable[[Session, Hearing, Approval, datetime, Identity], None]


def ask(
    session: Session, *, centre: Centre, hearing_id: UUID, question: Question, wanted: dict[str, Any], reason: str,
    now: datetime, by: Identity,
) -> UUID:
    """Puts a question about a hearing that is being prepared; returns the approval's row. The same question while it is open
    is the one that is there. Refuses ``not-allowed``, ``not-found``, ``wrong-step``, ``reason-needed``."""
    if rules.PREPARE.isdisjoint(by.roles) or by.id is None:
        raise Refused("not-allowed", 403)
    touch(session, centre.office_id, hearing_id)
    hearing = session.get(Hearing, hearing_id)
    if hearing is None or hearing.office_id != centre.office_id:
        raise Refused("not-found", 404)
    if hearing.state not in rules.PREPARING | {HearingState.PENDING_APPROVAL}:
        raise Refused("wrong-step", 409)
    if not reason.strip():
        raise Refused("reason-needed", 422)
    return put(session, hearing, question, wanted=wanted, reason=reason, now=now, by=by).id


def put(
    session: Session, hearing: Hearing, question: Question, *, wanted: dict[str, Any], reason: str, now: datetime, by: Identity
) -> Approval:
    """The row of a question, inside another act whose rules have been checked."""
    assert by.id is not None
    for row in open_questions(session, hearing.id):
        if row.question == question and row.wanted == wanted:
            return row
    row = Approval(hearing_id=hearing.id, question=question, wanted=wanted, reason=reason.strip()[:500], asked_at=now,
                   asked_by=by.id)
    session.add(row)
    session.flush()
    note(session, hearing, "approval-asked", by, now, {"question": question})
    return row


def answer(
    session: Session, *, centre: Centre, approval_id: UUID, granted: bool, text: str, now: datetime, by: Identity,
    sealing: Vault | None = None, settings: Settings | None = None,
) -> UUID:
    """Answers a question; returns the hearing. The same answer by the same person again changes nothing. With a vault and the
    settings whoever applied for the hearing is told at once, where a telephone is known.

    Refuses ``not-found`` and what `rules.check_answer` and the effect (see `EFFECTS`) refuse.
    """
    row, hearing = _asked(session, centre, approval_id)
    touch(session, centre.office_id, hearing.id)
    session.refresh(row)
    session.refresh(hearing)
    if row.answered_by == by.id and row.granted is granted and by.id is not None:
        return hearing.id
    question, covered = Question(row.question), delegated(session, centre.office_id, by.id, centre.today)
    rules.check_answer(asked_by=row.asked_by, answered=row.answered_at is not None, granted=granted, answer=text,
                       viewer=by.id, roles=by.roles, delegated=question in covered)
    row.granted, row.answer, row.answered_at, row.answered_by = granted, text.strip()[:500], now, by.id
    row.delegation_id = covered.get(question) if rules.CHIEF.isdisjoint(by.roles) else None
    session.add(row)
    note(session, hearing, "approval-granted" if granted else "approval-refused", by, now,
         {"question": question, "delegated": row.delegation_id is not None}, row.answer)
    (EFFECTS if granted else SETBACKS).get(question, _nothing)(session, hearing, row, now, by)
    if question == Q.HEARING and sealing is not None and settings is not None:
        post_decision(session, hearing, granted=granted, reason=row.answer if not granted else "", centre=centre,
                      sealing=sealing, settings=settings, now=now)
    return hearing.id


def withdraw(session: Session, hearing: Hearing, *, now: datetime, by: Identity, but: UUID | None = None) -> None:
    """Takes back what is still open, inside another act."""
    for row in open_questions(session, hearing.id):
        if row.id != but:
            row.answered_at = now
            session.add(row)
            note(session, hearing, "approval-withdrawn", by, now, {"question": row.question})


def open_questions(session: Session, hearing_id: UUID) -> list[Approval]:
    """What has been asked about a hearing and nobody has answered or taken back."""
    wanted = select(Approval).where(Approval.hearing_id == hearing_id, col(Approval.answered_at).is_(None))
    return list(session.exec(wanted.order_by(col(Approval.id))).all())


def granted(session: Session, hearing_id: UUID, question: Question, **wanted: Any) -> Approval | None:
    """The newest approval of a question about a hearing; with ``wanted``: one that was asked with just these values."""
    rows = session.exec(
        select(Approval).where(Approval.hearing_id == hearing_id, Approval.question == question,
                               col(Approval.granted).is_(True)).order_by(col(Approval.id).desc())
    )
    return next((row for row in rows if all(row.wanted.get(key) == value for key, value in wanted.items())), None)


# What an answer does ------------------------------------------------------------------------------------------------


def _approve(session: Session, hearing: Hearing, row: Approval, now: datetime, by: Identity) -> None:
    take_step(session, hearing, HearingState.APPROVED, now=now, by=by, delegated=True)


def _refuse(session: Session, hearing: Hearing, row: Approval, now: datetime, by: Identity) -> None:
    take_step(session, hearing, HearingState.REFUSED, now=now, by=by, reason=row.answer, delegated=True)
    withdraw(session, hearing, now=now, by=by)


def _open_or_close(session: Session, hearing: Hearing, row: Approval, now: datetime, by: Identity) -> None:
    """A minor may have become known since it was asked. Refuses ``minor-closed``."""
    _check_preparing(hearing)
    wanted = bool(row.wanted["open"])
    rules.check_openness(wanted=wanted, minor=hearing.minor, is_default=True, reason="")
    if hearing.open != wanted:
        hearing.open = wanted
        _changed(session, hearing, "openness", now, by)


def _go_elsewhere(session: Session, hearing: Hearing, row: Approval, now: datetime, by: Identity) -> None:
    """The room is free at once, and the hearing keeps its hour at the new place. Refuses ``elsewhere-needed`` when it would be
    left without a place: it is moved into a room first."""
    _check_preparing(hearing)
    place, listing = str(row.wanted["place"]), listing_of(session, hearing.id)
    in_room = listing is not None and listing.room_id is not None and hearing.state != HearingState.POSTPONED
    if listing is not None and not in_room and not place and hearing.state != HearingState.POSTPONED:
        raise Refused("elsewhere-needed", 409, article="place")
    hearing.elsewhere = place
    session.add(hearing)
    if listing is not None and in_room and place:
        leave_room(session, hearing, listing, reason=row.reason, now=now, by=by)
    if place or not in_room:
        _changed(session, hearing, "place", now, by)


def _resize(session: Session, hearing: Hearing, row: Approval, now: datetime, by: Identity) -> None:
    _check_preparing(hearing)
    hearing.panel_size = int(row.wanted["size"])
    session.add(hearing)


def _cancel(session: Session, hearing: Hearing, row: Approval, now: datetime, by: Identity) -> None:
    take_step(session, hearing, HearingState.CANCELLED, now=now, by=by, reason=row.reason, delegated=True)
    withdraw(session, hearing, now=now, by=by, but=row.id)
    give_up_time(session, hearing, why=row.reason, now=now, by=by)


def _let_go(session: Session, hearing: Hearing, row: Approval, now: datetime, by: Identity) -> None:
    """Whoever was asked for from outside the roster and not approved is nobody to this office any more."""
    member = session.get_one(RosterMember, UUID(row.wanted["member"]))
    member.standing, member.phone, member.phone_index, member.email, member.born_on = Standing.REMOVED, None, None, None, None
    session.add(member)


def _nothing(session: Session, hearing: Hearing, row: Approval, now: datetime, by: Identity) -> None:
    return None


EFFECTS: dict[Question, Effect] = {
    Q.HEARING: _approve, Q.OPENNESS: _open_or_close, Q.ELSEWHERE: _go_elsewhere, Q.PANEL_SIZE: _resize,
    Q.CANCELLATION: _cancel,
}
SETBACKS: dict[Question, Effect] = {Q.HEARING: _refuse, Q.OUTSIDER: _let_go}


def _check_preparing(hearing: Hearing) -> None:
    if hearing.state not in rules.PREPARING | {HearingState.PENDING_APPROVAL}:
        raise Refused("wrong-step", 409)


def _changed(session: Session, hearing: Hearing, why: str, now: datetime, by: Identity) -> None:
    if hearing.state in rules.PREPARING:
        changed_materially(session, hearing, why=why, now=now, by=by)
    session.add(hearing)


def _asked(session: Session, centre: Centre, approval_id: UUID) -> tuple[Approval, Hearing]:
    row = session.get(Approval, approval_id)
    hearing = session.get(Hearing, row.hearing_id) if row else None
    if row is None or hearing is None or hearing.office_id != centre.office_id:
        raise Refused("not-found", 404)
    return row, hearing
