"""The queue: promises, bookings, watching, devices, offline blocks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "block",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_block_hall_id_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
    )
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.create_index(
            "uq_block_holder",
            ["hall_id", "holder", "day"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

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
        "block_number",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("block_id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column(
            "state",
            sa.Enum("ready", "used", "unused", name="held", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["block_id"], ["block.id"], name=op.f("fk_block_number_block_id_block")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_block_number_hall_id_hall")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_block_number_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block_number")),
        sa.UniqueConstraint("code", name=op.f("uq_block_number_code")),
        sa.UniqueConstraint("hall_id", "day", "number", name=op.f("uq_block_number_hall_id_day_number")),
    )
    with op.batch_alter_table("block_number", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_block_number_block_id"), ["block_id"], unique=False)
        batch_op.create_index("ix_block_number_settled", ["hall_id", "settled_at"], unique=False)

    op.create_table(
        "block_tally",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_block_tally_service_id_service")),
        sa.PrimaryKeyConstraint("service_id", "day", name=op.f("pk_block_tally")),
    )
    op.create_table(
        "booking_closure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_booking_closure_hall_id_hall")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_booking_closure_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_closure")),
    )
    with op.batch_alter_table("booking_closure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_closure_hall_id"), ["hall_id"], unique=False)

    op.create_table(
        "booking_return",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returns_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_booking_return_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_return")),
    )
    with op.batch_alter_table("booking_return", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_return_returns_at"), ["returns_at"], unique=False)

    op.create_table(
        "booking_slot",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_booking_slot_taken")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_booking_slot_service_id_service")),
        sa.PrimaryKeyConstraint("service_id", "starts_at", name=op.f("pk_booking_slot")),
    )
    op.create_table(
        "contingent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("weekdays", sa.String(length=20), nullable=False),
        sa.Column("weeks", sa.String(length=20), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 5 AND 480", name=op.f("ck_contingent_minutes")),
        sa.CheckConstraint("places >= 0", name=op.f("ck_contingent_places")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_contingent_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contingent")),
        sa.UniqueConstraint("service_id", "effective_from", name=op.f("uq_contingent_service_id_effective_from")),
    )
    op.create_table(
        "device_state",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=200), nullable=False),
        sa.Column("fault_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("command", sa.String(length=12), nullable=False),
        sa.Column("command_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("out_reason", sa.String(length=120), nullable=False),
        sa.Column("out_by", sa.String(length=80), nullable=False),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_device_state_device_id_device")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_device_state_hall_id_hall")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_state")),
    )
    with op.batch_alter_table("device_state", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_state_hall_id"), ["hall_id"], unique=False)

    op.create_table(
        "booking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "confirmed",
                "checked_in",
                "cancelled",
                "no_show",
                name="bookingstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_index", sa.String(length=64), nullable=False),
        sa.Column("mail", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("office_moved", sa.Boolean(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("request_key", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_booking_hall_id_hall")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_booking_service_id_service")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_booking_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("code_index", name=op.f("uq_booking_code_index")),
        sa.UniqueConstraint("hall_id", "request_key", name=op.f("uq_booking_hall_id_request_key")),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index("ix_booking_day", ["hall_id", "starts_at"], unique=False)
        batch_op.create_index(
            "ix_booking_open",
            ["starts_at"],
            unique=False,
            sqlite_where=sa.text("state = 'confirmed'"),
            postgresql_where=sa.text("state = 'confirmed'"),
        )
        batch_op.create_index(batch_op.f("ix_booking_phone_index"), ["phone_index"], unique=False)

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
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_phone_index"))
        batch_op.drop_index(
            "ix_booking_open",
            sqlite_where=sa.text("state = 'confirmed'"),
            postgresql_where=sa.text("state = 'confirmed'"),
        )
        batch_op.drop_index("ix_booking_day")

    op.drop_table("booking")
    with op.batch_alter_table("device_state", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_state_hall_id"))

    op.drop_table("device_state")
    op.drop_table("contingent")
    op.drop_table("booking_slot")
    with op.batch_alter_table("booking_return", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_return_returns_at"))

    op.drop_table("booking_return")
    with op.batch_alter_table("booking_closure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_closure_hall_id"))

    op.drop_table("booking_closure")
    op.drop_table("block_tally")
    with op.batch_alter_table("block_number", schema=None) as batch_op:
        batch_op.drop_index("ix_block_number_settled")
        batch_op.drop_index(batch_op.f("ix_block_number_block_id"))

    op.drop_table("block_number")
    op.drop_table("speaker_lease")
    with op.batch_alter_table("door_count", schema=None) as batch_op:
        batch_op.drop_index("ix_door_count_hall")

    op.drop_table("door_count")
    op.drop_table("discreet_tally")
    op.drop_table("discreet_rule")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index("ix_decision_hall")

    op.drop_table("decision")
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_block_holder", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL")
        )

    op.drop_table("block")
