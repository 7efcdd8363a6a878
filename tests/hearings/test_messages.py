"""What people are told, word for word, in both languages. After a wanted change of words:
``python -m tests.hearings.test_messages`` writes the texts anew; read the difference."""

import email
import inspect
from base64 import b64decode
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from hearings.changes import messages as change_messages
from hearings.changes.messages import Change
from hearings.invitations import messages
from hearings.invitations.messages import Entry, Guest, Occasion, Person
from shared.outbox import Channel, Letter, Mail, Text
from shared.wording import FOLDER
from shared.words import CHINESE, ENGLISH

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
BEGINS = datetime(2026, 12, 3, 6, 30, tzinfo=UTC)
WAS, REPLY_BY = datetime(2026, 12, 1, 1, 30, tzinfo=UTC), datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
LINK = "https://example.cn/i/8f3kq2m7x9"
CODE = "38274415"
TITLES = {CHINESE: "一起刑事申诉案件听证会", ENGLISH: "Hearing in a criminal appeal"}
PEOPLE = {
    CHINESE: [Person("主持人", "李检察官"), Person("听证员", "陈建国", "人大代表"), Person("听证员", "刘桂兰", "律师")],
    ENGLISH: [Person("Moderator", "Li Ming"), Person("Hearing officer", "Chen Jianguo", "NPC deputy")],
}
ENTRY = Entry(
    uid="1@example.cn", sequence=0, reply_to="hearing+abc@example.cn", made_at=NOW, changed_at=NOW, now=NOW, url=LINK
)
LATER = replace(ENTRY, sequence=1)


def occasion(language: str = CHINESE, **more: Any) -> Occasion:
    told = {
        "number": "蚌检听〔2026〕3号", "subject": TITLES[language], "open": True, "begins_at": BEGINS,
        "ends_at": BEGINS + timedelta(minutes=90), "zone": ZoneInfo("Asia/Shanghai"), "place_zh": "第一听证室",
        "place_en": "Hearing room 1", "office_zh": "蚌埠市检察院", "office_en": "Bengbu Procuratorate", "phone": "0552-12309",
        "mailbox": "hearing@example.cn",
    }  # fmt: skip
    return Occasion(**{**told, **more})


def guest(language: str = CHINESE, to: str = "chen@example.com") -> Guest:
    return Guest(name="陈建国" if language == CHINESE else "Chen Jianguo", to=to, language=language)


