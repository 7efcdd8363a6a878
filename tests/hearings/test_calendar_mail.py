"""Calendar mail, item by item as calendars need it: what they read, what libical says, what they must never find."""

import email
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec.structs import replace

from hearings.invitations.calendar_mail import (
    Appointment,
    Method,
    Party,
    cancel_mail,
    invitation_mail,
    plain_mail,
    reply_address,
    update_mail,
)
from hearings.invitations.calendar_objects import feed, invitation
from shared.wording import Wording, Words
from tests.hearings.second_opinion import faults

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
BEGINS = datetime(2026, 12, 3, 6, 30, tzinfo=UTC)
EVENT = Appointment(
    uid="0199aa@example.cn", sequence=0, begins_at=BEGINS, ends_at=BEGINS + timedelta(minutes=90),
    summary="检察听证（蚌检听〔2026〕3号）", place="第一听证室，蚌埠市检察院", description="蚌埠市检察院\n电话 0552-12309",
    url="https://example.cn/i/abc", made_at=NOW - timedelta(days=1), changed_at=NOW, stamped_at=NOW,
)  # fmt: skip
OFFICE, GUEST = Party("蚌埠市检察院", "hearing+abc@example.cn"), Party('王"小"明, 教授', "wang@example.cn")
WORDING = Wording("zh-CN", "蚌埠市检察院", "邀请函", "邀请您担任听证员", "", (Words("王小明：您好！"),))


def parsed(raw: bytes) -> EmailMessage:
    mail = email.message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def event_of(calendar: bytes) -> Any:
    return Calendar.from_ical(calendar).walk("VEVENT")[0]


def test_parts_come_in_the_order_that_clients_want() -> None:
    mail = parsed(invitation_mail(EVENT, WORDING, organizer=OFFICE, attendee=GUEST))
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    calendar, attached = (part for part in mail.walk() if part.get_content_type() in ("text/calendar", "application/ics"))
    assert (calendar.get_param("method"), calendar.get_param("charset")) == ("REQUEST", "utf-8")
    assert calendar["content-transfer-encoding"] == "base64"
    assert calendar.get_payload(decode=True) == attached.get_payload(decode=True)
    assert attached.get_filename() == "hearing.ics"


@pytest.mark.parametrize("make", [update_mail, cancel_mail])
def test_method_is_the_same_in_head_and_body(make: Any) -> None:
    mail = parsed(make(replace(EVENT, sequence=1), WORDING, organizer=OFFICE, attendee=GUEST))
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    method = Calendar.from_ical(part.get_payload(decode=True))["METHOD"]  # type: ignore[arg-type]
    assert part.get_param("method") == str(method) == {"update_mail": "REQUEST", "cancel_mail": "CANCEL"}[make.__name__]


def test_one_person_is_addressed_and_one_attends() -> None:
    mail = parsed(invitation_mail(EVENT, WORDING, organizer=OFFICE, attendee=GUEST))
    event = event_of(invitation(Method.REQUEST, EVENT, OFFICE, GUEST))
    assert [address.addr_spec for address in mail["to"].addresses] == ["wang@example.cn"]
    assert str(event["ATTENDEE"]) == "mailto:wang@example.cn"
    assert mail["cc"] is mail["bcc"] is None


def test_organizer_is_the_sender_and_an_address_that_we_read() -> None:
    mail = parsed(invitation_mail(EVENT, WORDING, organizer=OFFICE, attendee=GUEST))
    event = event_of(invitation(Method.REQUEST, EVENT, OFFICE, GUEST))
    assert str(event["ORGANIZER"]) == f"mailto:{mail['from'].addresses[0].addr_spec}" == "mailto:hearing+abc@example.cn"


def test_attendee_is_asked_and_named_without_quotes() -> None:
    attendee = event_of(invitation(Method.REQUEST, EVENT, OFFICE, GUEST))["ATTENDEE"]
    assert dict(attendee.params) == {
        "CN": "王小明, 教授", "CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE",
    }  # fmt: skip


def test_times_of_making_and_changing_are_always_there() -> None:
    event = event_of(invitation(Method.REQUEST, EVENT, OFFICE, GUEST))
    assert (event["DTSTAMP"].dt, event["CREATED"].dt, event["LAST-MODIFIED"].dt) == (NOW, NOW - timedelta(days=1), NOW)


def test_zone_is_one_standard_of_eight_hours_and_has_no_summer() -> None:
    text = invitation(Method.REQUEST, EVENT, OFFICE, GUEST).decode()
    zone = text[text.index("BEGIN:VTIMEZONE") : text.index("END:VTIMEZONE")]
    assert zone.count("BEGIN:STANDARD") == 1
    assert "DAYLIGHT" not in zone
    assert {line for line in zone.splitlines() if "OFFSET" in line} == {"TZOFFSETFROM:+0800", "TZOFFSETTO:+0800"}
    assert "DTSTART;TZID=Asia/Shanghai:20261203T143000" in text
    summer = replace(EVENT, begins_at=datetime(2027, 7, 1, 6, 30, tzinfo=UTC))
    assert "DTSTART;TZID=Asia/Shanghai:20270701T143000" in invitation(Method.REQUEST, summer, OFFICE, GUEST).decode()


