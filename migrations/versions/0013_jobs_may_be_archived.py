"""Jobs may be archived"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("archived_at", sa.Float(53)))


def downgrade() -> None:
    op.drop_column("jobs", "archived_at")
