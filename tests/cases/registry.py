"""A register of matters for tests: acts as one of the demo centre's staff, at minutes after nine on a Monday."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from cases import actions
from cases.actions import IdentityCheck, Registered
from cases.centre import Centre, centre_of, found_registry
from cases.forms import RegistrationForm
from cases.queries import MatterFile, matter_file
from cases.tables import Factor, IdKind, Proof, Relation
from shared.database import Database
from shared.identity import Identity
from shared.journal import JournalLine
from shared.offices import Office
from shared.people import Staff
from shared.vault import Vault
from tests.conftest import MORNING

ID = "11010519491231002X"
OTHER_ID = "340302198001011232"
CHECK = IdentityCheck(Relation.PARTY, IdKind.RESIDENT_ID, Proof.NONE, Factor.PIN, "4072")


def form(**more: str) -> RegistrationForm:
    told = {"matter_class": "criminal-appeal", "summary": "不服判决，请求抗诉", "name": "欧阳秀英", "id_number": ID,
            "phone": "138 0013 8000", "address": "蚌埠市蚌山区东海大道1号"}
    return RegistrationForm(**{**told, **more})


class Register:
    """One office's register. ``who`` is an account of the demo centre."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self.db, self.vault = db, vault
        self.office = db.read_now(lambda s: s.exec(select(Office)).one().id)
        db.write_now(found_registry, self.office)

    def by(self, who: str) -> Identity:
        row = self.db.read_now(lambda s: s.exec(select(Staff).where(Staff.account == who)).one())
        return Identity("staff", row.id, row.office_id, row.hall_id, frozenset(row.roles), row.name)

    def centre(self, now: datetime = MORNING) -> Centre:
        return self.db.read_now(centre_of, self.office, now)

    def act(self, action: Callable[..., Any], *, who: str = "window3", days: float = 0, **more: Any) -> Any:
        now = MORNING + timedelta(days=days)
        return self.db.write_now(action, centre=self.centre(now), now=now, by=self.by(who), **more)

    def register(self, check: IdentityCheck | None = CHECK, *, who: str = "window3", days: float = 0, **more: str) -> Registered:
        made = self.act(actions.register_matter, who=who, days=days, form=form(**more), check=check, sealing=self.vault)
        assert isinstance(made, Registered)
        return made

    def file(self, matter: UUID, *, who: str = "window3", days: float = 0, revealed: bool = False) -> MatterFile:
        centre = self.centre(MORNING + timedelta(days=days))
        return self.db.read_now(matter_file, centre=centre, matter_id=matter, sealing=self.vault, by=self.by(who),
                                revealed=revealed)

    def all(self, kind: type[Any]) -> list[Any]:
        return self.db.read_now(lambda s: list(s.exec(select(kind)).all()))

    def journal(self) -> list[JournalLine]:
        return self.db.read_now(_lines)


def _lines(session: Session) -> list[JournalLine]:
    return list(session.exec(select(JournalLine).order_by(JournalLine.id)).all())
