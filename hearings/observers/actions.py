"""Observing an open hearing, one function per thing people do: apply, cancel, decide. A person is one application to one
hearing; who cancels makes room for the next who waits."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, select

from cases import papers
from cases.centre import Centre, centre_of
from hearings import rules
from hearings.invitations.tables import Observer, ObserverClass, ObserverState
from hearings.observers import rules as observing_rules
from hearings.observers.forms import NEEDS, Application, id_number
from hearings.observers.sending import CODE, Answer, post_answer
from hearings.public.queries import Announcement, News, announcement, standings
from hearings.queries import hearing_of
from hearings.steps import note, touch
from hearings.tables import HEARING_NAME, Hearing
from shared import codes, vault
from shared.attempts import attempt_key, failed, minutes_locked
from shared.errors import Refused
from shared.identity import VISITOR, Identity
from shared.settings import Settings
from shared.vault import Vault

REASON_LENGTH = 300


class Applied(msgspec.Struct, frozen=True):
    """What came of an application. ``code`` is empty when the person had applied already: it goes to the telephone on record
    only, and not onto the screen of whoever typed the number."""

    code: str
    state: str


class Held(msgspec.Struct, frozen=True):
    """Too many applications with one telephone number; ``minutes`` until the next."""

    minutes: int


def apply(
    session: Session, *, hearing_id: UUID, form: Application, sealing: Vault, settings: Settings, now: datetime,
) -> Applied | Held:
    """Takes an application: a seat, or a place on the waiting list. ``form`` has no `faults`. The same person again, or the
    same form sent twice, is one application; who had cancelled comes back at the end of the order.

    Refuses ``not-found`` (not an announced open hearing), ``applications-closed``, ``list-full``. Never raises for too many
    tries: their count must be kept.
    """
    found = announcement(session, hearing_id=hearing_id)
    touch(session, found.office_id, hearing_id)
    centre = centre_of(session, found.office_id, now)
    if (again := _same_form(session, hearing_id, form.key)) is not None:
        return Applied(code_of(again, sealing), again.state)
    if minutes := _held(session, centre, form.phone, now):
        return Held(minutes)
    if found.news != News.ANNOUNCED:
        raise Refused("applications-closed", 409)
    observing_rules.check_time(now, found.paper.apply_until)
    index = sealing.index(form.id_number, purpose=vault.ID_NUMBER)
    known = session.exec(select(Observer).where(Observer.hearing_id == hearing_id, Observer.id_index == index)).first()
    if known is not None:
        return _again(session, centre, found, known, form, sealing, settings, now)
    row = _row(session, centre, found, form, index, sealing, now)
    session.add(row)
    session.flush()
    _note(session, row, "observer-applied", VISITOR, now)
    post_answer(session, row, found, Answer(row.state), sealing=sealing, settings=settings, now=now)
    return Applied(code_of(row, sealing), row.state)


def cancel(session: Session, *, code: str, sealing: Vault, settings: Settings, now: datetime) -> None:
    """Gives a seat or a place on the waiting list back; the next moves up. Twice is no fault. Refuses ``unknown-code``."""
    row = by_code(session, code, sealing)
    if row is None:
        raise Refused("unknown-code", 404)
    hearing = session.get_one(Hearing, row.hearing_id)
    touch(session, hearing.office_id, hearing.id)
    session.refresh(row)
    if row.state in (ObserverState.CONFIRMED, ObserverState.WAITLISTED):
        _set(session, row, ObserverState.CANCELLED, "", now)
        _note(session, row, "observer-cancelled", VISITOR, now)
        move_up(session, hearing.id, sealing=sealing, settings=settings, now=now)


def decide(
    session: Session, *, centre: Centre, hearing_id: UUID, observer_id: UUID, confirmed: bool, reason: str, sealing: Vault,
    settings: Settings, now: datetime, by: Identity,
) -> None:
    """Staff give a seat to somebody, or decline with a reason that the person is told. Refuses ``not-allowed``, ``not-found``,
    ``reason-needed``, ``no-seat`` (all are taken)."""
    if rules.PREPARE.isdisjoint(by.roles):
        raise Refused("not-allowed", 403)
    touch(session, centre.office_id, hearing_id)
    row, found = session.get(Observer, observer_id), announcement(session, hearing_id=hearing_id)
    if row is None or row.hearing_id != hearing_id or found.office_id != centre.office_id:
        raise Refused("not-found", 404)
    to = ObserverState.CONFIRMED if confirmed else ObserverState.DECLINED
    if row.state == to:
        return
    if not confirmed and not reason.strip():
        raise Refused("reason-needed", 422)
    taken = sum(one.state in observing_rules.SEATED and one.kind == row.kind for one in standings(session, hearing_id))
    if confirmed and taken >= found.seats.of(row.kind):
        raise Refused("no-seat", 409)
    _set(session, row, to, reason.strip()[:REASON_LENGTH], now)
    _note(session, row, f"observer-{to}", by, now)
    post_answer(session, row, found, Answer(to), sealing=sealing, settings=settings, now=now)
    move_up(session, hearing_id, sealing=sealing, settings=settings, now=now)


def note_list(session: Session, *, centre: Centre, hearing_id: UUID, now: datetime, by: Identity) -> None:
    """Notes that somebody prints the observers' list with whole names. Refuses ``not-allowed``, ``not-found``."""
    if rules.RECEIVE.isdisjoint(by.roles):
        raise Refused("not-allowed", 403)
    touch(session, centre.office_id, hearing_id)
    note(session, hearing_of(session, centre, hearing_id, by), "observers-printed", by, now)


