"""The draw of a hearing's panel for case management: look through the pool, promise, enter the number before witnesses, ask for a
designation, record people's supervisors. What the public sees is in `public`."""

from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody
from msgspec import Struct

from cases.caseroom import go
from hearings import rules
from hearings.centre import specialisms_of
from hearings.forms import several
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom
from hearings.panel.actions import Wish, commit_draw, fill_from_reserve, roll
from hearings.panel.designation import ask_designation, designate
from hearings.panel.draw import check_entropy
from hearings.panel.lots import EntropySource
from hearings.panel.outsiders import OutsiderForm
from hearings.panel.queries import GROUPS, default_quotas, draw_tab, quotas_of
from hearings.people.supervisor_visits import ask_supervisor, name_supervisor, note_attendance
from hearings.roster.forms import day
from hearings.roster.rules import LOOKED_AT
from shared import words
from shared.door import require
from shared.errors import Refused
from shared.refusals import N_

MANAGE = [require(*rules.MANAGEMENT)]
DICE, DIE = 10, "123456"
NUMBER = "0123456789"
LABELS = {
    "delegate": N_("Delegates (NPC, CPPCC)"), "professional": N_("Legal experts, lawyers, other experts"),
    "community": N_("Mediators, community, citizens"),
}  # fmt: skip
DICE_WORDS = N_("%(n)s dice, thrown before witnesses and read from left to right in the order thrown")
Hearing = FromPath[UUID]


class CommitForm(Struct):
    """``source``: ``dice``, or ``number`` for a public number of the future that ``words`` name exactly."""

    delegate: str = ""
    professional: str = ""
    community: str = ""
    specialism: str = ""
    specialists: str = "1"
    no_majority: str = ""
    source: str = "dice"
    words: str = ""
    digits: str = "7"
    reason: str = ""


class RollForm(Struct):
    draw: str = ""
    entropy: str = ""
    witnesses: str = ""
    sure: str = ""


class DesignationForm(Struct):
    member: str = ""
    reason: str = ""


class ApprovalForm(Struct):
    approval: str = ""


class VisitForm(Struct):
    """The letter to the justice bureau, then whom it named, then whether they came."""

    visit: str = ""
    letter: str = ""
    asked_on: str = ""
    name: str = ""
    attended: str = ""


@get("/", include_in_schema=False)
async def show(room: TheHearingroom, hearing: Hearing) -> Response[str]:
    return await draw_page(room, hearing)


@post("/commit", include_in_schema=False, guards=MANAGE)
async def commit(room: TheHearingroom, hearing: Hearing, data: URLEncodedBody[CommitForm]) -> Response[Any]:
    try:
        wish = await _wish(room, data)
        await room.act(commit_draw, hearing_id=hearing, wish=wish, sealing=room.vault)
    except Refused as refusal:
        if "quota" in refusal.detail:
            refusal.detail["quota"] = await _in_words(room, refusal.detail["quota"])
        return await draw_page(room, hearing, refusal, "commit", commit=data)
    return _back(hearing, "number")


@post("/roll", include_in_schema=False, guards=MANAGE)
async def enter(room: TheHearingroom, hearing: Hearing, data: URLEncodedBody[RollForm]) -> Response[Any]:
    """First shows the number large, for the witnesses to compare; what is entered cannot be changed afterwards."""
    entropy = "".join(data.entropy.split())
    data.entropy = entropy
    try:
        if not data.witnesses.strip():
            raise Refused("witness-needed", 422)
        await _check_number(room, hearing, data)
        if data.sure != "1":
            return await draw_page(room, hearing, at="number", roll=data, asks=True)
        await room.act(roll, draw_id=_uuid(data.draw), entropy=entropy, witnesses=data.witnesses, sealing=room.vault)
    except Refused as refusal:
        return await draw_page(room, hearing, refusal, "number", roll=data)
    return _back(hearing, "panel")


@post("/fill", include_in_schema=False, guards=MANAGE)
async def fill(room: TheHearingroom, hearing: Hearing) -> Response[Any]:
    try:
        await room.act(fill_from_reserve, hearing_id=hearing, sealing=room.vault)
    except Refused as refusal:
        return await draw_page(room, hearing, refusal, "panel")
    return _back(hearing, "panel")


@post("/designation", include_in_schema=False, guards=MANAGE)
async def ask(room: TheHearingroom, hearing: Hearing, data: URLEncodedBody[DesignationForm]) -> Response[Any]:
    try:
        await room.act(ask_designation, hearing_id=hearing, member_id=_uuid(data.member), reason=data.reason, sealing=room.vault)
    except Refused as refusal:
        return await draw_page(room, hearing, refusal, "designation", designation=data)
    return _back(hearing, "designation")


