"""Receipts: giving and ending them, their second factor, and the try to open a look-up. A code alone opens nothing and a
wrong factor is counted; what an opened look-up shows is decided in `lookup`."""

import hmac
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlmodel import Session, col, select

from cases import papers, rules
from cases.centre import Centre, centre_of
from cases.queries import matter_of
from cases.tables import CODE, Factor, Matter, MatterHolder, Person, Receipt
from shared import journal, vault
from shared.attempts import attempt_key, failed, minutes_locked, succeeded
from shared.codes import new_code
from shared.errors import Refused
from shared.identity import Identity
from shared.live import bump
from shared.vault import Vault


class Opened(msgspec.Struct, frozen=True):
    """A look-up that has been opened: which receipt, and for how long its page may be seen."""

    receipt_id: UUID
    minutes: int


class Closed(msgspec.Struct, frozen=True):
    """A look-up that stays closed. ``code`` is ``unknown-code``, ``code-or-factor`` (``left`` tries) or ``lookup-locked``
    (``minutes``)."""

    code: str
    left: int = 0
    minutes: int = 0


def give_receipt(
    session: Session, *, centre: Centre, holder_id: UUID, factor: Factor, secret: str, sealing: Vault, now: datetime,
    by: Identity,
) -> UUID:
    """A new receipt for a holder; earlier ones of the same holder end. ``secret`` is the PIN; for the last four of the ID
    it is taken from the record. Good for ``lookup.valid_months``.

    Refuses ``not-allowed``, ``not-found``, ``pin-digits``, ``pin-simple``, ``id-needed``.
    """
    holder, matter = _holder(session, centre, holder_id, by)
    digits = papers.pin(secret, secret) if factor == Factor.PIN else _last_four(session, holder, sealing)
    _end(session, col(Receipt.holder_id) == holder_id, now)
    assert by.id is not None
    code = new_code()
    receipt = Receipt(
        holder_id=holder_id, code=sealing.seal(code, purpose=CODE), code_index=sealing.index(code, purpose=CODE),
        factor=factor, digest="", made_at=now, made_by=by.id, expires_at=_valid_until(centre),
    )
    receipt.digest = factor_digest(sealing, receipt.id, digits)
    session.add(receipt)
    session.flush()
    _note(session, matter, "receipt-given", by.by, now, receipt.id)
    return receipt.id


def revoke_receipt(session: Session, *, centre: Centre, receipt_id: UUID, now: datetime, by: Identity) -> None:
    """The paper is lost or no longer wanted: its code opens nothing from now on. Doing it twice is no fault."""
    receipt = session.get(Receipt, receipt_id)
    if receipt is None:
        raise Refused("not-found", 404)
    _, matter = _holder(session, centre, receipt.holder_id, by)
    if receipt.revoked_at is None:
        _end(session, col(Receipt.id) == receipt_id, now)
        _note(session, matter, "receipt-revoked", by.by, now, receipt_id)


def find_receipt(session: Session, *, code: str, sealing: Vault, now: datetime) -> UUID | None:
    """The receipt that a code stands for, None when there is none, it was revoked or has expired."""
    receipt = _by_code(session, code, sealing, now)
    return receipt.id if receipt else None


def look_up(session: Session, *, code: str, secret: str, sealing: Vault, now: datetime) -> Opened | Closed:
    """Tries to open a look-up. Never raises for a wrong try: the count of tries must be kept.

    ``lookup.failures`` wrong tries within ``lookup.lock_minutes`` lock the code for as long, also for the right factor.
    """
    receipt = _by_code(session, code, sealing, now, lock=True)
    given = papers.factor_text(secret)
    digest = factor_digest(sealing, receipt.id if receipt else UUID(int=0), given)
    if receipt is None:
        return Closed("unknown-code")
    key = attempt_key("lookup", code)
    if minutes := minutes_locked(session, key, now):
        return Closed("lookup-locked", minutes=minutes)
    matter = _matter(session, receipt)
    centre = centre_of(session, matter.office_id, now)
    if not hmac.compare_digest(digest, receipt.digest):
        return _wrong(session, centre, matter, receipt, key, given, now)
    succeeded(session, key)
    _note(session, matter, "matter-looked-up", "visitor", now, receipt.id)
    return Opened(receipt.id, centre.provisions["lookup.page_minutes"])


def factor_digest(sealing: Vault, receipt_id: UUID, secret: str) -> str:
    """A keyed digest, its own for each receipt: a stolen table alone does not give away a PIN of four digits."""
    return hmac.digest(sealing.derive("receipt factor"), f"{receipt_id.hex}:{secret}".encode(), "sha256").hex()


def _wrong(
    session: Session, centre: Centre, matter: Matter, receipt: Receipt, key: str, given: str, now: datetime
) -> Closed:
    """What cannot be a PIN or four signs of an ID at all is not counted: nothing was guessed."""
    if not papers.is_factor(given):
        return Closed("factor-needed")
    minutes = centre.provisions["lookup.lock_minutes"]
    left = failed(session, key, now, centre.provisions["lookup.failures"], minutes)
    if left == 0:
        _note(session, matter, "lookup-locked", "visitor", now, receipt.id)
        return Closed("lookup-locked", minutes=minutes)
    return Closed("code-or-factor", left=left)


def _by_code(session: Session, code: str, sealing: Vault, now: datetime, *, lock: bool = False) -> Receipt | None:
    """``lock``: guesses made at the same moment come one after another, so that all are counted."""
    wanted = select(Receipt).where(
        Receipt.code_index == sealing.index(code, purpose=CODE), col(Receipt.revoked_at).is_(None),
        col(Receipt.expires_at) > now,
    )
    return session.exec(wanted.with_for_update() if lock else wanted).first()


def _holder(session: Session, centre: Centre, holder_id: UUID, by: Identity) -> tuple[MatterHolder, Matter]:
    if rules.REGISTER.isdisjoint(by.roles) or by.id is None:
        raise Refused("not-allowed", 403)
    bump(session, centre.board)
    holder = session.get(MatterHolder, holder_id)
    if holder is None:
        raise Refused("not-found", 404)
    return holder, matter_of(session, centre, holder.matter_id, by)


def _matter(session: Session, receipt: Receipt) -> Matter:
    holder = session.get_one(MatterHolder, receipt.holder_id)
    return session.get_one(Matter, holder.matter_id)


def _last_four(session: Session, holder: MatterHolder, sealing: Vault) -> str:
    number = session.get_one(Person, holder.person_id).id_number
    if number is None:
        raise Refused("id-needed", 422)
    return sealing.unseal(number, purpose=vault.ID_NUMBER)[-4:]


def _end(session: Session, which: object, now: datetime) -> None:
    session.exec(update(Receipt).where(which, col(Receipt.revoked_at).is_(None)).values(revoked_at=now))  # type: ignore[arg-type]


def _valid_until(centre: Centre) -> datetime:
    """The end of the day so many months on, in the office's zone."""
    months = centre.today.year * 12 + centre.today.month - 1 + centre.provisions["lookup.valid_months"]
    year, month = months // 12, months % 12 + 1
    day = date(year, month, min(centre.today.day, monthrange(year, month)[1]))
    return datetime.combine(day + timedelta(days=1), time(0), centre.zone)


def _note(session: Session, matter: Matter, act: str, by: str, now: datetime, receipt_id: UUID) -> None:
    journal.record(session, office=matter.office_id, act=act, subject=f"matter:{matter.id.hex}", by=by, now=now,
                   detail={"receipt": receipt_id.hex})
