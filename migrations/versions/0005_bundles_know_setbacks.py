"""Bundles know their setbacks, the checkpoint before, and how long they may take"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBER = {"type_": sa.Integer(), "server_default": "0", "nullable": False}
COLUMNS = {
    "bundles": {
        "crashes": NUMBER,
        "crash_step": {"type_": sa.Integer()},
        "not_before": {"type_": sa.Float(53)},
        "time_limit": {"type_": sa.Float(53)},
        "previous_step": NUMBER,
        "previous_checkpoint": {"type_": sa.String()},
    },
    "workers": {"trouble": {"type_": sa.String()}},
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for name, about in columns.items():
            op.add_column(table, sa.Column(name, **about))


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        for name in columns:
            op.drop_column(table, name)
