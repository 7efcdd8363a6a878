"""The reserve of a draw: whoever leaves a seat is followed by the next lawful reserve in order, never by a choice. The public
record says whom each replacement passed over."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session

from cases.centre import Centre
from hearings.panel import draw
from hearings.panel.lots import Commitment, Outcome, Replacement
from hearings.panel.pool import pool_of
from hearings.panel.records import Secret, barred_now, keep, newest_draw, record_of, secret_of
from hearings.panel.seating import admits
from hearings.panel.seats import free_places, hold, managed, seats_of, vacate
from hearings.steps import note, touch
from hearings.tables import Draw, DrawState, Hearing, Seat, SeatOrigin
from shared.errors import Refused
from shared.identity import Identity
from shared.vault import Vault


class Taken(msgspec.Struct, frozen=True):
    """Who took a seat that fell vacant; None when nobody lawful is left in the reserve, and a person must decide."""

    seat_id: UUID | None
    member_id: UUID | None


def take_reserve(
    session: Session, *, centre: Centre, seat_id: UUID, why: str, sealing: Vault, now: datetime, by: Identity
) -> Taken:
    """Vacates a seat and gives it to the next lawful reserve in order. A seat vacated before keeps who took it then.

    ``why``: a short code, such as ``declined`` or ``recusal``. Never raises for want of a reserve: the vacating must stay.
    Whoever calls has checked that the holder leaves. Refuses ``not-found``.
    """
    seat = session.get(Seat, seat_id)
    hearing = session.get(Hearing, seat.hearing_id) if seat else None
    if seat is None or hearing is None or hearing.office_id != centre.office_id:
        raise Refused("not-found", 404)
    touch(session, hearing.office_id, hearing.id)
    session.refresh(seat)
    if seat.vacated_at is not None:
        heir = next((one for one in seats_of(session, hearing.id) if one.place == seat.place), None)
        return Taken(heir.id, heir.member_id) if heir else Taken(None, None)
    vacate(session, seat, why=why, now=now)
    note(session, hearing, "seat-vacated", by, now, {"seat": seat.id.hex, "place": seat.place, "why": why})
    row = newest_draw(session, hearing.id)
    if row is None or row.state != DrawState.DRAWN:
        return Taken(None, None)
    return follow(session, centre, hearing, row, place=seat.place, label=seat.label, sealing=sealing, now=now, by=by)


def fill_from_reserve(
    session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, now: datetime, by: Identity
) -> list[Taken]:
    """Gives every empty place to the next lawful reserve, as far as there are any: for use after somebody has become free.
    Refuses ``not-allowed``, ``not-found``, ``reserve-short``."""
    hearing = managed(session, centre, hearing_id, by)
    row = newest_draw(session, hearing_id)
    if row is None or row.state != DrawState.DRAWN:
        raise Refused("reserve-short", 409, seats=hearing.panel_size)
    places = free_places(session, hearing)
    taken = [follow(session, centre, hearing, row, place=place, label="", sealing=sealing, now=now, by=by) for place in places]
    found = [one for one in taken if one.seat_id]
    if places and not found:
        raise Refused("reserve-short", 409, seats=len(places))
    return found


def follow(
    session: Session, centre: Centre, hearing: Hearing, row: Draw, *, place: int, label: str, sealing: Vault, now: datetime,
    by: Identity,
) -> Taken:
    """The next lawful reserve takes the place, and the public record says whom it passed over."""
    record, secret = record_of(row), secret_of(row, sealing)
    assert record.after is not None
    gone = _gone(record.after, record.replacements, barred_now(pool_of(session, centre, hearing, sealing), secret),
                 {seat.member_id for seat in seats_of(session, hearing.id)}, secret)
    try:
        made = draw.next_lawful_reserve(record.before, record.after, record.replacements, gone=gone)
    except Refused:
        note(session, hearing, "reserve-exhausted", by, now, {"place": place, "draw": row.version})
        return Taken(None, None)
    keep(session, row, msgspec.structs.replace(record, replacements=(*record.replacements, made)))
    fits = _fits(record.before, made.ticket, label)
    seat = hold(session, hearing, place=place, member_id=secret.members[made.ticket], origin=SeatOrigin.RESERVE, now=now,
                label=label if fits else "", draw_id=row.id)
    note(session, hearing, "reserve-taken", by, now,
         {"seat": seat.id.hex, "place": place, "draw": row.version, "passed": len(made.passed_over)})
    return Taken(seat.id, seat.member_id)


# Parts ----------------------------------------------------------------------------------------------------------------


def _gone(
    outcome: Outcome, replacements: Iterable[Replacement], barred: set[str], seated: set[UUID], secret: Secret
) -> set[str]:
    """Who has left the panel, and who of the reserve could not take a seat now."""
    sat = {seat.ticket for seat in outcome.panel} | {made.ticket for made in replacements}
    return {ticket for ticket in outcome.order if secret.members[ticket] not in seated and (ticket in sat or ticket in barred)}


def _fits(promise: Commitment, ticket: str, label: str) -> bool:
    quota = next((one for one in promise.rule.quotas if one.label == label), None)
    row = next(one for one in promise.pool if one.ticket == ticket)
    return quota is not None and admits(quota, row)
