"""Where a visit stands as its holder sees it on a phone. Pure. It has no field for lane, priority or needs: phones get
borrowed and looked over."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from kiosk.forecast.forecast import Said
from kiosk.order import Terms, largest_head_start
from kiosk.picture import CallView, Picture, Standing
from kiosk.place import ahead_words, closing_words, longer_words, wait_words
from kiosk.plan import HallPlan, ServicePlan, WindowPlan
from kiosk.still import MAY_ASK, may_say
from kiosk.tables import State
from kiosk.wait import Closing, Reason
from kiosk.window.errands import kept_until

NEAR = 2  # people ahead at most when it is "nearly your turn"
STEPS = 4
CANCELLABLE = (State.WAITING, State.CALLED, State.MISSED)
STEP_OF = {State.CALLED: 4, State.SERVING: 4, State.ON_HOLD: 4, State.MISSED: 3}


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One visit on its holder's phone. ``near``: few are ahead; ``back_at``: asked for more time until then; ``call``:
    changes with each call, also with a repeated one; ``deferrals_left``: how often more time may still be asked for;
    ``way``: how its holder wants to be called; ``coming``: the call has been answered; ``quiet``: this phone makes no sound;
    ``can_ask``: "I am still waiting" may be said (again), ``asked_at``: when it last was; ``reason`` (at window ``reason_at``):
    why the wait has become longer than was said; ``closing``: whether it is served today; ``kept_until``: gone for a paper, with
    the place kept until then."""

    number: str
    code: str
    state: State
    service: ServicePlan
    people: int
    low: int
    high: int
    near: bool
    back_at: datetime | None
    window: WindowPlan | None
    call: int
    deferrals: int
    deferrals_left: int
    pause: int
    zone: ZoneInfo
    way: str = ""
    coming: bool = False
    quiet: bool = False
    reason: Reason | None = None
    reason_at: WindowPlan | None = None
    closing: Closing | None = None
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    can_ask: bool = False
    kept_until: datetime | None = None

    @property
    def is_answered(self) -> bool:
        """Whether staff have seen to it that its holder said "I am still waiting"."""
        return self.asked_at is not None and self.answered_at is not None and self.answered_at >= self.asked_at

    @property
    def is_over(self) -> bool:
        return self.state in (State.DONE, State.CANCELLED, State.EXPIRED)

    @property
    def step(self) -> int:
        """How far the visit is, of `STEPS`: number taken, waiting, nearly there, at the window."""
        return STEP_OF.get(self.state, 3 if self.near else 2)

    @property
    def can_cancel(self) -> bool:
        return self.state in CANCELLABLE or self.kept_until is not None

    @property
    def can_defer(self) -> bool:
        return self.state == State.WAITING and self.back_at is None and self.deferrals_left > 0

    def ahead(self, language: str) -> str:
        return ahead_words(self.people, language)

    def wait(self, language: str) -> str:
        return wait_words(self.low, self.high, language)

    def longer(self, language: str) -> str:
        return longer_words(self.reason, self.reason_at, language)

    def before_closing(self, language: str) -> str:
        return closing_words(self.closing, language)


def visit_of(picture: Picture, ticket: Standing, now: datetime) -> Visit:
    """The visit as of ``now``; how often and how long one may pause are the office's provisions ``order.deferrals`` and
    ``order.deferral_minutes``."""
    plan, state = picture.plan, State(ticket.state)
    waits = state == State.WAITING
    people = picture.ahead(ticket) if waits else 0
    said = picture.said_to(ticket, now) if waits else Said(0, 0)
    back_at = ticket.ready_at if waits and ticket.ready_at > now else None
    call = _call(picture, ticket)
    return Visit(
        number=ticket.number, code=ticket.code, state=state, service=plan.services_by_id[ticket.service_id], people=people,
        low=said.low, high=said.high, reason=said.reason, closing=said.closing,
        reason_at=next((one for one in plan.windows if said.reason and one.code == said.reason.window), None),
        near=waits and back_at is None and people <= NEAR, back_at=back_at,
        window=plan.windows_by_id.get(ticket.window_id) if ticket.window_id else None, call=call.id if call else 0,
        deferrals=ticket.deferrals, deferrals_left=max(0, plan.provisions["order.deferrals"] - ticket.deferrals),
        pause=plan.provisions["order.deferral_minutes"], zone=plan.zone, way=ticket.way,
        coming=call is not None and call.acknowledged_at is not None, asked_at=ticket.asked_at if state in MAY_ASK else None,
        answered_at=ticket.answered_at, can_ask=state in MAY_ASK and may_say(ticket.asked_at, plan, now),
        kept_until=kept_until(plan, ticket),
    )


def longest_head_start(plan: HallPlan) -> int:
    """The most minutes that anybody who came later may be called before somebody else."""
    return largest_head_start((lane.head_start for lane in plan.lanes), Terms.of(plan.provisions))


def _call(picture: Picture, ticket: Standing) -> CallView | None:
    return next((call for call in picture.calls if call.ticket_id == ticket.id), None)
