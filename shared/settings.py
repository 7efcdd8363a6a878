"""Every environment variable of the product, read once into one frozen struct."""

from collections.abc import Mapping
from pathlib import Path

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """``database_url`` empty means SQLite in ``data``; ``smtp_url`` empty means mail is written as files under ``data``."""

    data: Path = Path("var")
    database_url: str = ""
    base_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    locale: str = "zh-CN"
    smtp_url: str = ""

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
            smtp_url=environ.get("NUANYI_SMTP_URL", ""),
        )

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'nuanyi.db'}"

    @property
    def public_url(self) -> str:
        """The address that QR codes carry, without a slash at its end."""
        return self.base_url or f"http://{self.host}:{self.port}"
