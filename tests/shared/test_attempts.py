"""Guesses: how many are allowed, for how long a key rests, and that nobody gets more by asking in parallel."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from shared.attempts import allowed, attempt_key, failed, forget_attempts, minutes_locked, succeeded
from shared.database import Database

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEY = attempt_key("case", "k7m2-w9qd")


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


async def miss(db: Database, now: datetime = NOW) -> int:
    return await db.write(failed, KEY, now, 3, 10)


async def test_a_key_rests_after_the_last_failure_and_is_free_again_when_the_time_is_over(db: Database) -> None:
    assert [await miss(db), await miss(db), await miss(db)] == [2, 1, 0]
    assert not await db.read(allowed, KEY, later(9.5))
    assert await db.read(minutes_locked, KEY, later(8.5)) == 2
    assert await db.read(allowed, KEY, later(10))
    assert await miss(db, later(10)) == 2


async def test_a_success_forgets_the_failures_before_it(db: Database) -> None:
    await miss(db)
    await miss(db)
    await db.write(succeeded, KEY)
    assert await miss(db) == 2


async def test_failures_far_apart_do_not_add_up(db: Database) -> None:
    assert [await miss(db), await miss(db, later(9)), await miss(db, later(20))] == [2, 1, 2]


async def test_guessing_on_does_not_prolong_the_rest(db: Database) -> None:
    for minute in (0, 0, 0, 5, 9):
        await miss(db, later(minute))
    assert await db.read(allowed, KEY, later(10))


async def test_guesses_made_at_the_same_moment_are_all_counted(db: Database) -> None:
    left = await asyncio.gather(*[miss(db) for _ in range(12)])
    assert sorted(left, reverse=True) == [2, 1] + [0] * 10


async def test_one_locked_key_leaves_the_others_alone(db: Database) -> None:
    for _ in range(3):
        await miss(db)
    assert await db.read(allowed, attempt_key("case", "another"), NOW)


async def test_old_attempts_are_forgotten_and_running_ones_kept(db: Database) -> None:
    await miss(db)
    assert await db.write(forget_attempts, NOW) == 0
    assert await db.write(forget_attempts, later(60)) == 1
    assert await miss(db) == 2


def test_the_key_does_not_say_what_was_guessed() -> None:
    assert "k7m2" not in KEY
    assert len(attempt_key("k" * 15, "x")) == 80
