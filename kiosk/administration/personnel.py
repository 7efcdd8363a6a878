"""Staff accounts for the administrator: add, give roles, set a new password (shown once), close and open again. Nobody changes
their own."""

import secrets
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath

from kiosk.administration import registers
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from shared.door import add_staff, require, set_active, set_password, set_roles
from shared.errors import Refused
from shared.people import Role
from shared.refusals import N_

ROLES = {
    Role.GUIDE_DESK: N_("Guide desk"), Role.WINDOW_CLERK: N_("Window clerk"), Role.CASE_HANDLER: N_("Case handler"),
    Role.RECEIVER: N_("Receives discreetly"),
    Role.SUPERVISOR: N_("Supervisor"), Role.CHIEF_PROCURATOR: N_("Chief procurator"),
    Role.CASE_MANAGEMENT: N_("Case management"), Role.ADMINISTRATOR: N_("Administrator"), Role.AUDITOR: N_("Auditor"),
}  # fmt: skip
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is misread for another


@get("/staff", include_in_schema=False)
async def show_staff(room: TheStaffroom) -> Response[Any]:
    return await _staff(room)


@post("/staff", include_in_schema=False)
async def hire(room: TheStaffroom) -> Response[Any]:
    """A new account. Its first password stands in this answer and nowhere else."""
    form = await room.request.form()
    account, name = (str(form.get(key, "")).strip()[:40] for key in ("account", "name"))
    roles = [str(role) for role in form.getall("roles", [])]
    password = new_password()
    try:
        if not account or not name:
            raise Refused("name-needed", 422)
        await room.door.write(
            add_staff, office=room.plan.office_id, hall=room.hall, account=account, name=name, roles=roles,
            password=await room.door.hashed(password), now=room.now, by=room.identity.by,
        )
    except Refused as refusal:
        return await _staff(room, refusal, typed={"account": account, "name": name, "roles": roles})
    return await _staff(room, made=password, named=f"{name}（{account}）")


@post("/staff/{person:uuid}/roles", include_in_schema=False)
async def give_roles(person: FromPath[UUID], room: TheStaffroom) -> Response[Any]:
    roles = [str(role) for role in (await room.request.form()).getall("roles", [])]
    try:
        await _check_other(room, person)
        await room.door.write(set_roles, staff_id=person, roles=roles, now=room.now, by=room.identity.by)
    except Refused as refusal:
        return await _staff(room, refusal)
    return room.go("/desk/staff")


@post("/staff/{person:uuid}/password", include_in_schema=False)
async def reset_password(person: FromPath[UUID], room: TheStaffroom) -> Response[Any]:
    """A new password, shown once; it ends every sign-in of the account."""
    password = new_password()
    try:
        named = await _check_other(room, person)
        hashed = await room.door.hashed(password)
        await room.door.write(set_password, staff_id=person, password=hashed, now=room.now, by=room.identity.by)
    except Refused as refusal:
        return await _staff(room, refusal)
    return await _staff(room, made=password, named=named)


@post("/staff/{person:uuid}/{turn:str}", include_in_schema=False)
async def turn_account(person: FromPath[UUID], turn: FromPath[str], room: TheStaffroom) -> Response[Any]:
    """Opens or closes an account."""
    if turn not in ("open", "close"):
        raise Refused("not-found", 404)
    try:
        await _check_other(room, person)
        await room.door.write(set_active, staff_id=person, active=turn == "open", now=room.now, by=room.identity.by)
    except Refused as refusal:
        return await _staff(room, refusal)
    return room.go("/desk/staff")


def new_password() -> str:
    """Nearly 75 random bits, in all four kinds of signs, in groups that can be copied by hand."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3)]
    return f"Nuan-{'-'.join(groups)}-{secrets.randbelow(10)}"


async def _check_other(room: Staffroom, person: UUID) -> str:
    """The name of somebody else of this office. Refuses ``own-account``, ``unknown-staff``."""
    if person == room.identity.id:
        raise Refused("own-account", 409)
    for one in await room.read(registers.staff_of, office=room.plan.office_id):
        if one.id == person:
            return f"{one.name}（{one.account}）"
    raise Refused("unknown-staff", 404)


async def _staff(
    room: Staffroom, refusal: Refused | None = None, *, made: str = "", named: str = "", typed: dict[str, Any] | None = None
) -> Response[Any]:
    status = refusal.status if refusal else 201 if made else 200
    return room.page("administration/staff.html", status=status, refusal=refusal, made=made, named=named, typed=typed or {},
                     people=await room.read(registers.staff_of, office=room.plan.office_id), roles=ROLES)


handlers = [
    Router(
        "/desk",
        route_handlers=[show_staff, hire, give_roles, reset_password, turn_account],
        guards=[require(Role.ADMINISTRATOR)],
        dependencies=STAFFROOM,
    )
]
