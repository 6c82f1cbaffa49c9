"""Probes are jobs"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OF_TRAINING = ("benchmark_id", "cell_id", "estimator")
CHECKS = {
    "kind_known": "kind IN ('train', 'probe')",
    "training_has_a_benchmark": "(kind = 'train') = (benchmark_id IS NOT NULL)",
    "training_has_a_cell": "(kind = 'train') = (cell_id IS NOT NULL)",
    "training_has_an_estimator": "(kind = 'train') = (estimator IS NOT NULL)",
}


def upgrade() -> None:
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(), server_default="train", nullable=False))
        for name in OF_TRAINING:
            batch_op.alter_column(name, existing_type=sa.String(), nullable=True)
        for name, condition in CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"jobs_{name}"), condition)
        batch_op.create_index("jobs_of_kind", ["kind", "id"], unique=False)
    op.create_table(
        "findings",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("findings_run_id_fk")),
        sa.PrimaryKeyConstraint("run_id", "step", name=op.f("findings_pk")),
    )


def downgrade() -> None:
    """The older schema has no place for probes: they go, with all that hangs on them."""
    op.drop_table("findings")
    _forget_probes()
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index("jobs_of_kind")
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f"jobs_{name}"), type_="check")
        for name in OF_TRAINING:
            batch_op.alter_column(name, existing_type=sa.String(), nullable=False)
        batch_op.drop_column("kind")


def _forget_probes() -> None:
    probes = "SELECT id FROM jobs WHERE kind = 'probe'"
    for table in ("metric_chunks", "metric_summaries"):
        op.execute(f"DELETE FROM {table} WHERE run_id IN (SELECT id FROM runs WHERE job_id IN ({probes}))")
    op.execute(f"DELETE FROM runs WHERE job_id IN ({probes})")
    op.execute(f"DELETE FROM attempts WHERE bundle_id IN (SELECT id FROM bundles WHERE job_id IN ({probes}))")
    for table in ("bundles", "events", "idempotency"):
        op.execute(f"DELETE FROM {table} WHERE job_id IN ({probes})")
    op.execute("DELETE FROM jobs WHERE kind = 'probe'")
