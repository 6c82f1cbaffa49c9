"""Boards made straight from scored_runs: any values, no training."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.boards.ranking import rank_board
from analysis.boards.shapes import Board, BoardQuery, ExcludedRun, Method, ScoredRun

from .world import definition

RATE = 0.01
Values = Mapping[str, Sequence[float | None]]
NAMES = ("half", "straight_through", "nvil", "muprop", "reinforce_loo", "disarm", "arm", "rebar")


def scored_run(
    cell: str = "c", seed: int = 0, value: float | None = 1.0, **changes: Any
) -> ScoredRun:
    """One that got there, unless it has no value: that diverged."""
    about: dict[str, Any] = {
        "run_id": f"{cell}-{seed}-{changes.get('rate', RATE)}",
        "cell_id": cell,
        "seed": seed,
        "value": value,
        "setting": {"learning_rate": changes.pop("rate", RATE)},
        "step": 100,
        "validation": value,
        "outcome": "diverged" if value is None else "reached",
        "evaluations": 3.0,
        "seconds": 1e-3,
        "measured_at": None,
        "gradient": {},
        "environment": 0,
    }
    return ScoredRun(**about | changes)


def made_board(
    scored_runs: Sequence[ScoredRun],
    estimators: Mapping[str, dict[str, Any]],
    excluded: Sequence[ExcludedRun] = (),
    threshold: float | None = None,
    **asked: Any,
) -> Board:
    """Ranked.  ``estimators``: the spec of each cell."""
    bare = Board(
        benchmark_id="b",
        definition=definition(),
        unit="",
        method=Method(threshold=threshold),
        rows=[],
        query=BoardQuery(**{"budget": 100.0} | asked),
        pairs=[],
        visible=None,
        verdict=[],
        refused={},
        estimators=dict(estimators),
        environments=[{}],
        scored_runs=list(scored_runs),
        excluded_runs=list(excluded),
    )
    return rank_board(bare)


def made_table(
    values: Mapping[str, Sequence[float | None]], costs: Mapping[str, float] = {}, **asked: Any
) -> Board:
    """Of values by estimator, one a seed; ``costs``: evaluations per step."""
    scored_runs = [
        scored_run(name, seed, value, evaluations=costs.get(name, 3.0))
        for name, own in values.items()
        for seed, value in enumerate(own)
    ]
    return made_board(scored_runs, {name: {"name": name} for name in values}, **asked)
