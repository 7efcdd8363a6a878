"""Who has been told of the last change of a hearing, and who has not: panel, participants, observers. Reckoned from the messages;
whom a person must call follows from it, no task is stored."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings import rules
from hearings.changes.told import about
from hearings.invitations import messages
from hearings.invitations.invited import invited_of
from hearings.invitations.tables import Invitation, Observer, ObserverClass
from hearings.names import role_name
from hearings.panel.pool import listing_of
from hearings.queries import hearing_of, is_involved
from hearings.tables import HEARING_NAME, Hearing, HearingState
from shared import vault, words
from shared.identity import Identity
from shared.outbox import BODY, Channel, Message, MessageReceipt, MessageState
from shared.refusals import N_
from shared.vault import Vault

S = MessageState
TOLD = frozenset({S.SENT, S.DELIVERED})
LOST = frozenset({S.FAILED, S.BOUNCED})
LEAVING = frozenset({messages.RELEASED, messages.REMOVED})
LASTING = LEAVING | {messages.OBSERVER_CLOSED}
OF_PEOPLE = frozenset({messages.UPDATE, messages.MOVED, messages.POSTPONED, messages.CANCELLATION, *LEAVING})
OF_OBSERVERS = frozenset({messages.OBSERVER_CLOSED, "observer_moved", "observer_postponed", "observer_cancelled"})
BY_HAND = "by-hand"
CLASSES: dict[str, str] = {ObserverClass.CITIZEN: N_("Observer"), ObserverClass.MEDIA: N_("Media")}


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What one person was told last. ``key``: the message to which staff's own word is added. ``kind``: what happened.
    ``shown``: in full."""

    key: UUID
    kind: str
    name: str
    role_zh: str
    role_en: str
    sent: tuple[tuple[str, str], ...]
    at: datetime | None
    told: bool
    to_call: bool
    by_hand: str = ""
    phone: str = ""
    has_phone: bool = False
    shown: bool = False
    is_observer: bool = False

    def role(self, language: str) -> str:
        return self.role_en if language == "en" else self.role_zh


class Words(msgspec.Struct, frozen=True):
    """``people``: panel and participants, who is still to be called first. ``observers``: only those not reached;
    ``observers_told`` of ``observers_all`` have been."""

    people: tuple[Word, ...]
    observers: tuple[Word, ...]
    observers_told: int
    observers_all: int

    @property
    def untold(self) -> int:
        return sum(not one.told for one in (*self.people, *self.observers))


class Untold(msgspec.Struct, frozen=True):
    """Somebody to whom no message got through."""

    hearing_id: UUID
    number: str
    title: str
    name: str


def words_of(
    session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, by: Identity, revealed: UUID | None = None
) -> Words:
    """Names are masked, but for the one ``revealed`` (the caller journals that). Refuses ``not-found``."""
    hearing = hearing_of(session, centre, hearing_id, by)
    found = _found(session, hearing, sealing, revealed)
    people = sorted((one for one in found if not one.is_observer), key=lambda one: (one.told, not one.to_call))
    watching = [one for one in found if one.is_observer]
    return Words(tuple(people), tuple(one for one in watching if not one.told), sum(one.told for one in watching), len(watching))


def untold(session: Session, *, centre: Centre, sealing: Vault, now: datetime, by: Identity) -> list[Untold]:
    """Whom somebody must call or write to by hand, over all hearings that this member of staff prepares."""
    if rules.PREPARE.isdisjoint(by.roles):
        return []
    lost = select(Message.about).where(
        Message.office_id == centre.office_id, col(Message.purpose).in_(OF_PEOPLE | OF_OBSERVERS),
        col(Message.state).in_(LOST) | ((Message.state == S.WAITING) & (Message.channel == Channel.LETTER)),
    )
    hearings = {one for key in session.exec(lost.distinct()) if (one := _hearing_of(session, key)) is not None}
    found = []
    for hearing in sorted((session.get_one(Hearing, one) for one in hearings), key=lambda one: one.number):
        listing, involved = listing_of(session, hearing.id), is_involved(hearing, by)
        current = hearing.state == HearingState.POSTPONED or (listing is not None and listing.ends_at > now)
        if current and rules.may_see(open=hearing.open, involved=involved, roles=by.roles):
            found += [Untold(hearing.id, hearing.number, hearing.title, one.name)
                      for one in _found(session, hearing, sealing, None) if one.to_call]
    return found


