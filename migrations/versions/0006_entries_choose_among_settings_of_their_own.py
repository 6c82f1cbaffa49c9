"""Entries choose among settings of their own"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entries", sa.Column("learning_rates", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "entry_candidates",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("estimator", sa.JSON(), nullable=False),
        sa.Column("tuning_job_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("entry_candidates_entry_id_fk")
        ),
        sa.ForeignKeyConstraint(
            ["tuning_job_id"], ["jobs.id"], name=op.f("entry_candidates_tuning_job_id_fk")
        ),
        sa.PrimaryKeyConstraint("entry_id", "number", name=op.f("entry_candidates_pk")),
        sa.UniqueConstraint("tuning_job_id", name=op.f("entry_candidates_tuning_job_id_uq")),
    )


def downgrade() -> None:
    """Jobs of candidates stay, as ordinary ones."""
    op.drop_table("entry_candidates")
    op.drop_column("entries", "learning_rates")
