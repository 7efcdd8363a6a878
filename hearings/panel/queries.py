"""A hearing's draw as case management sees it: who could be drawn, who is left out and why, whether each quota can be filled, and
what was drawn so far. The public sees `public` instead: tickets only."""

from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings import rules
from hearings.centre import Named, categories_of, specialisms_of
from hearings.panel.actions import DRAWABLE
from hearings.panel.designation import open_designations
from hearings.panel.lots import Quota, Record
from hearings.panel.pool import Candidate, Pool, pool_of
from hearings.panel.records import record_of, secret_of
from hearings.panel.seats import free_places, seats_of
from hearings.people.supervisor_visits import VisitView, visits_of
from hearings.queries import hearing_of
from hearings.roster.rules import RESTS_ON, Bar
from hearings.roster.tables import RosterMember
from hearings.tables import HEARING_NAME, Approval, Draw, DrawState, Exclusion, Hearing, Listing, Seat
from shared import words
from shared.errors import Refused
from shared.identity import Identity
from shared.people import Staff
from shared.vault import Vault

GROUPS = ("delegate", "professional", "community")


class Person(msgspec.Struct, frozen=True):
    """A member on a staff page: masked."""

    id: UUID
    name: str
    category: Named
    unit: str


class LeftOut(msgspec.Struct, frozen=True):
    """Somebody who cannot be drawn; ``article`` is the code of the rule that the first reason rests on."""

    person: Person
    codes: tuple[Bar, ...]
    notes: tuple[str, ...]
    article: str


class Supply(msgspec.Struct, frozen=True):
    """How many could fill a group's quota, beside how many a real draw wants for one seat."""

    group: str
    could: int


class SeatView(msgspec.Struct, frozen=True):
    seat: Seat
    person: Person
    ticket: str


class DrawView(msgspec.Struct, frozen=True):
    """One draw with its public record; ``by`` committed it, ``drawn_by`` entered the number."""

    row: Draw
    record: Record
    by: str
    drawn_by: str
    excluded: list[LeftOut]


