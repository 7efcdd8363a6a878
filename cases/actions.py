"""What staff do with matters, one function each: link a holder, answer, take a step, reveal. Each is journalled without a
personal identifier. Registering is in `intake`, receipts and their look-up in `receipts`."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel import Session, select

from cases import rules
from cases.centre import Centre
from cases.queries import matter_of
from cases.tables import (
    REPLY,
    Factor,
    IdKind,
    Matter,
    MatterHolder,
    MatterState,
    Person,
    Proof,
    Relation,
    Reply,
    ReplyKind,
    ReplyMode,
)
from shared import journal
from shared.errors import Refused
from shared.identity import Identity
from shared.live import bump
from shared.people import Role, Staff
from shared.vault import Vault

REASON_LENGTH = 500


class IdentityCheck(msgspec.Struct, frozen=True):
    """What staff saw with their own eyes, and the second factor that the visitor chose (``secret``: the PIN)."""

    relation: Relation
    document: IdKind
    proof: Proof
    factor: Factor
    secret: str = ""


def link_holder(
    session: Session, *, centre: Centre, matter_id: UUID, person_id: UUID, check: IdentityCheck, now: datetime, by: Identity,
) -> UUID:
    """Notes that somebody's identity and relation were proven in person; returns the holder's id. Again: the last check
    counts. Refuses ``not-allowed``, ``not-found``, ``identity-unchecked``, ``proof-needed``, ``id-needed``."""
    if rules.REGISTER.isdisjoint(by.roles) or by.id is None:
        raise Refused("not-allowed", 403)
    bump(session, centre.board)
    rules.check_proof(check.relation, check.document, check.proof)
    matter, person = matter_of(session, centre, matter_id, by), session.get(Person, person_id)
    if person is None or person.office_id != centre.office_id:
        raise Refused("not-found", 404)
    if person.id_number is None:
        raise Refused("id-needed", 422)
    holder = session.exec(
        select(MatterHolder).where(MatterHolder.matter_id == matter_id, MatterHolder.person_id == person_id)
    ).first() or MatterHolder(matter_id=matter_id, person_id=person_id, relation=check.relation, document=check.document,
                              checked_at=now, checked_by=by.id)
    holder.relation, holder.document, holder.proof = check.relation, check.document, check.proof
    holder.checked_at, holder.checked_by = now, by.id
    session.add(holder)
    session.flush()
    seen = {"relation": check.relation, "document": check.document, "proof": check.proof}
    note(session, matter, "identity-checked", by, now, seen)
    return holder.id


def add_reply(
    session: Session, *, centre: Centre, matter_id: UUID, kind: ReplyKind, mode: ReplyMode, text: str, open_to_holder: bool,
    key: str, sealing: Vault, now: datetime, by: Identity,
) -> UUID:
    """Writes down an answer that was given. The same ``key`` adds nothing. Refuses ``not-allowed``, ``not-found``,
    ``text-needed``."""
    matter = _handled(session, centre, matter_id, by)
    if not text.strip():
        raise Refused("text-needed", 422)
    known = session.exec(select(Reply).where(Reply.matter_id == matter_id, Reply.request_key == (key or None))).first()
    if known is not None:
        return known.id
    assert by.id is not None
    reply = Reply(
        matter_id=matter_id, kind=kind, mode=mode, text=sealing.seal(text.strip(), purpose=REPLY),
        open_to_holder=open_to_holder, given_at=now, given_on=centre.today, given_by=by.id, request_key=key or None,
    )
    session.add(reply)
    note(session, matter, "reply-given", by, now, {"kind": kind, "mode": mode})
    return reply.id


def set_state(
    session: Session, *, centre: Centre, matter_id: UUID, seen: str, to: MatterState, reason: str, handler: UUID | None,
    now: datetime, by: Identity,
) -> None:
    """Takes a matter one step on; being there already is no fault. ``handler``: whom it is assigned to.

    Refuses ``moved-on`` (it is not in the state ``seen``) and what `rules.check_step` refuses. The first handler is
    written once and stays (首办责任制).
    """
    matter = _handled(session, centre, matter_id, by)
    state = MatterState(matter.state)
    if state == to:
        return
    if state != seen:
        raise Refused("moved-on")
    rules.check_step(state, to, roles=by.roles, reason=reason, handler=handler)
    if to == MatterState.ASSIGNED:
        _assign(session, centre, matter, handler)
    matter.state = to
    matter.accepted_on = matter.accepted_on or (centre.today if to == MatterState.ACCEPTED else None)
    over = to in rules.ENDED or to in rules.CONCLUDED
    matter.ended_on = (matter.ended_on or centre.today) if over else None
    session.add(matter)
    note(session, matter, "matter-" + to.replace("_", "-"), by, now, {"from": state}, reason.strip())


def reveal(session: Session, *, centre: Centre, matter_id: UUID, reason: str, now: datetime, by: Identity) -> None:
    """Notes that somebody looks at the unmasked details of a matter's people, and why. Refuses ``not-allowed``,
    ``not-found``, ``reason-needed``."""
    matter = _handled(session, centre, matter_id, by)
    if not reason.strip():
        raise Refused("reason-needed", 422)
    note(session, matter, "person-revealed", by, now, reason=reason.strip())


def note_search(session: Session, *, centre: Centre, kind: str, hits: int, now: datetime, by: Identity) -> None:
    """Notes that somebody searched by a personal number: what kind and how many matters, never the number."""
    journal.record(session, office=centre.office_id, act="matters-searched", subject=f"office:{centre.office_id.hex}",
                   by=by.by, now=now, detail={"kind": kind, "hits": hits})


# Parts --------------------------------------------------------------------------------------------------------------


def _handled(session: Session, centre: Centre, matter_id: UUID, by: Identity) -> Matter:
    if rules.HANDLE.isdisjoint(by.roles) or by.id is None:
        raise Refused("not-allowed", 403)
    bump(session, centre.board)
    return matter_of(session, centre, matter_id, by)


def _assign(session: Session, centre: Centre, matter: Matter, handler: UUID | None) -> None:
    staff = session.get(Staff, handler)
    if staff is None or staff.office_id != centre.office_id or not staff.active or not can_handle(staff.roles):
        raise Refused("handler-needed", 422)
    matter.handler = staff.id
    matter.first_handler = matter.first_handler or staff.id


def can_handle(roles: Collection[str]) -> bool:
    return Role.CASE_HANDLER in roles


def note(
    session: Session, matter: Matter, act: str, by: Identity, now: datetime, detail: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Writes the journal's line about a matter. ``detail`` names nobody."""
    journal.record(session, office=matter.office_id, act=act, subject=f"matter:{matter.id.hex}", by=by.by, now=now,
                   detail=detail, reason=reason[:REASON_LENGTH])
