"""Puts runs of the known world into a database, by the verbs that workers use."""

from collections.abc import Iterable
from itertools import groupby

import numpy as np
from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.records.runs import RunRecord
from estimators.specs.experiment import Experiment
from service.jobs import training_plan
from service.store import bundles, jobs
from service.store.models import Run
from service.store.series import Series

from .world import definition


def put(session: Session, records: Iterable[RunRecord]) -> str:
    """One job an estimator and setting; the records' ids are not kept.  Returns the
    benchmark's id."""
    place = lambda record: (record.cell_id, sorted(record.setting.items()))
    job = None
    for _, group in groupby(sorted(records, key=lambda r: (*place(r), r.seed)), place):
        job = _job(session, list(group))
    assert job is not None
    return job.benchmark_id


def _job(session: Session, records: list[RunRecord]) -> jobs.Job:
    rate = records[0].setting["learning_rate"]
    spec = definition() | {
        "estimator": records[0].estimator,
        "seeds": [record.seed for record in records],
    }
    spec["training"] = spec["training"] | {"learning_rate": rate}
    del spec["version"]
    job = jobs.submit_job(
        session, "local", training_plan(TypeAdapter(Experiment).validate_python(spec))
    )
    by_seed = {record.seed: record for record in records}
    while bundle := bundles.claim_bundle(session, "cpu", "test", 60):
        lanes = {
            run.lane: by_seed[run.seed]
            for run in session.scalars(select(Run).where(Run.bundle_id == bundle.id))
        }
        report = bundles.CheckpointReport(
            step=records[0].step,
            checkpoint="none",
            series={lane: _arrays(record) for lane, record in lanes.items()},
            ended={lane: record.reason for lane, record in lanes.items() if record.reason},
        )
        bundles.write_checkpoint(
            session, bundle.id, bundle.attempt, report, 60, records[0].environment
        )
    return job


def _arrays(record: RunRecord) -> dict[str, Series]:
    return {
        name: Series(np.array(s.steps, np.int32), np.array(s.values))
        for name, s in record.series.items()
    }
