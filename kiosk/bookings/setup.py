"""The contingents of bookings for supervisors and administrators: what holds for each service, and laying down a newer one."""

from datetime import timedelta
from typing import Any

from litestar import Response, Router, get, post

from kiosk.bookings import contingents as booking_contingents
from kiosk.bookings.contingents import ContingentForm
from kiosk.bookings.queries import contingents
from kiosk.bookings.rules import numbers
from kiosk.hours import DAYS
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from shared.door import require
from shared.errors import Refused
from shared.people import Role

WEEKS = range(1, 6)
ADDRESS = "/desk/booking-times"


@get("/", include_in_schema=False)
async def show(room: TheStaffroom) -> Response[Any]:
    return await _page(room, room.request.query_params.get("service", ""))


@post("/", include_in_schema=False)
async def lay_down(room: TheStaffroom) -> Response[Any]:
    sent = await room.request.form()
    plain = {name: str(sent.get(name, ""))[:200] for name in ContingentForm.__struct_fields__}
    lists = {name: ",".join(str(one) for one in sent.getall(name, [])) for name in ("weekdays", "weeks")}
    form = ContingentForm(**{**plain, **lists})
    try:
        await room.act(booking_contingents.set_contingent, form=form)
    except Refused as refusal:
        return await _page(room, form.service, form, refusal)
    return room.go(f"{ADDRESS}?service={form.service}&kept=1")


async def _page(
    room: Staffroom, asked: str, form: ContingentForm | None = None, refusal: Refused | None = None
) -> Response[Any]:
    plan = room.plan
    found = await room.read(contingents, plan=plan)
    service = next((one for one in plan.services if one.code == asked), plan.services[0] if plan.services else None)
    rows = found.get(service.id, []) if service else []
    since = (plan.today(room.now) + timedelta(days=1)).isoformat()
    if form is None and rows:
        row = rows[0]
        form = ContingentForm(weekdays=row.weekdays, weeks=row.weeks, opens=f"{row.opens:%H:%M}", closes=f"{row.closes:%H:%M}",
                              minutes=str(row.minutes), places=str(row.places), source=row.source, since=since)
    return room.page(
        "booking/desk_contingents.html", status=refusal.status if refusal else 200, refusal=refusal, service=service, rows=rows,
        form=form or ContingentForm(weekdays="0,1,2,3,4", minutes="30", places="1", since=since), days=DAYS, weeks=WEEKS,
        numbers=numbers, today=plan.today(room.now),
    )


handlers = [
    Router(ADDRESS, route_handlers=[show, lay_down], guards=[require(Role.SUPERVISOR, Role.ADMINISTRATOR)],
           dependencies=STAFFROOM)
]