def test_cancellation_keeps_uid_organizer_and_attendee_and_is_newer() -> None:
    asked = event_of(invitation(Method.REQUEST, EVENT, OFFICE, GUEST))
    gone = event_of(invitation(Method.CANCEL, replace(EVENT, sequence=1), OFFICE, GUEST))
    assert [gone[key] for key in ("UID", "ORGANIZER", "ATTENDEE")] == [asked[key] for key in ("UID", "ORGANIZER", "ATTENDEE")]
    assert (gone["SEQUENCE"], str(gone["STATUS"]), str(asked["STATUS"])) == (1, "CANCELLED", "CONFIRMED")


@pytest.mark.parametrize("make", [update_mail, cancel_mail])
def test_nothing_is_changed_or_cancelled_without_a_higher_sequence(make: Any) -> None:
    with pytest.raises(ValueError, match="higher sequence"):
        make(EVENT, WORDING, organizer=OFFICE, attendee=GUEST)


@pytest.mark.parametrize(
    "calendar",
    [
        invitation(Method.REQUEST, EVENT, OFFICE, GUEST),
        invitation(Method.REQUEST, replace(EVENT, sequence=1), OFFICE, GUEST),
        invitation(Method.CANCEL, replace(EVENT, sequence=2), OFFICE, GUEST),
        feed([EVENT, replace(EVENT, uid="2@example.cn", cancelled=True)], title="听证", organizer=OFFICE),
    ],
    ids=["request", "update", "cancel", "feed"],
)
def test_libical_finds_nothing_wrong(calendar: bytes) -> None:
    assert faults(calendar) == []


@pytest.mark.parametrize(
    ("method", "right", "wrong"),
    [
        (Method.REQUEST, b"ATTENDEE;", b"X-ATTENDEE;"),
        (Method.REQUEST, b"ORGANIZER;", b"X-ORGANIZER;"),
        (Method.CANCEL, b"METHOD:CANCEL", b"METHOD:REQUEST"),
        (Method.CANCEL, b"SEQUENCE:", b"X-SEQUENCE:"),
    ],
)
def test_libical_would_find_what_other_systems_get_wrong(method: Method, right: bytes, wrong: bytes) -> None:
    sound = invitation(method, replace(EVENT, sequence=1), OFFICE, GUEST)
    assert (faults(sound), faults(sound.replace(right, wrong)) != []) == ([], True)


def test_a_feed_publishes_and_names_nobody() -> None:
    text = feed([EVENT], title="公开听证").decode()
    assert "METHOD:PUBLISH" in text
    assert "ATTENDEE" not in text
    assert "@example.cn" not in text.replace(EVENT.uid, "")


@given(
    name=st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable() and text.strip()),
    summary=st.text(max_size=120).filter(str.isprintable), place=st.text(max_size=200).filter(str.isprintable),
)  # fmt: skip
def test_lines_are_short_whole_and_end_as_they_must(name: str, summary: str, place: str) -> None:
    event = replace(EVENT, summary=summary, place=place)
    calendar = invitation(Method.REQUEST, event, OFFICE, Party(name, "wang@example.cn"))
    lines = calendar.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode("utf-8") is not None and b"\n" not in line for line in lines)
    read = event_of(calendar)
    assert (str(read["SUMMARY"]), str(read["LOCATION"])) == (summary, place)
    assert "^" not in calendar.decode() or "^" in summary + place


def test_the_same_mail_has_the_same_bytes_and_only_ascii() -> None:
    first = invitation_mail(EVENT, WORDING, organizer=OFFICE, attendee=GUEST)
    assert first == invitation_mail(EVENT, WORDING, organizer=OFFICE, attendee=GUEST)
    assert first.isascii()
    assert b"\n" not in first.replace(b"\r\n", b"")
    assert b"Message-ID" not in first, "the outbox gives the name"


def test_a_subject_or_name_cannot_bring_in_headers() -> None:
    sly = replace(WORDING, subject="x\r\nBcc: all@example.cn")
    mail = parsed(plain_mail(sly, organizer=OFFICE, attendee=Party("a\r\nBcc: b@example.cn", "wang@example.cn"), name="1"))
    assert mail["bcc"] is None
    assert str(mail["subject"]) == "x Bcc: all@example.cn"


def test_reply_addresses_stay_the_same_and_tell_nothing() -> None:
    one, two = reply_address("hearing@example.cn", "1@x", b"k" * 32), reply_address("hearing@example.cn", "2@x", b"k" * 32)
    assert one == reply_address("hearing@example.cn", "1@x", b"k" * 32) != two
    assert one != reply_address("hearing@example.cn", "1@x", b"l" * 32)
    assert one.startswith("hearing+") and one.endswith("@example.cn")


@pytest.mark.parametrize("wrong", ["abc", "王@例子.cn", "", "a@b.cn, c@d.cn", "a@b.cn\r\nBcc: c@d.cn"])
def test_what_is_no_address_does_not_stop_the_composing(wrong: str) -> None:
    mail = parsed(invitation_mail(EVENT, WORDING, organizer=OFFICE, attendee=Party("王", wrong)))
    assert (str(mail["to"]), mail["bcc"]) == ("undisclosed-recipients:;", None)
