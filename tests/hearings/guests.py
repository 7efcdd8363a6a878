"""A running centre with a hearing whose officers have been invited, and the links that they were sent. For tests of pages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from hearings.invitations.dispatch import CODE, token_of
from hearings.invitations.tables import Invitation
from hearings.panel.pool import listing_of
from hearings.tables import Hearing, HearingState
from shared.settings import Settings
from shared.vault import Vault
from tests.cases.registry import beside, one_centre
from tests.centre import PASSWORD, Centre
from tests.hearings.callers import Callers
from tests.hearings.roster_stage import committed, put_checks, thrown
from tests.hearings.staging import Stage


@contextmanager
def invited_centre(data: Path, template: Path, hashes: list[str]) -> Iterator[tuple[Centre, Settings, Stage]]:
    """The centre and its rows, with a roster of thirty."""
    with one_centre(data, template, hashes) as (centre, settings), beside(settings) as db:
        stage = Stage(db, Vault.open(settings.data), start=datetime.now(UTC))
        db.write_now(put_checks, stage.roster(30))
        yield centre, settings, stage


def new_hearing(stage: Stage, settings: Settings, **more: Any) -> tuple[Callers, list[UUID]]:
    """An approved hearing with a drawn panel, and its invitations. Each on a day of its own, so that everybody is free."""
    days = 14 + len(stage.all(Hearing))
    hearing = stage.hearing(HearingState.APPROVED, **{"days": days, **more})
    thrown(stage, committed(stage, hearing))
    callers = Callers(stage, settings, hearing)
    return callers, callers.invite()


def link(stage: Stage, invitation: UUID) -> str:
    """The page of an invitation, as its mail names it."""
    row = stage.get(Invitation, invitation)
    listing = stage.db.read_now(listing_of, row.hearing_id)
    assert listing is not None
    return f"/i/{token_of(row, listing.ends_at + timedelta(days=1), stage.vault)}"


def code(stage: Stage, invitation: UUID) -> str:
    return stage.vault.unseal(stage.get(Invitation, invitation).code, purpose=CODE)


class Browsers:
    """Browsers without script; signed in as a member of staff when ``who`` is given."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.opened: list[httpx.Client] = []

    def __call__(self, who: str = "", language: str = "zh") -> httpx.Client:
        headers = {"accept": "text/html", "accept-language": language}
        client = httpx.Client(base_url=self.centre.url, headers=headers, trust_env=False, timeout=30)
        self.opened.append(client)
        if who:
            client.post("/sign-in", data={"account": who, "password": PASSWORD})
        return client

    def close(self) -> None:
        for client in self.opened:
            client.close()


def words(page: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<head>.*?</head>", "", page.text)).split())


def hidden(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of the first form that answers."""
    return {name: value for name, value in re.findall(r'name="(key|sequence)" value="([^"]*)"', page.text)[:2]}

