"""What probes find: kept with the checkpoint, once; void where a run starts from zero."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from service.store import boards, bundles, findings, jobs, standings
from service.store.bundles import CheckpointReport
from service.store.job_lists import JobQuery, select_jobs
from service.store.job_views import job_view
from service.store.models import Benchmark, Job, Run
from service.store.submissions import Plan
from tests.store.world import plan

PROBE = Plan({"a": 1}, "hash", 20, [(0, {})], width=1, kind="probe")


@pytest.fixture
def claimed(database):
    """A probe's bundle, in somebody's hands."""
    with database.begin() as session:
        jobs.submit_job(session, "a", PROBE)
        return bundles.claim_bundle(session, "cpu", "w", 30)


def write(database, bundle, step, found, ended=()):
    with database.begin() as session:
        ends = dict.fromkeys(ended, "completed")
        report = CheckpointReport(step, f"{step}", {}, ends, {0: found})
        return bundles.write_checkpoint(session, bundle.id, bundle.attempt, report, 30)


def kept(database):
    with database.begin() as session:
        return findings.read_findings(session, session.scalars(select(Run.id)).one())


def test_they_come_in_order_and_once(database, claimed):
    assert write(database, claimed, 10, {"of": "ten"}) == {0}
    assert write(database, claimed, 10, {"of": "ten, said again"}) == {0}
    assert write(database, claimed, 20, {"of": ["twenty", 1.5, None]}, ended=[0]) == set()
    assert kept(database) == [{"of": "ten"}, {"of": ["twenty", 1.5, None]}]


def test_who_is_fenced_adds_nothing(database, claimed):
    with database.begin() as session:
        bundles.end_attempt(session, claimed.id, 1, "lost")
    with pytest.raises(bundles.Fenced):
        write(database, claimed, 10, {})
    assert kept(database) == []


@pytest.mark.parametrize("from_zero, left", [(False, [{"of": "ten"}]), (True, [])])
def test_a_retry_keeps_them_unless_it_starts_from_zero(database, claimed, from_zero, left):
    write(database, claimed, 10, {"of": "ten"})
    with database.begin() as session:
        bundles.end_attempt(session, claimed.id, 1, "error")
        (again,) = jobs.retry_runs(session, session.scalars(select(Run.id)).all(), from_zero)
        assert again.step == (0 if from_zero else 10)
    assert kept(database) == left


def test_a_probe_stands_on_no_benchmark(database, claimed):
    with database.begin() as session:
        trained = jobs.submit_job(session, "a", plan({"seeds": [1], "steps": 20}))
        assert session.scalar(select(func.count()).select_from(Benchmark)) == 1
        assert [
            (view.jobs, view.runs)
            for view in boards.benchmark_views(session, standings.benchmark_stamps(session))
        ] == [(1, 1)]
        kinds = lambda **equal: [
            view.job.kind for view in select_jobs(session, 9, query=JobQuery(equal))
        ]
        assert kinds() == ["train", "probe"] and kinds(kind="probe") == ["probe"]
        assert job_view(session, trained.id).job.kind == "train"


@pytest.mark.parametrize("wrong", [{"kind": "train"}, {"estimator": "half"}, {"kind": "guess"}])
def test_what_trains_and_what_does_not_are_told_apart(database, claimed, wrong):
    with pytest.raises(IntegrityError), database.begin() as session:
        row = session.scalars(select(Job)).one()
        for name, value in wrong.items():
            setattr(row, name, value)
