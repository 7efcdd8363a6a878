"""One matter's file as staff see it: the people, the replies owed and given, who did what. Masked unless the caller has
journalled a reveal."""

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases import clocks, rules
from cases.centre import Centre
from cases.people import PersonView, person_view
from cases.queries import MatterLine, duties_in, lines_of, matter_of
from cases.tables import REPLY, SUMMARY, Matter, MatterHolder, MatterState, Person, Receipt, Reply
from shared.identity import Identity
from shared.journal import JournalLine
from shared.people import Role, Staff
from shared.vault import Vault


class ReceiptView(msgspec.Struct, frozen=True):
    """``last_day``: the last day on which the code opens something."""

    id: UUID
    factor: str
    last_day: date
    valid: bool


class HolderLine(msgspec.Struct, frozen=True):
    """Somebody whose identity was checked, by whom, and their latest receipt."""

    id: UUID
    person_id: UUID
    name: str
    relation: str
    document: str
    proof: str
    checked_at: datetime
    checked_by: str
    receipt: ReceiptView | None


class ReplyLine(msgspec.Struct, frozen=True):
    kind: str
    mode: str
    text: str
    on: date
    by: str
    open_to_holder: bool


class HistoryLine(msgspec.Struct, frozen=True):
    at: datetime
    act: str
    by: str
    reason: str


class MatterFile(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one matter that this member of staff may see. ``steps``: where they may take it."""

    line: MatterLine
    summary: str
    person: PersonView
    revealed: bool
    channel: str
    accepted_on: date | None
    registrar: str
    first_handler: str
    ticket: str
    holders: list[HolderLine]
    replies: list[ReplyLine]
    duties: list[clocks.Duty]
    steps: list[MatterState]
    handlers: list[tuple[UUID, str]]
    history: list[HistoryLine]


def matter_file(
    session: Session, *, centre: Centre, matter_id: UUID, sealing: Vault, by: Identity, revealed: bool = False
) -> MatterFile:
    """One matter. ``revealed`` only in answer to a journalled reveal. Refuses ``not-found``."""
    matter = matter_of(session, centre, matter_id, by)
    person = session.get_one(Person, matter.person_id)
    names = _names(session, centre)
    owed = duties_in(session, centre, [matter])[matter.id]
    reads_words = by.roles != frozenset({Role.AUDITOR})
    line = lines_of(session, [(matter, person)], {matter.id: owed}, sealing)[0]
    return MatterFile(
        line=line,
        summary=sealing.unseal(matter.summary, purpose=SUMMARY) if reads_words else "",
        person=person_view(session, person, sealing, revealed),
        revealed=revealed,
        channel=matter.channel,
        accepted_on=matter.accepted_on,
        registrar=names.get(matter.registrar, ""),
        first_handler=names.get(matter.first_handler, "") if matter.first_handler else "",
        ticket=matter.ticket,
        holders=_holders(session, centre, matter, names, sealing, revealed),
        replies=_replies(session, matter, names, sealing, reads_words),
        duties=owed,
        steps=rules.next_states(MatterState(matter.state), by.roles),
        handlers=_handlers(session, centre),
        history=_history(session, matter, names),
    )


# Parts ------------------------------------------------------------------------------------------------------------------


def _names(session: Session, centre: Centre) -> dict[UUID, str]:
    return {row.id: row.name for row in session.exec(select(Staff).where(Staff.office_id == centre.office_id))}


def _handlers(session: Session, centre: Centre) -> list[tuple[UUID, str]]:
    """Who may handle a matter."""
    rows = session.exec(select(Staff).where(Staff.office_id == centre.office_id, col(Staff.active)).order_by(Staff.account))
    return [(row.id, row.name) for row in rows if Role.CASE_HANDLER in row.roles]


def _holders(
    session: Session, centre: Centre, matter: Matter, names: dict[UUID, str], sealing: Vault, revealed: bool
) -> list[HolderLine]:
    rows = session.exec(
        select(MatterHolder, Person).join(Person, col(Person.id) == col(MatterHolder.person_id))
        .where(MatterHolder.matter_id == matter.id).order_by(col(MatterHolder.id))
    ).all()
    return [
        HolderLine(
            holder.id, person.id, person_view(session, person, sealing, revealed).name, holder.relation, holder.document,
            holder.proof, holder.checked_at, names.get(holder.checked_by, ""), _receipt(session, centre, holder.id),
        )
        for holder, person in rows
    ]


def _receipt(session: Session, centre: Centre, holder_id: UUID) -> ReceiptView | None:
    """The latest receipt of a holder."""
    row = session.exec(
        select(Receipt).where(Receipt.holder_id == holder_id).order_by(col(Receipt.id).desc()).limit(1)
    ).first()
    if row is None:
        return None
    last_day = (row.expires_at - timedelta(seconds=1)).astimezone(centre.zone).date()
    return ReceiptView(row.id, row.factor, last_day, row.revoked_at is None and centre.today <= last_day)


def _replies(
    session: Session, matter: Matter, names: dict[UUID, str], sealing: Vault, reads_words: bool
) -> list[ReplyLine]:
    rows = session.exec(select(Reply).where(Reply.matter_id == matter.id).order_by(col(Reply.id)))
    return [
        ReplyLine(row.kind, row.mode, sealing.unseal(row.text, purpose=REPLY) if reads_words else "", row.given_on,
                  names.get(row.given_by, ""), row.open_to_holder)
        for row in rows
    ]


def _history(session: Session, matter: Matter, names: dict[UUID, str]) -> list[HistoryLine]:
    rows = session.exec(
        select(JournalLine).where(JournalLine.subject == f"matter:{matter.id.hex}").order_by(col(JournalLine.id))
    )
    return [HistoryLine(row.at, row.act, _actor(row.by, names), row.reason) for row in rows]


def _actor(by: str, names: dict[UUID, str]) -> str:
    """The name of a member of staff; empty for the holder of a receipt."""
    kind, _, key = by.partition(":")
    return names.get(UUID(key), "") if kind == "staff" else ""
