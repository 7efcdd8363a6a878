"""Taking in a mail: a calendar's answer becomes an answer of the invited person, a mail server's report moves our message on.
Each mail counts once. What is not understood is counted and left to people."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from hearings.changes.told import about
from hearings.invitations.answering import answer
from hearings.invitations.answers import Said, read_partstat
from hearings.invitations.dispatch import ASKING
from hearings.invitations.messages import MOVED, PARTICIPANTS_NOTICE
from hearings.invitations.tables import Invitation, Via
from hearings.mailbox.incoming import Arrival, Counter, Other, Reply, Report
from hearings.mailbox.tables import IncomingMail, MailboxMark, MailKind
from shared.delivery import by_message_id, hear
from shared.identity import Identity
from shared.outbox import Channel, Message, MessageState, messages_about, recipient_of
from shared.prepared import insert_into
from shared.settings import Settings
from shared.vault import Vault

CALENDAR = Identity("calendar")
NEWS = {"failed": MessageState.BOUNCED, "delivered": MessageState.DELIVERED}


def take_in(
    session: Session, arrival: Arrival, *, key: str, sealing: Vault, settings: Settings, now: datetime
) -> MailKind | None:
    """Takes a mail in; None when it has been taken before."""
    kind, subject = _recognise(session, arrival, sealing)
    if not _first_time(session, IncomingMail(key=key, kind=kind, about=subject, at=now)):
        return None
    if kind == MailKind.REPORT and isinstance(arrival, Report):
        _hear(session, arrival, sealing, now)
    elif kind in (MailKind.REPLY, MailKind.COUNTER) and isinstance(arrival, Reply | Counter):
        _answer(session, arrival, key, sealing, settings, now)
    return kind


def set_aside(session: Session, *, key: str, now: datetime) -> None:
    """A mail over which we stumbled: it is not tried again, and left to people."""
    _first_time(session, IncomingMail(key=key, kind=MailKind.OTHER, at=now))


def mark_read(session: Session, mailbox: str, *, numbering: int, last: int) -> None:
    """Everything up to ``last`` has been looked at."""
    session.merge(MailboxMark(mailbox=mailbox, numbering=numbering, last=last))


def mark_of(session: Session, mailbox: str) -> MailboxMark | None:
    return session.get(MailboxMark, mailbox)


def mail_counts(session: Session) -> dict[str, int]:
    """How many mails of each kind have come in."""
    rows = session.exec(select(IncomingMail.kind, func.count()).group_by(IncomingMail.kind)).all()
    return dict.fromkeys(MailKind, 0) | {kind: count for kind, count in rows}


def _first_time(session: Session, mail: IncomingMail) -> bool:
    """Keeps that a mail has come; false when it had. Also for two processes at once."""
    made = insert_into(IncomingMail, session.info["dialect"].name).values(**mail.model_dump())
    return session.connection().execute(made.on_conflict_do_nothing().returning(col(IncomingMail.key))).first() is not None


def _recognise(session: Session, arrival: Arrival, sealing: Vault) -> tuple[MailKind, str]:
    """Whether it is about something of ours, and comes from whom it concerns."""
    if isinstance(arrival, Other):
        return MailKind.OTHER, ""
    if isinstance(arrival, Report):
        message = by_message_id(session, arrival.message_id) if arrival.message_id else None
        return (MailKind.REPORT, message.about) if message else (MailKind.STRANGER, "")
    invitation = _invitation(session, arrival.uid)
    if invitation is None or not _written_to(session, invitation, arrival.attendee, sealing):
        return MailKind.STRANGER, ""
    return (MailKind.REPLY if isinstance(arrival, Reply) else MailKind.COUNTER), about(invitation.id)


def _invitation(session: Session, uid: str) -> Invitation | None:
    return session.exec(select(Invitation).where(col(Invitation.uid) == uid)).first()


def _mails(session: Session, invitation: Invitation) -> list[Message]:
    """The mails with this invitation's calendar entry: of a participant their notices."""
    found = messages_about(session, about(invitation.id))
    if invitation.participant_id is not None:
        of_person = col(Message.about).endswith(f":{invitation.participant_id.hex}")
        found += session.exec(select(Message).where(Message.purpose == PARTICIPANTS_NOTICE, of_person)).all()
    return [one for one in found if one.channel == Channel.EMAIL]


def _written_to(session: Session, invitation: Invitation, attendee: str, sealing: Vault) -> bool:
    """Whether this invitation was ever sent to that address."""
    return any(recipient_of(one, sealing).strip().casefold() == attendee for one in _mails(session, invitation))


def _answer(
    session: Session, arrival: Reply | Counter, key: str, sealing: Vault, settings: Settings, now: datetime
) -> None:
    """An answer also proves that the mail had arrived."""
    invitation = _invitation(session, arrival.uid)
    assert invitation is not None
    for mail in _mails(session, invitation):
        if mail.purpose in (*ASKING, MOVED, PARTICIPANTS_NOTICE) and mail.sequence == arrival.sequence:
            hear(session, mail, MessageState.DELIVERED, sealing, now=now, by=CALENDAR.by)
    said = read_partstat(arrival.partstat) if isinstance(arrival, Reply) else Said.PERHAPS
    if said is not None:
        answer(
            session, invitation_id=invitation.id, said=said, via=Via.CALENDAR, sequence=arrival.sequence, sealing=sealing,
            settings=settings, now=now, by=CALENDAR, words=_words(arrival), key=f"mail {key}",
        )


def _words(arrival: Reply | Counter) -> str:
    """What staff read beside the answer; of a counter-proposal first the time that suits better."""
    if isinstance(arrival, Reply) or arrival.begins_at is None:
        return arrival.comment
    return f"→ {arrival.begins_at:%Y-%m-%d %H:%M %z}\n{arrival.comment}".strip()


def _hear(session: Session, report: Report, sealing: Vault, now: datetime) -> None:
    message, state = by_message_id(session, report.message_id), NEWS.get(report.action)
    if message is not None and state is not None:
        hear(session, message, state, sealing, raw=report.words, now=now, by="mail-server")
