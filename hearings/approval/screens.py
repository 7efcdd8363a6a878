"""What waits for the chief procurator or a delegate, with the answers; and the delegations, given and ended."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from cases.caseroom import go
from hearings.approval.actions import answer
from hearings.approval.delegations import delegate, delegates, delegations, end_delegation
from hearings.approval.queries import waiting
from hearings.forms import Several, as_day, several
from hearings.hearing_view import hearing_view
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom
from hearings.rules import CHIEF, READ
from hearings.tables import Question
from shared.door import require
from shared.errors import Refused
from shared.given import TheSettings

PAGE = "/desk/hearings/approvals"


class AnswerForm(msgspec.Struct):
    """``granted``: yes or no. ``back``: the hearing whose page the answer was given on."""

    granted: str = ""
    text: Annotated[str, msgspec.Meta(max_length=500)] = ""
    back: str = ""


class DelegationForm(msgspec.Struct):
    staff: str = ""
    questions: Several = []
    document: Annotated[str, msgspec.Meta(max_length=120)] = ""
    begins_on: str = ""
    ends_on: str = ""


@get("/", include_in_schema=False)
async def show(room: TheHearingroom) -> Response[str]:
    return await _page(room)


@post("/{approval:uuid}", include_in_schema=False)
async def give_answer(
    room: TheHearingroom, approval: FromPath[UUID], data: URLEncodedBody[AnswerForm], settings: TheSettings
) -> Response[Any]:
    try:
        if data.granted not in ("yes", "no"):
            raise Refused("choice-needed", 422)
        hearing = await room.act(answer, approval_id=approval, granted=data.granted == "yes", text=data.text,
                                 sealing=room.vault, settings=settings)
    except Refused as refusal:
        return await _page(room, refusal=refusal, at=str(approval), form=data)
    return go(f"/desk/hearings/{hearing}" if data.back else PAGE)


@post("/delegations", include_in_schema=False, guards=[require(*CHIEF)])
async def give_delegation(room: TheHearingroom, data: URLEncodedBody[DelegationForm]) -> Response[Any]:
    try:
        begins, ends = as_day(data.begins_on), as_day(data.ends_on)
        if begins is None or ends is None:
            raise Refused("days-wrong", 422)
        questions = [Question(one) for one in several(data.questions) if one in set(Question)]
        await room.act(delegate, staff_id=_staff(data.staff), questions=questions, document=data.document, begins_on=begins,
                       ends_on=ends)
    except Refused as refusal:
        return await _page(room, refusal=refusal, at="delegation", delegation=data)
    return go(PAGE + "#delegations")


@post("/delegations/{delegation:uuid}/end", include_in_schema=False, guards=[require(*CHIEF)])
async def take_delegation(room: TheHearingroom, delegation: FromPath[UUID]) -> Response[Any]:
    await room.act(end_delegation, delegation_id=delegation)
    return go(PAGE + "#delegations")


# Parts --------------------------------------------------------------------------------------------------------------


async def _page(
    room: Hearingroom, *, refusal: Refused | None = None, at: str = "", form: AnswerForm | None = None,
    delegation: DelegationForm | None = None,
) -> Response[str]:
    asked = await room.read(waiting, centre=room.centre, by=room.identity)
    views = [(await room.read(hearing_view, centre=room.centre, hearing_id=line.id, sealing=room.vault, by=room.identity), some)
             for line, some in asked]
    leads = not CHIEF.isdisjoint(room.identity.roles)
    return room.page(
        "hearings/approvals.html", status=refusal.status if refusal else 200, asked=views, refusal=refusal, at=at,
        form=form or AnswerForm(), delegation=delegation or DelegationForm(),
        ticked=several(delegation.questions) if delegation else [], leads=leads, questions=list(Question),
        delegations=await room.read(delegations, centre=room.centre),
        delegates=await room.read(delegates, centre=room.centre, by=room.identity) if leads else [],
    )


def _staff(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused("delegate-needed", 422, article="approval") from None


router = Router(PAGE, route_handlers=[show, give_answer, give_delegation, take_delegation], guards=[require(*READ)],
                dependencies=HEARINGROOM)
handlers = [router]
