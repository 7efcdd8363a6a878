"""Hearings: requests, plans, roster, draws, rooms, invitations, notices, messages."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incoming_mail",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "reply",
                "counter",
                "report",
                "stranger",
                "other",
                name="mailkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_incoming_mail")),
    )
    op.create_table(
        "mailbox_mark",
        sa.Column("mailbox", sa.String(length=200), nullable=False),
        sa.Column("numbering", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_mailbox_mark")),
    )
    op.create_table(
        "hearing_article",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("text_zh", sa.String(length=600), nullable=False),
        sa.Column("text_en", sa.String(length=900), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_hearing_article_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_article")),
        sa.UniqueConstraint(
            "office_id", "code", "effective_from", name=op.f("uq_hearing_article_office_id_code_effective_from")
        ),
    )
    op.create_table(
        "hearing_case_type",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("opens", sa.Boolean(), nullable=False),
        sa.Column("article", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_hearing_case_type_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_case_type")),
        sa.UniqueConstraint("office_id", "code", name=op.f("uq_hearing_case_type_office_id_code")),
    )
    op.create_table(
        "hearing_room",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("observers", sa.Integer(), nullable=False),
        sa.Column("broadcast", sa.Boolean(), nullable=False),
        sa.Column("accessible", sa.Boolean(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_hearing_room_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_room")),
        sa.UniqueConstraint("office_id", "code", name=op.f("uq_hearing_room_office_id_code")),
    )
    op.create_table(
        "hearing_tally",
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_hearing_tally_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", "year", name=op.f("pk_hearing_tally")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("email", "sms", "letter", name="channel", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sending",
                "stale",
                "failed",
                "sent",
                "bounced",
                "delivered",
                name="messagestate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_message_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_message_dedupe_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_message_message_id")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_about"), ["about"], unique=False)
        batch_op.create_index("ix_message_due", ["state", "not_before"], unique=False)

    op.create_table(
        "officer_category",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("group", sa.String(length=24), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_officer_category_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_category")),
        sa.UniqueConstraint("office_id", "code", name=op.f("uq_officer_category_office_id_code")),
    )
    op.create_table(
        "specialism",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_specialism_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialism")),
        sa.UniqueConstraint("office_id", "code", name=op.f("uq_specialism_office_id_code")),
    )
    op.create_table(
        "hearing_room_closure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["hearing_room.id"], name=op.f("fk_hearing_room_closure_room_id_hearing_room")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_room_closure")),
    )
    with op.batch_alter_table("hearing_room_closure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hearing_room_closure_room_id"), ["room_id"], unique=False)

    op.create_table(
        "message_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_receipt_message_id_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_receipt")),
    )
    with op.batch_alter_table("message_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_receipt_message_id"), ["message_id"], unique=False)

    op.create_table(
        "hearing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("case_type_id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=True),
        sa.Column("case_number", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("cause", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "pending_approval",
                "refused",
                "approved",
                "panel_ready",
                "notified",
                "checking_in",
                "in_session",
                "deliberating",
                "resumed",
                "ended",
                "record_signed",
                "decision_pending",
                "decided",
                "feedback_sent",
                "archived",
                "postponed",
                "suspended",
                "cancelled",
                name="hearingstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("state_before", sa.String(length=24), nullable=False),
        sa.Column(
            "initiative",
            sa.Enum(
                "ex_officio", "application", name="initiative", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("applicant", sa.LargeBinary(), nullable=True),
        sa.Column(
            "ground",
            sa.Enum(
                "facts",
                "law",
                "handling",
                "social_impact",
                "danger_assessment",
                "strong_feelings",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reasons", sa.LargeBinary(), nullable=False),
        sa.Column("minor", sa.Boolean(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("simplified", sa.Boolean(), nullable=False),
        sa.Column("elsewhere", sa.String(length=120), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("panel_size", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("handler", sa.Uuid(), nullable=False),
        sa.Column("moderator", sa.Uuid(), nullable=True),
        sa.Column("clerk", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=True),
        sa.Column("request_key", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_type_id"], ["hearing_case_type.id"], name=op.f("fk_hearing_case_type_id_hearing_case_type")
        ),
        sa.ForeignKeyConstraint(["clerk"], ["staff.id"], name=op.f("fk_hearing_clerk_staff")),
        sa.ForeignKeyConstraint(["handler"], ["staff.id"], name=op.f("fk_hearing_handler_staff")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_hearing_matter_id_matter")),
        sa.ForeignKeyConstraint(["moderator"], ["staff.id"], name=op.f("fk_hearing_moderator_staff")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_hearing_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing")),
        sa.UniqueConstraint("office_id", "number", name=op.f("uq_hearing_office_id_number")),
        sa.UniqueConstraint("office_id", "request_key", name=op.f("uq_hearing_office_id_request_key")),
    )
    with op.batch_alter_table("hearing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hearing_matter_id"), ["matter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hearing_office_id"), ["office_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hearing_state"), ["state"], unique=False)

    op.create_table(
        "roster_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("born_on", sa.LargeBinary(), nullable=True),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_index", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("post", sa.String(length=80), nullable=False),
        sa.Column("specialisms", sa.JSON(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column(
            "entry",
            sa.Enum(
                "invited",
                "recommended",
                "public_call",
                name="entry",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("term_from", sa.Date(), nullable=False),
        sa.Column("term_until", sa.Date(), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "active", "paused", "removed", name="standing", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("standing_reason", sa.String(length=300), nullable=False),
        sa.Column("yearly_cap", sa.Integer(), nullable=True),
        sa.Column("past_sittings", sa.Integer(), nullable=False),
        sa.Column("link_turn", sa.Integer(), nullable=False),
        sa.Column("hearing_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_key", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_roster_member_hearing_id_hearing")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["officer_category.id"], name=op.f("fk_roster_member_category_id_officer_category")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_roster_member_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_member")),
        sa.UniqueConstraint("office_id", "id_index", name=op.f("uq_roster_member_office_id_id_index")),
        sa.UniqueConstraint("office_id", "request_key", name=op.f("uq_roster_member_office_id_request_key")),
    )
    with op.batch_alter_table("roster_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_member_hearing_id"), ["hearing_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_member_office_id"), ["office_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_member_phone_index"), ["phone_index"], unique=False)

    op.create_table(
        "availability",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column(
            "half",
            sa.Enum("morning", "afternoon", name="halfday", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_availability_weekday")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["roster_member.id"], name=op.f("fk_availability_member_id_roster_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability")),
        sa.UniqueConstraint("member_id", "weekday", "half", name=op.f("uq_availability_member_id_weekday_half")),
    )
    op.create_table(
        "eligibility_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("fulfilled", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["checked_by"], ["staff.id"], name=op.f("fk_eligibility_check_checked_by_staff")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["roster_member.id"], name=op.f("fk_eligibility_check_member_id_roster_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_check")),
    )
    with op.batch_alter_table("eligibility_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_eligibility_check_member_id"), ["member_id"], unique=False)

    op.create_table(
        "hearing_delegation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_hearing_delegation_made_by_staff")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_hearing_delegation_office_id_office")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_hearing_delegation_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_delegation")),
    )
    with op.batch_alter_table("hearing_delegation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hearing_delegation_office_id"), ["office_id"], unique=False)

    op.create_table(
        "hearing_leave",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("from_time", sa.Time(), nullable=True),
        sa.Column("until_time", sa.Time(), nullable=True),
        sa.Column("by_member", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["roster_member.id"], name=op.f("fk_hearing_leave_member_id_roster_member")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_hearing_leave_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_leave")),
    )
    with op.batch_alter_table("hearing_leave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hearing_leave_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hearing_leave_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "hearing_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("many", "mend", name="proposalkind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "ready",
                "stopped",
                "approved",
                "booked",
                "dropped",
                name="proposalstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["approved_by"], ["staff.id"], name=op.f("fk_hearing_proposal_approved_by_staff")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_hearing_proposal_made_by_staff")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_hearing_proposal_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_proposal")),
    )
    with op.batch_alter_table("hearing_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hearing_proposal_office_id"), ["office_id"], unique=False)

    op.create_table(
        "roster_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["roster_member.id"], name=op.f("fk_roster_consent_member_id_roster_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_consent")),
    )
    with op.batch_alter_table("roster_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_consent_member_id"), ["member_id"], unique=False)

    op.create_table(
        "roster_interest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("name_index", sa.String(length=64), nullable=True),
        sa.Column("declared_by", sa.String(length=80), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["roster_member.id"], name=op.f("fk_roster_interest_member_id_roster_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_interest")),
    )
    with op.batch_alter_table("roster_interest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_interest_member_id"), ["member_id"], unique=False)

    op.create_table(
        "hearing_approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hearing_id", sa.Uuid(), nullable=False),
        sa.Column(
            "question",
            sa.Enum(
                "hearing",
                "plan",
                "openness",
                "elsewhere",
                "panel_size",
                "designation",
                "outsider",
                "broadcast",
                "waiver",
                "cancellation",
                "recusal",
                name="question",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("delegation_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["staff.id"], name=op.f("fk_hearing_approval_answered_by_staff")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_hearing_approval_asked_by_staff")),
        sa.ForeignKeyConstraint(
            ["delegation_id"],
            ["hearing_delegation.id"],
            name=op.f("fk_hearing_approval_delegation_id_hearing_delegation"),
        ),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_hearing_approval_hearing_id_hearing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_approval")),
    )
    with op.batch_alter_table("hearing_approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hearing_approval_hearing_id"), ["hearing_id"], unique=False)

    op.create_table(
        "hearing_claim",
        sa.Column(
            "kind",
            sa.Enum("room", "member", "staff", name="claimkind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("resource", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hearing_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_hearing_claim_hearing_id_hearing")),
        sa.PrimaryKeyConstraint("kind", "resource", "slot", name=op.f("pk_hearing_claim")),
    )
    with op.batch_alter_table("hearing_claim", schema=None) as batch_op:
        batch_op.create_index("ix_hearing_claim_hearing", ["hearing_id"], unique=False)

    op.create_table(
        "hearing_draw",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hearing_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "committed",
                "drawn",
                "abandoned",
                name="drawstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committed_by", sa.Uuid(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_by", sa.Uuid(), nullable=True),
        sa.Column("witnesses", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["committed_by"], ["staff.id"], name=op.f("fk_hearing_draw_committed_by_staff")),
        sa.ForeignKeyConstraint(["drawn_by"], ["staff.id"], name=op.f("fk_hearing_draw_drawn_by_staff")),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_hearing_draw_hearing_id_hearing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_draw")),
        sa.UniqueConstraint("code", name=op.f("uq_hearing_draw_code")),
        sa.UniqueConstraint("hearing_id", "version", name=op.f("uq_hearing_draw_hearing_id_version")),
    )
    op.create_table(
        "hearing_listing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hearing_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "source",
            sa.Enum("human", "planner", name="listingsource", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_hearing_listing_hearing_id_hearing")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_hearing_listing_made_by_staff")),
        sa.ForeignKeyConstraint(["room_id"], ["hearing_room.id"], name=op.f("fk_hearing_listing_room_id_hearing_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_listing")),
        sa.UniqueConstraint("hearing_id", "version", name=op.f("uq_hearing_listing_hearing_id_version")),
    )
    with op.batch_alter_table("hearing_listing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hearing_listing_begins_at"), ["begins_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_hearing_listing_room_id"), ["room_id"], unique=False)

    op.create_table(
        "hearing_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hearing_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "public",
                "participants",
                "names",
                name="noticekind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("last_lawful_on", sa.Date(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["given_by"], ["staff.id"], name=op.f("fk_hearing_notice_given_by_staff")),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_hearing_notice_hearing_id_hearing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_notice")),
        sa.UniqueConstraint("hearing_id", "kind", "version", name=op.f("uq_hearing_notice_hearing_id_kind_version")),
    )
    op.create_table(
        "hearing_observer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hearing_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("citizen", "media", name="observerclass", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=False),
        sa.Column("id_index", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("outlet", sa.String(length=80), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "confirmed",
                "waitlisted",
                "declined",
                "cancelled",
                "checked_in",
                name="observerstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("request_key", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_hearing_observer_hearing_id_hearing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_observer")),
        sa.UniqueConstraint("code_index", name=op.f("uq_hearing_observer_code_index")),
        sa.UniqueConstraint("hearing_id", "id_index", name=op.f("uq_hearing_observer_hearing_id_id_index")),
        sa.UniqueConstraint("hearing_id", "request_key", name=op.f("uq_hearing_observer_hearing_id_request_key")),
    )
    with op.batch_alter_table("hearing_observer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hearing_observer_hearing_id"), ["hearing_id"], unique=False)

    op.create_table(
        "hearing_participant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hearing_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "party",
                "legal_representative",
                "agent",
                "defender",
                "third_party",
                "case_handler",
                "moderator",
                "clerk",
                "bailiff",
                "witness",
                "expert",
                "interpreter",
                "other",
                name="partrole",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_hearing_participant_hearing_id_hearing")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_hearing_participant_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_participant")),
    )
    with op.batch_alter_table("hearing_participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hearing_participant_hearing_id"), ["hearing_id"], unique=False)

    op.create_table(
        "hearing_recusal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hearing_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.String(length=60), nullable=False),
        sa.Column("claimed_by", sa.String(length=80), nullable=False),
        sa.Column("oral", sa.Boolean(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "party_or_relative",
                "interest",
                "was_witness_or_agent",
                "other_relation",
                "improper_contact",
                name="recusalground",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "granted",
                "refused",
                "reconsidering",
                "upheld",
                "reversed",
                "withdrawn",
                name="recusalstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("reconsider_until", sa.Date(), nullable=True),
        sa.Column("reconsidered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reconsidered_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_hearing_recusal_decided_by_staff")),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_hearing_recusal_hearing_id_hearing")),
        sa.ForeignKeyConstraint(
            ["reconsidered_by"], ["staff.id"], name=op.f("fk_hearing_recusal_reconsidered_by_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_recusal")),
    )
    with op.batch_alter_table("hearing_recusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hearing_recusal_hearing_id"), ["hearing_id"], unique=False)

    op.create_table(
        "supervisor_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hearing_id", sa.Uuid(), nullable=False),
        sa.Column("letter", sa.String(length=80), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("named_on", sa.Date(), nullable=True),
        sa.Column("attended", sa.Boolean(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_supervisor_visit_hearing_id_hearing")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_supervisor_visit_made_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervisor_visit")),
    )
    with op.batch_alter_table("supervisor_visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supervisor_visit_hearing_id"), ["hearing_id"], unique=False)

    op.create_table(
        "hearing_exclusion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["hearing_draw.id"], name=op.f("fk_hearing_exclusion_draw_id_hearing_draw")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["roster_member.id"], name=op.f("fk_hearing_exclusion_member_id_roster_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_exclusion")),
        sa.UniqueConstraint("draw_id", "member_id", name=op.f("uq_hearing_exclusion_draw_id_member_id")),
    )
    op.create_table(
        "hearing_notice_proof",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "delivered",
                "answered",
                "phone",
                "in_person",
                "post",
                "published",
                "waived",
                name="proofmethod",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["hearing_approval.id"], name=op.f("fk_hearing_notice_proof_approval_id_hearing_approval")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["hearing_notice.id"], name=op.f("fk_hearing_notice_proof_notice_id_hearing_notice")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["hearing_participant.id"],
            name=op.f("fk_hearing_notice_proof_participant_id_hearing_participant"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_notice_proof")),
        sa.UniqueConstraint(
            "notice_id",
            "participant_id",
            "method",
            name=op.f("uq_hearing_notice_proof_notice_id_participant_id_method"),
        ),
    )
    with op.batch_alter_table("hearing_notice_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hearing_notice_proof_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "hearing_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hearing_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["hearing_approval.id"], name=op.f("fk_hearing_plan_approval_id_hearing_approval")
        ),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_hearing_plan_hearing_id_hearing")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_hearing_plan_made_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_plan")),
        sa.UniqueConstraint("hearing_id", "version", name=op.f("uq_hearing_plan_hearing_id_version")),
    )
    op.create_table(
        "hearing_seat",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hearing_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "draw",
                "reserve",
                "designation",
                "outsider",
                name="seatorigin",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("draw_id", sa.Uuid(), nullable=True),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vacated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("vacated_why", sa.String(length=40), nullable=False),
        sa.CheckConstraint("place >= 1", name=op.f("ck_hearing_seat_place")),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["hearing_approval.id"], name=op.f("fk_hearing_seat_approval_id_hearing_approval")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["hearing_draw.id"], name=op.f("fk_hearing_seat_draw_id_hearing_draw")),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_hearing_seat_hearing_id_hearing")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["roster_member.id"], name=op.f("fk_hearing_seat_member_id_roster_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_seat")),
    )
    with op.batch_alter_table("hearing_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hearing_seat_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "uq_hearing_seat_held_by",
            ["hearing_id", "member_id"],
            unique=True,
            sqlite_where=sa.text("vacated_at IS NULL"),
            postgresql_where=sa.text("vacated_at IS NULL"),
        )
        batch_op.create_index(
            "uq_hearing_seat_place",
            ["hearing_id", "place"],
            unique=True,
            sqlite_where=sa.text("vacated_at IS NULL"),
            postgresql_where=sa.text("vacated_at IS NULL"),
        )

    op.create_table(
        "hearing_invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hearing_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=True),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("uid", sa.String(length=120), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column("sms_code", sa.String(length=12), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "sent",
                "delivered",
                "bounced",
                "accepted",
                "declined",
                "recusal_claimed",
                "expired",
                "withdrawn",
                "revoked",
                "checked_in",
                "no_show",
                "completed",
                name="invitationstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reply_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_via", sa.String(length=12), nullable=True),
        sa.Column("answered_sequence", sa.Integer(), nullable=True),
        sa.Column("decline_code", sa.String(length=24), nullable=True),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("undertaken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_hearing_invitation_hearing_id_hearing")),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["hearing_participant.id"],
            name=op.f("fk_hearing_invitation_participant_id_hearing_participant"),
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["hearing_seat.id"], name=op.f("fk_hearing_invitation_seat_id_hearing_seat")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_invitation")),
        sa.UniqueConstraint("code_index", name=op.f("uq_hearing_invitation_code_index")),
        sa.UniqueConstraint(
            "hearing_id", "participant_id", name=op.f("uq_hearing_invitation_hearing_id_participant_id")
        ),
        sa.UniqueConstraint("hearing_id", "seat_id", name=op.f("uq_hearing_invitation_hearing_id_seat_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_hearing_invitation_uid")),
    )
    with op.batch_alter_table("hearing_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hearing_invitation_hearing_id"), ["hearing_id"], unique=False)
        batch_op.create_index(
            "uq_hearing_invitation_sms",
            ["sms_code"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "hearing_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("said", sa.String(length=24), nullable=False),
        sa.Column(
            "via",
            sa.Enum(
                "link",
                "calendar",
                "sms",
                "phone",
                "paper",
                "kiosk",
                name="via",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_key", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["hearing_invitation.id"],
            name=op.f("fk_hearing_answer_invitation_id_hearing_invitation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_answer")),
        sa.UniqueConstraint("invitation_id", "request_key", name=op.f("uq_hearing_answer_invitation_id_request_key")),
    )
    with op.batch_alter_table("hearing_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hearing_answer_invitation_id"), ["invitation_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("hearing_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hearing_answer_invitation_id"))

    op.drop_table("hearing_answer")
    with op.batch_alter_table("hearing_invitation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_hearing_invitation_sms",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_hearing_invitation_hearing_id"))

    op.drop_table("hearing_invitation")
    with op.batch_alter_table("hearing_seat", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_hearing_seat_place",
            sqlite_where=sa.text("vacated_at IS NULL"),
            postgresql_where=sa.text("vacated_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_hearing_seat_held_by",
            sqlite_where=sa.text("vacated_at IS NULL"),
            postgresql_where=sa.text("vacated_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_hearing_seat_member_id"))

    op.drop_table("hearing_seat")
    op.drop_table("hearing_plan")
    with op.batch_alter_table("hearing_notice_proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hearing_notice_proof_notice_id"))

    op.drop_table("hearing_notice_proof")
    op.drop_table("hearing_exclusion")
    with op.batch_alter_table("supervisor_visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supervisor_visit_hearing_id"))

    op.drop_table("supervisor_visit")
    with op.batch_alter_table("hearing_recusal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hearing_recusal_hearing_id"))

    op.drop_table("hearing_recusal")
    with op.batch_alter_table("hearing_participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hearing_participant_hearing_id"))

    op.drop_table("hearing_participant")
    with op.batch_alter_table("hearing_observer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hearing_observer_hearing_id"))

    op.drop_table("hearing_observer")
    op.drop_table("hearing_notice")
    with op.batch_alter_table("hearing_listing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hearing_listing_room_id"))
        batch_op.drop_index(batch_op.f("ix_hearing_listing_begins_at"))

    op.drop_table("hearing_listing")
    op.drop_table("hearing_draw")
    with op.batch_alter_table("hearing_claim", schema=None) as batch_op:
        batch_op.drop_index("ix_hearing_claim_hearing")

    op.drop_table("hearing_claim")
    with op.batch_alter_table("hearing_approval", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hearing_approval_hearing_id"))

    op.drop_table("hearing_approval")
    with op.batch_alter_table("roster_interest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_interest_member_id"))

    op.drop_table("roster_interest")
    with op.batch_alter_table("roster_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_consent_member_id"))

    op.drop_table("roster_consent")
    with op.batch_alter_table("hearing_proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hearing_proposal_office_id"))

    op.drop_table("hearing_proposal")
    with op.batch_alter_table("hearing_leave", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hearing_leave_staff_id"))
        batch_op.drop_index(batch_op.f("ix_hearing_leave_member_id"))

    op.drop_table("hearing_leave")
    with op.batch_alter_table("hearing_delegation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hearing_delegation_office_id"))

    op.drop_table("hearing_delegation")
    with op.batch_alter_table("eligibility_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_eligibility_check_member_id"))

    op.drop_table("eligibility_check")
    op.drop_table("availability")
    with op.batch_alter_table("roster_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_member_phone_index"))
        batch_op.drop_index(batch_op.f("ix_roster_member_office_id"))
        batch_op.drop_index(batch_op.f("ix_roster_member_hearing_id"))

    op.drop_table("roster_member")
    with op.batch_alter_table("hearing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hearing_state"))
        batch_op.drop_index(batch_op.f("ix_hearing_office_id"))
        batch_op.drop_index(batch_op.f("ix_hearing_matter_id"))

    op.drop_table("hearing")
    with op.batch_alter_table("message_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_receipt_message_id"))

    op.drop_table("message_receipt")
    with op.batch_alter_table("hearing_room_closure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hearing_room_closure_room_id"))

    op.drop_table("hearing_room_closure")
    op.drop_table("specialism")
    op.drop_table("officer_category")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_due")
        batch_op.drop_index(batch_op.f("ix_message_about"))

    op.drop_table("message")
    op.drop_table("hearing_tally")
    op.drop_table("hearing_room")
    op.drop_table("hearing_case_type")
    op.drop_table("hearing_article")
    op.drop_table("mailbox_mark")
    op.drop_table("incoming_mail")
