"""What may be known of discreet visits: by the holder of a code, and by the roles of the hall's rule. Everything else that reads
visits finds nothing of them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import func
from sqlmodel import Session, col, select

from kiosk import standard
from kiosk.discreet.tables import DiscreetRule, DiscreetVisit
from kiosk.picture import Standing
from kiosk.plan import HallPlan, ServicePlan, WindowPlan
from kiosk.tables import ENDED, State, Ticket, WindowState

LETTERS = "NPRSTUVWXYZ"  # what is tried when the rule's letter has become a service's
NEUTRAL_ZH, NEUTRAL_EN = "来访接待", "Reception"


class Rule(msgspec.Struct, frozen=True):
    """How a hall receives discreetly. ``rooms``: 中文 and English; ``roles``: who may see such visits."""

    prefix: str
    rooms: tuple[tuple[str, str], ...]
    roles: frozenset[str]
    services: frozenset[str]

    def may_see(self, roles: Collection[str]) -> bool:
        return not self.roles.isdisjoint(roles)


class Apart(msgspec.Struct, frozen=True, kw_only=True):
    """A discreet visit as it stands. ``ahead``: how many of its service stand before it in the order."""

    number: str
    code: str
    state: str
    service_id: UUID
    language: str
    hint: str
    needs: str
    arrived_at: datetime
    rank_at: datetime
    room_zh: str
    room_en: str
    calls: int
    called_at: datetime | None
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    started_at: datetime | None
    ticket_id: UUID
    ahead: int = 0

    @property
    def room(self) -> WindowPlan | None:
        """The room as the window that it stands in for."""
        if not self.room_zh or self.state not in (State.CALLED, State.SERVING):
            return None
        return WindowPlan(id=self.ticket_id, code="", name_zh=self.room_zh, name_en=self.room_en, state=WindowState.OPEN,
                          skills=frozenset())

    @property
    def standing(self) -> Standing:
        """The same as a ticket, for the pages of its holder alone."""
        return Standing(
            id=self.ticket_id, number=self.number, code=self.code, service_id=self.service_id, state=self.state,
            language=self.language, lane="", head_start=0, needs="", arrived_at=self.arrived_at, queued_at=self.arrived_at,
            ready_at=self.arrived_at, rank_at=self.rank_at, deferrals=0, window_id=None, called_at=self.called_at,
            started_at=self.started_at, transferred_from="", version=0,
        )


FIELDS = [one for one in Apart.__struct_fields__ if one != "ahead"]


def rule_of(session: Session, *, hall: UUID) -> Rule:
    row = session.get(DiscreetRule, hall)
    if row is None:
        prefix, rooms_zh, rooms_en, roles, services = standard.DISCREET
        return Rule(prefix, _rooms(rooms_zh, rooms_en), frozenset(roles), frozenset(services))
    return Rule(row.prefix, _rooms(row.rooms_zh, row.rooms_en), frozenset(row.roles), frozenset(row.services))


def _rooms(zh: str, en: str) -> tuple[tuple[str, str], ...]:
    return tuple(zip(zh.splitlines(), en.splitlines(), strict=False))


def neutral_letter(plan: HallPlan, rule: Rule) -> str:
    """The rule's letter; where a service has it (also one of the past), the first that none has."""
    taken = {one.prefix for one in plan.services_by_id.values()}
    letters: list[str] = [rule.prefix, *LETTERS, "ZZ"]
    return next(letter for letter in letters if letter not in taken)


def neutral(service: ServicePlan) -> ServicePlan:
    """What stands for the service on paper and on the phone: the word for any reception, and nothing to bring."""
    return msgspec.structs.replace(service, name_zh=NEUTRAL_ZH, name_en=NEUTRAL_EN, hint_zh="", hint_en="", bring_zh="",
                                   bring_en="")


def holders(session: Session, *, hall: UUID, code: str) -> Apart | None:
    """The visit of whoever holds this code."""
    row = session.exec(select(DiscreetVisit).where(DiscreetVisit.hall_id == hall, DiscreetVisit.code == code)).first()
    return _view(session, row) if row else None


def open_visits(session: Session, *, hall: UUID) -> list[Apart]:
    """Those that are not over, in the order in which their services would call them."""
    wanted = select(DiscreetVisit).where(DiscreetVisit.hall_id == hall, col(DiscreetVisit.state).not_in(ENDED))
    return [_view(session, row) for row in session.exec(wanted.order_by(col(DiscreetVisit.rank_at))).all()]


def is_apart(session: Session, *, ticket: UUID) -> bool:
    return session.get(DiscreetVisit, ticket) is not None


def ahead_of(session: Session, row: DiscreetVisit) -> int:
    """How many of the service wait with an earlier place, discreet or not: the lawful place of this visit."""
    open_line = select(func.count()).select_from(Ticket).where(
        Ticket.service_id == row.service_id, Ticket.state == State.WAITING, col(Ticket.rank_at) < row.rank_at
    )
    apart = select(func.count()).select_from(DiscreetVisit).where(
        DiscreetVisit.service_id == row.service_id, DiscreetVisit.state == State.WAITING,
        col(DiscreetVisit.rank_at) < row.rank_at,
    )
    return session.exec(open_line).one() + session.exec(apart).one()


def _view(session: Session, row: DiscreetVisit) -> Apart:
    told = {name: getattr(row, name) for name in FIELDS}
    return Apart(**told, ahead=ahead_of(session, row) if row.state == State.WAITING else 0)
