"""Runs read at a budget, against the definitions; and histories of results by version."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.boards.compute import compute_board
from analysis.boards.shapes import BoardQuery
from analysis.comparisons.history import board_history
from analysis.records.readings import (
    Reading,
    first_crossing,
    last_paid_step,
    last_value,
    spend_readings,
)
from analysis.records.runs import Series

from .world import definition, run

quick = settings(deadline=None, max_examples=80)
STEPS = st.lists(st.integers(0, 30), min_size=1, max_size=8, unique=True).map(sorted)
VALUES = st.integers(0, 40).map(lambda n: n / 4)


def logged(steps, values, spent=None):
    """A run with a bound at some steps, and what it spent at some."""
    series = {"bound/test": Series(steps, values)}
    if spent is not None:
        series["evaluations"] = Series([s for s, _ in spent], [e for _, e in spent])
    return replace(run(), series=series, step=30)


@st.composite
def bounds(draw):
    steps = draw(STEPS)
    return steps, draw(st.lists(VALUES, min_size=len(steps), max_size=len(steps)))


@quick
@given(bounds(), st.integers(-1, 31))
def test_the_last_value_within_a_step(points, step):
    before = [point for point in zip(*points, strict=True) if point[0] <= step]
    assert last_value(logged(*points), "bound/test", step) == (before[-1] if before else None)
    assert last_value(logged(*points), "bound/train", step) is None


@quick
@given(STEPS, st.floats(0, 100))
def test_the_last_step_that_a_budget_pays_for(steps, budget):
    record = logged([0], [1.0], [(step, 3.0 * step) for step in steps])
    paid = [step for step in steps if 3.0 * step <= budget]
    assert last_paid_step(record, "evals", budget) == (paid[-1] if paid else -1)
    assert (
        last_paid_step(record, "steps", budget) == int(budget)
        and last_paid_step(record, "seconds", budget) == -1
    )


@quick
@given(bounds(), STEPS)
def test_values_whose_spending_is_not_known_are_left_out(points, known):
    found = spend_readings(
        logged(*points, [(step, 2.0 * step) for step in known]), "bound/test", "evals"
    )
    assert found == [Reading(s, 2.0 * s, v) for s, v in zip(*points, strict=True) if s in known]


@quick
@given(bounds(), VALUES, VALUES)
def test_a_nearer_target_never_takes_longer(points, one, other):
    """And it is met between the evaluation that meets it first and the one before."""
    path = [Reading(step, 10.0 * step, value) for step, value in zip(*points, strict=True)]
    spent = []
    for target in sorted((one, other), reverse=True):
        found = first_crossing(path, target, 1e9)
        there = [place for place, point in enumerate(path) if point.value <= target]
        assert (found is None) == (not there)
        spent.append(found.spent if found else float("inf"))
        if found:
            assert found.step == path[there[0]].step
            assert path[max(there[0] - 1, 0)].spent <= found.spent <= path[there[0]].spent
            assert (
                first_crossing(path, target, found.spent) == found
                and first_crossing(path, target, found.spent - 1e-6) is None
            )
    assert spent[0] <= spent[1]


def trained(code, name="half", end=9.0, seeds=5, **about):
    """Runs of one version of the code; versions come in the order of their names."""
    runs = [run(name, seed=seed, end=end, noise=0.05, **about) for seed in range(seeds)]
    where = {"version": "1", "code": code}
    return [replace(r, run_id=f"{code}-{r.run_id}", environment=where) for r in runs]


def past(records, **asked):
    found = board_history(records, "b", definition(), BoardQuery(**asked))
    return [
        (v.code, {r.label: (r.verdict, r.change and round(r.change.mean, 6)) for r in v.results})
        for v in found.versions
    ]


def test_a_change_is_from_the_last_version_that_ran_it():
    """The second version did not run half: the third one's change is from the first."""
    records = [
        *trained("c", end=9.5),
        *trained("b", "nvil"),
        *trained("a"),
        *trained("d", end=9.25),
    ]
    assert past(records) == [
        ("a", {"half": (None, None)}),
        ("b", {"nvil": (None, None)}),
        ("c", {"half": ("worse", pytest.approx(0.5, abs=0.01))}),
        ("d", {"half": ("better", pytest.approx(-0.25, abs=0.01))}),
    ]


def test_each_version_has_the_board_of_its_own_runs():
    old, new = trained("a") + trained("a", "nvil", 10), trained("b") + trained("b", "nvil", 11)
    found = board_history(new + old, "b", definition(), BoardQuery()).versions
    for version, records in zip(found, (old, new), strict=True):
        rows = compute_board(records, "b", definition()).rows
        assert [(r.label, r.seeds, r.value) for r in version.results] == [
            (r.label, r.seeds, r.value) for r in rows
        ]
        assert (version.runs, version.first_run) == (10, min(r.run_id for r in records))


def test_few_seeds_leave_a_change_open_and_none_give_no_change():
    assert past([*trained("a"), *trained("b", end=12, seeds=4)])[1][1]["half"][0] == "open"
    assert past([*trained("a"), *trained("b", end=12, seeds=1)])[1][1]["half"] == (None, None)
    unknown = [replace(r, environment={}) for r in trained("a")]
    assert past(unknown) == [("unknown", {"half": (None, None)})]


def test_a_change_of_spending_is_a_ratio():
    records = [*trained("a", speed=600), *trained("b", speed=1_200)]
    [(_, _), (_, told)] = past(records, axis="reach", target=12.0)
    assert told["half"] == ("worse", pytest.approx(2, rel=0.1))
