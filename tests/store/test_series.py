"""Series are stored as written, read by name, and thinned without losing what matters."""

from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sqlalchemy import select

from service.store import bundles, jobs
from service.store.models import Chunk, Run, Summary
from service.store.series import (
    Series,
    encode_points,
    join_chunks,
    last_values,
    read_series,
    thin_series,
)
from tests.store.world import plan

FLOATS = st.floats(allow_nan=True, allow_infinity=True)


def series(steps, values):
    return Series(np.array(steps, np.int32), np.array(values, float))


@pytest.fixture
def written(database):
    """Two runs over two checkpoints: a dense series, a sparse one that starts at step 0, and a late
    one."""
    with database.begin() as session:
        job = jobs.submit_job(session, "a", plan({"seeds": [1, 2], "steps": 8}))
        bundle = bundles.claim_bundle(session, "cpu", "w", 30)
    dense = [np.arange(1, 5), np.arange(5, 9)]
    for number, last in enumerate((4, 8)):
        lanes = {
            lane: {
                "cost": series(dense[number], dense[number] * 10 + lane),
                "bound": series([last - 4, last], [last, lane]),
            }
            for lane in (0, 1)
        }
        if number:
            lanes = {
                lane: {"cost": named["cost"], "bound": series([last], [lane])}
                for lane, named in lanes.items()
            }
            lanes[1]["late"] = series([6], [np.inf])
            lanes[0]["late"] = series([], [])
        with database.begin() as session:
            bundles.write_checkpoint(
                session, bundle.id, 1, bundles.CheckpointReport(last, f"file{last}", lanes), 30
            )
    with database.begin() as session:
        return session.scalars(
            select(Run.id).where(Run.job_id == job.id).order_by(Run.number)
        ).all()


def test_what_is_written_is_read(database, written):
    with database.begin() as session:
        found = read_series(session, written)
    assert found[written[1]]["cost"].steps.tolist() == list(range(1, 9))
    assert found[written[1]]["cost"].values.tolist() == [10 * step + 1 for step in range(1, 9)]
    assert found[written[0]]["bound"].steps.tolist() == [0, 4, 8]
    assert found[written[0]]["bound"].values.tolist() == [4, 0, 0]
    assert "late" not in found[written[0]] and found[written[1]]["late"].values.tolist() == [np.inf]


def test_names_and_runs_are_chosen(database, written):
    with database.begin() as session:
        assert read_series(session, written[:1], ["bound", "nothing"]).keys() == {written[0]}
        assert read_series(session, written, ["late"]).keys() == {written[1]}
        assert read_series(session, []) == {}


def test_summaries_hold_the_last_finite_value(database, written):
    with database.begin() as session:
        assert last_values(session, written)[written[1]] == {"cost": 81, "bound": 1, "late": None}
        steps = dict(
            session.execute(
                select(Summary.name, Summary.step).where(Summary.run_id == written[1])
            ).all()
        )
    assert steps == {"cost": 8, "bound": 8, "late": 6}


def test_a_dense_chunk_stores_no_steps(database, written):
    with database.begin() as session:
        chunks = {
            (c.name, c.first): c
            for c in session.scalars(select(Chunk).where(Chunk.run_id == written[1]))
        }
    assert chunks["cost", 0].steps is None and len(chunks["cost", 0].values) == 4 * 8
    assert len(chunks["bound", 0].steps) == 2 * 4


@given(st.sets(st.integers(11, 40), min_size=1), st.data())
@settings(deadline=None)
def test_chunks_round_trip(steps, data):
    """Any values, bit for bit, dense or not."""
    values = data.draw(arrays(np.float64, len(steps), elements=FLOATS))
    first = series(sorted(steps), values)
    run, chunk = uuid4(), encode_points(first, 10, 40)
    again = join_chunks([(run.hex, "cost", 10, 40, chunk["steps"], chunk["values"])])[run]["cost"]
    assert (
        np.array_equal(again.steps, first.steps)
        and again.values.tobytes() == first.values.tobytes()
    )


@given(arrays(np.float64, st.integers(1, 60), elements=FLOATS), st.integers(2, 20))
@settings(deadline=None)
def test_thinning(values, most):
    """Few enough points, all real ones, the last kept; from three on, the extremes and divergence
    too."""
    whole = series(np.arange(1, len(values) + 1), values)
    few = thin_series(whole, most)
    assert 1 <= len(few.values) <= max(most, 2) and np.all(np.diff(few.steps) > 0)
    assert all(
        np.array_equal(whole.values[s - 1], v, equal_nan=True)
        for s, v in zip(few.steps, few.values, strict=True)
    )
    assert few.steps[-1] == len(values)
    if most >= 3:
        assert np.isnan(values).any() == np.isnan(few.values).any()
        if not np.isnan(values).any():
            assert few.values.min() == values.min() and few.values.max() == values.max()
