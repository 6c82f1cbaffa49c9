"""Boards of what the store holds."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from analysis.boards.certified import refused_of
from analysis.boards.compute import compute
from analysis.boards.history import History, history
from analysis.boards.metrics import METRICS, SERIES_OF
from analysis.boards.scoring import GRADIENT, HARDWARE, VALIDATION
from analysis.boards.shapes import (
    Axis,
    Board,
    BoardQuery,
    Method,
    Shape,
    Spend,
    Unanswerable,
    UnknownBenchmark,
)
from analysis.records.runs import RunRecord, Series, dump
from estimators.specs.base import digest
from service.leaderboards.published import published
from service.store import boards as store
from service.store import registry, standings
from service.store.series import Series as Stored
from service.store.series import read_series

NAMES = (VALIDATION, *SERIES_OF.values(), *(f"gradient/{name}" for name in GRADIENT))
TOGETHER = 50  # runs whose series are read at once
Found = Mapping[UUID, Mapping[str, Series]]


class Listed(Shape):
    """A benchmark and how much was run on it."""

    benchmark_id: str
    definition: dict[str, Any]
    estimators: int
    runs: int
    succeeded: int


def boards(session: Session) -> list[Listed]:
    """All benchmarks, the newest first."""
    return [
        Listed(
            benchmark_id=view.benchmark.id,
            definition=view.benchmark.definition,
            estimators=view.cells,
            runs=view.runs,
            succeeded=view.succeeded,
        )
        for view in store.benchmark_views(session)
    ]


def board(
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
    definition = defined(session, benchmark_id)
    query = BoardQuery(metric=metric, axis=axis, budget=budget, target=target, spend=spend)
    names = (metric, *NAMES)
    found = _ends(session, benchmark_id, names) if _whole(query, definition) else None
    runs = records(session, benchmark_id, names, found)
    method = Method(threshold=threshold)
    plugins, codes = published(session, runs)
    return compute(runs, benchmark_id, definition, query, method, refused_of(runs, codes), plugins)


def tag(session: Session, benchmark_id: str) -> str:
    """Changes with whatever may change a board of this benchmark, and costs no board.

    Raises UnknownBenchmark.
    """
    defined(session, benchmark_id)
    stamps = [
        *standings.benchmark_stamp(session, benchmark_id),
        registry.registry_stamp(session, benchmark_id),
    ]
    return digest([benchmark_id, *stamps])


def defined(session: Session, benchmark_id: str) -> dict[str, Any]:
    """The benchmark's definition.  Raises UnknownBenchmark."""
    found = store.find_benchmark(session, benchmark_id)
    if found is None:
        raise UnknownBenchmark(f"There is no benchmark {benchmark_id}.")
    return found.definition


def _whole(query: BoardQuery, definition: dict[str, Any]) -> bool:
    """Whether the budget is all that a run can spend: then ends of series are enough."""
    steps = definition["training"]["steps"]
    return query.axis == "steps" and (query.budget is None or query.budget >= steps)


def _ends(session: Session, benchmark_id: str, names: tuple[str, ...]) -> Found:
    return {
        run: {name: Series((step,), (value,)) for name, (step, value) in points.items()}
        for run, points in standings.last_points(session, benchmark_id, names).items()
    }


def _whole_series(session: Session, benchmark_id: str, names: tuple[str, ...]) -> Found:
    return {
        run: {name: plain(series) for name, series in found.items()}
        for run, found in standings.benchmark_series(session, benchmark_id, names).items()
    }


def plain(series: Stored) -> Series:
    return Series(series.steps.tolist(), series.values.tolist())


def records(
    session: Session, benchmark_id: str, names: tuple[str, ...], found: Found | None = None
) -> list[RunRecord]:
    """The runs of a benchmark with the series of these names."""
    specs = standings.cell_estimators(session, benchmark_id)
    series = _whole_series(session, benchmark_id, names) if found is None else found
    places = {
        id: _environment(all)
        for id, all in standings.benchmark_environments(session, benchmark_id).items()
    }
    return [
        RunRecord(
            run_id=str(run.run_id), job_id=str(run.job_id), cell_id=run.cell_id,
            estimator=specs[run.cell_id], seed=run.seed, setting=run.setting, state=run.state,
            reason=run.reason, step=run.step, environment=places[run.bundle_id] | {"width": run.width},
            series=dict(series.get(run.run_id, {})),
        )
        for run in standings.read_standings(session, benchmark_id)
    ]  # fmt: skip


def _environment(places: list[dict[str, Any]]) -> dict[str, Any]:
    """The last one; ``mixed`` where the run moved between kinds of hardware."""
    kinds = [[place.get(name) for name in HARDWARE] for place in places]
    last = places[-1] if places else {}
    return {**last, "mixed": True} if any(kind != kinds[0] for kind in kinds) else dict(last)


def exported(session: Session, benchmark_id: str) -> Iterator[str]:
    """Every run of the benchmark with all its series, a line each (``records.dump``), in order of
    submission.

    Raises UnknownBenchmark at the first line.
    """
    defined(session, benchmark_id)
    runs = sorted(records(session, benchmark_id, (), {}), key=lambda run: run.run_id)
    for start in range(0, len(runs), TOGETHER):
        batch = runs[start : start + TOGETHER]
        series = read_series(session, [UUID(run.run_id) for run in batch])
        for run in batch:
            own = series.get(UUID(run.run_id), {})
            yield from dump([replace(run, series={name: plain(s) for name, s in own.items()})])


def past(
    session: Session, benchmark_id: str, *, threshold: float | None = None, **asked: Any
) -> History:
    """The benchmark's history.  Raises UnknownBenchmark and Unanswerable."""
    definition, query = defined(session, benchmark_id), BoardQuery(**asked)
    runs = records(session, benchmark_id, (query.metric, *NAMES))
    plugins, _ = published(session, runs)
    return history(runs, benchmark_id, definition, query, Method(threshold=threshold), plugins)
