"""Kills are no guilt, crashes at one step are, and a broken checkpoint costs what came after the
one before."""

import numpy as np
import pytest
from sqlalchemy import func, select, update

from estimators.specs.states import Reason
from service.store import bundles, jobs
from service.store.models import Attempt, Bundle, Chunk, Run, Summary
from service.store.series import Series, read_series
from service.store.setbacks import CRASHES, LONGEST_PAUSE, setback_pause, spent_seconds
from service.store.states import BundleState, Ending
from tests.store.world import plan

SPEC = {"seeds": [1, 2], "settings": [{}], "steps": 30, "every": 10}
LOST = 20


@pytest.fixture
def claimed(database):
    """Claims the only bundle, however long it is to wait."""
    with database.begin() as session:
        jobs.submit_job(session, "a", plan(SPEC))

    def claim():
        with database.begin() as session:
            session.execute(update(Bundle).values(not_before=None))
            return bundles.claim_bundle(session, "cpu", "w", 30)

    return claim


def reasons(database):
    with database.begin() as session:
        return session.scalars(select(Run.reason)).all()


def end(database, bundle, ending, died_at=None):
    with database.begin() as session:
        bundles.end_attempt(session, bundle.id, bundle.attempt, ending, "", died_at)


def write(database, bundle, step):
    points = Series(np.arange(step - 9, step + 1), np.full(10, float(step)))
    series = {lane: {"x": points} for lane in (0, 1)}
    with database.begin() as session:
        report = bundles.CheckpointReport(step, f"file at {step}", series)
        bundles.write_checkpoint(session, bundle.id, bundle.attempt, report, 30)


@pytest.mark.parametrize("ending", [Ending.LOST, Ending.UNABLE])
def test_no_number_of_lost_workers_ends_a_run(database, claimed, ending):
    for _ in range(LOST):
        end(database, claimed(), ending)
    assert reasons(database) == [None, None]


def test_a_run_whose_process_dies_at_one_step_again_and_again_is_set_aside(database, claimed):
    for _ in range(CRASHES):
        assert reasons(database) == [None, None]
        end(database, claimed(), Ending.CRASHED, died_at=7)
    assert reasons(database) == [Reason.CRASHED] * 2


def test_a_process_that_dies_here_and_there_is_chance(database, claimed):
    for step in range(LOST):
        end(database, claimed(), Ending.CRASHED, died_at=step)
    assert reasons(database) == [None, None]


def test_a_checkpoint_clears_what_was_held_against_a_run(database, claimed):
    for _ in range(CRASHES - 1):
        end(database, claimed(), Ending.CRASHED, died_at=17)
    bundle = claimed()
    write(database, bundle, 10)
    end(database, bundle, Ending.CRASHED, died_at=17)
    assert reasons(database) == [None, None]


def test_a_runner_that_stands_still_at_one_step_ends_as_a_time_out(database, claimed):
    for _ in range(CRASHES):
        end(database, claimed(), Ending.STALLED, died_at=7)
    assert reasons(database) == [Reason.TIMEOUT] * 2


def test_pauses_grow_up_to_a_limit():
    pauses = [setback_pause(strikes) for strikes in range(12)]
    assert pauses[:5] == [0, 0, 1, 2, 4] and pauses[-1] == LONGEST_PAUSE


def test_a_bundle_is_not_claimed_before_its_pause_is_over(database, claimed):
    for _ in range(LOST):
        end(database, claimed(), Ending.LOST)
    with database.begin() as session:
        assert bundles.claim_bundle(session, "cpu", "w", 30) is None
        assert bundles.waiting_bundles(session) == {}
    assert claimed().attempt == LOST + 1


def test_the_first_loss_costs_no_pause(database, claimed):
    end(database, claimed(), Ending.LOST)
    with database.begin() as session:
        assert bundles.claim_bundle(session, "cpu", "w", 30).attempt == 2


def fall_back(database, bundle):
    with database.begin() as session:
        return bundles.fall_back(session, bundle.id, bundle.attempt)


def test_a_broken_checkpoint_falls_back_to_the_one_before_and_then_to_zero(database, claimed):
    bundle = claimed()
    for step in (10, 20):
        write(database, bundle, step)
    back = fall_back(database, bundle)
    assert (back.step, back.checkpoint, back.state) == (10, "file at 10", BundleState.RUNNING)
    with database.begin() as session:
        runs = session.scalars(select(Run.id)).all()
        series = read_series(session, runs)
        assert [len(series[run]["x"].steps) for run in runs] == [10, 10]
        assert session.execute(select(Summary.step, Summary.value)).all() == [(10, 10.0)] * 2
    back = fall_back(database, bundle)
    assert (back.step, back.checkpoint) == (0, None)
    with database.begin() as session:
        assert session.scalar(select(func.count()).select_from(Chunk)) == 0
    write(database, bundle, 10)


def test_a_retry_has_the_checkpoint_before_to_fall_back_to(database, claimed):
    bundle = claimed()
    for step in (10, 20):
        write(database, bundle, step)
    end(database, bundle, Ending.ERROR)
    with database.begin() as session:
        jobs.retry_runs(session, session.scalars(select(Run.id)).all())
    again = claimed()
    assert (again.step, again.checkpoint) == (20, "file at 20")
    assert fall_back(database, again).checkpoint == "file at 10"


def test_what_attempts_took_adds_up(database, claimed):
    for _ in range(2):
        bundle = claimed()
        end(database, bundle, Ending.RELEASED)
    with database.begin() as session:
        session.execute(update(Attempt).values(started_at=Attempt.ended_at - 5))
        assert spent_seconds(session, bundle.id) == pytest.approx(10)
