"""The hall."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_first_at"), "attempt", ["first_at"], unique=False)

    op.create_table(
        "board",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_board")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_workday", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("decreed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "journal_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_line")),
    )
    op.create_index(op.f("ix_journal_line_office_id"), "journal_line", ["office_id"], unique=False)
    op.create_index(op.f("ix_journal_line_subject"), "journal_line", ["subject"], unique=False)

    op.create_table(
        "journal_seal",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_journal_seal")),
        sa.UniqueConstraint("line_id", name=op.f("uq_journal_seal_line_id")),
    )
    op.create_table(
        "office",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
        sa.UniqueConstraint("code", name=op.f("uq_office_code")),
    )
    op.create_table(
        "hall",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("paired_only", sa.Boolean(), nullable=False),
        sa.Column("rest_days", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_hall_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall")),
        sa.UniqueConstraint("office_id", "code", name=op.f("uq_hall_office_id_code")),
    )
    op.create_table(
        "lane",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("head_start", sa.Integer(), nullable=False),
        sa.Column("skill", sa.String(length=40), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_lane_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lane")),
        sa.UniqueConstraint("office_id", "code", "effective_from", name=op.f("uq_lane_office_id_code_effective_from")),
    )
    op.create_table(
        "matter_class",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_matter_class_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_class")),
        sa.UniqueConstraint("office_id", "code", name=op.f("uq_matter_class_office_id_code")),
    )
    op.create_table(
        "matter_tally",
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_matter_tally_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", "year", name=op.f("pk_matter_tally")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column(
            "id_kind",
            sa.Enum(
                "resident_id",
                "residence_permit",
                "travel_permit",
                "passport",
                "lawyer_licence",
                "none",
                name="idkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_index", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_person_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("office_id", "id_index", name=op.f("uq_person_office_id_id_index")),
    )
    op.create_index(op.f("ix_person_phone_index"), "person", ["phone_index"], unique=False)

    op.create_table(
        "provision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_provision_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provision")),
        sa.UniqueConstraint(
            "office_id", "key", "effective_from", name=op.f("uq_provision_office_id_key_effective_from")
        ),
    )
    op.create_table(
        "registry",
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_registry_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_registry")),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("kiosk", "lobby", name="devicekind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("pairing", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("printer", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_device_hall_id_hall")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_device_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("digest", name=op.f("uq_device_digest")),
        sa.UniqueConstraint("pairing", name=op.f("uq_device_pairing")),
    )
    op.create_index(op.f("ix_device_hall_id"), "device", ["hall_id"], unique=False)

    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_hours_weekday")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_opening_hours_hall_id_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    op.create_index(op.f("ix_opening_hours_hall_id"), "opening_hours", ["hall_id"], unique=False)

    op.create_table(
        "service",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("hint_zh", sa.String(length=120), nullable=False),
        sa.Column("hint_en", sa.String(length=160), nullable=False),
        sa.Column("bring_zh", sa.String(length=400), nullable=False),
        sa.Column("bring_en", sa.String(length=400), nullable=False),
        sa.Column("prefix", sa.String(length=2), nullable=False),
        sa.Column("skill", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("daily_limit", sa.Integer(), nullable=True),
        sa.Column("by_booking", sa.Boolean(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_service_hall_id_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_service_hall_id_code")),
        sa.UniqueConstraint("hall_id", "prefix", name=op.f("uq_service_hall_id_prefix")),
    )
    op.create_index(op.f("ix_service_hall_id"), "service", ["hall_id"], unique=False)

    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=True),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_staff_hall_id_hall")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_staff_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("account", name=op.f("uq_staff_account")),
    )
    op.create_index(op.f("ix_staff_office_id"), "staff", ["office_id"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_task_hall_id_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(
        "uq_task_open",
        "task",
        ["hall_id", "subject"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )

    op.create_table(
        "token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_token_hall_id_hall")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_token_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_token_digest")),
    )
    op.create_table(
        "window",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "paused", "closed", name="windowstate", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_window_hall_id_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_window_hall_id_code")),
    )
    op.create_index(op.f("ix_window_hall_id"), "window", ["hall_id"], unique=False)

    op.create_table(
        "matter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "letter", "visit", "web", "call", name="channel", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("summary", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "registered",
                "materials_pending",
                "accepted",
                "not_accepted",
                "transferred",
                "redirected",
                "merged",
                "assigned",
                "in_handling",
                "in_hearing",
                "concluded",
                "served",
                "settled",
                "closed_unsettled",
                "terminated",
                "withdrawn",
                name="matterstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("registrar", sa.Uuid(), nullable=False),
        sa.Column("first_handler", sa.Uuid(), nullable=True),
        sa.Column("handler", sa.Uuid(), nullable=True),
        sa.Column("ticket", sa.String(length=26), nullable=False),
        sa.Column("request_key", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["class_id"], ["matter_class.id"], name=op.f("fk_matter_class_id_matter_class")),
        sa.ForeignKeyConstraint(["first_handler"], ["staff.id"], name=op.f("fk_matter_first_handler_staff")),
        sa.ForeignKeyConstraint(["handler"], ["staff.id"], name=op.f("fk_matter_handler_staff")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_matter_office_id_office")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_matter_person_id_person")),
        sa.ForeignKeyConstraint(["registrar"], ["staff.id"], name=op.f("fk_matter_registrar_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter")),
        sa.UniqueConstraint("office_id", "number", name=op.f("uq_matter_office_id_number")),
        sa.UniqueConstraint("office_id", "request_key", name=op.f("uq_matter_office_id_request_key")),
    )
    op.create_index(op.f("ix_matter_person_id"), "matter", ["person_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("window_id", sa.Uuid(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sign_in_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_in_digest")),
    )
    op.create_index(op.f("ix_sign_in_staff_id"), "sign_in", ["staff_id"], unique=False)

    op.create_table(
        "tally",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_tally_service_id_service")),
        sa.PrimaryKeyConstraint("service_id", "day", name=op.f("pk_tally")),
    )
    op.create_table(
        "ticket",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "called",
                "serving",
                "on_hold",
                "missed",
                "done",
                "cancelled",
                "expired",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("lane", sa.String(length=24), nullable=False),
        sa.Column("head_start", sa.Integer(), nullable=False),
        sa.Column("needs", sa.String(length=200), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rank_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deferrals", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Uuid(), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transferred_from", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_ticket_hall_id_hall")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_ticket_service_id_service")),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_ticket_window_id_window")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("code", name=op.f("uq_ticket_code")),
        sa.UniqueConstraint("hall_id", "day", "number", name=op.f("uq_ticket_hall_id_day_number")),
        sa.UniqueConstraint("hall_id", "request_key", name=op.f("uq_ticket_hall_id_request_key")),
    )
    op.create_index(
        "ix_ticket_active",
        "ticket",
        ["hall_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'called', 'serving', 'on_hold', 'missed')"),
        postgresql_where=sa.text("state IN ('waiting', 'called', 'serving', 'on_hold', 'missed')"),
    )
    op.create_index(
        "ix_ticket_at_window",
        "ticket",
        ["window_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('called', 'serving')"),
        postgresql_where=sa.text("state IN ('called', 'serving')"),
    )
    op.create_index(
        "ix_ticket_queued",
        "ticket",
        ["service_id", "queued_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_ticket_version", "ticket", ["hall_id", "version"], unique=False)
    op.create_index(
        "ix_ticket_waiting",
        "ticket",
        ["service_id", "rank_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    op.create_table(
        "window_skill",
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_window_skill_window_id_window")),
        sa.PrimaryKeyConstraint("window_id", "skill", name=op.f("pk_window_skill")),
    )
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("window", sa.String(length=12), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("next", "chosen", "recall", name="callkind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("capped", sa.Boolean(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("spoken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("silent", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_call_hall_id_hall")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_call_ticket_id_ticket")),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_call_window_id_window")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("hall_id", "request_key", name=op.f("uq_call_hall_id_request_key")),
    )
    op.create_index("ix_call_hall", "call", ["hall_id", "id"], unique=False)
    op.create_index(op.f("ix_call_ticket_id"), "call", ["ticket_id"], unique=False)
    op.create_index("ix_call_version", "call", ["hall_id", "version"], unique=False)

    op.create_table(
        "matter_holder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "relation",
            sa.Enum(
                "party",
                "legal_representative",
                "close_relative",
                "defender",
                "agent",
                name="relation",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "document",
            sa.Enum(
                "resident_id",
                "residence_permit",
                "travel_permit",
                "passport",
                "lawyer_licence",
                "none",
                name="idkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "proof",
            sa.Enum(
                "none",
                "household_book",
                "guardianship",
                "marriage_certificate",
                "mandate",
                "firm_letter_mandate",
                "legal_aid_letter",
                name="proof",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["checked_by"], ["staff.id"], name=op.f("fk_matter_holder_checked_by_staff")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_matter_holder_matter_id_matter")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_matter_holder_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_holder")),
        sa.UniqueConstraint("matter_id", "person_id", name=op.f("uq_matter_holder_matter_id_person_id")),
    )
    op.create_index(op.f("ix_matter_holder_person_id"), "matter_holder", ["person_id"], unique=False)

    op.create_table(
        "reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "procedural",
                "substantive",
                "monthly",
                "other",
                name="replykind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "in_person",
                "phone",
                "letter",
                "message",
                name="replymode",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("open_to_holder", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("request_key", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["given_by"], ["staff.id"], name=op.f("fk_reply_given_by_staff")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_reply_matter_id_matter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("matter_id", "request_key", name=op.f("uq_reply_matter_id_request_key")),
    )
    op.create_table(
        "slip",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sent",
                "confirmed",
                "unknown",
                "failed",
                name="slipstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_slip_device_id_device")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_slip_hall_id_hall")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_slip_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_slip_ticket_id")),
    )
    op.create_index(
        "ix_slip_open",
        "slip",
        ["made_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'sent')"),
        postgresql_where=sa.text("state IN ('queued', 'sent')"),
    )

    op.create_table(
        "receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column(
            "factor",
            sa.Enum("pin", "id_last_four", name="factor", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["holder_id"], ["matter_holder.id"], name=op.f("fk_receipt_holder_id_matter_holder")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_receipt_made_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("code_index", name=op.f("uq_receipt_code_index")),
    )
    op.create_index(op.f("ix_receipt_holder_id"), "receipt", ["holder_id"], unique=False)
    _protect_journal()


def downgrade() -> None:
    raise RuntimeError("nothing lies below the first revision")


def _protect_journal() -> None:
    """The journal is append-only: the database itself refuses to change or remove a line or a seal."""
    for table in ("journal_line", "journal_seal"):
        for statement in _triggers(table, op.get_bind().dialect.name):
            op.execute(statement)


def _triggers(table: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
            for act in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE OR REPLACE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$",
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()",
    ]
