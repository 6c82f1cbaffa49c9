"""Benchmarks are registered, and have entries"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CHECKS = {
    "state_known": "state IN ('tuning', 'confirming', 'ranked', 'failed', 'withdrawn')",
    "reason_of_end": "(state IN ('failed', 'withdrawn')) = (reason IS NOT NULL)",
    "time_of_end": "(state IN ('tuning', 'confirming')) = (ended_at IS NULL)",
    "confirmed_as_chosen": "(setting IS NULL) = (confirmation_job_id IS NULL)",
    "tuning_comes_first": "state <> 'tuning' OR confirmation_job_id IS NULL",
    "confirmed_by_a_job": "state NOT IN ('confirming', 'ranked') OR confirmation_job_id IS NOT NULL",
}
UNIQUE = ("tuning_job_id", "confirmation_job_id", "supersedes")


def upgrade() -> None:
    op.create_table(
        "benchmark_protocols",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("benchmark_protocols_pk")),
        sa.UniqueConstraint("name", "version", name=op.f("benchmark_protocols_name_version_uq")),
    )
    op.create_table(
        "entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("protocol_id", sa.String(), nullable=False),
        sa.Column("cell_id", sa.String(), nullable=False),
        sa.Column("estimator", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("setting", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("tuning_job_id", sa.Uuid(), nullable=False),
        sa.Column("confirmation_job_id", sa.Uuid(), nullable=True),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.Column("ended_at", sa.Float(precision=53), nullable=True),
        *(sa.CheckConstraint(text, name=op.f(f"entries_{name}")) for name, text in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["protocol_id"], ["benchmark_protocols.id"], name=op.f("entries_protocol_id_fk")
        ),
        sa.ForeignKeyConstraint(["tuning_job_id"], ["jobs.id"], name=op.f("entries_tuning_job_id_fk")),
        sa.ForeignKeyConstraint(
            ["confirmation_job_id"], ["jobs.id"], name=op.f("entries_confirmation_job_id_fk")
        ),
        sa.ForeignKeyConstraint(["supersedes"], ["entries.id"], name=op.f("entries_supersedes_fk")),
        *(sa.UniqueConstraint(name, name=op.f(f"entries_{name}_uq")) for name in UNIQUE),
        sa.PrimaryKeyConstraint("id", name=op.f("entries_pk")),
    )
    first = sa.text("supersedes IS NULL")
    op.create_index("entries_protocol_id", "entries", ["protocol_id"], unique=False)
    op.create_index(
        "entries_first", "entries", ["protocol_id", "cell_id"], unique=True,
        sqlite_where=first, postgresql_where=first,
    )


def downgrade() -> None:
    """Jobs of entries stay, as ordinary ones."""
    op.drop_table("entries")
    op.drop_table("benchmark_protocols")
