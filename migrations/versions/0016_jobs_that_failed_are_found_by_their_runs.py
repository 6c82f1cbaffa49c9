"""Jobs that failed are found by their runs"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0006"
branch_labels = None
depends_on = None

STATES = ("failed", "cancelled")


def upgrade() -> None:
    for state in STATES:
        only = sa.text(f"state = '{state}'")
        op.create_index(
            f"runs_{state}", "runs", ["job_id"], sqlite_where=only, postgresql_where=only
        )


def downgrade() -> None:
    for state in STATES:
        op.drop_index(f"runs_{state}", "runs")
