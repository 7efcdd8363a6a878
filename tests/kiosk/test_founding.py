"""An office that is not the demo: what founding it lays down on both databases, the command, and a start that waits for it."""

import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from sqlmodel import Session, select

from cases.centre import centre_of
from hearings.tables import CaseType
from kiosk import founding, standard
from kiosk.founding import Founding, found_office
from kiosk.plan import HallPlan, hall_plan, halls
from shared.accounts import matches
from shared.database import Database
from shared.errors import Refused
from shared.offices import Provision
from shared.people import Staff
from tests.centre import ROOT
from tests.conftest import MORNING

ASKED = Founding(name_zh="怀远县人民检察院", name_en="Huaiyuan County People's Procuratorate", windows=4, password="$argon2id$")


def plan_of(db: Database, now: datetime = MORNING) -> HallPlan:
    return db.read_now(lambda session: hall_plan(session, next(iter(halls(session).values())), now))


def test_office_is_founded_with_everything_a_hall_needs(db: Database) -> None:
    hall = db.write_now(found_office, asked=ASKED, now=MORNING, by="command")
    plan = plan_of(db)
    assert (plan.id, plan.demo, plan.paired_only, plan.office_zh) == (hall, False, True, "怀远县人民检察院")
    assert [one.prefix for one in plan.services] == list("ABCDE") and len(plan.windows) == 4 and len(plan.lanes) == 5
    served = {skill for window in plan.windows for skill in window.skills}
    assert served == {one.skill for one in plan.services} and not plan.windows_for(plan.services[0])
    assert plan.hours.by_weekday[0] == standard.HOURS and 5 not in plan.hours.by_weekday
    assert {row[0] for row in standard.PROVISIONS} <= set(plan.provisions) and plan.provisions["hearing.notice_days"] == 3

    def rest(session: Session) -> tuple[list[str], list[str], int, int]:
        sources = [row.source for row in session.exec(select(Provision)).all()]
        staff = [row.account for row in session.exec(select(Staff)).all()]
        return sources, staff, len(session.exec(select(CaseType)).all()), len(centre_of(session, plan.office_id, MORNING).classes)

    sources, staff, types, classes = db.read_now(rest)
    assert not any("演示" in source for source in sources) and staff == ["admin"] and types and classes
    with pytest.raises(Refused, match="office-exists"):
        db.write_now(found_office, asked=ASKED, now=MORNING, by="command")


def test_hall_keeps_working_hours_and_opens_on_a_working_saturday(db: Database) -> None:
    db.write_now(found_office, asked=ASKED, now=MORNING, by="command")
    plan = plan_of(db)

    def at(text: str) -> bool:
        return plan.is_open(datetime.fromisoformat(f"{text}+08:00").astimezone(UTC))

    assert at("2026-11-23T09:00") and not at("2026-11-23T13:00") and not at("2026-11-23T18:00")
    assert not at("2026-11-28T09:00"), "an ordinary Saturday"
    assert at("2026-10-10T09:00"), "a Saturday on which the decree has people work"
    assert not at("2026-10-05T09:00"), "a Monday of the National Day week"
    assert plan.hours.on(datetime(2026, 10, 10).date(), plan.calendar)[0][0] == time(8, 30)


@pytest.mark.parametrize("count", [1, 2, 5, 6, 9])
def test_every_service_has_a_window_however_few_there_are(count: int) -> None:
    made = founding.windows_for(count)
    assert len(made) == count and {skill for one in made for skill in one} == {row[2] for row in standard.SERVICES}


def test_what_a_newer_version_brings_is_laid_down_once(db: Database) -> None:
    db.write_now(found_office, asked=ASKED, now=MORNING, by="command")
    db.write_now(lambda s: s.delete(s.exec(select(Provision).where(Provision.key == "retention.task_days")).one()))
    for _ in range(2):
        db.write_now(founding.keep_up)
    assert plan_of(db).provisions["retention.task_days"] == 30


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_command_prints_the_password_once_and_a_start_without_demo_waits_for_it(tmp_path: Path, database_url: str) -> None:
    folder = tmp_path / "own"
    environ = {**os.environ, "NUANYI_DATA": str(folder), "NUANYI_DATABASE_URL": "", "NUANYI_DEMO": "false", "NUANYI_PORT": "0"}
    litestar = str(Path(sys.executable).with_name("litestar"))

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=90)

    waits = run(sys.executable, "-m", "app")
    assert waits.returncode == 1 and "found your office first" in waits.stderr
    found = (litestar, "office", "found", "--name-zh", "甲县人民检察院", "--name-en", "Jia County", "--admin", "guan")
    made = run(*found)
    password = made.stdout.split("password")[1].split()[0]
    again = run(*found)
    assert made.returncode == 0 and again.returncode == 1 and "already has an office" in again.stderr
    assert not (folder / "accounts.txt").exists()
    with sqlite3.connect(folder / "nuanyi.db") as file:
        [(account, digest)] = file.execute("SELECT account, password FROM staff").fetchall()
    assert account == "guan" and matches(digest, password)
