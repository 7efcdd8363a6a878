"""What each notice says, put together from the rows: the public one as anybody may read it, the two others to be sealed. Draws
nothing and sends nothing."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings.panel.pool import listing_of
from hearings.panel.seats import seats_of
from hearings.roster.tables import OfficerCategory, RosterMember
from hearings.tables import CASE_TEXT, HEARING_NAME, CaseType, Hearing, HearingState, Listing, Participant, Room, Seat
from shared.errors import Refused
from shared.people import Staff
from shared.vault import Vault


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """What every notice tells: which hearing, when, where, whom to call."""

    number: str
    begins_at: datetime
    ends_at: datetime
    place_zh: str
    place_en: str
    office_zh: str
    office_en: str
    phone: str

    def place(self, language: str) -> str:
        return self.place_en if language == "en" else self.place_zh

    def office(self, language: str) -> str:
        return self.office_en if language == "en" else self.office_zh


class Typed(Where, frozen=True, kw_only=True):
    type_zh: str
    type_en: str

    def type(self, language: str) -> str:
        return self.type_en if language == "en" else self.type_zh


class PublicPaper(Typed, frozen=True, kw_only=True):
    """A public notice (公告) as published: no private person, no member of the panel."""

    title: str
    seats: int
    media_seats: int
    apply_until: datetime
    accessible: bool = False


class ParticipantsPaper(Typed, frozen=True, kw_only=True):
    """The participants' notice: cause, time and place (Art. 10)."""

    cause: str
    open: bool


class Named(msgspec.Struct, frozen=True):
    """Somebody whom the parties may challenge, with what they are and where they work."""

    name: str
    post_zh: str
    post_en: str
    unit: str = ""

    def post(self, language: str) -> str:
        return self.post_en if language == "en" else self.post_zh


class NamesPaper(Where, frozen=True, kw_only=True):
    """The names notice to parties: who moderates, who keeps the record, who sits (Art. 10)."""

    moderator: Named
    clerk: Named | None
    officers: tuple[Named, ...]


Paper = PublicPaper | ParticipantsPaper | NamesPaper


def digest(paper: Paper) -> str:
    """What a notice said, as hex SHA-256 of its canonical JSON: proof of what was sent."""
    return hashlib.sha256(msgspec.json.encode(paper, order="sorted")).hexdigest()


def listed(session: Session, hearing: Hearing) -> Listing:
    """Refuses ``not-listed``: there is no time and place to tell of (a postponed hearing has lost its own)."""
    listing = listing_of(session, hearing.id)
    if listing is None or hearing.state == HearingState.POSTPONED:
        raise Refused("not-listed", 409, article="notice")
    return listing


def public_paper(session: Session, hearing: Hearing, centre: Centre) -> PublicPaper:
    listing = listed(session, hearing)
    room = session.get(Room, listing.room_id) if listing.room_id else None
    numbers = centre.provisions
    seats = min(room.observers, numbers["hearing.observer_seats"]) if room else numbers["hearing.observer_seats"]
    return PublicPaper(
        **_where(session, hearing, listing, centre), **_type(session, hearing), title=hearing.title, seats=seats,
        media_seats=numbers["hearing.media_seats"], accessible=bool(room and room.accessible),
        apply_until=listing.begins_at - timedelta(hours=numbers["hearing.observer_cutoff_hours"]),
    )


def participants_paper(session: Session, hearing: Hearing, centre: Centre, sealing: Vault) -> ParticipantsPaper:
    where = _where(session, hearing, listed(session, hearing), centre)
    cause = sealing.unseal(hearing.cause, purpose=CASE_TEXT)
    return ParticipantsPaper(**where, **_type(session, hearing), cause=cause, open=hearing.open)


def names_paper(session: Session, hearing: Hearing, centre: Centre, sealing: Vault) -> NamesPaper:
    """Refuses ``not-listed`` and ``panel-not-ready`` (no moderator, or nobody on the panel yet)."""
    where = _where(session, hearing, listed(session, hearing), centre)
    moderator = session.get(Staff, hearing.moderator) if hearing.moderator else None
    clerk = session.get(Staff, hearing.clerk) if hearing.clerk else None
    officers = tuple(_officer(session, seat, sealing) for seat in seats_of(session, hearing.id))
    if moderator is None or not officers:
        raise Refused("panel-not-ready", 409, article="notice")
    recorder = Named(clerk.name, "书记员", "Clerk") if clerk else None
    return NamesPaper(**where, moderator=Named(moderator.name, "检察官", "Prosecutor"), clerk=recorder, officers=officers)


def challenged(session: Session, hearing: Hearing) -> str:
    """A mark of everybody whom a names notice names: when it changes, the notice no longer holds."""
    people = [str(hearing.moderator), str(hearing.clerk), *(str(seat.member_id) for seat in seats_of(session, hearing.id))]
    return hashlib.sha256("|".join(people).encode()).hexdigest()[:32]


def names_at(session: Session, hearing_id: UUID, sealing: Vault) -> list[str]:
    """Everybody private who has to do with a hearing, to make sure that a public text names none of them."""
    parts = session.exec(select(Participant).where(Participant.hearing_id == hearing_id, col(Participant.staff_id).is_(None)))
    members = session.exec(
        select(RosterMember).join(Seat, col(Seat.member_id) == col(RosterMember.id)).where(Seat.hearing_id == hearing_id)
    )
    return [sealing.unseal(one.name, purpose=HEARING_NAME) for one in (*parts, *members)]


def _where(session: Session, hearing: Hearing, listing: Listing, centre: Centre) -> dict[str, Any]:
    room = session.get(Room, listing.room_id) if listing.room_id else None
    return {
        "number": hearing.number, "begins_at": listing.begins_at, "ends_at": listing.ends_at,
        "place_zh": room.name_zh if room else hearing.elsewhere, "place_en": room.name_en if room else hearing.elsewhere,
        "office_zh": centre.office_zh, "office_en": centre.office_en, "phone": centre.phone,
    }


def _type(session: Session, hearing: Hearing) -> dict[str, Any]:
    kind = session.get_one(CaseType, hearing.case_type_id)
    return {"type_zh": kind.name_zh, "type_en": kind.name_en}


def _officer(session: Session, seat: Seat, sealing: Vault) -> Named:
    member = session.get_one(RosterMember, seat.member_id)
    category = session.get_one(OfficerCategory, member.category_id)
    return Named(sealing.unseal(member.name, purpose=HEARING_NAME), category.name_zh, category.name_en, member.unit)

