"""Boards of what the store holds."""

from typing import Any

from sqlalchemy.orm import Session

from service.store import boards as store

from .compute import compute
from .entries import GRADIENT, HARDWARE, VALIDATION
from .metrics import METRICS, SERIES_OF
from .records import RunRecord, Series
from .shapes import Board, Kind, Method, Question, Shape, Spend, Unanswerable, UnknownBenchmark

NAMES = (VALIDATION, *SERIES_OF.values(), *(f"gradient/{name}" for name in GRADIENT))


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
        for view in store.benchmarks(session)
    ]


def board(
    session: Session,
    benchmark_id: str,
    *,
    metric: str = "bound/test",
    board: Kind = "steps",
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
    question = Question(metric=metric, board=board, budget=budget, target=target, spend=spend)
    runs = records(session, benchmark_id, (metric, *NAMES))
    return compute(runs, benchmark_id, definition, question, Method(threshold=threshold))


def defined(session: Session, benchmark_id: str) -> dict[str, Any]:
    """The benchmark's definition.  Raises UnknownBenchmark."""
    found = store.benchmark(session, benchmark_id)
    if found is None:
        raise UnknownBenchmark(f"There is no benchmark {benchmark_id}.")
    return found.definition


def records(session: Session, benchmark_id: str, names: tuple[str, ...]) -> list[RunRecord]:
    """The runs of a benchmark with the series of these names."""
    return [_record(entry) for entry in store.entries(session, benchmark_id, names)]


def _record(entry: store.Entry) -> RunRecord:
    run = entry.view.run
    return RunRecord(
        run_id=str(run.id),
        job_id=str(run.job_id),
        cell_id=entry.job.cell_id,
        estimator=entry.job.spec["estimator"],
        seed=run.seed,
        setting=run.setting,
        state=entry.view.state,
        reason=run.reason,
        step=entry.view.step,
        series={name: Series(*series) for name, series in entry.series.items()},
        environment=_environment(entry) | {"width": entry.view.bundle.width},
    )


def _environment(entry: store.Entry) -> dict[str, Any]:
    """The last one; ``mixed`` where the run moved between kinds of hardware."""
    kinds = [[place.get(name) for name in HARDWARE] for place in entry.environments]
    last = entry.environments[-1] if entry.environments else {}
    return {**last, "mixed": True} if any(kind != kinds[0] for kind in kinds) else dict(last)
