"""The draw of a panel on the database: the promise, the public number, and the seats that follow. What is drawn from what is
reckoned in `draw`; who may be drawn at all in `roster.rules`. Seats given without a draw are in `designation`."""

import secrets
from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session

from cases.centre import Centre
from hearings import rules
from hearings.approval.actions import granted
from hearings.centre import article_of
from hearings.invitations.tables import NoticeKind
from hearings.notices.actions import withdraw_notices
from hearings.panel import draw
from hearings.panel.lots import EntropySource, PoolTicket, Quota, Record, Rule
from hearings.panel.pool import Candidate, Pool, pool_of
from hearings.panel.records import Secret, barred_now, keep, newest_draw, record_of, secret_of
from hearings.panel.reserve import Taken, fill_from_reserve, follow, take_reserve
from hearings.panel.seats import free_places, hold, managed, seats_of, vacate
from hearings.roster.facts import REDRAWN
from hearings.roster.rules import tiers
from hearings.steps import note, take_step
from hearings.tables import (
    DRAW_SECRET,
    Draw,
    DrawState,
    Exclusion,
    Hearing,
    HearingState,
    Question,
    SeatOrigin,
)
from shared.codes import new_code
from shared.errors import Refused
from shared.identity import Identity
from shared.vault import Vault

__all__ = ["Taken", "Wish", "commit_draw", "fill_from_reserve", "roll", "take_reserve"]
DRAWABLE = frozenset({HearingState.APPROVED, HearingState.PANEL_READY, HearingState.NOTIFIED, HearingState.POSTPONED})

DRAWN = frozenset({SeatOrigin.DRAW, SeatOrigin.RESERVE})
GIVEN = "；听证员共{size}席，其中{given}席经检察长批准不经抽取确定"  # stands in the public record of a draw


class Wish(msgspec.Struct, frozen=True):
    """What case management lays down for a draw. ``reason`` is needed from the second draw of a hearing on."""

    quotas: tuple[Quota, ...]
    no_majority: bool
    source: EntropySource
    reason: str = ""


def commit_draw(
    session: Session, *, centre: Centre, hearing_id: UUID, wish: Wish, sealing: Vault, now: datetime, by: Identity
) -> UUID:
    """Fixes and publishes rule, pool, the office's sealed number and the source of the public one; returns the draw's id.

    A further draw gives up the one before with its seats; seats given with approval stay, and only the others are drawn.
    Refuses ``not-allowed``, ``not-found``, ``draw-not-now``, ``time-needed``, ``redraw-reason``, ``panel-size``, ``panel-full``,
    and what `draw.commit_to` refuses.
    """
    hearing = managed(session, centre, hearing_id, by)
    if hearing.state not in DRAWABLE:
        raise Refused("draw-not-now", 409)
    before = newest_draw(session, hearing_id)
    if before is not None:
        _give_up(session, hearing, before, wish.reason, now, by)
    pool = pool_of(session, centre, hearing, sealing)
    number = before.version + 1 if before else 1
    nonce, key = secrets.token_hex(32), secrets.token_hex(32)
    rule, kept = rule_of(session, centre, hearing, wish), {seat.member_id for seat in seats_of(session, hearing.id)}
    tickets = {_ticket(key, hearing, number, one): one for one in pool.eligible if one.id not in kept}
    promise = draw.commit_to(hearing.number, number, rule, (_row(rule, ticket, one) for ticket, one in tickets.items()),
                          nonce=nonce, entropy_source=wish.source)
    secret = Secret(nonce, key, {ticket: one.id for ticket, one in tickets.items()})
    assert by.id is not None
    row = Draw(
        hearing_id=hearing.id, version=number, code=new_code(), record=msgspec.to_builtins(Record(promise)),
        secret=sealing.seal(msgspec.json.encode(secret).decode(), purpose=DRAW_SECRET), reason=wish.reason.strip()[:500],
        committed_at=now, committed_by=by.id,
    )
    session.add(row)
    session.flush()
    _exclude(session, row, pool)
    note(session, hearing, "draw-committed", by, now,
         {"draw": number, "pool": len(tickets), "given": len(kept), "excluded": len(pool.barred), "digest": promise.digest},
         wish.reason.strip())
    return row.id


