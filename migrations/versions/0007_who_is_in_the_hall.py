"""Who is in a hall is found by their state: of two indexes that begin with the hall SQLite took the one of all visits ever."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

IN_HALL = sa.text("state IN ('waiting', 'called', 'serving', 'on_hold', 'missed')")


def upgrade() -> None:
    _index_active("hall_id", "state")


def downgrade() -> None:
    _index_active("hall_id")


def _index_active(*columns: str) -> None:
    op.drop_index("ix_ticket_active", table_name="ticket")
    op.create_index("ix_ticket_active", "ticket", list(columns), sqlite_where=IN_HALL, postgresql_where=IN_HALL)
