"""The form of somebody who wants to observe a hearing, and what is wrong with it, field by field. Pure."""

from collections.abc import Callable
from datetime import date

import msgspec

from cases import papers
from cases.tables import IdKind
from hearings.invitations.tables import ObserverClass
from shared.errors import Refused

NAME_LENGTH, OUTLET_LENGTH = 60, 80
NEEDS = frozenset({"wheelchair", "sign_language", "hearing_aid"})


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody entered who wants to observe. ``outlet``: the newspaper or station of a journalist."""

    kind: str = ObserverClass.CITIZEN
    name: str = ""
    id_kind: str = IdKind.RESIDENT_ID
    id_number: str = ""
    phone: str = ""
    outlet: str = ""
    needs: tuple[str, ...] = ()
    language: str = "zh-CN"
    key: str = ""


def faults(form: Application, *, today: date) -> dict[str, str]:
    """Field -> refusal code, for everything that is wrong with an application."""
    found: dict[str, str] = {}
    if form.kind not in set(ObserverClass):
        found["kind"] = "choice-needed"
    if not 0 < len(form.name.strip()) <= NAME_LENGTH:
        found["name"] = "name-needed" if not form.name.strip() else "too-long"
    if form.kind == ObserverClass.MEDIA and not 0 < len(form.outlet.strip()) <= OUTLET_LENGTH:
        found["outlet"] = "outlet-needed"
    checks: dict[str, Callable[[], str]] = {
        "id_number": lambda: id_number(form, today), "phone": lambda: papers.phone_number(form.phone),
    }
    for field, check in checks.items():
        try:
            check()
        except Refused as refusal:
            found[field] = refusal.code
    return found


def id_number(form: Application, today: date) -> str:
    """The number as it is kept. Refuses what `papers.id_number` refuses, and ``id-number`` where no document was chosen."""
    if form.id_kind not in set(IdKind) - {IdKind.NONE}:
        raise Refused("id-number", 422)
    return papers.id_number(form.id_number, IdKind(form.id_kind), today=today)
