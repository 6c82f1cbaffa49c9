"""Jobs, runs, series and who trains them"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _jobs()
    _bundles()
    _attempts()
    _runs()
    _series()
    _fleet()


def _jobs() -> None:
    op.create_table(
        "benchmarks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("benchmarks_pk")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("spec_hash", sa.String(), nullable=False),
        sa.Column("benchmark_id", sa.String(), nullable=False),
        sa.Column("cell_id", sa.String(), nullable=False),
        sa.Column("estimator", sa.String(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.ForeignKeyConstraint(["benchmark_id"], ["benchmarks.id"], name=op.f("jobs_benchmark_id_fk")),
        sa.ForeignKeyConstraint(["parent_id"], ["jobs.id"], name=op.f("jobs_parent_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("jobs_pk")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index("jobs_of_benchmark", ["benchmark_id", "id"], unique=False)
        batch_op.create_index("jobs_of_estimator", ["estimator", "id"], unique=False)
    op.create_table(
        "events",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("events_job_id_fk")),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("events_pk")),
    )
    op.create_table(
        "idempotency",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("idempotency_job_id_fk")),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("idempotency_pk")),
    )


def _bundles() -> None:
    op.create_table(
        "bundles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.Float(precision=53), nullable=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("checkpoint", sa.String(), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'running') = (lease_until IS NOT NULL)", name=op.f("bundles_leased_while_running")
        ),
        sa.CheckConstraint("state IN ('queued', 'running', 'closed')", name=op.f("bundles_state_known")),
        sa.CheckConstraint("(step = 0) = (checkpoint IS NULL)", name=op.f("bundles_checkpoint_where_it_is")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("bundles_job_id_fk")),
        sa.ForeignKeyConstraint(["parent_id"], ["bundles.id"], name=op.f("bundles_parent_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("bundles_pk")),
    )
    with op.batch_alter_table("bundles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("bundles_job_id"), ["job_id"], unique=False)
        batch_op.create_index(
            "bundles_leased",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        )
        batch_op.create_index(
            "bundles_of_owner",
            ["queue", "priority", "owner", "turn"],
            unique=False,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.create_index(
            "bundles_waiting",
            ["queue", sa.literal_column("priority DESC"), "turn", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("started_at", sa.Float(precision=53), nullable=False),
        sa.Column("ended_at", sa.Float(precision=53), nullable=True),
        sa.Column("ending", sa.String(), nullable=True),
        sa.Column("environment", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundles.id"], name=op.f("attempts_bundle_id_fk")),
        sa.PrimaryKeyConstraint("bundle_id", "number", name=op.f("attempts_pk")),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("setting", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.Float(precision=53), nullable=True),
        sa.CheckConstraint("(state = 'live') = (ended_at IS NULL)", name=op.f("runs_time_of_end")),
        sa.CheckConstraint("(state = 'live') = (reason IS NULL)", name=op.f("runs_reason_of_end")),
        sa.CheckConstraint("state = 'live' OR NOT cancel", name=op.f("runs_cancel_only_live")),
        sa.CheckConstraint(
            "state IN ('live', 'succeeded', 'failed', 'cancelled')", name=op.f("runs_state_known")
        ),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundles.id"], name=op.f("runs_bundle_id_fk")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("runs_job_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("runs_pk")),
        sa.UniqueConstraint("bundle_id", "lane", name=op.f("runs_bundle_id_lane_uq")),
        sa.UniqueConstraint("job_id", "number", name=op.f("runs_job_id_number_uq")),
    )


def _series() -> None:
    op.create_table(
        "metric_chunks",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("steps", sa.LargeBinary(), nullable=True),
        sa.Column("values", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("metric_chunks_run_id_fk")),
        sa.PrimaryKeyConstraint("run_id", "name", "first", name=op.f("metric_chunks_pk")),
    )
    op.create_table(
        "metric_summaries",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("metric_summaries_run_id_fk")),
        sa.PrimaryKeyConstraint("run_id", "name", name=op.f("metric_summaries_pk")),
    )


def _fleet() -> None:
    op.create_table(
        "workers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("queues", sa.JSON(), nullable=False),
        sa.Column("hostname", sa.String(), nullable=False),
        sa.Column("device_class", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("started_at", sa.Float(precision=53), nullable=False),
        sa.Column("seen_at", sa.Float(precision=53), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("workers_pk")),
    )
    op.create_table(
        "registry",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("schema", sa.JSON(), nullable=False),
        sa.Column("meta", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", "version", name=op.f("registry_pk")),
    )


def downgrade() -> None:
    op.drop_table("metric_summaries")
    op.drop_table("metric_chunks")
    op.drop_table("runs")
    op.drop_table("attempts")
    op.drop_table("idempotency")
    op.drop_table("events")
    with op.batch_alter_table("bundles", schema=None) as batch_op:
        batch_op.drop_index(
            "bundles_waiting",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.drop_index(
            "bundles_of_owner",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.drop_index(
            "bundles_leased",
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        )
        batch_op.drop_index(batch_op.f("bundles_job_id"))

    op.drop_table("bundles")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index("jobs_of_estimator")
        batch_op.drop_index("jobs_of_benchmark")

    op.drop_table("jobs")
    op.drop_table("workers")
    op.drop_table("registry")
    op.drop_table("benchmarks")
