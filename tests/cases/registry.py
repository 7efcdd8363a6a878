"""A register of matters for tests: acts as one of the demo centre's staff, at minutes after nine on a Monday."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from cases.actions import IdentityCheck
from cases.centre import Centre, centre_of, found_registry
from cases.file import MatterFile, matter_file
from cases.forms import RegistrationForm
from cases.intake import Registered, register_matter
from cases.papers import CHECKS, WEIGHTS
from cases.tables import CODE, Factor, IdKind, Proof, Receipt, Relation
from shared.database import Database
from shared.identity import Identity
from shared.journal import JournalLine
from shared.offices import Office
from shared.people import Staff
from shared.settings import Settings
from shared.vault import Vault
from tests.centre import Centre as RunningCentre
from tests.centre import found
from tests.conftest import MORNING

ID = "11010519491231002X"
OTHER_ID = "340302198001011232"
CHECK = IdentityCheck(Relation.PARTY, IdKind.RESIDENT_ID, Proof.NONE, Factor.PIN, "4072")


def resident_id(n: int) -> str:
    """The n-th of many valid ID numbers."""
    digits = f"34030219600101{n:03}"
    return digits + CHECKS[sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11]


def form(**more: str) -> RegistrationForm:
    told = {"matter_class": "criminal-appeal", "summary": "不服判决，请求抗诉", "name": "欧阳秀英", "id_number": ID,
            "phone": "138 0013 8000", "address": "蚌埠市蚌山区东海大道1号"}
    return RegistrationForm(**{**told, **more})


class Register:
    """One office's register, from ``start`` on. ``who`` is an account of the demo centre."""

    def __init__(self, db: Database, vault: Vault, start: datetime = MORNING) -> None:
        self.db, self.vault, self.start = db, vault, start
        self.office = db.read_now(lambda s: s.exec(select(Office)).one().id)
        db.write_now(found_registry, self.office)

    def by(self, who: str) -> Identity:
        row = self.db.read_now(lambda s: s.exec(select(Staff).where(Staff.account == who)).one())
        return Identity("staff", row.id, row.office_id, row.hall_id, frozenset(row.roles), row.name)

    def centre(self, days: float = 0) -> Centre:
        return self.db.read_now(centre_of, self.office, self.start + timedelta(days=days))

    def act(self, action: Callable[..., Any], *, who: str = "window3", days: float = 0, **more: Any) -> Any:
        now = self.start + timedelta(days=days)
        return self.db.write_now(action, centre=self.centre(days), now=now, by=self.by(who), **more)

    def register(self, check: IdentityCheck | None = CHECK, *, who: str = "window3", days: float = 0, **more: str) -> Registered:
        made = self.act(register_matter, who=who, days=days, form=form(**more), check=check, sealing=self.vault)
        assert isinstance(made, Registered)
        return made

    def file(self, matter: UUID, *, who: str = "window3", days: float = 0, revealed: bool = False) -> MatterFile:
        return self.db.read_now(matter_file, centre=self.centre(days), matter_id=matter, sealing=self.vault, by=self.by(who),
                                revealed=revealed)

    def codes(self) -> list[str]:
        """The look-up codes given so far."""
        return [self.vault.unseal(row.code, purpose=CODE) for row in self.all(Receipt)]

    def all(self, kind: type[Any]) -> list[Any]:
        return self.db.read_now(lambda s: list(s.exec(select(kind)).all()))

    def journal(self) -> list[JournalLine]:
        return self.db.read_now(_lines)


def _lines(session: Session) -> list[JournalLine]:
    return list(session.exec(select(JournalLine).order_by(JournalLine.id)).all())


@contextmanager
def one_centre(data: Path, template: Path, hashes: list[str]) -> Iterator[tuple[RunningCentre, Settings]]:
    """A running centre for all tests of a file, on SQLite: what differs between the databases is proven elsewhere."""
    copyfile(template, data / "nuanyi.db")
    settings = Settings.read({"NUANYI_DATA": str(data)})
    found(settings, hashes)
    running = RunningCentre(settings, data / "centre.log", {})
    running.start()
    yield running, settings
    running.stop()


@contextmanager
def beside(settings: Settings) -> Iterator[Database]:
    """The database of a running centre, opened beside it."""
    db = Database(settings)
    db.start()
    yield db
    db.stop()
