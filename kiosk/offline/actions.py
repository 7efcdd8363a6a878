"""Numbers for the time when the centre is out of reach: a kiosk is given some in advance, each signed by us.

They are a series of their own (`offline_number`), so that the ordinary one has no gap and two kiosks never hold the same one.
What a kiosk hands in later is `handing_in`.
"""

import re
from datetime import datetime, time, timedelta
from functools import cache
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlmodel import Session, col, select

from kiosk.offline.tables import Block, BlockNumber, BlockTally, Held
from kiosk.plan import HallPlan, ServicePlan
from shared.codes import new_code, sign
from shared.journal import record
from shared.live import bump
from shared.vault import Vault

LETTERS = "XYZWVU"
DIGITS = 99  # of two digits: an ordinary number has three at least, so that no prefix of two letters meets one of these
OFFLINE = re.compile(rf"[A-Z]{{1,2}}[{LETTERS}]\d\d")


class Ready(msgspec.Struct, frozen=True):
    """A number that a kiosk may give. ``token`` is our signature under it."""

    service: str
    number: str
    code: str
    token: str


class Leased(msgspec.Struct, frozen=True):
    """The numbers of a kiosk; to be given until ``ends_at``."""

    id: UUID
    ends_at: datetime
    numbers: list[Ready]


def offline_number(prefix: str, count: int, prefixes: frozenset[str]) -> str | None:
    """The count-th number of the series: prefix, a letter that says "recorded offline", two digits. None when it is used up.

    A letter that would look like another service's prefix is left out.
    """
    letters = [one for one in LETTERS if prefix + one not in prefixes]
    turn, last = divmod(count - 1, DIGITS)
    return f"{prefix}{letters[turn]}{last + 1:02d}" if turn < len(letters) else None


def is_offline(number: str) -> bool:
    """Whether a number was given while the centre was out of reach."""
    return OFFLINE.fullmatch(number) is not None


def lease(
    session: Session, *, plan: HallPlan, holder: str, place: str, vault: Vault, now: datetime, by: str
) -> Leased:
    """The numbers that a kiosk holds today, topped up to ``kiosk.block_numbers`` for each service that gives numbers."""
    bump(session, plan.board)
    block = _open_block(session, plan, holder, place, now, by)
    held = _ready(session, block)
    for service in plan.services:
        missing = plan.provisions.get("kiosk.block_numbers", 0) - sum(1 for one in held if one.service_id == service.id)
        if service.open and not service.by_booking and missing > 0:
            held += _take(session, plan, block, service, missing, now, by)
    return Leased(block.id, block.ends_at, [_signed(plan, block, one, vault) for one in held])


def is_held(session: Session, *, code: str) -> bool:
    """Whether a code belongs to a number that a kiosk holds, and that has perhaps been given but not been handed in yet."""
    wanted = (BlockNumber.code == code, BlockNumber.state == Held.READY)
    return session.exec(select(BlockNumber.id).where(*wanted)).first() is not None


def close_blocks(session: Session, *, plan: HallPlan, now: datetime, by: str) -> int:
    """Accounts for the numbers of days long over: what no kiosk has handed in was not given. Returns how many blocks."""
    over = now - timedelta(hours=plan.provisions.get("kiosk.hand_in_hours", 0))
    due = (Block.hall_id == plan.id, col(Block.closed_at).is_(None), col(Block.ends_at) < over)
    blocks = session.exec(select(Block).where(*due)).all()
    for block in blocks:
        left = sorted(one.number for one in _ready(session, block))
        mine = (col(BlockNumber.block_id) == block.id, col(BlockNumber.state) == Held.READY)
        session.exec(update(BlockNumber).where(*mine).values(state=Held.UNUSED, settled_at=now))
        block.closed_at = now
        session.add(block)
        record(session, office=plan.office_id, act="block-closed", subject=f"block:{block.id.hex}", by=by, now=now,
               reason="never given", detail={"unused": left})
    return len(blocks)


@cache
def key_of(vault: Vault) -> bytes:
    return vault.derive("numbers held in advance")


def grace(plan: HallPlan) -> timedelta:
    """How long after a number was given it may be handed in."""
    return timedelta(hours=plan.provisions.get("kiosk.hand_in_hours", 0))


def _open_block(session: Session, plan: HallPlan, holder: str, place: str, now: datetime, by: str) -> Block:
    day = plan.today(now)
    mine = (Block.hall_id == plan.id, Block.holder == holder, Block.day == day, col(Block.closed_at).is_(None))
    block = session.exec(select(Block).where(*mine)).first()
    if block is not None:
        return block
    midnight = datetime.combine(day + timedelta(days=1), time(0), plan.zone)
    block = Block(hall_id=plan.id, holder=holder, place=place, day=day, given_at=now, ends_at=midnight)
    session.add(block)
    session.flush()
    return block


def _ready(session: Session, block: Block) -> list[BlockNumber]:
    mine = (BlockNumber.block_id == block.id, BlockNumber.state == Held.READY)
    return list(session.exec(select(BlockNumber).where(*mine).order_by(col(BlockNumber.id))).all())


def _take(
    session: Session, plan: HallPlan, block: Block, service: ServicePlan, count: int, now: datetime, by: str
) -> list[BlockNumber]:
    """The next numbers of the series. The hall's board has been moved before, so that no two kiosks are here at once."""
    tally = session.get(BlockTally, (service.id, block.day)) or BlockTally(service_id=service.id, day=block.day, last=0)
    prefixes = frozenset(one.prefix for one in plan.services)
    names = (offline_number(service.prefix, tally.last + one, prefixes) for one in range(1, count + 1))
    taken = [BlockNumber(block_id=block.id, hall_id=plan.id, service_id=service.id, day=block.day, number=name, code=new_code())
             for name in names if name]
    if taken:
        tally.last += len(taken)
        session.add_all([tally, *taken])
        record(session, office=plan.office_id, act="block-leased", subject=f"block:{block.id.hex}", by=by, now=now,
               detail={"holder": block.holder, "first": taken[0].number, "last": taken[-1].number})
    return taken


def _signed(plan: HallPlan, block: Block, one: BlockNumber, vault: Vault) -> Ready:
    told = f"{one.id.hex} {block.holder} {one.number} {one.code}"
    token = sign(told, key=key_of(vault), expires=block.ends_at + grace(plan))
    return Ready(plan.services_by_id[one.service_id].code, one.number, one.code, token)
