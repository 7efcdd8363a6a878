"""Invitations for tests: a drawn hearing whose officers have been invited, their answers, and the outbox as they see it."""

import email
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

from icalendar import Calendar
from sqlmodel import Session, col, select

from hearings.changes.told import about
from hearings.invitations.actions import invite
from hearings.invitations.answering import answer
from hearings.invitations.answers import Said, Verdict
from hearings.invitations.keeping_up import catch_up, due
from hearings.invitations.tables import Invitation, Via
from hearings.tables import Hearing, HearingState, Seat
from shared.delivery import lease, settle, unpack
from shared.identity import Identity
from shared.outbox import Content, Mail, Message, content_of
from shared.settings import Settings
from tests.hearings.roster_stage import MANAGER, drawn_hearing
from tests.hearings.staging import Stage, put_listing

MINUTE = 1 / 1440


class Callers:
    """One hearing, its invited officers in the order of their seats, and the hand of time (days after the stage's start)."""

    def __init__(self, stage: Stage, settings: Settings, hearing: UUID | None = None, **more: Any) -> None:
        self.stage, self.settings = stage, settings
        self.hearing = hearing or drawn_hearing(stage, **more)

    def invite(self, days: float = 0) -> list[UUID]:
        made: list[UUID] = self.stage.act(invite, who=MANAGER, days=days, hearing_id=self.hearing, sealing=self.stage.vault,
                                          settings=self.settings)
        return made

    def answer(self, invitation: UUID, said: Said, *, days: float = 0, via: Via = Via.LINK, sequence: int | None = None,
               who: str = "", **more: Any) -> Verdict:
        row = self.get(invitation)
        by = self.stage.by(who) if who else Identity("invited", invitation)
        verdict = self.stage.db.write_now(
            answer, invitation_id=invitation, said=said, via=via, sequence=row.sequence if sequence is None else sequence,
            sealing=self.stage.vault, settings=self.settings, now=self.stage.now(days), by=by, **more,
        )
        return verdict

    def accept(self, invitation: UUID, **more: Any) -> Verdict:
        return self.answer(invitation, Said.ACCEPT, undertaken=True, **more)

    def decline(self, invitation: UUID, reason: str = "illness", **more: Any) -> Verdict:
        return self.answer(invitation, Said.DECLINE, reason=reason, **more)

    def time_passes(self, days: float) -> list[str]:
        """Everything that is due by then, done until nothing is left."""
        done: list[str] = []
        while found := self.stage.db.read_now(due, now=self.stage.now(days)):
            for one in found:
                self.stage.db.write_now(catch_up, one, sealing=self.stage.vault, settings=self.settings, now=self.stage.now(days))
            done += [one.what for one in found]
            assert len(done) < 100, done
        return done

    def move(self, days: float, *, at: float = 0) -> None:
        """Lays down another day and raises the hearing's sequence, as a move does."""
        self.stage.db.write_now(self._move, days, at)

    def _move(self, session: Session, days: float, at: float) -> None:
        hearing = session.get_one(Hearing, self.hearing)
        put_listing(session, hearing, now=self.stage.now(at), by=hearing.handler, days=int(days))
        hearing.sequence += 1

    def set_state(self, state: HearingState, *, sequence: int = 0) -> None:
        def write(session: Session) -> None:
            hearing = session.get_one(Hearing, self.hearing)
            hearing.state, hearing.sequence = state, hearing.sequence + sequence

        self.stage.db.write_now(write)

    # What can be seen ---------------------------------------------------------------------------------------------------

    def get(self, invitation: UUID) -> Invitation:
        row = self.stage.get(Invitation, invitation)
        assert isinstance(row, Invitation)
        return row

    def state(self) -> str:
        return str(self.stage.get(Hearing, self.hearing).state)

    def panel(self) -> list[UUID]:
        """The invitations of those who hold a seat now, by place."""
        def read(session: Session) -> list[UUID]:
            wanted = select(Invitation.id).join(Seat, col(Seat.id) == col(Invitation.seat_id))
            held = wanted.where(Seat.hearing_id == self.hearing, col(Seat.vacated_at).is_(None))
            return list(session.exec(held.order_by(col(Seat.place))).all())

        return self.stage.db.read_now(read)

    def messages(self, invitation: UUID, purpose: str = "") -> list[Message]:
        def read(session: Session) -> list[Message]:
            wanted = select(Message).where(Message.about == about(invitation)).order_by(col(Message.id))
            return [one for one in session.exec(wanted) if purpose in ("", one.purpose)]

        return self.stage.db.read_now(read)

    def content(self, message: Message) -> Content:
        return content_of(message, self.stage.vault)

    def calendar(self, message: Message) -> Any:
        """The calendar object in a mail: its method and its event."""
        content = self.content(message)
        assert isinstance(content, Mail)
        mail = email.message_from_string(content.mime, policy=default)
        assert isinstance(mail, EmailMessage)
        part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
        calendar = Calendar.from_ical(part.get_content())
        return calendar["METHOD"], calendar.walk("VEVENT")[0]

    def send(self, days: float = 0) -> list[Message]:
        """What leaves the outbox then, in order: each accepted by its carrier."""
        sent: list[UUID] = []
        now = self.stage.now(days)
        while (leased := self.stage.db.write_now(lease, now=now)) is not None:
            if self.stage.db.read_now(unpack, leased, self.stage.vault, now=now) is None:
                from shared.delivery import drop

                self.stage.db.write_now(drop, leased, now=now)
                continue
            self.stage.db.write_now(settle, leased, self.stage.vault, now=now)
            sent.append(leased)
        return [self.stage.get(Message, one) for one in sent]

    def fail(self, days: float = 0) -> int:
        """Every message that is due is refused for good; how many."""
        count, now = 0, self.stage.now(days)
        while (leased := self.stage.db.write_now(lease, now=now)) is not None:
            self.stage.db.write_now(settle, leased, self.stage.vault, error="550 no such user", lasting=True, now=now)
            count += 1
        return count

    @staticmethod
    def hours(hours: float) -> float:
        return timedelta(hours=hours) / timedelta(days=1)
