"""How a rule says no. Every refusal has a stable code; screens turn it into words, the API into problem+json."""

from typing import Any


class Refused(Exception):
    """A rule said no.

    ``code`` is stable and public (API, logs, tests); ``detail`` fills the placeholders of its sentence. ``status`` is the
    HTTP status when the refusal leaves through HTTP.
    """

    def __init__(self, code: str, status: int = 409, **detail: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.detail = detail


class Unavailable(Refused):
    """Nothing is wrong with what was asked, but it cannot be kept safely now (disk full, database locked). Try again."""

    def __init__(self, code: str = "try-again", **detail: Any) -> None:
        super().__init__(code, 503, **detail)
