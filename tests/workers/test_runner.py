"""What a runner does with a bundle, in this process: with the real program or the stand-in."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from service.config import Settings
from service.jobs import submission_plan
from service.store import bundles, extensions, jobs
from service.store.base import session_factory
from service.store.job_views import job_events
from service.store.models import Attempt, Bundle, Run
from service.submission import parse_submission
from tests.store import training
from tests.store.world import counts, plan
from tests.thoroughness import often
from tests.workers.fleet import check_series, digits, submit
from workers.runner import Runner

LEASE = 30
STAND_IN = {"seeds": [1, 2], "steps": 30, "every": 10}


@pytest.fixture
def desk(engine, tmp_path):
    """A database, a runner on it, and what the runner said."""
    database, said = session_factory(engine), []

    def settings(**more):
        return Settings(database=str(engine.url), data=tmp_path, **more)

    stand_in = Runner(
        database, settings(), said.append, builds=dict.fromkeys(["train"], training.Program)
    )
    return SimpleNamespace(
        database=database,
        said=said,
        stand_in=stand_in,
        real=lambda **more: Runner(database, settings(**more), said.append),
        folder=tmp_path,
    )


def claim(desk):
    with desk.database.begin() as session:
        return bundles.claim_bundle(session, "cpu", "w", LEASE)


def submit_stand_in(desk, **more):
    with desk.database.begin() as session:
        return jobs.submit_job(session, "a", plan(STAND_IN | more)).id


def leave(desk, bundle, word):
    with desk.database.begin() as session:
        bundles.end_attempt(session, bundle.id, bundle.attempt, word["ending"], word.get("why", ""))


def told(desk, job):
    with desk.database.begin() as session:
        return counts(session, job)


def test_a_bundle_is_trained_to_its_end(desk):
    job = submit_stand_in(desk)
    bundle = claim(desk)
    assert desk.stand_in.attempt(bundle.id, bundle.attempt) == {"ending": "done"}
    assert told(desk, job) == {"succeeded": 2}
    with desk.database.begin() as session:
        steps = [
            event.data["step"] for event in job_events(session, job) if event.type == "checkpoint"
        ]
        assert steps == [10, 20, 30]


def test_a_run_whose_neighbour_is_cancelled_writes_the_same(desk):
    spec = digits(30, 10, seeds=(3, 4))
    job = submit(desk.database, spec)
    bundle, runner = claim(desk), desk.real()
    runner.drain.set()
    leave(desk, bundle, runner.attempt(bundle.id, bundle.attempt))
    with desk.database.begin() as session:
        neighbour = session.scalars(select(Run).where(Run.job_id == job, Run.seed == 3)).one()
        jobs.cancel_runs(session, [neighbour.id])
    again = claim(desk)
    assert desk.real().attempt(again.id, again.attempt) == {"ending": "done"}
    assert told(desk, job) == {"cancelled": 1, "succeeded": 1}
    check_series(desk.database, job, spec, numbers=[1])


def test_runs_that_are_extended_write_what_longer_ones_do(desk):
    """Bit for bit, in the lanes and the width that they had."""
    spec, longer = digits(20, 10), digits(40, 10)
    for one in (spec, longer):
        one["evaluation"] = {"every": 20, "samples": 2}
    job = submit(desk.database, spec)
    desk.real().attempt(claim(desk).id, 1)
    further = replace(submission_plan(parse_submission(longer)), parent_id=job)
    with desk.database.begin() as session:
        more = extensions.continue_job(session, "a", further).id
    again = claim(desk)
    assert again.step == 20 and desk.real().attempt(again.id, 1) == {"ending": "done"}
    check_series(desk.database, more, longer)
    check_series(desk.database, job, spec)


def test_out_of_memory_halves_the_bundle(desk):
    job = submit_stand_in(desk, memory=1)
    wide = claim(desk)
    word = desk.stand_in.attempt(wide.id, wide.attempt)
    assert word["ending"] == "oom"
    leave(desk, wide, word)
    while bundle := claim(desk):
        assert bundle.width == 1
        assert desk.stand_in.attempt(bundle.id, bundle.attempt) == {"ending": "done"}
    assert told(desk, job) == {"succeeded": 2}


def test_an_error_is_told_in_a_line(desk):
    job = submit_stand_in(desk, seconds=-1)
    bundle = claim(desk)
    word = desk.stand_in.attempt(bundle.id, bundle.attempt)
    assert word == {"ending": "error", "why": "ValueError: sleep length must be non-negative"}
    leave(desk, bundle, word)
    assert told(desk, job) == {"failed": 2}
    with desk.database.begin() as session:
        assert job_events(session, job)[-1].data["why"] == word["why"]


def test_a_program_that_forgets_a_lane_is_an_error(desk):
    submit_stand_in(desk, every=20)  # 30 is not a multiple of 20: the last boundary is missing
    bundle = claim(desk)
    assert desk.stand_in.attempt(bundle.id, bundle.attempt)["ending"] == "error"


def test_a_fenced_runner_writes_nothing(desk):
    job = submit_stand_in(desk)
    bundle = claim(desk)
    with desk.database.begin() as session:
        bundles.end_attempt(session, bundle.id, bundle.attempt, "lost")
    assert desk.stand_in.attempt(bundle.id, bundle.attempt) == {"ending": "over"}
    assert told(desk, job) == {"queued": 2}


def test_it_says_how_far_it_is(desk):
    submit_stand_in(desk, seconds=0.3)
    bundle = claim(desk)
    desk.stand_in.attempt(bundle.id, bundle.attempt)
    assert desk.said and {word["step"] for word in desk.said} <= {10, 20, 30}


def test_the_attempt_says_where_it_trained_and_by_which_kernels(desk, monkeypatch):
    monkeypatch.setattr(training.Program, "kernels", {"compiled": "g++"})
    submit_stand_in(desk)
    bundle = claim(desk)
    desk.stand_in.attempt(bundle.id, bundle.attempt)
    with desk.database.begin() as session:
        place = session.scalars(select(Attempt.environment)).one()
    assert place["device"] == "cpu" and place["device_class"] and place["threads"] == 1
    assert place["compiled"] == "g++"


def test_the_checkpoint_pointed_at_exists(desk):
    submit_stand_in(desk)
    bundle = claim(desk)
    desk.stand_in.attempt(bundle.id, bundle.attempt)
    with desk.database.begin() as session:
        pointer = session.scalars(select(Bundle.checkpoint)).one()
    assert (desk.stand_in.artifacts.load(pointer)["step"] == 30).all()


LONG = digits(60, 60)


def interrupted(desk, runner):
    """Drained before its boundary; the bundle as another claims it."""
    bundle = claim(desk)
    runner.drain.set()
    word = runner.attempt(bundle.id, bundle.attempt)
    assert word == {"ending": "released"}
    leave(desk, bundle, word)
    return claim(desk)


def test_a_drained_runner_writes_a_checkpoint_where_it_stands(desk):
    """And what is written in the end is what an undisturbed run writes."""
    job = submit(desk.database, LONG)
    again = interrupted(desk, desk.real())
    assert 0 < again.step < 60
    assert desk.real().attempt(again.id, again.attempt) == {"ending": "done"}
    check_series(desk.database, job, LONG)


def test_checkpoints_are_written_by_time_too(desk):
    job = submit(desk.database, LONG)
    bundle = claim(desk)
    assert desk.real(checkpoint_seconds=1e-6).attempt(bundle.id, bundle.attempt)["ending"] == "done"
    with desk.database.begin() as session:
        steps = [e.data["step"] for e in job_events(session, job) if e.type == "checkpoint"]
    assert len(steps) > 2 and steps[-1] == 60
    check_series(desk.database, job, LONG)


def flip(path):
    content = bytearray(path.read_bytes())
    content[-5] ^= 4
    path.write_bytes(content)


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    "harm", often([flip, cut, Path.unlink], [flip]), ids=["flipped", "cut", "deleted"]
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_broken_checkpoint_is_seen_and_the_one_before_serves(desk, harm):
    spec = digits(30, 10)
    job = submit(desk.database, spec)
    bundle, runner = claim(desk), desk.real()
    for _ in range(2):
        runner.drain.set()
        leave(desk, bundle, runner.attempt(bundle.id, bundle.attempt))
        bundle, runner = claim(desk), desk.real()
    harm(desk.folder / "artifacts" / bundle.checkpoint)
    assert runner.attempt(bundle.id, bundle.attempt) == {"ending": "done"}
    with desk.database.begin() as session:
        events = [event.type for event in job_events(session, job)]
    assert events.count("broken") == 1
    check_series(desk.database, job, spec)


def test_a_store_that_cannot_be_written_is_no_fault_of_the_runs(desk):
    job = submit_stand_in(desk)
    (desk.folder / "artifacts").write_text("no folder")
    bundle = claim(desk)
    word = desk.stand_in.attempt(bundle.id, bundle.attempt)
    assert word["ending"] == "unable" and "artifact store" in word["why"]
    leave(desk, bundle, word)
    assert told(desk, job) == {"queued": 2}


def test_a_data_set_that_is_not_here_is_no_fault_of_the_runs(desk, monkeypatch):
    monkeypatch.setenv("GRADARENA_DATASETS", str(desk.folder / "nothing"))
    submit(desk.database, LONG | {"dataset": {"name": "mnist"}})
    bundle = claim(desk)
    assert desk.real().attempt(bundle.id, bundle.attempt)["ending"] == "unable"


def test_a_program_that_ends_its_process_is_an_error(desk):
    def leaves(*about):
        raise SystemExit(3)

    submit_stand_in(desk)
    bundle = claim(desk)
    desk.stand_in.builds = {"train": leaves}
    assert desk.stand_in.attempt(bundle.id, bundle.attempt)["ending"] == "error"