@post("/designate", include_in_schema=False, guards=MANAGE)
async def give(room: TheHearingroom, hearing: Hearing, data: URLEncodedBody[ApprovalForm]) -> Response[Any]:
    try:
        await room.act(designate, approval_id=_uuid(data.approval), sealing=room.vault)
    except Refused as refusal:
        return await draw_page(room, hearing, refusal, "designation")
    return _back(hearing, "panel")


@post("/supervisor", include_in_schema=False, guards=MANAGE)
async def supervise(room: TheHearingroom, hearing: Hearing, data: URLEncodedBody[VisitForm]) -> Response[Any]:
    try:
        if not data.visit:
            asked_on = day(data.asked_on) or room.centre.today
            await room.act(ask_supervisor, hearing_id=hearing, letter=data.letter, asked_on=asked_on)
        elif data.attended:
            await room.act(note_attendance, visit_id=_uuid(data.visit), attended=data.attended == "yes")
        else:
            await room.act(name_supervisor, visit_id=_uuid(data.visit), name=data.name, sealing=room.vault)
    except Refused as refusal:
        return await draw_page(room, hearing, refusal, "supervisors", visit=data)
    return _back(hearing, "supervisors")


async def draw_page(
    room: Hearingroom, hearing: UUID, refusal: Refused | None = None, at: str = "", *, commit: CommitForm | None = None,
    roll: RollForm | None = None, designation: DesignationForm | None = None, visit: VisitForm | None = None,
    outsider: OutsiderForm | None = None, asks: bool = False,
) -> Response[str]:
    tab = await room.read(draw_tab, centre=room.centre, hearing_id=hearing, sealing=room.vault, by=room.identity)
    if refusal is not None and refusal.status in (403, 404):
        raise refusal
    wanted = {group: str(count) for group, count in default_quotas(tab.hearing.panel_size).items()}
    return room.page(
        "hearings/draw.html", status=refusal.status if refusal else 200, draw=tab, hearing=tab.hearing, tab="draw", at=at,
        refusal=refusal, commit=commit or CommitForm(**wanted, no_majority="1"), roll=roll or RollForm(), asks=asks,
        designation=designation or DesignationForm(), visit=visit or VisitForm(), groups=GROUPS, dice=DICE,
        outsider=outsider or OutsiderForm(), items=LOOKED_AT, ticked=several(outsider.checks) if outsider else [],
        dice_words=words.translator(room.language)(DICE_WORDS, n=DICE), factor=room.centre.provisions["hearing.pool_factor"],
    )


# Parts --------------------------------------------------------------------------------------------------------------


async def _wish(room: Hearingroom, form: CommitForm) -> Wish:
    """Refuses ``count-form``, ``entropy-words`` (the number is not named)."""
    wanted = {group: _count(getattr(form, group)) for group in GROUPS}
    quotas = await room.read(quotas_of, room.centre.office_id, wanted, form.specialism, _count(form.specialists))
    if form.source == "number":
        if len(form.words.strip()) < 8:
            raise Refused("entropy-words", 422)
        source = EntropySource(form.words.strip()[:300], NUMBER, _count(form.digits))
    else:
        source = EntropySource(words.translator(room.language)(DICE_WORDS, n=DICE), DIE, DICE)
    return Wish(quotas, form.no_majority == "1", source, form.reason)


async def _check_number(room: Hearingroom, hearing: UUID, form: RollForm) -> None:
    """Refuses ``entropy-form`` before anybody is asked whether they are sure."""
    tab = await room.read(draw_tab, centre=room.centre, hearing_id=hearing, sealing=room.vault, by=room.identity)
    promised = next((one for one in tab.draws if str(one.row.id) == form.draw), None)
    if promised is None:
        raise Refused("not-found", 404)
    check_entropy(promised.record.before.entropy_source, form.entropy)


async def _in_words(room: Hearingroom, labels: str) -> str:
    """The labels of quotas, as `seating` joins them, in the reader's language."""
    say = words.translator(room.language)
    fields = {one.code: one.name(room.language) for one in await room.read(specialisms_of, room.centre.office_id)}
    return "、".join(say(LABELS[label]) if label in LABELS else fields.get(label, label) for label in labels.split("、"))


def _count(text: str) -> int:
    plain = text.strip()
    if not plain:
        return 0
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 2):
        raise Refused("count-form", 422)
    return int(plain)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused("choice-needed", 422) from None


def _back(hearing: UUID, at: str) -> Response[Any]:
    return go(f"/desk/hearings/{hearing}/draw#{at}")


router = Router(
    "/desk/hearings/{hearing:uuid}/draw", dependencies=HEARINGROOM, guards=[require(*rules.READ)],
    route_handlers=[show, commit, enter, fill, ask, give, supervise],
)
handlers = [router]
