"""The outbox against real servers: what is posted leaves once, under one name, or is put aside and somebody is told."""

import asyncio
import http.server
import json
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlmodel import Session, select

from shared import delivery, journal, outbox
from shared.database import Database
from shared.delivery import LEASE, PAUSES
from shared.offices import Office
from shared.outbox import Channel, Letter, Mail, Message, MessageReceipt, MessageState, Text
from shared.posting import Posting
from shared.settings import Settings
from shared.vault import Vault
from tests.centre import ROOT
from tests.mail import Kept

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MIME = "From: hearing@example.cn\r\nTo: wang@example.cn\r\nSubject: test\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
MAIL = Mail("wang@example.cn", MIME, "hearing@example.cn")


@pytest.fixture
def sealing(settings: Settings) -> Vault:
    return Vault.open(settings.data)


@pytest.fixture
def office(db: Database) -> UUID:
    def make(session: Session) -> UUID:
        office = Office(code="bb", name_zh="蚌埠市检察院", name_en="Bengbu Procuratorate")
        session.add(office)
        return office.id

    return db.write_now(make)


class Room:
    """A room that follows its messages: says whether they are wanted and writes down what it was told."""

    def __init__(self) -> None:
        self.wants = True
        self.stumbles = False
        self.told: list[str] = []

    def wanted(self, session: Session, message: Message) -> bool:
        return self.wants

    def moved(self, session: Session, message: Message, now: datetime) -> None:
        self.told.append(message.state)
        if self.stumbles:
            raise LookupError("the room stumbles")


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room()
    outbox.follow("test", wanted=room.wanted, moved=room.moved)
    yield room
    del outbox.purposes["test"]


class Post:
    """Posts in short, and looks."""

    def __init__(self, db: Database, sealing: Vault, office: UUID) -> None:
        self.db, self.sealing, self.office = db, sealing, office

    def __call__(self, content: outbox.Content = MAIL, **more: Any) -> UUID:
        told = {"purpose": "test", "about": "thing:1", "sequence": 0, "now": NOW, **more}
        return self.db.write_now(lambda s: outbox.post(s, self.sealing, content, office=self.office, **told).id)

    def row(self, message: UUID) -> Message:
        return self.db.read_now(lambda s: s.get_one(Message, message))

    def receipts(self, message: UUID) -> list[str]:
        wanted = select(MessageReceipt.kind).where(MessageReceipt.message_id == message).order_by(MessageReceipt.id)  # type: ignore[arg-type]
        return self.db.read_now(lambda s: list(s.exec(wanted)))


@pytest.fixture
def post(db: Database, sealing: Vault, office: UUID) -> Post:
    return Post(db, sealing, office)


def posting(post: Post, settings: Settings, now: datetime = NOW, **urls: str) -> Posting:
    """A worker at a time of its own, with a server of ours."""
    return Posting(post.db, post.sealing, msgspec.structs.replace(settings, **urls), clock=lambda: now)


def test_the_same_message_posted_twice_is_one(post: Post) -> None:
    first = post()
    assert post() == first
    assert post(sequence=1) != first
    assert post(turn="again") != first
    assert post(Text("13800000000", "hello")) != first


def test_a_message_rests_sealed(post: Post, db: Database) -> None:
    row = post.row(post())
    assert b"wang" not in row.recipient + row.body
    assert outbox.recipient_of(row, post.sealing) == "wang@example.cn"
    assert outbox.content_of(row, post.sealing) == MAIL


def test_what_an_action_undoes_was_never_posted(post: Post, db: Database) -> None:
    def fail(session: Session) -> None:
        outbox.post(session, post.sealing, MAIL, office=post.office, purpose="test", about="thing:1", sequence=0, now=NOW)
        raise LookupError

    with pytest.raises(LookupError):
        db.write_now(fail)
    assert db.read_now(lambda s: outbox.messages_about(s, "thing:1")) == []


@pytest.mark.anyio
async def test_a_mail_leaves_once_and_the_room_is_told(
    post: Post, room: Room, db: Database, settings: Settings, smtp: Kept
) -> None:
    message = post()
    worker = posting(post, settings, smtp_url=smtp.url)
    assert await worker.send_due() == 1
    assert await worker.send_due() == 0
    (mail,) = smtp.mails
    row = post.row(message)
    assert (mail["subject"], mail["message-id"]) == ("test", f"<{row.message_id}>")
    assert smtp.raw[0].endswith(MIME.encode()), "the mail goes as it was composed, only with name and date before it"
    assert (row.state, room.told, post.receipts(message)) == (MessageState.SENT, ["sent"], ["sent"])


@pytest.mark.anyio
async def test_every_step_of_a_message_is_in_the_journal(post: Post, db: Database, settings: Settings, smtp: Kept) -> None:
    post()
    await posting(post, settings, smtp_url=smtp.url).send_due()
    (line,) = db.read_now(lambda s: s.exec(select(journal.JournalLine)).all())
    assert (line.act, line.subject, line.by) == ("message-sent", "thing:1", "outbox")
    assert json.loads(line.detail) == {"channel": "email", "purpose": "test", "sequence": 0}