class DrawTab(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on the tab. ``trouble``: the code of what keeps the pool from being made, if anything."""

    hearing: Hearing
    listing: Listing | None
    pool: list[Person]
    left_out: list[LeftOut]
    supplies: list[Supply]
    specialists: dict[str, int]
    specialisms: list[Named]
    categories: list[Named]
    draws: list[DrawView]
    seats: list[SeatView]
    vacated: list[SeatView]
    free: list[int]
    designations: list[tuple[Approval, Person]]
    visits: list[VisitView]
    may_manage: bool
    may_draw: bool
    trouble: str


def draw_tab(session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, by: Identity) -> DrawTab:
    """Refuses ``not-found``."""
    hearing = hearing_of(session, centre, hearing_id, by)
    people = _People(session, centre, sealing)
    pool, trouble = _pool(session, centre, hearing, sealing)
    eligible = pool.eligible if pool else []
    draws = _draws(session, hearing, people)
    tickets = _tickets(draws, sealing)
    held, left = seats_of(session, hearing.id), _left(session, hearing.id)
    manages = not rules.MANAGEMENT.isdisjoint(by.roles)
    return DrawTab(
        hearing=hearing, listing=pool.listing if pool else None, pool=[people.of(one.id) for one in eligible],
        left_out=[_left_out(people.of(one.id), one) for one in (pool.barred if pool else [])],
        supplies=[Supply(group, sum(one.category.group == group for one in eligible)) for group in GROUPS],
        specialists={one.code: sum(one.code in known.specialisms for known in eligible) for one in people.specialisms},
        specialisms=people.specialisms, categories=people.categories, draws=draws, free=free_places(session, hearing),
        seats=[SeatView(seat, people.of(seat.member_id), tickets.get((seat.draw_id, seat.member_id), "")) for seat in held],
        vacated=[SeatView(seat, people.of(seat.member_id), tickets.get((seat.draw_id, seat.member_id), "")) for seat in left],
        designations=[(row, people.of(UUID(row.wanted["member"]))) for row in open_designations(session, hearing.id)],
        visits=visits_of(session, hearing.id, sealing), may_manage=manages,
        may_draw=manages and hearing.state in DRAWABLE and not trouble, trouble=trouble,
    )


def quotas_of(session: Session, office_id: UUID, wanted: dict[str, int], specialism: str, specialists: int) -> tuple[Quota, ...]:
    """The quotas of a draw as asked for: so many of each group, and so many who know about a field."""
    categories = categories_of(session, office_id)
    groups = [
        Quota(group, wanted[group], tuple(one.code for one in categories if one.group == group))
        for group in GROUPS if wanted.get(group, 0) > 0
    ]
    return (*groups, *([Quota(specialism, specialists, (), specialism)] if specialism and specialists > 0 else []))


def default_quotas(seats: int) -> dict[str, int]:
    """What the form begins with: one delegate and one professional, from five seats on also one of the community."""
    return {"delegate": 1, "professional": 1, "community": int(seats >= 5)}


# Parts --------------------------------------------------------------------------------------------------------------


class _People:
    """The roster, masked, and the names of staff."""

    def __init__(self, session: Session, centre: Centre, sealing: Vault) -> None:
        named = {one.id: one for one in categories_of(session, centre.office_id)}
        rows = session.exec(select(RosterMember).where(RosterMember.office_id == centre.office_id)).all()
        self.members = {
            one.id: Person(one.id, words.mask_name(sealing.unseal(one.name, purpose=HEARING_NAME)), named[one.category_id],
                           one.unit)
            for one in rows
        }
        self.staff = {one.id: one.name for one in session.exec(select(Staff).where(Staff.office_id == centre.office_id))}
        self.specialisms, self.categories = specialisms_of(session, centre.office_id), list(named.values())

    def of(self, member_id: UUID) -> Person:
        return self.members[member_id]


def _pool(session: Session, centre: Centre, hearing: Hearing, sealing: Vault) -> tuple[Pool | None, str]:
    try:
        return pool_of(session, centre, hearing, sealing), ""
    except Refused as refusal:
        return None, refusal.code


def _left_out(person: Person, one: Candidate) -> LeftOut:
    codes = tuple(bar.code for bar in one.bars)
    return LeftOut(person, codes, tuple(bar.note for bar in one.bars), RESTS_ON.get(codes[0], ""))


def _draws(session: Session, hearing: Hearing, people: _People) -> list[DrawView]:
    rows = session.exec(select(Draw).where(Draw.hearing_id == hearing.id).order_by(col(Draw.version).desc())).all()
    excluded: dict[UUID, list[LeftOut]] = {row.id: [] for row in rows}
    for one in session.exec(select(Exclusion).where(col(Exclusion.draw_id).in_(list(excluded))).order_by(col(Exclusion.id))):
        code = Bar(one.code)
        excluded[one.draw_id].append(LeftOut(people.of(one.member_id), (code,), (one.note,), RESTS_ON.get(code, "")))
    return [DrawView(row, record_of(row), people.staff.get(row.committed_by, ""),
                     people.staff.get(row.drawn_by, "") if row.drawn_by else "", excluded[row.id]) for row in rows]


def _tickets(draws: list[DrawView], sealing: Vault) -> dict[tuple[UUID | None, UUID], str]:
    """Draw and member -> ticket, once a draw has been made: before, staff do not see who is behind which."""
    return {
        (one.row.id, member): ticket
        for one in draws if one.row.state != DrawState.COMMITTED and one.record.after
        for ticket, member in secret_of(one.row, sealing).members.items()
    }


def _left(session: Session, hearing_id: UUID) -> list[Seat]:
    wanted = select(Seat).where(Seat.hearing_id == hearing_id, col(Seat.vacated_at).is_not(None))
    return list(session.exec(wanted.order_by(col(Seat.vacated_at), col(Seat.place))).all())
