"""What somebody invited to a hearing last heard of its date, and by which channels: reckoned from the messages that left and from
what staff noted. Reads only."""

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from hearings.invitations import messages
from hearings.invitations.invited import Invited
from hearings.invitations.tables import Invitation, Notice, NoticeProof, ProofMethod
from hearings.notices.queries import about as about_notice
from hearings.notices.rules import TOLD_THEN
from hearings.tables import CASE_TEXT, Approval, Listing, Question
from shared.outbox import Channel, Message, MessageState, messages_about
from shared.vault import Vault

# Messages from which somebody knows when the hearing is, or that it is off.
DATED = frozenset({messages.INVITATION, messages.UPDATE, messages.PARTICIPANTS_NOTICE, messages.NAMES_NOTICE, messages.MOVED,
                   messages.POSTPONED})
ARRIVING = frozenset({MessageState.SENDING, MessageState.SENT, MessageState.DELIVERED})
BY_THEM = TOLD_THEN | {ProofMethod.ANSWERED}


class Told(msgspec.Struct, frozen=True):
    """``listing``: the date that they know of, None when they know of none. ``postponed``: they know that it no longer holds.
    ``channels``: by which they heard, empty when only by word of mouth or by hand. ``notice``: the last one that they know."""

    listing: Listing | None = None
    postponed: bool = False
    channels: tuple[Channel, ...] = ()
    notice: Notice | None = None

    def ways(self, person: Invited) -> tuple[Channel, ...]:
        """By which to tell them more: the channels by which they heard, else those that reach them, else a letter."""
        return self.channels or person.channels[:-1] or (Channel.LETTER,)


def about(invitation_id: UUID) -> str:
    return f"invitation:{invitation_id.hex}"


def has_left(message: Message) -> bool:
    """Whether somebody may have it: it arrived, is on its way, or a try was made of which nobody knows."""
    return message.state in ARRIVING or (message.state == MessageState.WAITING and message.attempts > 0)


def told(session: Session, invitation: Invitation, *, before: int = sys.maxsize) -> Told:
    """What the person behind an invitation knows (``before``: knew until that sequence); `Told()` when nothing reached them."""
    notices = [one for one in _notices(session, invitation) if one.sequence < before]
    found = [one for one in _messages(session, invitation, notices) if one.purpose in DATED and one.sequence < before]
    sent = [one for one in found if has_left(one)]
    times = [one.made_at for one in sent] + _by_hand(session, invitation, notices, before)
    if not times:
        return Told()
    last = sent[-1] if sent and sent[-1].made_at == max(times) else None
    channels = tuple(dict.fromkeys(Channel(one.channel) for one in sent))
    known = [one for one in notices if one.given_at <= max(times)]
    return Told(listing_then(listings(session, invitation.hearing_id), max(times)),
                last is not None and last.purpose == messages.POSTPONED, channels, known[-1] if known else None)


def place_told(known: Told, sealing: Vault) -> str:
    """The place that the last notice named, in Chinese; empty for who was given none."""
    if known.notice is None or known.notice.sealed is None:
        return ""
    paper = msgspec.json.decode(sealing.unseal(known.notice.sealed, purpose=CASE_TEXT), type=dict[str, Any])
    return str(paper["place_zh"])


def why_cancelled(session: Session, hearing_id: UUID) -> str:
    """The reason that everybody may be told, as it was approved; empty when none was given."""
    asked = select(Approval).where(Approval.hearing_id == hearing_id, Approval.question == Question.CANCELLATION,
                                   col(Approval.granted).is_(True))
    row = session.exec(asked.order_by(col(Approval.id).desc())).first()
    return str(row.wanted.get("told", "")) if row else ""


def listings(session: Session, hearing_id: UUID) -> Sequence[Listing]:
    """Every date that a hearing has had, the oldest first."""
    return session.exec(select(Listing).where(Listing.hearing_id == hearing_id).order_by(col(Listing.version))).all()


def listing_then(dates: Sequence[Listing], at: datetime) -> Listing | None:
    """The date that held at a moment; before the first one was laid down, that one."""
    held = [one for one in dates if one.made_at <= at]
    return held[-1] if held else next(iter(dates), None)


# Parts ----------------------------------------------------------------------------------------------------------------


def _notices(session: Session, invitation: Invitation) -> Sequence[Notice]:
    if invitation.participant_id is None:
        return ()
    wanted = select(Notice).where(Notice.hearing_id == invitation.hearing_id, col(Notice.sealed).is_not(None))
    return session.exec(wanted.order_by(col(Notice.given_at))).all()


def _messages(session: Session, invitation: Invitation, notices: Sequence[Notice]) -> list[Message]:
    found = messages_about(session, about(invitation.id))
    if notices and invitation.participant_id is not None:
        keys = [about_notice(one.id, invitation.participant_id) for one in notices]
        found += session.exec(select(Message).where(col(Message.about).in_(keys))).all()
    return sorted(found, key=lambda one: (one.made_at, one.id))


def _by_hand(session: Session, invitation: Invitation, notices: Sequence[Notice], before: int) -> list[datetime]:
    """When somebody was told otherwise: by telephone, by hand, by post; who answered knows as well."""
    given = {one.id: one.given_at for one in notices}
    proven = session.exec(select(NoticeProof).where(
        col(NoticeProof.notice_id).in_(given), NoticeProof.participant_id == invitation.participant_id,
        col(NoticeProof.method).in_(BY_THEM),
    )).all() if given else ()
    answered = invitation.answered_at if (invitation.answered_sequence or 0) < before else None
    return [given[one.notice_id] for one in proven] + ([answered] if answered else [])
