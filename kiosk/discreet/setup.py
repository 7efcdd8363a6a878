"""The rule of discreet visits for the administrator, who sees none of them."""

from typing import Any

from litestar import Response, Router, get, post

from kiosk.discreet.queries import Rule, rule_of
from kiosk.discreet.rule import MAY_RECEIVE, RuleForm, set_rule
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from shared.door import require
from shared.errors import Refused
from shared.people import Role

ADDRESS = "/desk/administration/discreet"
LISTS = ("roles", "services")


@get("/", include_in_schema=False)
async def show(room: TheStaffroom) -> Response[Any]:
    return _page(room, _form_of(await room.read(rule_of, hall=room.hall)))


@post("/", include_in_schema=False)
async def change(room: TheStaffroom) -> Response[Any]:
    sent = await room.request.form()
    plain = {name: str(sent.get(name, ""))[:400] for name in RuleForm.__struct_fields__}
    form = RuleForm(**{**plain, **{name: ",".join(str(one)[:40] for one in sent.getall(name, [])) for name in LISTS}})
    try:
        await room.act(set_rule, form=form)
    except Refused as refusal:
        return _page(room, form, refusal)
    return room.go(f"{ADDRESS}?kept=1")


def _form_of(rule: Rule) -> RuleForm:
    return RuleForm(prefix=rule.prefix, rooms_zh="\n".join(zh for zh, _ in rule.rooms), roles=",".join(sorted(rule.roles)),
                    rooms_en="\n".join(en for _, en in rule.rooms), services=",".join(sorted(rule.services)))


def _page(room: Staffroom, form: RuleForm, refusal: Refused | None = None) -> Response[Any]:
    return room.page("administration/discreet.html", status=refusal.status if refusal else 200, refusal=refusal, form=form,
                     names=MAY_RECEIVE, roles=form.roles.split(","), services=form.services.split(","))


handlers = [Router(ADDRESS, route_handlers=[show, change], guards=[require(Role.ADMINISTRATOR)], dependencies=STAFFROOM)]