@pytest.mark.anyio
async def test_a_message_no_longer_wanted_is_never_sent(
    post: Post, room: Room, db: Database, settings: Settings, smtp: Kept
) -> None:
    message = post()
    room.wants = False
    await posting(post, settings, smtp_url=smtp.url).send_due()
    assert (smtp.raw, post.row(message).state, room.told) == ([], MessageState.STALE, ["stale"])


@pytest.mark.anyio
async def test_a_message_that_is_too_late_is_never_sent(post: Post, db: Database, settings: Settings, smtp: Kept) -> None:
    message = post(expires_at=NOW)
    await posting(post, settings, smtp_url=smtp.url).send_due()
    assert (smtp.raw, post.row(message).state) == ([], MessageState.STALE)


@pytest.mark.anyio
async def test_a_message_for_later_waits(post: Post, db: Database, settings: Settings, smtp: Kept) -> None:
    message = post(not_before=NOW + timedelta(seconds=1))
    assert await posting(post, settings, smtp_url=smtp.url).send_due() == 0
    assert post.row(message).state == MessageState.WAITING


def lone_worker(settings: Settings, smtp: Kept) -> "subprocess.Popen[bytes]":
    place = (str(settings.data), settings.database_url, smtp.url, NOW.isoformat())
    return subprocess.Popen([sys.executable, "-m", "tests.shared.lone_worker", *place], cwd=ROOT)


@pytest.mark.anyio
@pytest.mark.parametrize("wanted", [True, False], ids=["wanted", "cancelled meanwhile"])
async def test_a_worker_killed_after_the_server_accepted_repeats_at_most_once_under_the_same_name(
    wanted: bool, post: Post, room: Room, db: Database, settings: Settings, smtp: Kept
) -> None:
    message = post()
    worker = lone_worker(settings, smtp)
    smtp.accepted = worker.kill
    assert await asyncio.to_thread(worker.wait, 60) == -signal.SIGKILL
    assert (len(smtp.mails), post.row(message).state) == (1, MessageState.SENDING), "sent, and nothing written down"

    room.wants, smtp.accepted = wanted, lambda: None
    early, late = (posting(post, settings, NOW + LEASE - timedelta(seconds=left), smtp_url=smtp.url) for left in (1, 0))
    assert (await early.send_due(), await late.send_due(), await late.send_due()) == (0, 1, 0)
    assert len(smtp.mails) == (2 if wanted else 1)
    assert len({mail["message-id"] for mail in smtp.mails}) == 1
    assert post.row(message).state == (MessageState.SENT if wanted else MessageState.STALE)


@pytest.mark.anyio
async def test_an_address_that_is_refused_for_good_fails_at_once(
    post: Post, room: Room, db: Database, settings: Settings, smtp: Kept
) -> None:
    smtp.refuse["wang@example.cn"] = "550 5.1.1 no such user"
    message = post()
    await posting(post, settings, smtp_url=smtp.url).send_due()
    row = post.row(message)
    assert (row.state, row.attempts, room.told) == (MessageState.FAILED, 1, ["failed"])
    assert "5.1.1" in row.error


@pytest.mark.anyio
async def test_what_is_no_address_fails_at_once_and_holds_nobody_up(
    post: Post, room: Room, db: Database, settings: Settings, smtp: Kept
) -> None:
    post(msgspec.structs.replace(MAIL, to="王@例子.cn"), about="thing:2")
    assert await posting(post, settings, smtp_url=smtp.url).send_due() == 1
    assert (smtp.raw, room.told) == ([], ["failed"])


@pytest.mark.parametrize(
    ("text", "sound"),
    [("chen@example.com", True), ("a.b+c@mail.example.cn", True), ("chen@example", False), ("王@例子.cn", False), ("", False),
     ("a@b.cn, c@d.cn", False), ("a@b.cn\r\nBcc: c@d.cn", False), ("a..b@c.cn", False), ("a@b..cn", False), ("a[@b.cn", False)],
)  # fmt: skip
def test_mail_addresses(text: str, sound: bool) -> None:
    assert outbox.is_mail_address(text) is sound


@pytest.mark.anyio
async def test_a_server_that_is_away_is_tried_again_later(
    post: Post, room: Room, db: Database, settings: Settings, smtp: Kept
) -> None:
    smtp.refuse["wang@example.cn"] = "451 4.7.1 come back later"
    message = post()
    assert await posting(post, settings, smtp_url=smtp.url).send_due() == 1
    row = post.row(message)
    assert (row.state, room.told) == (MessageState.WAITING, [])
    assert row.not_before > NOW
    assert db.write_now(delivery.lease, now=row.not_before - timedelta(seconds=1)) is None
    assert db.write_now(delivery.lease, now=row.not_before) == message


