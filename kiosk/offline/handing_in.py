"""What a kiosk that was cut off hands in: visitors who took a number there stand in the order at their true arrival.

Handing in twice changes nothing. What is forged, another kiosk's or too late is refused, and staff are told.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from kiosk import order
from kiosk.booth import needs as help_
from kiosk.booth.matters import best_lane
from kiosk.desk import tasks
from kiosk.offline.actions import grace, key_of
from kiosk.offline.tables import Block, BlockNumber, Held
from kiosk.plan import HallPlan
from kiosk.tables import State, Ticket
from shared import words
from shared.codes import check
from shared.errors import Refused
from shared.journal import record
from shared.live import bump
from shared.vault import Vault

KIND = "offline"
RECORDS_MOST = 200
SURE = timedelta(minutes=1)  # by so much a kiosk's clock may differ before its times are called unsure
LONGEST = timedelta(days=7)


class Record(msgspec.Struct, frozen=True):
    """A number given offline. ``ago``: seconds since then, by the kiosk's clock; ``instead``: the key of a request whose answer
    never came, so that the visitor took this number instead."""

    token: str
    ago: float
    language: str = ""
    lanes: list[str] = []
    needs: list[str] = []
    instead: str = ""


class Settled(msgspec.Struct, frozen=True):
    """What became of a record: ``taken``, ``known`` (handed in before) or ``refused`` with its reason."""

    token: str
    outcome: str
    reason: str = ""


def hand_in(
    session: Session, *, plan: HallPlan, holder: str, place: str, records: Sequence[Record], vault: Vault, now: datetime, by: str
) -> list[Settled]:
    """Takes in what a kiosk has recorded, oldest first; one answer for each record, in that order."""
    version = bump(session, plan.board)
    answers = []
    for one in sorted(records[:RECORDS_MOST], key=lambda one: -one.ago):
        try:
            answers.append(Settled(one.token, _take_in(session, plan, holder, one, version, vault, now, by)))
        except Refused as no:
            _tell(session, plan, place, no, now, by)
            answers.append(Settled(one.token, "refused", no.code))
    return answers


def _take_in(
    session: Session, plan: HallPlan, holder: str, one: Record, version: int, vault: Vault, now: datetime, by: str
) -> str:
    """Refuses ``lease-forged``, ``lease-foreign``, ``lease-late``."""
    held, block = _held(session, plan, holder, one, vault, now)
    if held.state == Held.USED:
        return "known"
    arrived, unsure = _arrival(one, block, now)
    if held.state == Held.UNUSED or now - arrived > grace(plan):
        raise Refused("lease-late", number=held.number)
    ticket = _ticket(plan, held, one, arrived, version)
    session.add(ticket)
    held.state, held.arrived_at, held.settled_at = Held.USED, arrived, now
    held.ticket_id, held.unsure = ticket.id, unsure
    session.add(held)
    told = {"number": held.number, "arrived": arrived.isoformat(), "unsure": unsure}
    record(session, office=plan.office_id, act="ticket-recorded-offline", subject=f"ticket:{ticket.id.hex}", by=by, now=now,
           detail=told)
    if one.instead:
        _end_ghost(session, plan, one.instead, version, now, by)
    return "taken"


def _held(
    session: Session, plan: HallPlan, holder: str, one: Record, vault: Vault, now: datetime
) -> tuple[BlockNumber, Block]:
    try:
        told = check(one.token, key=key_of(vault), now=now).split()
    except Refused as no:
        raise Refused("lease-late" if no.code == "link-expired" else "lease-forged") from None
    held = session.get(BlockNumber, UUID(told[0]))
    block = session.get(Block, held.block_id) if held else None
    if held is None or block is None or held.hall_id != plan.id or held.number != told[2]:
        raise Refused("lease-forged")
    if told[1] != holder:
        raise Refused("lease-foreign", number=held.number)
    return held, block


def _arrival(one: Record, block: Block, now: datetime) -> tuple[datetime, bool]:
    """When the number was given: never before the kiosk had it nor after now. Whether its clock had to be corrected."""
    ago = timedelta(seconds=one.ago) if abs(one.ago) < LONGEST.total_seconds() else LONGEST
    told = now - ago
    arrived = min(max(told, block.given_at), now)
    return arrived.astimezone(UTC), abs(told - arrived) > SURE


def _ticket(plan: HallPlan, held: BlockNumber, one: Record, arrived: datetime, version: int) -> Ticket:
    service = plan.services_by_id[held.service_id]
    lane = best_lane(plan, service.code, one.lanes)
    credit = plan.head_start(plan.lane_held(lane), service)
    return Ticket(
        hall_id=plan.id, service_id=held.service_id, day=held.day, number=held.number, code=held.code,
        language=one.language if one.language in words.LANGUAGES else words.CHINESE, lane=lane, head_start=credit,
        needs=",".join(help_.known(one.needs)), arrived_at=arrived, queued_at=arrived, ready_at=arrived,
        rank_at=order.rank_at(arrived, credit), version=version, request_key=f"block:{held.id.hex}",
    )


def _end_ghost(session: Session, plan: HallPlan, key: str, version: int, now: datetime, by: str) -> None:
    """Ends the ticket of a request whose answer was lost on the way: its visitor holds another number."""
    unserved = col(Ticket.state).in_((State.WAITING, State.MISSED))
    wanted = (Ticket.hall_id == plan.id, Ticket.request_key == f"kiosk:{key}", unserved)
    ghost = session.exec(select(Ticket).where(*wanted)).first()
    if ghost is None:
        return
    ghost.state, ghost.ended_at, ghost.lane, ghost.needs, ghost.version = State.CANCELLED, now, "", "", version
    session.add(ghost)
    record(session, office=plan.office_id, act="ticket-cancelled", subject=f"ticket:{ghost.id.hex}", by=by, now=now,
           reason="answer lost; the visitor holds a number recorded offline")


def _tell(session: Session, plan: HallPlan, place: str, no: Refused, now: datetime, by: str) -> None:
    number = str(no.detail.get("number", ""))
    record(session, office=plan.office_id, act="offline-refused", subject=f"hall:{plan.id}", by=by, now=now, reason=no.code,
           detail={"number": number})
    tasks.open_task(session, plan=plan, kind=KIND, subject=f"{KIND}:{no.code}", place=place, now=now, by=by,
                    detail={"reason": no.code, **({"number": number} if number else {})})
