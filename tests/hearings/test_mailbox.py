"""The mailbox: answers as several calendars send them, reports of mail servers, strangers, and whatever is broken."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearings.mailbox.imap import LARGEST, fetch
from hearings.mailbox.incoming import Counter, Other, Reply, Report, address, name_of, read
from hearings.mailbox.intake import mail_counts, mark_of, mark_read
from hearings.mailbox.mailbox import Postman, place_of
from hearings.mailbox.tables import MailKind
from shared.database import Database
from shared.settings import Settings
from shared.vault import Vault
from tests.mail import Mailbox

HEAD = """From: Chen <chen@example.com>
To: hearing+abc@example.cn
Message-ID: <1@example.com>
MIME-Version: 1.0
"""
ANSWER = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Somebody//EN
METHOD:{method}
BEGIN:VEVENT
UID:1@example.cn
DTSTAMP:20261123T010000Z
DTSTART:20261203T063000Z
ORGANIZER:mailto:hearing+abc@example.cn
{lines}
END:VEVENT
END:VCALENDAR
"""


def mail(lines: str, *, method: str = "REPLY", kind: str = "text/calendar") -> bytes:
    body = ANSWER.format(method=method, lines=lines)
    parts = f'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain\n\nAccepted\n--b\n' \
            f"Content-Type: {kind}; method={method}; charset=utf-8\n\n{body}\n--b--\n"
    return (HEAD + parts).replace("\n", "\r\n").encode()


def test_answer_as_google_sends_it() -> None:
    lines = "SEQUENCE:1\nATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=DECLINED;CN=chen@e\n xample.com;" \
            "X-NUM-GUESTS=0;X-RESPONSE-COMMENT=\"出差\":mailto:Chen@Example.com\nSTATUS:CONFIRMED"
    assert read(mail(lines)) == Reply(
        uid="1@example.cn", attendee="chen@example.com", sequence=1, partstat="DECLINED", comment="出差"
    )


def test_answer_as_exchange_sends_it() -> None:
    lines = 'ATTENDEE;PARTSTAT=ACCEPTED;CN="陈建国":MAILTO:chen@example.com\nCOMMENT;LANGUAGE=zh-CN:准时到\nSEQUENCE:0'
    assert read(mail(lines)) == Reply(
        uid="1@example.cn", attendee="chen@example.com", sequence=0, partstat="ACCEPTED", comment="准时到"
    )


def test_answer_without_sequence_is_about_the_first_date() -> None:
    found = read(mail("ATTENDEE;PARTSTAT=TENTATIVE:mailto:chen@example.com"))
    assert isinstance(found, Reply) and (found.sequence, found.partstat) == (0, "TENTATIVE")


def test_answer_that_is_only_attached_is_found() -> None:
    assert isinstance(read(mail("ATTENDEE;PARTSTAT=ACCEPTED:mailto:chen@example.com", kind="application/ics")), Reply)


