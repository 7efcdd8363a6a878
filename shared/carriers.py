"""How a message leaves the machine: by a mail server, by a gateway for text messages, or, where neither is set, as a file in the
data folder. One try each; whoever calls repeats it."""

import http.client
import os
import smtplib
import ssl
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from shared.delivery import Parcel
from shared.outbox import Mail, Text, is_mail_address
from shared.settings import Settings

SECONDS = 30
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NotTaken(Exception):
    """The try failed. ``lasting``: it will not be taken later either."""

    def __init__(self, why: str, *, lasting: bool = False) -> None:
        super().__init__(why)
        self.lasting = lasting


def carry(parcel: Parcel, settings: Settings, *, now: datetime) -> None:
    """Sends one parcel. Raises `NotTaken`."""
    content = parcel.content
    if isinstance(content, Mail):
        if not is_mail_address(content.to):
            raise NotTaken("this is no mail address", lasting=True)
        raw = complete(content, parcel.message_id, now)
        if settings.smtp_url:
            return _mail(settings.smtp_url, content, raw)
        return _file(settings.data / "mail", parcel, "eml", raw)
    assert isinstance(content, Text)
    if settings.sms_url:
        return _text(settings.sms_url, content, parcel.message_id)
    _file(settings.data / "sms", parcel, "txt", f"{content.to}\n\n{content.text}\n".encode())


def complete(mail: Mail, message_id: str, now: datetime) -> bytes:
    """The mail with its name and date."""
    return f"Message-ID: <{message_id}>\r\nDate: {format_datetime(now)}\r\n".encode() + mail.mime.encode("ascii")


def _mail(url: str, mail: Mail, raw: bytes) -> None:
    place = urlsplit(url)
    host, secure = place.hostname or "", place.scheme == "smtps"
    context = ssl.create_default_context()
    try:
        with (
            smtplib.SMTP_SSL(host, place.port or 465, timeout=SECONDS, context=context)
            if secure else smtplib.SMTP(host, place.port or 25, timeout=SECONDS)
        ) as server:
            server.ehlo()
            if not secure and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
                secure = True
            if place.username:
                _log_in(server, place.username, place.password or "", secure or host in LOOPBACK)
            server.sendmail(mail.sender, [mail.to], raw)
    except smtplib.SMTPRecipientsRefused as problem:
        code, words = next(iter(problem.recipients.values()))
        raise NotTaken(f"{code} {words!r}", lasting=code >= 500) from None
    except smtplib.SMTPDataError as problem:
        raise NotTaken(str(problem), lasting=problem.smtp_code >= 500) from None
    except (smtplib.SMTPException, OSError) as problem:
        raise NotTaken(str(problem) or type(problem).__name__) from None


def _log_in(server: smtplib.SMTP, user: str, password: str, private: bool) -> None:
    if not private:
        raise NotTaken("the mail server offers no encryption, the password was not sent")
    server.login(unquote(user), unquote(password))


def _text(url: str, text: Text, message_id: str) -> None:
    """``POST {"to", "text", "id"}``; the id is the same at each try, so that the gateway can tell a repeat."""
    place = urlsplit(url)
    make = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    headers = {"content-type": "application/json", "idempotency-key": message_id}
    if place.username:
        headers["authorization"] = f"Bearer {unquote(place.username)}"
    connection = make(place.hostname or "", place.port, timeout=SECONDS)
    try:
        body = msgspec.json.encode({"to": text.to, "text": text.text, "id": message_id})
        connection.request("POST", f"{place.path or '/'}{'?' + place.query if place.query else ''}", body, headers)
        with connection.getresponse() as answer:
            status = answer.status
    except (http.client.HTTPException, OSError) as problem:
        raise NotTaken(str(problem) or type(problem).__name__) from None
    finally:
        connection.close()
    if status >= 300:
        raise NotTaken(f"the gateway said {status}", lasting=400 <= status < 500 and status not in (401, 403, 408, 429))


def _file(folder: Path, parcel: Parcel, kind: str, raw: bytes) -> None:
    """Readable by the owner only. A repeat takes the place of the first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{parcel.message_id.partition('@')[0]}.{kind}"
    draft = path.with_suffix(".draft")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(raw)
        draft.replace(path)
    except OSError as problem:
        raise NotTaken(str(problem)) from None
