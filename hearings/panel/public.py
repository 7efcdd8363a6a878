"""A draw as everybody may see it: the page that checks it in the browser, the record as a file, and the wall that draws it in
front of people. Tickets only; who is behind them is nowhere here."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import msgspec
from litestar import Request, Response, asgi, get
from litestar.params import FromPath
from litestar.types import Receive, Scope, Send
from sqlmodel import Session, col, select

from cases.centre import Centre, centre_of
from hearings.centre import categories_of, specialisms_of
from hearings.panel.lots import Record, to_record
from hearings.panel.records import record_of
from hearings.roster.tables import OfficerCategory, RosterMember
from hearings.steps import hearing_board
from hearings.tables import Draw, DrawState, Hearing, Seat
from shared import codes, words
from shared.errors import Refused
from shared.frame import in_language
from shared.given import TheDatabase, ThePages, TheSettings
from shared.live import Boards
from shared.pages import Pages, language_of

SHORT = 6
GROUPS = {"delegate", "professional", "community"}


class PublicDraw(msgspec.Struct, frozen=True):
    """``others``: number and code of the other draws of the same hearing; ``board`` moves when this changes. ``given``: the seats
    that were not drawn but given with approval, each as category and how."""

    code: str
    board: str
    state: DrawState
    record: Record
    text: str
    names: dict[str, tuple[str, str]]
    committed_at: datetime
    drawn_at: datetime | None
    others: list[tuple[int, str]]
    given: list[tuple[str, str]]
    centre: Centre

    def name(self, code: str, language: str) -> str:
        """A category or field in words; an unknown one as it is."""
        zh, en = self.names.get(code, (code, code))
        return en if language == "en" else zh


def public_draw(session: Session, *, code: str, now: datetime) -> PublicDraw:
    """Refuses ``not-found``."""
    row = session.exec(select(Draw).where(Draw.code == (codes.normalise(code) or ""))).first()
    if row is None:
        raise Refused("not-found", 404)
    hearing = session.get_one(Hearing, row.hearing_id)
    others = session.exec(select(Draw).where(Draw.hearing_id == hearing.id, Draw.id != row.id).order_by(col(Draw.version))).all()
    named = (*categories_of(session, hearing.office_id), *specialisms_of(session, hearing.office_id))
    record = record_of(row)
    return PublicDraw(
        row.code, hearing_board(hearing.id), DrawState(row.state), record,
        to_record(record.before, record.after, record.replacements).decode(),
        {one.code: (one.name_zh, one.name_en) for one in named}, row.committed_at, row.drawn_at,
        [(one.version, one.code) for one in others], _given(session, hearing), centre_of(session, hearing.office_id, now),
    )


def _given(session: Session, hearing: Hearing) -> list[tuple[str, str]]:
    rows = session.exec(
        select(OfficerCategory.code, Seat.origin).join(RosterMember, col(RosterMember.category_id) == col(OfficerCategory.id))
        .join(Seat, col(Seat.member_id) == col(RosterMember.id))
        .where(Seat.hearing_id == hearing.id, col(Seat.vacated_at).is_(None), col(Seat.approval_id).is_not(None))
        .order_by(col(Seat.place))
    )
    return [(category, origin) for category, origin in rows]


def short(ticket: str) -> str:
    """The first six signs of a ticket, as they are read out: 3F9 A2C."""
    return f"{ticket[:3]} {ticket[3:SHORT]}".upper()


def quota_mark(record: Record, seat: int) -> str:
    """The label of the quota that a seat of the drawn panel fills; empty for an open seat."""
    quota = next((one.quota for one in record.after.panel if one.seat == seat), 0) if record.after else 0
    return record.before.rule.quotas[quota - 1].label if quota else ""


def panel_now(record: Record) -> list[tuple[str, bool]]:
    """The tickets that sit, in the order of the seats; true for those who came from the reserve."""
    if record.after is None:
        return []
    gone = set(record.replacements[-1].gone) if record.replacements else set()
    kept = [(seat.ticket, False) for seat in record.after.panel if seat.ticket not in gone]
    return kept + [(made.ticket, True) for made in record.replacements if made.ticket not in gone]


@get("/draws/{code:str}", include_in_schema=False)
async def show(
    request: Request[Any, Any, Any], code: FromPath[str], db: TheDatabase, pages: ThePages, settings: TheSettings
) -> Response[str]:
    found = await db.read(public_draw, code=code, now=datetime.now(UTC))
    return in_language(request, pages, "hearings/verify.html", language_of(request, settings.locale),
                       here=f"/draws/{found.code}", address=f"{settings.public_url}/draws/{found.code}", **_parts(found))


@get("/draws/{code:str}/record.json", include_in_schema=False)
async def download(code: FromPath[str], db: TheDatabase) -> Response[bytes]:
    found = await db.read(public_draw, code=code, now=datetime.now(UTC))
    number = found.record.before.number
    headers = {"content-disposition": f'attachment; filename="draw-{number}-{found.code[:8]}.json"', "cache-control": "no-store"}
    return Response(found.text.encode(), media_type="application/json", headers=headers)


@get("/draws/{code:str}/wall", include_in_schema=False)
async def wall(
    request: Request[Any, Any, Any], code: FromPath[str], db: TheDatabase, pages: ThePages, settings: TheSettings
) -> Response[str]:
    found = await db.read(public_draw, code=code, now=datetime.now(UTC))
    address = f"{settings.public_url}/draws/{found.code}"
    return in_language(request, pages, "hearings/wall.html", language_of(request, settings.locale), address=address,
                       here=f"/draws/{found.code}/wall", qr=codes.qr_svg(address, title=address), **_parts(found))


@asgi("/live/draws/{code:str}", copy_scope=False)
async def wall_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """The wall's HTML on connect and with every change of the hearing."""
    state: Any = scope["litestar_app"].state
    boards: Boards = state.boards
    code = str(scope["path_params"]["code"])
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
    language = asked if asked in words.LANGUAGES else state.settings.locale
    try:
        found = await state.db.read(public_draw, code=code, now=datetime.now(UTC))
    except Refused:
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return

    async def draw(version: int) -> str:
        return draw_wall(state.pages, await state.db.read(public_draw, code=code, now=datetime.now(UTC)), language)

    await boards.attend(scope, receive, send, board=found.board, key=("draw", code, language), draw=draw)


def draw_wall(pages: Pages, found: PublicDraw, language: str) -> str:
    return pages.render("hearings/_wall.html", language, **_parts(found))


def _parts(found: PublicDraw) -> dict[str, Any]:
    return {"draw": found, "record": found.record, "plan": found.centre, "short": short, "panel": panel_now(found.record),
            "quota_mark": quota_mark, "groups": GROUPS}


handlers = [show, download, wall, wall_socket]
