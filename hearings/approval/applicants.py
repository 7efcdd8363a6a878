"""Whoever applied for a hearing, and how they are told of the decision (Art. 9): by message where a telephone is known, else the
handler tells them and notes it."""

from datetime import datetime

import msgspec
from sqlmodel import Session

from cases.centre import Centre
from hearings.invitations.messages import APPLICATION_DECIDED, Guest, Occasion, application_decided
from hearings.tables import HEARING_NAME, Hearing
from shared.outbox import Channel, MessageState, messages_about, post
from shared.settings import Settings
from shared.vault import Vault

LEFT = (MessageState.SENT, MessageState.DELIVERED)


class Applicant(msgspec.Struct, frozen=True):
    """Who applied for a hearing, as it is sealed."""

    name: str
    role: str
    phone: str = ""


def applicant_of(hearing: Hearing, sealing: Vault) -> Applicant | None:
    """Who applied; None when the office itself wanted the hearing."""
    if hearing.applicant is None:
        return None
    return msgspec.json.decode(sealing.unseal(hearing.applicant, purpose=HEARING_NAME), type=Applicant)


def post_decision(
    session: Session, hearing: Hearing, *, granted: bool, reason: str, centre: Centre, sealing: Vault, settings: Settings,
    now: datetime,
) -> bool:
    """Posts the decision to the applicant's telephone; says whether there was one."""
    applicant = applicant_of(hearing, sealing)
    if applicant is None or not applicant.phone:
        return False
    content = application_decided(Channel.SMS, _occasion(hearing, centre, settings, now),
                                  Guest(name=applicant.name, to=applicant.phone), granted=granted, reason=reason)
    post(session, sealing, content, office=hearing.office_id, purpose=APPLICATION_DECIDED, about=_about(hearing), sequence=0,
         now=now)
    return True


def is_told(session: Session, hearing: Hearing) -> bool:
    """Whether the message with the decision has left."""
    return any(message.state in LEFT for message in messages_about(session, _about(hearing)))


def _about(hearing: Hearing) -> str:
    return f"application:{hearing.id.hex}"


def _occasion(hearing: Hearing, centre: Centre, settings: Settings, now: datetime) -> Occasion:
    """The words of the decision use neither time nor place."""
    return Occasion(
        number=hearing.number, subject=hearing.title, open=hearing.open, begins_at=now, ends_at=now, zone=centre.zone,
        place_zh="", place_en="", office_zh=centre.office_zh, office_en=centre.office_en, phone=centre.phone,
        mailbox=settings.sender,
    )
