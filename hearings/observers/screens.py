"""Observing a hearing, for whoever wants to: the form to apply, one's own page behind a code, cancelling. No account."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from cases.tables import IdKind
from hearings.foyer import FOYER, Foyer, TheFoyer
from hearings.observers import actions as observing
from hearings.observers.actions import Held
from hearings.observers.forms import NEEDS, Application, faults
from hearings.observers.queries import own_application
from hearings.public.queries import announcement
from shared import codes, words
from shared.errors import Refused, Unavailable
from shared.refusals import advice, sentence

Hearing = FromPath[UUID]
Code = FromPath[str]
Typed = Annotated[str, msgspec.Meta(max_length=200)]
ID_KINDS = tuple(kind for kind in IdKind if kind not in (IdKind.NONE, IdKind.LAWYER_LICENCE))


class ApplyForm(msgspec.Struct):
    """``wheelchair``, ``sign_language`` and ``hearing_aid`` are boxes that were ticked."""

    key: Annotated[str, msgspec.Meta(max_length=80)] = ""
    kind: Typed = "citizen"
    name: Typed = ""
    id_kind: Typed = IdKind.RESIDENT_ID
    id_number: Typed = ""
    phone: Typed = ""
    outlet: Typed = ""
    wheelchair: Typed = ""
    sign_language: Typed = ""
    hearing_aid: Typed = ""


@get("/hearings/{hearing:uuid}/apply", include_in_schema=False, dependencies=FOYER)
async def ask(foyer: TheFoyer, hearing: Hearing) -> Response[Any]:
    """Where nobody can apply any more, the announcement itself says so."""
    one = await foyer.read(announcement, hearing_id=hearing)
    if not one.takes_applications(foyer.now):
        return Redirect(f"/hearings/{hearing}", status_code=303)
    return await _form(foyer, hearing, ApplyForm(key=codes.new_code()))


@post("/hearings/{hearing:uuid}/apply", include_in_schema=False, dependencies=FOYER)
async def apply(foyer: TheFoyer, hearing: Hearing, data: URLEncodedBody[ApplyForm]) -> Response[Any]:
    form = _application(data, foyer.language)
    wrong = faults(form, today=foyer.centre.today)
    if wrong:
        return await _form(foyer, hearing, data, wrong=wrong)
    try:
        made = await foyer.act(observing.apply, hearing_id=hearing, form=form)
    except Unavailable:
        raise
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return await _form(foyer, hearing, data, refusal=refusal)
    if isinstance(made, Held):
        return await _form(foyer, hearing, data, refusal=Refused("observer-held", 429, minutes=made.minutes))
    return Redirect(f"/o/{made.code}" if made.code else f"/hearings/{hearing}/applied", status_code=303)


@get("/hearings/{hearing:uuid}/applied", include_in_schema=False, dependencies=FOYER)
async def applied(foyer: TheFoyer, hearing: Hearing) -> Response[str]:
    """The answer to who applied before: it went to the telephone, not onto this screen."""
    one = await foyer.read(announcement, hearing_id=hearing)
    return foyer.page("observer_applied", here=f"/hearings/{hearing}/applied", one=one)


@get("/o/{code:str}", include_in_schema=False, dependencies=FOYER)
async def mine(foyer: TheFoyer, code: Code) -> Response[str]:
    return await _own(foyer, code, "observer_own", f"/o/{code}")


@get("/o/{code:str}/cancel", include_in_schema=False, dependencies=FOYER)
async def ask_cancel(foyer: TheFoyer, code: Code) -> Response[Any]:
    """Asks once more, on a page of its own: works without script, and nothing is lost by a slip of the thumb. Where there is
    nothing to cancel any more, the person's own page says how things stand."""
    own = await foyer.read(own_application, code=code, sealing=foyer.vault)
    if not own.can_cancel:
        return Redirect(f"/o/{code}", status_code=303)
    return await _own(foyer, code, "observer_cancel", f"/o/{code}/cancel")


@post("/o/{code:str}/cancel", include_in_schema=False, dependencies=FOYER)
async def cancel(foyer: TheFoyer, code: Code) -> Redirect:
    await foyer.act(observing.cancel, code=code)
    return Redirect(f"/o/{code}", status_code=303)


# Parts --------------------------------------------------------------------------------------------------------------


async def _form(
    foyer: Foyer, hearing: UUID, form: ApplyForm, *, wrong: dict[str, str] | None = None, refusal: Refused | None = None
) -> Response[str]:
    """The form, with everything kept that was typed and what is wrong beside its field."""
    one = await foyer.read(announcement, hearing_id=hearing)
    between = "" if foyer.language == words.CHINESE else " "
    said = {name: between.join((sentence(code, foyer.language), advice(code, foyer.language)))
            for name, code in (wrong or {}).items()}
    answer = foyer.page("observer_apply", here=f"/hearings/{hearing}/apply", refusal=refusal, one=one, form=form, wrong=said,
                        id_kinds=ID_KINDS)
    answer.status_code = 422 if wrong else answer.status_code
    return answer


async def _own(foyer: Foyer, code: str, template: str, here: str) -> Response[str]:
    own = await foyer.read(own_application, code=code, sealing=foyer.vault)
    address = f"{foyer.settings.public_url}/c/{codes.normalise(code)}"
    _ = words.translator(foyer.language)
    qr = codes.qr_svg(address, title=_("Code for the entrance"))
    return foyer.page(template, here=here, own=own, one=own.one, code=codes.normalise(code), qr=qr)


def _application(data: ApplyForm, language: str) -> Application:
    return Application(
        kind=data.kind, name=data.name, id_kind=data.id_kind, id_number=data.id_number, phone=data.phone, outlet=data.outlet,
        needs=tuple(need for need in sorted(NEEDS) if getattr(data, need)), language=language, key=data.key,
    )


handlers = [ask, apply, applied, mine, ask_cancel, cancel]