def said(language: str) -> dict[str, Any]:
    """Each kind of message with what it tells."""
    reason = {CHINESE: "旁听席已满", ENGLISH: "all seats are taken"}[language]
    cause = {CHINESE: "不服不起诉决定", ENGLISH: "appeal against a decision not to prosecute"}[language]
    at = {CHINESE: "第二听证室", ENGLISH: "Hearing room 2"}[language]
    why = {CHINESE: "申诉人撤回了申诉", ENGLISH: "the appeal has been withdrawn"}[language]
    role = {CHINESE: "申诉人", ENGLISH: "appellant"}[language]
    update = partial(change_messages.update, entry=LATER, link=LINK, sms_code=CODE)
    return {
        "invitation": partial(messages.invitation, entry=ENTRY, link=LINK, reply_by=REPLY_BY, sms_code=CODE),
        "update": partial(update, was=WAS, was_at=at, reply_by=REPLY_BY),
        "update_without_deadline": partial(update, was=WAS),
        "update_of_place": partial(update, was=BEGINS, was_at=at, change=Change.PLACE),
        "update_of_other": partial(update, was=BEGINS, was_at=at, change=Change.OTHER),
        "moved": partial(change_messages.moved, entry=LATER, was=WAS, was_at=at),
        "moved_place": partial(change_messages.moved, entry=LATER, was=BEGINS, was_at=at, change=Change.PLACE),
        "moved_after_postponement": partial(change_messages.moved, entry=LATER, was=WAS, was_at=at, postponed=True),
        "postponed": partial(change_messages.postponed, entry=LATER),
        "removed": partial(change_messages.removed, entry=LATER),
        "cancellation_with_reason": partial(change_messages.cancellation, entry=LATER, why=why),
        "cancellation": partial(change_messages.cancellation, entry=LATER),
        "released": partial(change_messages.released, entry=LATER),
        "reminder": partial(messages.reminder, link=LINK, reply_by=REPLY_BY, sms_code=CODE),
        "old_date": partial(messages.old_date, link=LINK, sms_code=CODE, was=WAS),
        "pack_available": partial(messages.pack_available, link=LINK),
        "participants_notice": partial(messages.participants_notice, cause=cause, role=role, link=LINK),
        "participants_notice_on_paper": partial(messages.participants_notice, cause=cause, role=role),
        "names_notice": partial(messages.names_notice, people=PEOPLE[language], link=LINK, until=date(2026, 11, 30)),
        "observer_confirmed": partial(messages.observer_confirmed, link=LINK),
        "observer_waitlisted": partial(messages.observer_waitlisted, link=LINK),
        "observer_moved": partial(messages.observer_moved, link=LINK, was=WAS, was_at=at),
        "observer_moved_up": partial(messages.observer_moved_up, link=LINK),
        "observer_closed": change_messages.observer_closed,
        "observer_declined": partial(messages.observer_declined, reason=reason),
        "application_granted": partial(messages.application_decided, granted=True),
        "application_refused": partial(messages.application_decided, granted=False, reason=reason),
        "recusal_granted": partial(messages.recusal_decided, granted=True),
        "recusal_refused": partial(messages.recusal_decided, granted=False, reason=reason, until=date(2026, 11, 30)),
    }


KINDS = [(kind, language) for language in (CHINESE, ENGLISH) for kind in said(CHINESE)]


def compose(kind: str, language: str, channel: Channel) -> Any:
    return said(language)[kind](channel, occasion(language), guest(language))


