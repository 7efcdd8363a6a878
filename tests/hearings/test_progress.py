"""How far a hearing is: what is done, what can be done now and by whom; and the list, where each reader sees their own."""

from typing import Any

import pytest

from hearings import progress
from hearings.hearing_list import hearings
from hearings.hearing_view import hearing_view
from hearings.progress import Facts, Part
from hearings.rulebook import add_number, rulebook
from hearings.tables import HearingState
from shared.errors import Refused
from shared.people import Role
from tests.hearings.staging import Stage

S, P = HearingState, Part


def open_parts(**facts: Any) -> list[Part]:
    return [step.part for step in progress.next_steps(progress.steps(Facts(**facts)))]


@pytest.mark.parametrize(
    ("facts", "parts"),
    [
        ({"state": S.DRAFT}, [P.REQUEST]),
        ({"state": S.PENDING_APPROVAL}, [P.APPROVAL]),
        ({"state": S.APPROVED, "panel_size": 3}, [P.PEOPLE, P.PLAN, P.TIME]),
        ({"state": S.APPROVED, "panel_size": 3, "peopled": True, "plan": "granted", "listed": True}, [P.PANEL]),
        ({"state": S.APPROVED, "panel_size": 3, "peopled": True, "plan": "granted", "listed": True, "seats": 3, "accepted": 2},
         [P.ANSWERS]),
        ({"state": S.PANEL_READY, "panel_size": 3, "peopled": True, "plan": "granted", "listed": True, "seats": 3, "accepted": 3},
         [P.NOTICE]),
        ({"state": S.NOTIFIED, "panel_size": 3, "peopled": True, "plan": "granted", "listed": True, "seats": 3, "accepted": 3},
         [P.HEARING]),
        ({"state": S.POSTPONED, "panel_size": 3, "peopled": True, "plan": "granted", "listed": True, "seats": 3}, [P.TIME]),
        ({"state": S.IN_SESSION}, [P.HEARING]),
        ({"state": S.ENDED}, []), ({"state": S.CANCELLED}, []), ({"state": S.REFUSED}, []),
    ],
)
def test_next_parts_are_those_whose_way_is_free(facts: dict[str, Any], parts: list[Part]) -> None:
    assert open_parts(**facts) == parts


def test_submitted_plan_waits_for_the_chief() -> None:
    kept, asked = (next(step for step in progress.steps(Facts(state=S.APPROVED, plan=plan)) if step.part == P.PLAN)
                   for plan in ("kept", "asked"))
    assert kept.who == {Role.CASE_HANDLER} and asked.who == {Role.CHIEF_PROCURATOR}


def test_list_shows_each_reader_what_they_may_see(stage: Stage) -> None:
    opened, closed = stage.hearing(), stage.hearing(opens=False)
    seen = {who: {line.id for line in stage.read(hearings, who=who, which="all", page=0).lines}
            for who in ("window3", "window2", "window1", "supervisor", "auditor")}
    both = {opened, closed}
    assert seen == {"window3": both, "window2": {opened}, "window1": both, "supervisor": both, "auditor": both}


def test_list_is_filtered_and_searched(stage: Stage) -> None:
    draft, over = stage.hearing(S.DRAFT, title="一起信访案件听证会"), stage.hearing(S.ARCHIVED)
    other = stage.hearing(handler="window2", clerk=None)

    def ids(**more: Any) -> list[Any]:
        return [line.id for line in stage.read(hearings, **{"which": "all", "page": 0, **more}).lines]

    assert ids(which="open") == [other, draft] and ids(which="over") == [over] and ids(which="mine") == [draft]
    assert ids(text="信访") == [draft] and ids(text="〕2号") == [over] and ids(text="100%") == []


def test_hearing_of_every_state_has_a_page(stage: Stage) -> None:
    for state in S:
        view = stage.read(hearing_view, hearing_id=stage.hearing(state), sealing=stage.vault)
        assert view.line.state == state and len(view.steps) == len(Part)
        assert (view.deadline is not None) == (state in (S.APPROVED, S.PANEL_READY, S.NOTIFIED, S.CHECKING_IN))


def test_number_laid_down_for_later_does_not_hold_yet(stage: Stage) -> None:
    told = {"who": "supervisor", "key": "hearing.notice_days", "value": 5, "source": "修订"}
    later = stage.centre(10).today
    stage.act(add_number, effective_from=later, **told)
    assert stage.centre().provisions["hearing.notice_days"] == 3 and stage.centre(10).provisions["hearing.notice_days"] == 5
    book = stage.db.read_now(rulebook, centre=stage.centre())
    (versions,) = [some for some in book.numbers if some[0].key == "hearing.notice_days"]
    assert [(row.value, row.id in book.holding) for row in versions] == [(5, False), (3, True)]
    with pytest.raises(Refused) as refused:
        stage.act(add_number, effective_from=later, **{**told, "who": "window3"})
    assert refused.value.code == "not-allowed" and stage.journal()[-1].act == "number-added"
