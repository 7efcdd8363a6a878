"""The whole way of an invitation by mail, over real servers: out by SMTP, a calendar's answer back into dovecot, read by IMAP."""

from typing import Any

import msgspec
import pytest

from hearings.invitations.tables import Answer, InvitationState, Via
from hearings.mailbox.mailbox import Postman
from hearings.mailbox.tables import IncomingMail, MailKind
from hearings.tables import HearingState
from shared.outbox import Message, MessageReceipt, MessageState
from shared.posting import Posting
from shared.settings import Settings
from tests.hearings.calendar_client import CalendarClient
from tests.hearings.callers import MINUTE, Callers
from tests.hearings.staging import Stage
from tests.mail import Kept, Mailbox

I = InvitationState  # noqa: E741


class Round:
    """A hearing whose first officer has a calendar, and the two workers at a time of the test's own."""

    def __init__(self, stage: Stage, settings: Settings, smtp: Kept, mailbox: Mailbox) -> None:
        smtp.boxes[settings.sender] = mailbox
        there = msgspec.structs.replace(settings, smtp_url=smtp.url, imap_url=mailbox.url)
        self.days, self.smtp, self.mailbox, self.stage = 0.0, smtp, mailbox, stage
        self.callers = Callers(stage, settings)
        self.posting = Posting(stage.db, stage.vault, there, clock=lambda: stage.now(self.days))
        self.postman = Postman(stage.db, stage.vault, there, clock=lambda: stage.now(self.days))
        self.officer = self.callers.invite()[0]

    async def pass_time(self, days: float = MINUTE) -> None:
        """What is due happens, and what is to leave leaves."""
        self.days += days
        self.callers.time_passes(self.days)
        await self.posting.send_due()

    def client(self) -> CalendarClient:
        address = self.smtp.mails[0]["to"].addresses[0].addr_spec
        return CalendarClient(address, self.smtp.url)

    def row(self) -> Any:
        return self.callers.get(self.officer)

    def mails_to(self, client: CalendarClient) -> list[str]:
        return [str(mail["subject"]) for mail in self.smtp.mails if mail["to"].addresses[0].addr_spec == client.address]


@pytest.fixture
def round_trip(stage: Stage, settings: Settings, smtp: Kept, mailbox: Mailbox) -> Round:
    return Round(stage, settings, smtp, mailbox)


@pytest.mark.anyio
async def test_invitation_acceptance_move_late_answer_and_cancellation(round_trip: Round) -> None:
    trip = round_trip
    await trip.posting.send_due()
    client = trip.client().receive(trip.smtp.mails)
    ((uid, first),) = client.dates.items()
    assert (uid, first.sequence, first.organizer.partition("+")[0]) == (trip.row().uid, 0, "hearing")

    client.answer("ACCEPTED", comment="我准时到")
    assert await trip.postman.look() == 1
    assert (trip.row().state, trip.row().answered_via, trip.row().answered_sequence) == (I.ACCEPTED, Via.CALENDAR, 0)
    (asked,) = trip.callers.messages(trip.officer, "invitation")
    assert asked.state == MessageState.DELIVERED, "an answer proves that the mail had arrived"

    trip.callers.move(15)
    await trip.pass_time()
    client.receive(trip.smtp.mails)
    assert client.dates[uid].sequence == 1
    assert client.dates[uid].begins_at != first.begins_at
    assert client.asked == 2, "exactly one REQUEST for the new date"
    assert trip.row().state == I.SENT, "the answer to the old date no longer holds"

    client.answer("DECLINED", kept=(uid, first))
    await trip.postman.look()
    assert trip.row().state == I.SENT, "an answer to the old date changes nothing"
    late = [one for one in trip.stage.all(Answer) if not one.counted]
    assert [(one.said, one.sequence, one.via) for one in late] == [("decline", 0, Via.CALENDAR)]
    await trip.pass_time()
    assert len([one for one in trip.mails_to(client) if "原来的时间" in one]) == 1

    client.answer("ACCEPTED")
    await trip.postman.look()
    assert (trip.row().state, trip.row().answered_sequence) == (I.ACCEPTED, 1)

    trip.callers.set_state(HearingState.CANCELLED)
    await trip.pass_time()
    client.receive(trip.smtp.mails)
    assert client.dates == {}, "the calendar has let go of the date"
    told = len(trip.smtp.raw)
    await trip.pass_time(3)
    assert len(trip.smtp.raw) == told, "nothing reaches anybody afterwards"


@pytest.mark.anyio
async def test_a_mail_is_taken_once_though_it_is_seen_again(round_trip: Round) -> None:
    trip = round_trip
    await trip.posting.send_due()
    client = trip.client().receive(trip.smtp.mails)
    raw = client.answer("ACCEPTED")
    trip.mailbox.deliver(raw)
    await trip.postman.look()
    trip.mailbox.deliver(raw)
    await trip.postman.look()
    assert await trip.postman.look() == 0
    assert len(trip.stage.all(Answer)) == 1


@pytest.mark.anyio
async def test_mail_of_strangers_is_left_unread_for_people(round_trip: Round) -> None:
    trip = round_trip
    await trip.posting.send_due()
    client = trip.client().receive(trip.smtp.mails)
    client.answer("ACCEPTED")
    client.address = "somebody.else@example.com"
    client.answer("DECLINED", kept=next(iter(client.dates.items())))
    trip.mailbox.deliver(b"From: a@example.com\r\nMessage-ID: <1@a>\r\nSubject: a question\r\n\r\nWhen is it?\r\n")
    assert await trip.postman.look() == 3
    assert trip.row().state == I.ACCEPTED
    assert trip.mailbox.unread() == 2
    kinds = sorted(mail.kind for mail in trip.stage.all(IncomingMail))
    assert kinds == [MailKind.OTHER, MailKind.REPLY, MailKind.STRANGER]


@pytest.mark.anyio
async def test_a_bounce_moves_the_message_and_the_next_way_is_tried(round_trip: Round) -> None:
    trip = round_trip
    await trip.posting.send_due()
    (asked,) = trip.callers.messages(trip.officer, "invitation")
    trip.mailbox.deliver(bounce(asked.message_id, "officer0@example.com"))
    await trip.postman.look()
    (asked,) = trip.callers.messages(trip.officer, "invitation")
    assert (asked.state, trip.row().state) == (MessageState.BOUNCED, I.BOUNCED)
    assert "bounced" in [one.kind for one in trip.stage.all(MessageReceipt) if one.message_id == asked.id]
    await trip.pass_time()
    assert {one.channel for one in trip.stage.all(Message) if one.about == asked.about} == {"email", "sms"}


@pytest.mark.anyio
async def test_a_proposed_other_time_is_kept_for_staff_and_decides_nothing(round_trip: Round) -> None:
    trip = round_trip
    await trip.posting.send_due()
    client = trip.client().receive(trip.smtp.mails)
    client.answer("TENTATIVE", method="COUNTER", comment="下午可以吗")
    await trip.postman.look()
    assert trip.row().state in (I.SENT, I.DELIVERED)
    (kept,) = trip.stage.all(Answer)
    assert (kept.said, kept.counted) == ("perhaps", False)


def bounce(message_id: str, recipient: str) -> bytes:
    return f"""From: MAILER-DAEMON@example.com
To: hearing@localhost
Message-ID: <bounce-1@example.com>
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>
Subject: x

--b--
""".replace("\n", "\r\n").encode()