def move_up(session: Session, hearing_id: UUID, *, sealing: Vault, settings: Settings, now: datetime) -> None:
    """Gives free seats to those who wait, and tells them. Until the hearing begins."""
    found = announcement(session, hearing_id=hearing_id)
    if found.news != News.ANNOUNCED or now >= found.paper.begins_at:
        return
    everybody = standings(session, hearing_id)
    for kind in ObserverClass:
        for lucky in observing_rules.next_up(kind, everybody, found.seats):
            row = session.get_one(Observer, lucky)
            _set(session, row, ObserverState.CONFIRMED, "", now)
            _note(session, row, "observer-confirmed", VISITOR, now)
            post_answer(session, row, found, Answer.MOVED_UP, sealing=sealing, settings=settings, now=now)


def by_code(session: Session, code: str, sealing: Vault) -> Observer | None:
    """The application that a code stands for."""
    plain = codes.normalise(code)
    wanted = select(Observer).where(Observer.code_index == sealing.index(plain, purpose=CODE)) if plain else None
    return session.exec(wanted).first() if wanted is not None else None


# Parts --------------------------------------------------------------------------------------------------------------


def _same_form(session: Session, hearing_id: UUID, key: str) -> Observer | None:
    wanted = select(Observer).where(Observer.hearing_id == hearing_id, Observer.request_key == key)
    return session.exec(wanted).first() if key else None


def _held(session: Session, centre: Centre, phone: str, now: datetime) -> int:
    """Counts an application with this telephone number. Minutes to wait, 0 when it may go on."""
    key = attempt_key("observe", papers.phone_number(phone))
    if minutes := minutes_locked(session, key, now):
        return minutes
    failed(session, key, now, centre.provisions["hearing.observer_tries"], centre.provisions["hearing.observer_try_minutes"])
    return 0


def _row(
    session: Session, centre: Centre, found: Announcement, form: Application, index: str, sealing: Vault, now: datetime
) -> Observer:
    code = codes.new_code()
    place = observing_rules.place_for(form.kind, standings(session, found.id), found.seats, centre.provisions)
    return Observer(
        hearing_id=found.id, kind=form.kind, name=sealing.seal(form.name.strip(), purpose=HEARING_NAME), id_index=index,
        id_number=sealing.seal(id_number(form, centre.today), purpose=vault.ID_NUMBER),
        phone=sealing.seal(papers.phone_number(form.phone), purpose=vault.PHONE), outlet=_outlet(form),
        needs=sorted(NEEDS & set(form.needs)), language=form.language, code=sealing.seal(code, purpose=CODE),
        code_index=sealing.index(code, purpose=CODE), state=place, applied_at=now, answered_at=now, request_key=form.key or None,
    )


def _again(
    session: Session, centre: Centre, found: Announcement, row: Observer, form: Application, sealing: Vault, settings: Settings,
    now: datetime,
) -> Applied:
    """Who applied before is written to on the telephone of then, and only if it is the same: the number of an ID alone neither
    finds out anything nor changes anything."""
    kept = sealing.index(sealing.unseal(row.phone, purpose=vault.PHONE), purpose=vault.PHONE)
    if kept != sealing.index(form.phone, purpose=vault.PHONE):
        return Applied("", "")
    if row.state == ObserverState.CANCELLED:
        others = [one for one in standings(session, found.id) if one.id != row.id]
        row.kind, row.outlet, row.applied_at = form.kind, _outlet(form), now
        _set(session, row, observing_rules.place_for(form.kind, others, found.seats, centre.provisions), "", now)
        _note(session, row, "observer-applied", VISITOR, now)
    if row.state in set(Answer):
        post_answer(session, row, found, Answer(row.state), sealing=sealing, settings=settings, now=now, again=True)
    return Applied("", "")


def _outlet(form: Application) -> str:
    return form.outlet.strip() if form.kind == ObserverClass.MEDIA else ""


def _set(session: Session, row: Observer, state: ObserverState, reason: str, now: datetime) -> None:
    row.state, row.reason, row.answered_at = state, reason, now
    session.add(row)
    session.flush()


def code_of(row: Observer, sealing: Vault) -> str:
    return sealing.unseal(row.code, purpose=CODE)


def _note(session: Session, row: Observer, act: str, by: Identity, now: datetime) -> None:
    note(session, session.get_one(Hearing, row.hearing_id), act, by, now, {"observer": row.id.hex, "kind": row.kind})
