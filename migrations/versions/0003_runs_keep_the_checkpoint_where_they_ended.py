"""Runs keep the checkpoint where they ended"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SAME = "SELECT checkpoint FROM bundles WHERE bundles.id = runs.bundle_id AND bundles.step = runs.step"


def upgrade() -> None:
    """Of runs whose bundle went on without them the file is not known: they start from zero if retried."""
    op.add_column("runs", sa.Column("checkpoint", sa.String(), nullable=True))
    op.execute(f"UPDATE runs SET checkpoint = ({SAME}) WHERE state <> 'live'")


def downgrade() -> None:
    op.drop_column("runs", "checkpoint")
