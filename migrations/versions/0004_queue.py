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
        "discreet_rule",
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.String(length=2), nullable=False),
        sa.Column("rooms_zh", sa.String(length=200), nullable=False),
        sa.Column("rooms_en", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_discreet_rule_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_discreet_rule")),
    )
    op.create_table(
        "discreet_tally",
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_discreet_tally_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "day", name=op.f("pk_discreet_tally")),
    )
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

    op.create_table(
        "speaker_lease",
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("zone", sa.String(length=24), nullable=False),
        sa.Column("screen", sa.String(length=40), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_speaker_lease_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "zone", name=op.f("pk_speaker_lease")),
    )
    op.create_table(
        "discreet_visit",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("hint", sa.String(length=120), nullable=False),
        sa.Column("needs", sa.String(length=200), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rank_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("room_zh", sa.String(length=60), nullable=False),
        sa.Column("room_en", sa.String(length=60), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_discreet_visit_hall_id_hall")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_discreet_visit_service_id_service")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_discreet_visit_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_discreet_visit")),
        sa.UniqueConstraint("code", name=op.f("uq_discreet_visit_code")),
    )
    with op.batch_alter_table("discreet_visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_discreet_visit_hall_id"), ["hall_id"], unique=False)

    op.create_table(
        "promise",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("p80", sa.Float(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("waited", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_promise_hall_id_hall")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_promise_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_promise")),
    )
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.create_index("ix_promise_hall", ["hall_id", "at"], unique=False)
        batch_op.create_index(
            "ix_promise_open",
            ["hall_id"],
            unique=False,
            sqlite_where=sa.text("outcome = ''"),
            postgresql_where=sa.text("outcome = ''"),
        )

    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.add_column(sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("rank_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(length=24), server_default="", nullable=False))
        batch_op.add_column(sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("way", sa.String(length=8), server_default="", nullable=False))
        batch_op.add_column(sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_column("answered_at")
        batch_op.drop_column("asked_at")
        batch_op.drop_column("booked_at")
        batch_op.drop_column("way")

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("escalated_at")
        batch_op.drop_column("role")

    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_column("acknowledged_at")
        batch_op.drop_column("delivered_at")
        batch_op.drop_column("rank_at")
        batch_op.drop_column("queued_at")

    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_promise_open", sqlite_where=sa.text("outcome = ''"), postgresql_where=sa.text("outcome = ''")
        )
        batch_op.drop_index("ix_promise_hall")

    op.drop_table("promise")
    with op.batch_alter_table("discreet_visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_discreet_visit_hall_id"))

    op.drop_table("discreet_visit")
    op.drop_table("speaker_lease")
    with op.batch_alter_table("door_count", schema=None) as batch_op:
        batch_op.drop_index("ix_door_count_hall")

    op.drop_table("door_count")
    op.drop_table("discreet_tally")
    op.drop_table("discreet_rule")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index("ix_decision_hall")

    op.drop_table("decision")