def person_behind(session: Session, key: str) -> Invitation | Observer | None:
    """Whom a message of a change is about."""
    kind, _, one = key.partition(":")
    return session.get(Invitation, UUID(one)) if kind == "invitation" else session.get(Observer, UUID(one))


# Parts ----------------------------------------------------------------------------------------------------------------


def _hearing_of(session: Session, key: str) -> UUID | None:
    row = person_behind(session, key)
    return row.hearing_id if row else None


def _found(session: Session, hearing: Hearing, sealing: Vault, revealed: UUID | None) -> list[Word]:
    rows = session.exec(select(Invitation).where(Invitation.hearing_id == hearing.id).order_by(col(Invitation.id))).all()
    seen = session.exec(select(Observer).where(Observer.hearing_id == hearing.id).order_by(col(Observer.applied_at))).all()
    who: dict[str, Invitation | Observer] = {about(one.id): one for one in rows}
    who |= {f"observer:{one.id.hex}": one for one in seen}
    kept: dict[str, list[Message]] = {}
    wanted = select(Message).where(col(Message.about).in_(who), col(Message.purpose).in_(OF_PEOPLE | OF_OBSERVERS),
                                   Message.state != S.STALE)
    for message in session.exec(wanted.order_by(col(Message.id))):
        kept.setdefault(message.about, []).append(message)
    last = ((who[key], _last(hearing, found)) for key, found in kept.items())
    return [_word(session, row, found, sealing, revealed) for row, found in last if found]


def _last(hearing: Hearing, found: Sequence[Message]) -> list[Message]:
    """The newest word to one person, one message a channel; what an earlier change said does not matter any more."""
    newest = [one for one in found if (one.purpose, one.sequence) == (found[-1].purpose, found[-1].sequence)]
    still = newest[0].sequence >= hearing.sequence or (newest[0].purpose in LASTING and not _told(newest))
    return list({one.channel: one for one in newest}.values()) if still else []


def _told(found: Iterable[Message]) -> bool:
    return any(one.state in TOLD for one in found)


def _word(
    session: Session, row: Invitation | Observer, found: Sequence[Message], sealing: Vault, revealed: UUID | None
) -> Word:
    shown, key = revealed in {one.id for one in found}, found[-1].id
    name, phone, role = _person(session, row, sealing)
    told = _told(found)
    waits = any(one.state in (S.WAITING, S.SENDING) and one.channel != Channel.LETTER for one in found)
    return Word(
        key=key, kind=found[0].purpose.removeprefix("observer_"), name=name if shown else words.mask_name(name), role_zh=role[0],
        role_en=role[1], sent=tuple((str(one.channel), str(one.state)) for one in found), told=told,
        to_call=not told and not waits,
        at=max((one.ended_at or one.made_at for one in found if one.state in TOLD), default=None),
        by_hand=_by_hand(session, found, sealing), phone=phone if shown else "", has_phone=bool(phone), shown=shown,
        is_observer=isinstance(row, Observer),
    )


def _person(session: Session, row: Invitation | Observer, sealing: Vault) -> tuple[str, str, tuple[str, str]]:
    """Name, telephone, and what they are at the hearing in both languages."""
    if isinstance(row, Observer):
        role = (words.translator(words.CHINESE)(CLASSES[row.kind]), CLASSES[row.kind])
        return sealing.unseal(row.name, purpose=HEARING_NAME), sealing.unseal(row.phone, purpose=vault.PHONE), role
    person = invited_of(session, row, sealing)
    if person.is_officer:
        return person.name, person.phone, (person.category_zh, person.category_en)
    return person.name, person.phone, (role_name(person.role, words.CHINESE), role_name(person.role, words.ENGLISH))


def _by_hand(session: Session, found: Sequence[Message], sealing: Vault) -> str:
    """What staff noted of how they told somebody themselves."""
    wanted = select(MessageReceipt).where(col(MessageReceipt.message_id).in_([one.id for one in found]),
                                          col(MessageReceipt.raw).is_not(None))
    notes = [sealing.unseal(one.raw, purpose=BODY) for one in session.exec(wanted) if one.raw]
    return next((text.partition(" ")[2] for text in notes if text.startswith(f"{BY_HAND} ")), "")
