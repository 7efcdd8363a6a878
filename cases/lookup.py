"""What the holder of a receipt may know, and nothing else: number, class, day of receipt, accepted or not, stage, next reply,
replies given (2021 rule on procedural information, domain guide §5). Never evidence, other people, or a discreet matter."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases import clocks, rules
from cases.centre import Centre, ClassView, centre_of
from cases.queries import duties_of, matter_of
from cases.tables import CODE, REPLY, Matter, MatterHolder, MatterState, Person, Receipt, Reply
from shared import vault, words
from shared.identity import Identity
from shared.vault import Vault


class HolderReply(msgspec.Struct, frozen=True):
    """One reply; ``text`` only where staff have opened its words to the holder."""

    kind: str
    mode: str
    on: date
    text: str


class HolderView(msgspec.Struct, frozen=True, kw_only=True):
    """A matter as its holder sees it. ``discreet``: nothing but that it is not shown here."""

    centre: Centre
    discreet: bool
    number: str = ""
    matter_class: ClassView | None = None
    received: date | None = None
    accepted: bool | None = None
    accepted_on: date | None = None
    state: MatterState | None = None
    duty: clocks.Duty | None = None
    replies: list[HolderReply] = []


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt as it is printed. Nothing personal but the masked name; ``code`` is empty when none was given."""

    number: str
    matter_class: ClassView
    received: date
    name: str
    code: str
    factor: str
    expires_at: datetime | None
    duties: list[clocks.Duty]


def shown_to_holder(session: Session, *, receipt_id: UUID, sealing: Vault, now: datetime) -> HolderView | None:
    """What an opened look-up shows; None when the receipt has ended meanwhile."""
    receipt = session.get(Receipt, receipt_id)
    if receipt is None or receipt.revoked_at is not None or receipt.expires_at <= now:
        return None
    matter = session.get_one(Matter, session.get_one(MatterHolder, receipt.holder_id).matter_id)
    centre = centre_of(session, matter.office_id, now)
    if matter.discreet:
        return HolderView(centre=centre, discreet=True)
    replies = session.exec(select(Reply).where(Reply.matter_id == matter.id).order_by(col(Reply.id))).all()
    state = MatterState(matter.state)
    owed = duties_of(centre, matter, [(reply.kind, reply.given_on) for reply in replies])
    return HolderView(
        centre=centre, discreet=False, number=matter.number, matter_class=centre.matter_class(matter.class_id),
        received=matter.received_on, accepted=rules.is_accepted(state, ever=matter.accepted_on is not None),
        accepted_on=matter.accepted_on, state=state, duty=clocks.next_duty(owed),
        replies=[_reply(reply, sealing) for reply in replies],
    )


def paper(session: Session, *, centre: Centre, matter_id: UUID, sealing: Vault, now: datetime, by: Identity) -> Paper:
    """The receipt of a matter, with the latest valid code given for it. Refuses ``not-found``."""
    matter = matter_of(session, centre, matter_id, by)
    person = session.get_one(Person, matter.person_id)
    receipt = _latest(session, matter_id, now)
    return Paper(
        number=matter.number, matter_class=centre.matter_class(matter.class_id), received=matter.received_on,
        name=words.mask_name(sealing.unseal(person.name, purpose=vault.NAME)),
        code=sealing.unseal(receipt.code, purpose=CODE) if receipt else "", factor=receipt.factor if receipt else "",
        expires_at=receipt.expires_at if receipt else None, duties=duties_of(centre, matter, []),
    )


def _latest(session: Session, matter_id: UUID, now: datetime) -> Receipt | None:
    return session.exec(
        select(Receipt).join(MatterHolder, col(MatterHolder.id) == col(Receipt.holder_id))
        .where(MatterHolder.matter_id == matter_id, col(Receipt.revoked_at).is_(None), col(Receipt.expires_at) > now)
        .order_by(col(Receipt.id).desc()).limit(1)
    ).first()


def _reply(reply: Reply, sealing: Vault) -> HolderReply:
    text = sealing.unseal(reply.text, purpose=REPLY) if reply.open_to_holder else ""
    return HolderReply(reply.kind, reply.mode, reply.given_on, text)
