"""Who of the roster can be drawn for one hearing, and who cannot and why."""

from datetime import datetime, time, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings.centre import Named, categories_of
from hearings.roster.facts import Facts, Known, name_index
from hearings.roster.rules import Bar, Barred, Occasion, bars
from hearings.roster.tables import RosterMember, Standing
from hearings.tables import Hearing, Listing, ListingSource, Participant, PartRole
from shared.calendar import DAY
from shared.errors import Refused
from shared.vault import Vault

LASTING = frozenset(Bar) - {Bar.TERM, Bar.AGED, Bar.WEEKLY, Bar.LEAVE, Bar.BUSY, Bar.CAP}
SIDES = (PartRole.PARTY, PartRole.LEGAL_REPRESENTATIVE, PartRole.AGENT, PartRole.DEFENDER, PartRole.THIRD_PARTY)


class Candidate(msgspec.Struct, frozen=True):
    """A member as the draw sees them. ``sittings``: those of the hearing's year, held or to come."""

    id: UUID
    category: Named
    specialisms: tuple[str, ...]
    sittings: int
    bars: tuple[Barred, ...]


class Pool(msgspec.Struct, frozen=True):
    """Everybody on the roster for one hearing: who can be drawn, and who cannot and why."""

    listing: Listing
    eligible: list[Candidate]
    barred: list[Candidate]


def listing_of(session: Session, hearing_id: UUID) -> Listing | None:
    """When and where a hearing is to be, as last laid down."""
    wanted = select(Listing).where(Listing.hearing_id == hearing_id).order_by(col(Listing.version).desc())
    return session.exec(wanted).first()


def pool_of(session: Session, centre: Centre, hearing: Hearing, sealing: Vault) -> Pool:
    """Refuses ``time-needed`` (409): who can come and who is old enough is known only of a day."""
    listing = listing_of(session, hearing.id)
    if listing is None:
        raise Refused("time-needed", 409)
    occasion = occasion_of(session, centre, hearing, listing, sealing)
    members = session.exec(
        select(RosterMember)
        .where(RosterMember.office_id == centre.office_id, RosterMember.standing != Standing.REMOVED,
               col(RosterMember.hearing_id).is_(None))
        .order_by(col(RosterMember.id))
    ).all()
    facts = Facts(session, centre, hearing, listing, sealing)
    named = {category.id: category for category in categories_of(session, centre.office_id)}
    judged = [
        Candidate(one.id, named[one.category_id], tuple(one.specialisms), officer.sittings, tuple(bars(officer, occasion)))
        for one in members for officer in [facts.officer(one)]
    ]
    return Pool(listing, [one for one in judged if not one.bars], [one for one in judged if one.bars])


def barred_on_any_day(
    session: Session, centre: Centre, hearing: Hearing, sealing: Vault, known: Known | None = None
) -> frozenset[UUID]:
    """Who cannot sit on this hearing whenever it is: not eligible, or too near to the case. ``known``: read before, for many."""
    begins = datetime.combine(centre.today + DAY, time(9), centre.zone)
    listing = Listing(hearing_id=hearing.id, version=0, begins_at=begins, ends_at=begins + timedelta(minutes=hearing.minutes),
                      source=ListingSource.HUMAN, made_at=begins, made_by=hearing.handler)
    occasion = occasion_of(session, centre, hearing, listing, sealing)
    facts = Facts(session, centre, hearing, listing, sealing, known)
    members = session.exec(select(RosterMember).where(RosterMember.office_id == centre.office_id)).all()
    return frozenset(one.id for one in members if any(bar.code in LASTING for bar in bars(facts.officer(one), occasion)))


def occasion_of(session: Session, centre: Centre, hearing: Hearing, listing: Listing, sealing: Vault) -> Occasion:
    """What of a hearing decides who may sit, for `roster_rules.bars`."""
    begins, ends = listing.begins_at.astimezone(centre.zone), listing.ends_at.astimezone(centre.zone)
    numbers = centre.provisions
    people = session.exec(
        select(Participant).where(Participant.hearing_id == hearing.id, col(Participant.removed_at).is_(None),
                                  col(Participant.role).in_(SIDES))
    ).all()
    return Occasion(
        day=begins.date(), begins=begins.time(), ends=ends.time(),
        units=frozenset(one.unit for one in people if one.unit.strip()),
        names=frozenset(name_index(sealing, one.name) for one in people),
        least_age=numbers["hearing.officer_age"], yearly_cap=numbers["hearing.yearly_cap"],
        check_months=numbers["hearing.check_months"],
        lunch_begins=_clock(numbers["hearing.lunch_begins"]), lunch_ends=_clock(numbers["hearing.lunch_ends"]),
    )


# Parts --------------------------------------------------------------------------------------------------------------


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
