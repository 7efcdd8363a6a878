"""Hearings for tests, put into the demo centre as rows: of a wanted state, with people, a roster, a panel, a time and a place.

`Stage` acts as one of the centre's staff, at days after nine on a Monday.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from cases.centre import Centre, centre_of, found_registry
from hearings.centre import case_types_of, categories_of, found_hearings
from hearings.roster.tables import RosterMember
from hearings.tables import (
    CASE_TEXT,
    HEARING_CONTACT,
    HEARING_NAME,
    Approval,
    Ground,
    Hearing,
    HearingState,
    Initiative,
    Listing,
    ListingSource,
    Participant,
    PartRole,
    Question,
    Room,
    Seat,
    SeatOrigin,
)
from shared.database import Database
from shared.identity import Identity
from shared.journal import JournalLine
from shared.offices import Office
from shared.people import Staff
from shared.vault import Vault
from tests.conftest import MORNING

S = HearingState
BEFORE_APPROVAL = (S.DRAFT, S.PENDING_APPROVAL, S.REFUSED)
WITH_PANEL = (S.PANEL_READY, S.NOTIFIED, S.CHECKING_IN, S.IN_SESSION)
PEOPLE = ((PartRole.PARTY, "欧阳秀英", "", "13800138000"), (PartRole.AGENT, "李明", "淮河律师事务所", "13900139000"),
          (PartRole.PARTY, "王大海", "", "13700137000"))
OFFICERS = ("陈建国", "刘桂兰", "张立新", "赵敏", "孙志强", "周玉梅", "吴海燕", "郑国平", "冯丽华", "蒋文博")
CATEGORIES = ("npc-deputy", "cppcc-member", "legal-expert", "lawyer", "mediator", "community")


class Stage:
    """One office's hearings, from ``start`` on. ``who`` is an account of the demo centre."""

    def __init__(self, db: Database, vault: Vault, start: datetime = MORNING) -> None:
        self.db, self.vault, self.start = db, vault, start
        self.office = db.read_now(lambda s: s.exec(select(Office)).one().id)
        db.write_now(found_registry, self.office)
        db.write_now(found_hearings, self.office)

    def by(self, who: str) -> Identity:
        row = self.db.read_now(lambda s: s.exec(select(Staff).where(Staff.account == who)).one())
        return Identity("staff", row.id, row.office_id, row.hall_id, frozenset(row.roles), row.name)

    def centre(self, days: float = 0) -> Centre:
        return self.db.read_now(centre_of, self.office, self.now(days))

    def now(self, days: float = 0) -> datetime:
        return self.start + timedelta(days=days)

    def act(self, action: Callable[..., Any], *, who: str = "window3", days: float = 0, **more: Any) -> Any:
        return self.db.write_now(action, centre=self.centre(days), now=self.now(days), by=self.by(who), **more)

    def read(self, query: Callable[..., Any], *, who: str = "window3", days: float = 0, **more: Any) -> Any:
        return self.db.read_now(query, centre=self.centre(days), by=self.by(who), **more)

    def hearing(self, state: HearingState = S.APPROVED, **more: Any) -> UUID:
        """A hearing of a state with what belongs to it: see `put_hearing`."""
        hearing: UUID = self.db.write_now(put_hearing, self.office, self.vault, state=state, now=self.start, **more)
        return hearing

    def roster(self, count: int = 10, **more: Any) -> list[UUID]:
        members: list[UUID] = self.db.write_now(put_roster, self.office, self.vault, count=count, now=self.start, **more)
        return members

    def all(self, kind: type[Any]) -> list[Any]:
        return self.db.read_now(lambda s: list(s.exec(select(kind)).all()))

    def get(self, kind: type[Any], key: UUID) -> Any:
        return self.db.read_now(lambda s: s.get_one(kind, key))

    def journal(self) -> list[JournalLine]:
        return self.db.read_now(lambda s: list(s.exec(select(JournalLine).order_by(col(JournalLine.id))).all()))


