"""Every environment variable of the product, read once into one frozen struct."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

PUSH_HOSTS = (  # of Chrome and what is built on it, Firefox, Edge on Windows, Safari
    "fcm.googleapis.com", "updates.push.services.mozilla.com", "*.notify.windows.com", "web.push.apple.com",
)  # fmt: skip


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """``database_url`` empty means SQLite in ``data``. ``smtp_url`` and ``sms_url`` empty mean that mail and text messages are
    written as files under ``data``; ``imap_url`` empty, that no mailbox is read but ``mail/in`` there. ``push``: phones may be
    rung by Web Push, through services at ``push_hosts`` alone. ``demo``: an empty database gets the demo centre."""

    data: Path = Path("var")
    database_url: str = ""
    base_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    locale: str = "zh-CN"
    smtp_url: str = ""
    sms_url: str = ""
    imap_url: str = ""
    mail_from: str = ""
    push: bool = True
    push_hosts: tuple[str, ...] = PUSH_HOSTS
    demo: bool = True

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Raises ``ValueError`` naming the variable when one cannot be understood."""
        port = environ.get("NUANYI_PORT") or "8000"
        if not port.isdigit() or int(port) > 65535:
            raise ValueError(f"NUANYI_PORT must be a port number, not {port!r}")
        locale = environ.get("NUANYI_LOCALE") or "zh-CN"
        if locale not in ("zh-CN", "en"):
            raise ValueError(f"NUANYI_LOCALE must be zh-CN or en, not {locale!r}")
        url = environ.get("NUANYI_DATABASE_URL", "")
        if url and not url.startswith(("postgresql+psycopg://", "sqlite:///")):
            raise ValueError("NUANYI_DATABASE_URL must begin with postgresql+psycopg:// (or be empty for SQLite)")
        return cls(
            data=Path(environ.get("NUANYI_DATA") or "var").resolve(),
            database_url=url,
            base_url=environ.get("NUANYI_BASE_URL", "").rstrip("/"),
            host=environ.get("NUANYI_HOST") or "127.0.0.1",
            port=int(port),
            locale=locale,
            smtp_url=_address(environ, "NUANYI_SMTP_URL", "smtp", "smtps"),
            sms_url=_address(environ, "NUANYI_SMS_URL", "http", "https"),
            imap_url=_address(environ, "NUANYI_IMAP_URL", "imap", "imaps"),
            mail_from=_mailbox(environ.get("NUANYI_MAIL_FROM", "")),
            push=_either(environ, "NUANYI_PUSH"),
            push_hosts=_hosts(environ.get("NUANYI_PUSH_HOSTS", "")),
            demo=_either(environ, "NUANYI_DEMO"),
        )

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'nuanyi.db'}"

    @property
    def public_url(self) -> str:
        """The address that QR codes carry, without a slash at its end."""
        return self.base_url or f"http://{self.host}:{self.port}"

    @property
    def sender(self) -> str:
        """The address that mail comes from and answers go to."""
        host = urlsplit(self.public_url).hostname or "localhost"
        return self.mail_from or f"hearing@{host if re.search('[a-z]', host) else 'localhost'}"


def _either(environ: Mapping[str, str], name: str) -> bool:
    """True when nothing is said."""
    said = environ.get(name) or "true"
    if said not in ("true", "false"):
        raise ValueError(f"{name} must be true or false, not {said!r}")
    return said == "true"


def _hosts(listed: str) -> tuple[str, ...]:
    """Names of push services, with blanks or commas between; nothing said: the known ones."""
    hosts = tuple(listed.replace(",", " ").lower().split())
    for one in hosts:
        if not re.fullmatch(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+|https?://[a-z0-9.-]+(:\d+)?", one):
            raise ValueError(f"NUANYI_PUSH_HOSTS must hold names such as push.example.cn, not {one!r}")
    return hosts or PUSH_HOSTS


def _address(environ: Mapping[str, str], name: str, *schemes: str) -> str:
    url = environ.get(name, "")
    if url and (urlsplit(url).scheme not in schemes or not urlsplit(url).hostname):
        raise ValueError(f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)} and name a host")
    return url


def _mailbox(address: str) -> str:
    if address and not re.fullmatch(r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+", address):
        raise ValueError("NUANYI_MAIL_FROM must be a plain address such as hearing@example.cn")
    return address
