"""Services and windows that are retired, lanes that end, and how far visits have been made nameless."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("service", sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("window", sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("lane", sa.Column("offered", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "forgotten_day",
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("through", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_forgotten_day_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_forgotten_day")),
    )


def downgrade() -> None:
    op.drop_table("forgotten_day")
    op.drop_column("lane", "offered")
    op.drop_column("window", "retired")
    op.drop_column("service", "retired")
