"""Scenario 5. Given a mail gateway that GETs every link twice, then no answer changes; after a human POST it does, once, however
often repeated."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hearings.invitations.tables import Answer, InvitationState
from shared.settings import Settings
from tests.centre import Centre
from tests.hearings.guests import Browsers, code, hidden, invited_centre, link, new_hearing
from tests.hearings.staging import Stage


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, hashes: list[str]
) -> Iterator[tuple[Centre, Settings, Stage]]:
    with invited_centre(tmp_path_factory.mktemp("scanner"), sqlite_template, hashes) as found:
        yield found


def test_scenario_5_scanner(running: tuple[Centre, Settings, Stage]) -> None:
    centre, settings, stage = running
    callers, (invited, *_) = new_hearing(stage, settings)
    page = link(stage, invited)
    acts = answered(stage)
    browsers = Browsers(centre)
    scanner, human = browsers(), browsers()
    seen = {page, f"/c/{code(stage, invited)}"}
    while fresh := {one for address in seen for one in links_of(scanner, address, page)} - seen:
        seen |= fresh
    for address in sorted(seen) * 2:
        assert scanner.get(address, follow_redirects=True).status_code == 200
    assert {f"{page}/yes", f"{page}/no"} <= seen
    row = callers.get(invited)
    assert row.state in (InvitationState.SENT, InvitationState.DELIVERED) and row.answered_at is None
    assert stage.all(Answer) == [] and answered(stage) == acts

    form = hidden(human.get(f"{page}/yes"))
    for _ in range(3):
        answer = human.post(f"{page}/yes", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert callers.get(invited).state == InvitationState.ACCEPTED and len(stage.all(Answer)) == 1
    human.post(f"{page}/yes", data=hidden(human.get(f"{page}/yes")))
    assert len(stage.all(Answer)) == 1
    browsers.close()


def links_of(scanner: httpx.Client, address: str, page: str) -> set[str]:
    """Every link on a page that belongs to the invitation."""
    text = scanner.get(address, follow_redirects=True).text
    return {found for found in re.findall(r'href="([^"#?]+)"', text) if found.startswith(page)}


def answered(stage: Stage) -> list[str]:
    """What people did, by the journal; clock and outbox go on sending meanwhile."""
    return [line.act for line in stage.journal() if line.by != "clock" and not line.act.startswith("message-")]
