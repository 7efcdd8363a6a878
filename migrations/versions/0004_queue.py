"""The queue: promises, bookings, watching, devices, offline blocks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("window", sa.String(length=12), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("p80_before", sa.Integer(), nullable=False),
        sa.Column("p80_after", sa.Integer(), nullable=False),
        sa.Column("broken_before", sa.Float(), nullable=False),
        sa.Column("broken_after", sa.Float(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actual_p80", sa.Integer(), nullable=True),
        sa.Column("actual_calls", sa.Integer(), nullable=True),
        sa.Column("actual_broken", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_decision_hall_id_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("ix_decision_hall", ["hall_id", "asked_at"], unique=False)

    op.create_table(
        "door_count",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_door_count_hall_id_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_count")),
        sa.UniqueConstraint("hall_id", "request_key", name=op.f("uq_door_count_hall_id_request_key")),
    )
    with op.batch_alter_table("door_count", schema=None) as batch_op:
        batch_op.create_index("ix_door_count_hall", ["hall_id", "at"], unique=False)

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(length=24), server_default="", nullable=False))
        batch_op.add_column(sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_column("answered_at")
        batch_op.drop_column("asked_at")

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("escalated_at")
        batch_op.drop_column("role")

    with op.batch_alter_table("door_count", schema=None) as batch_op:
        batch_op.drop_index("ix_door_count_hall")

    op.drop_table("door_count")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index("ix_decision_hall")

    op.drop_table("decision")
