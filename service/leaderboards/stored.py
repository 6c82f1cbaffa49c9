"""Boards of what the store holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from analysis.boards.asked import VALIDATION
from analysis.boards.certified import refused_cells
from analysis.boards.compute import compute_board
from analysis.boards.metrics import METRICS
from analysis.boards.scoring import GRADIENT, HARDWARE
from analysis.boards.shapes import (
    Axis,
    Board,
    BoardQuery,
    Method,
    Unanswerable,
    UnknownBenchmark,
)
from analysis.comparisons.history import History, board_history
from analysis.records.readings import SERIES_OF, Spend
from analysis.records.runs import RunRecord, Series, dump_runs
from estimators.specs.base import digest
from service.leaderboards.published import published_plugins
from service.store import boards as store
from service.store import registry, standings
from service.store.series import Series as Stored
from service.store.series import read_series

NAMES = (VALIDATION, *SERIES_OF.values(), *(f"gradient/{name}" for name in GRADIENT))
TOGETHER = 50  # runs whose series are read at once
SeriesByRun = Mapping[UUID, Mapping[str, Series]]


def stored_board(
    session: Session,
    benchmark_id: str,
    *,
    metric: str = "bound/test",
    axis: Axis = "steps",
    budget: float | None = None,
    target: float | None = None,
    spend: Spend = "steps",
    threshold: float | None = None,
) -> Board:
    """The board of one benchmark.

    Raises UnknownBenchmark, and Unanswerable for a metric that no board knows.
    """
    if metric not in METRICS:
        raise Unanswerable("metric", f"{metric} is no metric; there are {', '.join(METRICS)}.")
    query = BoardQuery(metric=metric, axis=axis, budget=budget, target=target, spend=spend)
    definition = benchmark_definition(session, benchmark_id)
    names = (metric, *NAMES)
    points = (
        _last_points(session, benchmark_id, names)
        if _spends_everything(query, definition)
        else None
    )
    runs = run_records(session, benchmark_id, names, points)
    return _ranked_board(session, benchmark_id, runs, query, Method(threshold=threshold))


def board_with_runs(
    session: Session, benchmark_id: str, series: Sequence[str]
) -> tuple[Board, list[RunRecord]]:
    """The board at equal steps and the runs that it was computed from, with their whole series of
    these names too.  Raises UnknownBenchmark."""
    query = BoardQuery()
    names = tuple(dict.fromkeys((query.metric, *series, *NAMES)))
    benchmark_definition(session, benchmark_id)
    runs = run_records(session, benchmark_id, names)
    return _ranked_board(session, benchmark_id, runs, query, Method()), runs


def _ranked_board(
    session: Session, benchmark_id: str, runs: list[RunRecord], query: BoardQuery, method: Method
) -> Board:
    definition = benchmark_definition(session, benchmark_id)
    plugins, codes = published_plugins(session, runs)
    refused = refused_cells(runs, codes)
    return compute_board(runs, benchmark_id, definition, query, method, refused, plugins)


def board_tag(session: Session, benchmark_id: str) -> str:
    """Changes with whatever may change a board of this benchmark, and costs no board.

    Raises UnknownBenchmark.
    """
    benchmark_definition(session, benchmark_id)
    stamp = standings.benchmark_stamp(session, benchmark_id) or ()
    return digest([benchmark_id, *stamp, registry.registry_stamp(session, benchmark_id)])


def benchmark_definition(session: Session, benchmark_id: str) -> dict[str, Any]:
    """The benchmark's definition.  Raises UnknownBenchmark."""
    benchmark = store.find_benchmark(session, benchmark_id)
    if benchmark is None:
        raise UnknownBenchmark(f"There is no benchmark {benchmark_id}.")
    return benchmark.definition


def _spends_everything(query: BoardQuery, definition: dict[str, Any]) -> bool:
    """Whether the budget is all that a run can spend: then ends of series are enough."""
    steps = definition["training"]["steps"]
    return query.axis == "steps" and (query.budget is None or query.budget >= steps)


def _last_points(session: Session, benchmark_id: str, names: tuple[str, ...]) -> SeriesByRun:
    return {
        run: {name: Series((step,), (value,)) for name, (step, value) in points.items()}
        for run, points in standings.last_points(session, benchmark_id, names).items()
    }


def _whole_series(session: Session, benchmark_id: str, names: tuple[str, ...]) -> SeriesByRun:
    return {
        run: {name: plain_series(series) for name, series in run_series.items()}
        for run, run_series in standings.benchmark_series(session, benchmark_id, names).items()
    }


def plain_series(series: Stored) -> Series:
    return Series(series.steps.tolist(), series.values.tolist())


def run_records(
    session: Session,
    benchmark_id: str,
    names: tuple[str, ...],
    stored_series: SeriesByRun | None = None,
) -> list[RunRecord]:
    """The runs of a benchmark with the series of these names."""
    specs = standings.cell_estimators(session, benchmark_id)
    series = _whole_series(session, benchmark_id, names) if stored_series is None else stored_series
    runs = standings.read_standings(session, benchmark_id)
    tried = standings.benchmark_environments(session, benchmark_id)
    places = {
        bundle: _last_environment(tried[bundle]) | {"width": width}
        for bundle, width in {run.bundle_id: run.width for run in runs}.items()
    }
    return [
        RunRecord(
            run_id=str(run.run_id),
            job_id=str(run.job_id),
            cell_id=run.cell_id,
            estimator=specs[run.cell_id],
            seed=run.seed,
            setting=run.setting,
            state=run.state,
            reason=run.reason,
            step=run.step,
            environment=places[run.bundle_id],
            series=dict(series.get(run.run_id, {})),
        )
        for run in runs
    ]


def _last_environment(environments: list[dict[str, Any]]) -> dict[str, Any]:
    """The last one; ``mixed`` where the run moved between kinds of hardware."""
    kinds = [[environment.get(name) for name in HARDWARE] for environment in environments]
    last = environments[-1] if environments else {}
    return {**last, "mixed": True} if any(kind != kinds[0] for kind in kinds) else dict(last)


def exported_runs(session: Session, benchmark_id: str) -> Iterator[str]:
    """Every run of the benchmark with all its series, a line each (``records.dump``), in order of
    submission.

    Raises UnknownBenchmark at the first line.
    """
    benchmark_definition(session, benchmark_id)
    runs = sorted(run_records(session, benchmark_id, (), {}), key=lambda run: run.run_id)
    for start in range(0, len(runs), TOGETHER):
        batch = runs[start : start + TOGETHER]
        series = read_series(session, [UUID(run.run_id) for run in batch])
        for run in batch:
            run_series = series.get(UUID(run.run_id), {})
            yield from dump_runs(
                [replace(run, series={name: plain_series(s) for name, s in run_series.items()})]
            )


def stored_history(
    session: Session, benchmark_id: str, *, threshold: float | None = None, **asked: Any
) -> History:
    """The benchmark's history.  Raises UnknownBenchmark and Unanswerable."""
    definition, query = benchmark_definition(session, benchmark_id), BoardQuery(**asked)
    runs = run_records(session, benchmark_id, (query.metric, *NAMES))
    plugins, _ = published_plugins(session, runs)
    return board_history(
        runs, benchmark_id, definition, query, Method(threshold=threshold), plugins
    )
