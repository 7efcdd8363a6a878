"""What the rows tell of the members of the roster that bears on one hearing: their checks, hours, ties and sittings. Reads
all in a few statements; what follows from it is for `rules` to judge."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings.invitations.tables import Recusal, RecusalState, SupervisorVisit
from hearings.roster.rules import Away, Officer
from hearings.roster.tables import Availability, EligibilityCheck, Interest, Leave, RosterMember, Standing
from hearings.tables import HEARING_NAME, Claim, ClaimKind, Hearing, HearingState, Listing, Seat
from shared import vault
from shared.vault import Vault

SLOT = timedelta(minutes=15)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
REDRAWN = "redrawn"  # why a seat was vacated when its whole draw was given up; its holder may be drawn again
STEPPED_ASIDE = (RecusalState.GRANTED, RecusalState.REVERSED)
FALLEN = (HearingState.CANCELLED, HearingState.REFUSED)


class Known:
    """What the rows tell of everybody on the roster whatever the hearing, read and unsealed once."""

    def __init__(self, session: Session, centre: Centre, sealing: Vault) -> None:
        self.sealing = sealing
        of_office = select(RosterMember.id).where(RosterMember.office_id == centre.office_id)
        self.checks: dict[UUID, dict[str, bool]] = defaultdict(dict)
        self.checked: dict[UUID, dict[str, date]] = defaultdict(dict)
        for check in session.exec(select(EligibilityCheck).where(col(EligibilityCheck.member_id).in_(of_office))
                                  .order_by(col(EligibilityCheck.checked_on), col(EligibilityCheck.id))):
            self.checks[check.member_id][check.item] = check.fulfilled
            self.checked[check.member_id][check.item] = check.checked_on
        self.weekly: dict[UUID, set[tuple[int, str]]] = defaultdict(set)
        for row in session.exec(select(Availability).where(col(Availability.member_id).in_(of_office))):
            self.weekly[row.member_id].add((row.weekday, row.half))
        self.away: dict[UUID, list[Away]] = defaultdict(list)
        for leave in session.exec(select(Leave).where(col(Leave.member_id).in_(of_office))):
            if leave.member_id is not None:
                self.away[leave.member_id].append(Away(leave.begins_on, leave.ends_on, leave.from_time, leave.until_time))
        self.ties: dict[UUID, list[Interest]] = defaultdict(list)
        for tie in session.exec(select(Interest).where(col(Interest.member_id).in_(of_office))):
            self.ties[tie.member_id].append(tie)
        self._people: dict[UUID, tuple[str, date | None]] = {}

    def person(self, member: RosterMember) -> tuple[str, date | None]:
        """The blind index of their name, and their birthday."""
        if member.id not in self._people:
            self._people[member.id] = (name_index(self.sealing, member.name), born_on(member, self.sealing))
        return self._people[member.id]


class Facts:
    """The rows about members that bear on one hearing, read once. ``known``: what was read for another hearing already."""

    def __init__(
        self, session: Session, centre: Centre, hearing: Hearing, listing: Listing, sealing: Vault, known: Known | None = None
    ) -> None:
        self.zone, self.hearing_id, self.known = centre.zone, hearing.id, known or Known(session, centre, sealing)
        self.day = listing.begins_at.astimezone(centre.zone).date()
        self.year = listing.begins_at.astimezone(centre.zone).year
        self.sittings = sittings(session, centre.office_id, self.year, centre.zone, beside=hearing.id)
        self.busy = _busy(session, hearing, listing)
        self.recused = _recused(session, hearing)
        self.supervisors = {
            name_index(sealing, visit.name) for visit in
            session.exec(select(SupervisorVisit).where(SupervisorVisit.hearing_id == hearing.id)) if visit.name is not None
        }
        self.stepped_down = set(session.exec(
            select(Seat.member_id).where(Seat.hearing_id == hearing.id, col(Seat.vacated_at).is_not(None),
                                         Seat.vacated_why != REDRAWN)
        ).all())

    def officer(self, member: RosterMember) -> Officer:
        known, (own, born) = self.known, self.known.person(member)
        ties = known.ties.get(member.id, [])
        standing, term_from, term_until = self._standing(member)
        return Officer(
            id=member.id, standing=standing, term_from=term_from, term_until=term_until, born_on=born,
            checks=known.checks.get(member.id, {}), checked=known.checked.get(member.id, {}),
            weekly=frozenset(known.weekly.get(member.id, ())), away=tuple(known.away.get(member.id, ())),
            yearly_cap=member.yearly_cap,
            sittings=self.sittings[member.id] + before_roster(member, self.year, self.zone),
            units=frozenset({member.unit, *(tie.unit for tie in ties)} - {""}),
            names=frozenset({own, *(tie.name_index for tie in ties if tie.name_index)}),
            is_busy=member.id in self.busy, is_recused=member.id in self.recused,
            is_supervisor=own in self.supervisors, has_stepped_down=member.id in self.stepped_down,
        )

    def _standing(self, member: RosterMember) -> tuple[str, date, date]:
        """Standing and term. Somebody from outside the roster stands for the one hearing they were asked for, whenever it is."""
        if member.hearing_id is None:
            return member.standing, member.term_from, member.term_until
        return (member.standing if member.hearing_id == self.hearing_id else Standing.REMOVED), self.day, self.day


def slots(listing: Listing) -> range:
    """The quarters of an hour that a hearing takes, counted from 1970."""
    return range((listing.begins_at - EPOCH) // SLOT, -((EPOCH - listing.ends_at) // SLOT))


def sittings(session: Session, office_id: UUID, year: int, zone: ZoneInfo, *, beside: UUID | None = None) -> Counter[UUID]:
    """How often each member sits in a year, leaving out one hearing; hearings that fell through do not count."""
    newest: dict[UUID, Listing] = {}
    for listing in session.exec(
        select(Listing).join(Hearing, col(Hearing.id) == col(Listing.hearing_id))
        .where(Hearing.office_id == office_id, col(Hearing.state).not_in(FALLEN)).order_by(col(Listing.version))
    ):
        newest[listing.hearing_id] = listing
    of_year = [one for one, at in newest.items() if at.begins_at.astimezone(zone).year == year and one != beside]
    held = select(Seat.member_id).where(col(Seat.vacated_at).is_(None), col(Seat.hearing_id).in_(of_year))
    return Counter(session.exec(held).all())


def before_roster(member: RosterMember, year: int, zone: ZoneInfo) -> int:
    """Sittings of this year that were entered when the member came onto the roster."""
    return member.past_sittings if member.made_at.astimezone(zone).year == year else 0


def born_on(member: RosterMember, sealing: Vault) -> date | None:
    return date.fromisoformat(sealing.unseal(member.born_on, purpose=HEARING_NAME)) if member.born_on else None


def name_index(sealing: Vault, name: bytes) -> str:
    """The blind index of a sealed name, so that two can be compared."""
    return sealing.index(sealing.unseal(name, purpose=HEARING_NAME), purpose=vault.NAME)


# Parts --------------------------------------------------------------------------------------------------------------


def _busy(session: Session, hearing: Hearing, listing: Listing) -> set[UUID]:
    taken = slots(listing)
    return set(session.exec(
        select(Claim.resource).where(Claim.kind == ClaimKind.MEMBER, col(Claim.slot) >= taken.start,
                                     col(Claim.slot) < taken.stop, Claim.hearing_id != hearing.id)
    ).all())


def _recused(session: Session, hearing: Hearing) -> set[UUID]:
    """Who had to step aside from this hearing, or from another of the same matter or case."""
    related = [col(Hearing.id) == hearing.id]
    related += [col(Hearing.matter_id) == hearing.matter_id] if hearing.matter_id else []
    related += [col(Hearing.case_number) == hearing.case_number] if hearing.case_number else []
    granted = session.exec(
        select(Recusal.target).join(Hearing, col(Hearing.id) == col(Recusal.hearing_id))
        .where(Hearing.office_id == hearing.office_id, or_(*related), col(Recusal.state).in_(STEPPED_ASIDE))
    ).all()
    seats = [UUID(target.removeprefix("seat:")) for target in granted if target.startswith("seat:")]
    return set(session.exec(select(Seat.member_id).where(col(Seat.id).in_(seats))).all())
