"""Recorded voices, and phones that are rung by Web Push."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clip_pack",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("clips", sa.JSON(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_clip_pack_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clip_pack")),
        sa.UniqueConstraint("office_id", "fingerprint", name=op.f("uq_clip_pack_office_id_fingerprint")),
    )
    op.create_index(op.f("ix_clip_pack_office_id"), "clip_pack", ["office_id"], unique=False)
    op.create_table(
        "clip_choice",
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("pack_id", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_clip_choice_hall_id_hall")),
        sa.ForeignKeyConstraint(["pack_id"], ["clip_pack.id"], name=op.f("fk_clip_choice_pack_id_clip_pack")),
        sa.PrimaryKeyConstraint("hall_id", "language", name=op.f("pk_clip_choice")),
    )
    op.create_index(op.f("ix_clip_choice_pack_id"), "clip_choice", ["pack_id"], unique=False)
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_push_subscription_hall_id_hall")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_push_subscription_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("ticket_id", "digest", name=op.f("uq_push_subscription_ticket_id_digest")),
    )
    op.create_index(op.f("ix_push_subscription_hall_id"), "push_subscription", ["hall_id"], unique=False)
    op.create_index(op.f("ix_push_subscription_ticket_id"), "push_subscription", ["ticket_id"], unique=False)


def downgrade() -> None:
    op.drop_table("push_subscription")
    op.drop_table("clip_choice")
    op.drop_table("clip_pack")