def test_a_message_is_given_up_when_all_pauses_are_used(post: Post, room: Room, db: Database) -> None:
    message, now = post(), NOW
    for _ in PAUSES:
        assert db.write_now(delivery.lease, now=now) == message
        db.write_now(delivery.settle, message, post.sealing, error="away", now=now)
        now = post.row(message).not_before
    assert room.told == []
    db.write_now(delivery.lease, now=now)
    db.write_now(delivery.settle, message, post.sealing, error="away", now=now)
    assert (post.row(message).state, room.told) == (MessageState.FAILED, ["failed"])


@pytest.mark.anyio
async def test_a_room_that_stumbles_over_the_news_does_not_make_it_go_out_again(
    post: Post, room: Room, db: Database, settings: Settings, smtp: Kept
) -> None:
    message = post()
    room.stumbles = True
    await posting(post, settings, smtp_url=smtp.url).send_due()
    assert (len(smtp.raw), post.row(message).state) == (1, MessageState.SENT)


def test_news_only_moves_a_message_forward(post: Post, room: Room, db: Database) -> None:
    message = post()

    def hear(state: MessageState) -> bool:
        return db.write_now(lambda s: delivery.hear(s, s.get_one(Message, message), state, post.sealing, now=NOW))

    assert hear(MessageState.SENT)
    assert hear(MessageState.BOUNCED)
    assert not hear(MessageState.SENT)
    assert hear(MessageState.DELIVERED)
    assert not hear(MessageState.BOUNCED)
    assert (post.row(message).state, room.told) == (MessageState.DELIVERED, ["sent", "bounced", "delivered"])
    assert post.receipts(message) == ["sent", "bounced", "sent", "delivered", "bounced"], "and all of it is kept"


def test_a_letter_waits_until_it_is_printed(post: Post, room: Room, db: Database) -> None:
    message = post(Letter("王五", "message", {"title": "听证通知"}))
    assert db.write_now(delivery.lease, now=NOW) is None
    assert db.write_now(delivery.printed, message, post.sealing, now=NOW, by="staff:1")
    assert not db.write_now(delivery.printed, message, post.sealing, now=NOW, by="staff:1")
    assert (post.row(message).state, post.row(message).sent_at) == (MessageState.SENT, NOW)


@pytest.mark.anyio
async def test_without_a_server_mails_and_texts_become_files(post: Post, db: Database, settings: Settings) -> None:
    mail, text = post(), post(Text("13800000000", "【蚌埠市检察院】听证"))
    await posting(post, settings).send_due()
    (eml,), (txt,) = (settings.data / "mail").glob("*.eml"), (settings.data / "sms").glob("*.txt")
    assert message_from_bytes(eml.read_bytes())["message-id"] == f"<{post.row(mail).message_id}>"
    assert txt.read_text() == "13800000000\n\n【蚌埠市检察院】听证\n"
    assert {stat.S_IMODE(file.stat().st_mode) for file in (eml, txt)} == {0o600}
    assert post.row(text).state == MessageState.SENT


class Gateway(http.server.BaseHTTPRequestHandler):
    status = 202
    heard: list[tuple[dict[str, str], dict[str, str]]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.heard.append((dict(self.headers), body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def gateway() -> Iterator[tuple[type[Gateway], str]]:
    kind = type("Heard", (Gateway,), {"heard": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield kind, f"http://secret@127.0.0.1:{server.server_port}/sms"
        server.shutdown()
        thread.join()


@pytest.mark.anyio
async def test_a_text_goes_to_the_gateway_with_a_key_against_repeats(
    post: Post, db: Database, settings: Settings, gateway: tuple[type[Gateway], str]
) -> None:
    kind, url = gateway
    row = post.row(post(Text("13800000000", "听证")))
    await posting(post, settings, sms_url=url).send_due()
    ((headers, body),) = kind.heard
    assert body == {"to": "13800000000", "text": "听证", "id": row.message_id}
    assert (headers["authorization"], headers["idempotency-key"]) == ("Bearer secret", row.message_id)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("status", "state"), [(400, MessageState.FAILED), (500, MessageState.WAITING), (401, MessageState.WAITING)]
)
async def test_what_a_gateway_refuses_fails_or_waits(
    status: int, state: MessageState, post: Post, db: Database, settings: Settings, gateway: tuple[type[Gateway], str]
) -> None:
    kind, url = gateway
    kind.status = status
    message = post(Text("13800000000", "听证"))
    await posting(post, settings, sms_url=url).send_due()
    assert post.row(message).state == state


def test_channels_follow_from_what_is_posted(post: Post) -> None:
    assert post.row(post(Text("1", "x"))).channel == Channel.SMS
    assert post.row(post()).channel == Channel.EMAIL


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_workers_never_take_the_same_message(post: Post, db: Database) -> None:
    taken: list[UUID | None] = []
    messages = [post(about=f"thing:{n}") for n in range(24)]

    def work() -> None:
        while (leased := db.write_now(delivery.lease, now=NOW)) is not None:
            taken.append(leased)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, taken)) == sorted(map(str, messages))