def test_proposal_of_another_time() -> None:
    found = read(mail("SEQUENCE:0\nATTENDEE;PARTSTAT=TENTATIVE:mailto:chen@example.com\nCOMMENT:下午", method="COUNTER"))
    assert found == Counter(
        uid="1@example.cn", attendee="chen@example.com", sequence=0, comment="下午",
        begins_at=datetime(2026, 12, 3, 6, 30, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH", "REFRESH"])
def test_other_methods_are_no_answers(method: str) -> None:
    assert read(mail("ATTENDEE;PARTSTAT=ACCEPTED:mailto:chen@example.com", method=method)) == Other()


@pytest.mark.parametrize(
    "lines", ["", "ATTENDEE:mailto:a@b\nATTENDEE:mailto:c@d", "SEQUENCE:many\nATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b"]
)
def test_answers_that_name_nobody_or_several_are_left_to_people(lines: str) -> None:
    assert read(mail(lines)) == Other()


@given(st.binary(max_size=400))
def test_no_mail_is_so_broken_that_reading_fails(junk: bytes) -> None:
    read(junk)
    read(mail("ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b").replace(b"20261203", junk))
    assert len(name_of(junk)) == 64


def report(action: str, returned: str) -> bytes:
    text = f"""{HEAD}Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; Chen@example.com
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

--b
{returned}
--b--
"""
    return text.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    "returned",
    [
        "Content-Type: message/rfc822\n\nMessage-ID: <abc@example.cn>\nSubject: x\n\nbody",
        "Content-Type: text/rfc822-headers\n\nMessage-ID: <abc@example.cn>\nSubject: x\n",
    ],
    ids=["whole", "head"],
)
def test_report_of_a_mail_server(returned: str) -> None:
    assert read(report("failed", returned)) == Report(
        message_id="<abc@example.cn>", recipient="chen@example.com", action="failed", words="5.1.1 smtp; 550 no such user"
    )


def test_report_that_does_not_say_of_which_mail() -> None:
    found = read(report("delayed", "Content-Type: text/plain\n\nnothing"))
    assert isinstance(found, Report) and (found.message_id, found.action) == ("", "delayed")


def test_a_mail_is_known_again_by_its_name_and_else_by_all_of_it() -> None:
    assert name_of(b"Message-ID: <1@a>\r\nX-Way: one\r\n\r\nx") == name_of(b"Message-ID: <1@a>\r\nX-Way: two\r\n\r\nx")
    assert name_of(b"Subject: a\r\n\r\nx") != name_of(b"Subject: b\r\n\r\nx")


def test_addresses_are_compared_without_what_varies() -> None:
    assert address("mailto:Chen@Example.com") == address("MAILTO:chen@example.com") == address(" <chen@example.com> ")


# The mailbox itself ---------------------------------------------------------------------------------------------------


@pytest.fixture
def sealing(settings: Settings) -> Vault:
    return Vault.open(settings.data)


@pytest.mark.anyio
async def test_without_a_mailbox_files_are_read_and_put_away(db: Database, settings: Settings, sealing: Vault) -> None:
    folder = settings.data / "mail" / "in"
    folder.mkdir(parents=True)
    (folder / "1.eml").write_bytes(mail("ATTENDEE;PARTSTAT=ACCEPTED:mailto:chen@example.com"))
    (folder / "2.eml").write_bytes(b"Subject: a question\r\n\r\nWhen?")
    (folder / "3.txt").write_bytes(b"not a mail")
    postman = Postman(db, sealing, settings)
    assert (await postman.look(), await postman.look()) == (2, 0)
    left = sorted(str(path.relative_to(settings.data / "mail")) for path in settings.data.rglob("*.*") if "mail" in path.parts)
    assert left == ["in/3.txt", "left/1.eml", "left/2.eml"]
    assert db.read_now(mail_counts) == {"reply": 0, "counter": 0, "report": 0, "stranger": 1, "other": 1}


@pytest.mark.anyio
async def test_without_mailbox_or_folder_there_is_nothing_to_do(db: Database, settings: Settings, sealing: Vault) -> None:
    assert await Postman(db, sealing, settings).look() == 0


def test_the_password_stays_out_of_the_database() -> None:
    assert place_of("imaps://hearing:secret@mx.example.cn:993/Answers") == "hearing@mx.example.cn:993/Answers"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_reading_goes_on_after_the_last_mail_and_anew_when_numbers_start_anew(db: Database, mailbox: Mailbox) -> None:
    for subject in (b"a", b"b"):
        mailbox.deliver(b"Subject: " + subject + b"\r\n\r\nx")
    batch = fetch(mailbox.url, None)
    assert [one.number for one in batch.mails] == [1, 2]
    db.write_now(mark_read, "box", numbering=batch.numbering, last=2)
    assert fetch(mailbox.url, db.read_now(mark_of, "box")).mails == []
    mailbox.deliver(b"Subject: c\r\n\r\nx")
    assert [one.number for one in fetch(mailbox.url, db.read_now(mark_of, "box")).mails] == [3]
    db.write_now(mark_read, "box", numbering=batch.numbering + 1, last=3)
    assert len(fetch(mailbox.url, db.read_now(mark_of, "box")).mails) == 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_mail_too_large_to_be_an_answer_is_not_fetched(db: Database, mailbox: Mailbox) -> None:
    mailbox.deliver(b"Subject: photographs\r\n\r\n" + b"x" * LARGEST)
    assert [one.raw for one in fetch(mailbox.url, None).mails] == [b""]
    assert mailbox.unread() == 1


def test_kinds_of_mail_are_all_counted(db: Database) -> None:
    assert set(db.read_now(mail_counts)) == set(MailKind)