def put_hearing(
    session: Session, office_id: UUID, vault: Vault, *, state: HearingState = S.APPROVED, now: datetime,
    case_type: str = "criminal-appeal", opens: bool = True, minor: bool = False, panel_size: int = 3, handler: str = "window3",
    days: int = 14, people: bool = True, listed: bool | None = None, **more: Any,
) -> UUID:
    """Puts a hearing of a state: parties, moderator and clerk; from APPROVED on its approval and (``listed``) room and time
    ``days`` from now at 9:30; from PANEL_READY on a panel of a roster that is made when there is none."""
    number = session.exec(select(func.count()).select_from(Hearing)).one() + 1
    staff = {row.account: row.id for row in session.exec(select(Staff).where(Staff.office_id == office_id))}
    chosen = next(one for one in case_types_of(session, office_id) if one.code == case_type)
    told: dict[str, Any] = {
        "number": f"蚌检听〔{now.year}〕{number}号", "case_number": "蚌检控申〔2026〕7号", "title": "一起刑事申诉案件听证会",
        "initiative": Initiative.EX_OFFICIO, "ground": Ground.FACTS, "minutes": 90, "moderator": staff[handler],
        "clerk": staff["window1"], **more,
    }
    hearing = Hearing(
        office_id=office_id, case_type_id=chosen.id, cause=vault.seal("故意伤害", purpose=CASE_TEXT), state=state,
        reasons=vault.seal("双方对伤情鉴定意见分歧较大", purpose=CASE_TEXT), minor=minor, open=opens and not minor,
        panel_size=panel_size, handler=staff[handler], made_at=now, **told,
    )
    session.add(hearing)
    session.flush()
    if people:
        put_people(session, hearing, vault)
    if state not in BEFORE_APPROVAL:
        put_approval(session, hearing, Question.HEARING, asked_by=staff[handler], answered_by=staff["jianchazhang"], now=now)
        if listed is not False:
            put_listing(session, hearing, now=now, days=days, by=staff[handler])
    if state in WITH_PANEL:
        put_seats(session, hearing, vault, now=now)
    return hearing.id


def put_people(session: Session, hearing: Hearing, vault: Vault) -> list[UUID]:
    made = [
        Participant(hearing_id=hearing.id, role=role, name=vault.seal(name, purpose=HEARING_NAME), unit=unit,
                    phone=vault.seal(phone, purpose=HEARING_CONTACT),
                    email=vault.seal(f"p{place}@example.com", purpose=HEARING_CONTACT))
        for place, (role, name, unit, phone) in enumerate(PEOPLE)
    ]
    session.add_all(made)
    session.flush()
    return [one.id for one in made]


def put_approval(
    session: Session, hearing: Hearing, question: Question, *, asked_by: UUID, answered_by: UUID, now: datetime,
    granted: bool = True, wanted: dict[str, Any] | None = None,
) -> UUID:
    """A question to the chief procurator that has been answered."""
    row = Approval(hearing_id=hearing.id, question=question, wanted=wanted or {}, reason="", asked_at=now, asked_by=asked_by,
                   granted=granted, answered_at=now, answered_by=answered_by)
    session.add(row)
    session.flush()
    return row.id


def put_listing(session: Session, hearing: Hearing, *, now: datetime, by: UUID, days: int = 14) -> UUID:
    """Room 1 at 9:30 (office time), ``days`` after ``now``."""
    room = session.exec(select(Room).where(Room.office_id == hearing.office_id, Room.code == "1")).one()
    begins = datetime.combine((now + timedelta(days=days)).date(), now.time(), now.tzinfo).replace(hour=1, minute=30, second=0)
    version = session.exec(select(func.count()).select_from(Listing).where(Listing.hearing_id == hearing.id)).one() + 1
    row = Listing(hearing_id=hearing.id, version=version, room_id=room.id, begins_at=begins, made_at=now, made_by=by,
                  ends_at=begins + timedelta(minutes=hearing.minutes), source=ListingSource.HUMAN)
    session.add(row)
    session.flush()
    return row.id


def put_roster(session: Session, office_id: UUID, vault: Vault, *, count: int = 10, now: datetime, **more: Any) -> list[UUID]:
    """Members of six categories in turn, each of a unit of their own, born in 1970."""
    ids = {one.code: one.id for one in categories_of(session, office_id)}
    made = [
        RosterMember(
            office_id=office_id, category_id=ids[CATEGORIES[n % len(CATEGORIES)]],
            name=vault.seal(OFFICERS[n % len(OFFICERS)], purpose=HEARING_NAME),
            born_on=vault.seal("1970-05-06", purpose=HEARING_NAME), unit=f"第{n + 1}单位",
            phone=vault.seal(f"138{n:08}", purpose=HEARING_CONTACT),
            email=vault.seal(f"officer{n}@example.com", purpose=HEARING_CONTACT),
            **{"specialisms": ["criminal-law"], "channels": ["email", "sms"], "term_from": date(2026, 1, 1),
               "term_until": date(2028, 12, 31), "made_at": now, **more},
        )
        for n in range(count)
    ]
    session.add_all(made)
    session.flush()
    return [one.id for one in made]


def put_seats(session: Session, hearing: Hearing, vault: Vault, *, now: datetime) -> list[UUID]:
    """A panel of the first members of the roster."""
    wanted = select(RosterMember.id).where(RosterMember.office_id == hearing.office_id).order_by(col(RosterMember.id))
    members = list(session.exec(wanted)) or put_roster(session, hearing.office_id, vault, now=now)
    made = [
        Seat(hearing_id=hearing.id, member_id=member, place=place, origin=SeatOrigin.DRAW, taken_at=now)
        for place, member in enumerate(members[: hearing.panel_size], 1)
    ]
    session.add_all(made)
    session.flush()
    return [one.id for one in made]
