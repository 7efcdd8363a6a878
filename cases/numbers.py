"""The running number of an office's year: one row counts, changed and read in one statement."""

from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from cases.centre import Centre


def next_of_year(session: Session, tally: type[Any], centre: Centre) -> int:
    """``tally``: a table with an office, a year and the last number given; its row of the year is made with the first."""
    year = centre.today.year
    count = (
        update(tally)
        .where(col(tally.office_id) == centre.office_id, col(tally.year) == year)
        .values(last=col(tally.last) + 1)
        .returning(col(tally.last))
    )
    last: int | None = session.exec(count).scalar()
    if last is None:
        last = 1
        session.add(tally(office_id=centre.office_id, year=year, last=last))
        session.flush()
    return last