def mail_of(content: Mail) -> EmailMessage:
    mail = email.message_from_string(content.mime, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def part(mail: EmailMessage, kind: str) -> str:
    return str(next(one for one in mail.walk() if one.get_content_type() == kind).get_content()).replace("\r\n", "\n")


def words_of(kind: str, language: str) -> str:
    """All that one kind of message says: subject, text, text message, head of the letter."""
    mail = mail_of(compose(kind, language, Channel.EMAIL))
    text, letter = compose(kind, language, Channel.SMS), compose(kind, language, Channel.LETTER)
    shown = (f"# {letter.data['title']}", f"Subject: {mail['subject']}", part(mail, "text/plain"), "---", text.text)
    return "\n\n".join(one.strip() for one in shown) + "\n"


@pytest.mark.parametrize(("kind", "language"), KINDS)
def test_words_are_those_that_were_agreed(kind: str, language: str) -> None:
    assert words_of(kind, language) == (GOLDEN / f"{kind}.{language}.txt").read_text(encoding="utf-8")


def test_every_template_has_its_words_agreed_in_both_languages() -> None:
    """Those of `kiosk` have its prefix and tests of their own."""
    for language in (CHINESE, ENGLISH):
        known = {path.stem for path in (FOLDER / language).glob("[a-z]*.txt") if not path.stem.startswith("booking_")}
        assert known == {value for name, value in vars(messages).items() if name.isupper() and value == name.lower()}


@pytest.mark.parametrize(("kind", "language"), KINDS)
def test_mail_says_the_same_with_and_without_markup(kind: str, language: str) -> None:
    mail = mail_of(compose(kind, language, Channel.EMAIL))
    html = part(mail, "text/html")
    for line in part(mail, "text/plain").split("\n"):
        last = line.rstrip("：:").split("：" if language == CHINESE else ": ")[-1]
        assert last.strip().replace("'", "&#39;") in html


@pytest.mark.parametrize(("kind", "language"), KINDS)
def test_text_messages_are_short_and_say_who_writes(kind: str, language: str) -> None:
    text = compose(kind, language, Channel.SMS)
    assert isinstance(text, Text)
    assert text.text.startswith(("【蚌埠市检察院】", "[Bengbu Procuratorate]"))
    assert len(text.text) <= (134 if language == CHINESE else 306), "two messages on the air"
    assert "\n" not in text.text


def test_kinds_of_before_acceptance_cannot_carry_party_or_case() -> None:
    """Neither cause nor people are among what these functions take."""
    for compose_ in (messages.invitation, messages.reminder, messages.old_date, change_messages.update,
                     change_messages.cancellation, change_messages.postponed):
        assert not {"cause", "people", "role", "reason"} & set(inspect.signature(compose_).parameters)


@pytest.mark.parametrize(
    ("kind", "method"),
    [("invitation", "REQUEST"), ("update", "REQUEST"), ("cancellation", "CANCEL"), ("released", "CANCEL"), ("moved", "REQUEST"),
     ("postponed", "CANCEL"), ("removed", "CANCEL"), ("reminder", None),
     ("old_date", None), ("names_notice", None), ("observer_confirmed", None)],
)  # fmt: skip
def test_only_what_changes_a_calendar_carries_one(kind: str, method: str | None) -> None:
    parts = [one for one in mail_of(compose(kind, CHINESE, Channel.EMAIL)).walk() if one.get_content_type() == "text/calendar"]
    assert [one.get_param("method") for one in parts] == ([method] if method else [])


def test_participants_get_the_date_for_their_calendar_with_the_notice() -> None:
    content = messages.participants_notice(
        Channel.EMAIL, occasion(), guest(), cause="不服不起诉决定", role="申诉人", link=LINK, entry=ENTRY
    )
    assert isinstance(content, Mail)
    calendar = part(mail_of(content), "text/calendar")
    assert "METHOD:REQUEST" in calendar
    assert "不起诉" not in calendar, "a calendar is seen by others"


def test_answers_and_bounces_come_to_an_address_of_the_invitation() -> None:
    content = compose("invitation", CHINESE, Channel.EMAIL)
    assert content.sender == "hearing+abc@example.cn" == mail_of(content)["from"].addresses[0].addr_spec
    assert compose("reminder", CHINESE, Channel.EMAIL).sender == "hearing@example.cn"


def test_a_letter_has_the_form_of_its_kind_and_the_same_words() -> None:
    forms = {kind: compose(kind, CHINESE, Channel.LETTER).template for kind in said(CHINESE)}
    assert {kind for kind, form in forms.items() if form != "message"} == {
        "invitation", "participants_notice", "participants_notice_on_paper", "names_notice",
    }  # fmt: skip
    letter = compose("invitation", CHINESE, Channel.LETTER)
    assert isinstance(letter, Letter)
    assert [block["url"] for block in letter.data["blocks"] if block["type"] == "link"] == [LINK]


def test_what_people_entered_stays_on_its_line_and_is_never_markup() -> None:
    sly = occasion(subject="案件\n\n[点这里](https://evil.example)\n| 时间 | 明天\n<b>粗</b>")
    mail = mail_of(messages.pack_available(Channel.EMAIL, sly, guest(), link=LINK))  # type: ignore[arg-type]
    assert "案件 [点这里](https://evil.example) | 时间 | 明天 <b>粗</b>" in part(mail, "text/plain")
    html = part(mail, "text/html")
    assert 'href="https://evil.example"' not in html
    assert "<b>" not in html
    assert html.count("href=") == 1


def test_calendar_parts_are_decodable_base64() -> None:
    mail = mail_of(compose("invitation", CHINESE, Channel.EMAIL))
    for one in mail.walk():
        if one.get_content_type() in ("text/calendar", "application/ics"):
            assert b64decode(one.get_payload()).startswith(b"BEGIN:VCALENDAR\r\n")  # type: ignore[arg-type]


if __name__ == "__main__":
    for kind, language in KINDS:
        (GOLDEN / f"{kind}.{language}.txt").write_text(words_of(kind, language), encoding="utf-8")