def roll(
    session: Session, *, centre: Centre, draw_id: UUID, entropy: str, witnesses: str, sealing: Vault, now: datetime, by: Identity
) -> None:
    """Enters the public number before named witnesses; panel and reserve follow. The same number again changes nothing.

    Who has become barred since the promise is passed over for the next lawful reserve. Refuses ``not-allowed``,
    ``not-found``, ``moved-on``, ``witness-needed``, and what `draw.draw` refuses.
    """
    row, hearing = _draw(session, centre, draw_id, by)
    record = record_of(row)
    if row.state != DrawState.COMMITTED:
        if record.after is not None and record.after.entropy == entropy:
            return
        raise Refused("moved-on", 409)
    if not witnesses.strip():
        raise Refused("witness-needed", 422)
    secret = secret_of(row, sealing)
    outcome = draw.draw(record.before, secret.nonce, entropy)
    row.state, row.drawn_at, row.drawn_by, row.witnesses = DrawState.DRAWN, now, by.id, witnesses.strip()[:200]
    barred, places = barred_now(pool_of(session, centre, hearing, sealing), secret), free_places(session, hearing)
    for place, seat in zip(places, outcome.panel, strict=False):
        if seat.ticket not in barred:
            hold(session, hearing, place=place, member_id=secret.members[seat.ticket], origin=SeatOrigin.DRAW, now=now,
                 label=_label(record.before.rule, seat.quota), draw_id=row.id)
    keep(session, row, Record(record.before, outcome))
    note(session, hearing, "draw-made", by, now, {"draw": row.version, "seed": outcome.seed})
    for place in free_places(session, hearing):
        follow(session, centre, hearing, row, place=place, label="", sealing=sealing, now=now, by=by)


def rule_of(session: Session, centre: Centre, hearing: Hearing, wish: Wish) -> Rule:
    """The rule of a draw from the numbers in force, for the seats that are not given. Refuses ``panel-size``: an unusual panel
    that nobody approved; ``panel-full``."""
    numbers, size = centre.provisions, hearing.panel_size
    least, most = numbers["hearing.panel_min"], numbers["hearing.panel_max"]
    if not rules.is_usual_panel(size, numbers):
        if granted(session, hearing.id, Question.PANEL_SIZE) is None:
            raise Refused("panel-size", 409, article="panel-size", least=least, most=most)
        least, most = min(least, size), max(most, size)
    article = article_of(session, centre.office_id, "panel-size", centre.today)
    source = f"{article.source} {article.name_zh}" if article else ""
    given = size - len(free_places(session, hearing))
    if given == size:
        raise Refused("panel-full", 409)
    if given:
        size, least, source = size - given, min(least, size - given), source + GIVEN.format(size=size, given=given)
    return Rule(size, least, most, wish.quotas, wish.no_majority,
                tiers(numbers["hearing.load_step"], numbers["hearing.yearly_cap"]), source)


# Parts ----------------------------------------------------------------------------------------------------------------


def _draw(session: Session, centre: Centre, draw_id: UUID, by: Identity) -> tuple[Draw, Hearing]:
    row = session.get(Draw, draw_id)
    if row is None:
        raise Refused("not-found", 404)
    hearing = managed(session, centre, row.hearing_id, by)
    session.refresh(row)
    return row, hearing


def _give_up(session: Session, hearing: Hearing, row: Draw, reason: str, now: datetime, by: Identity) -> None:
    """The draw before is kept as it was; its seats are vacated, and names told to the parties no longer hold."""
    if not reason.strip():
        raise Refused("redraw-reason", 422, article="roster")
    row.state = DrawState.ABANDONED
    session.add(row)
    for seat in seats_of(session, hearing.id):
        if seat.origin in DRAWN:
            vacate(session, seat, why=REDRAWN, now=now)
    note(session, hearing, "draw-given-up", by, now, {"draw": row.version}, reason.strip())
    withdraw_notices(session, hearing, why="draw", now=now, by=by, kinds=(NoticeKind.NAMES,))
    if hearing.state == HearingState.PANEL_READY:
        take_step(session, hearing, HearingState.APPROVED, now=now, by=by, follows=True)


def _ticket(key: str, hearing: Hearing, number: int, one: Candidate) -> str:
    salt = draw.ticket_salt(key, hearing.number, number, one.id.hex)
    return draw.ticket_name(salt, hearing.number, number, one.id.hex)


def _row(rule: Rule, ticket: str, one: Candidate) -> PoolTicket:
    return PoolTicket(ticket, one.category.code, one.specialisms, draw.tier(rule, one.sittings))


def _exclude(session: Session, row: Draw, pool: Pool) -> None:
    for one in pool.barred:
        first, *more = one.bars
        noted = [first.note, *(f"{bar.code} {bar.note}".strip() for bar in more)]
        session.add(Exclusion(draw_id=row.id, member_id=one.id, code=first.code,
                              note="; ".join(text for text in noted if text)[:300]))


def _label(rule: Rule, quota: int) -> str:
    return rule.quotas[quota - 1].label[:40] if quota else ""
