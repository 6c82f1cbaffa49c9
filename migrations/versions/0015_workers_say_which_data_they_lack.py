"""Workers say which data they lack"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workers", sa.Column("missing_data", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("workers", "missing_data")
