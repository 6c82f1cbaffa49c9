"""A suite's report from the store: of the runs of any job whose experiment is a cell's, up to its
rates, seeds and steps, and of the probes of its rows' trajectories."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from analysis.papers.report import matching_cells, suite_report, trajectory_points
from analysis.papers.shapes import SuiteReport
from estimators.specs.base import digest
from estimators.specs.experiment import Experiment
from estimators.specs.pieces import Piece, cell_protocol
from estimators.specs.states import Reason
from estimators.specs.suites import Scale, TableCell
from service.store import benchmark_specs, findings, standings
from service.store.standings import Standing
from service.suites import trajectories

BOUNDS = ("bound/validation", "bound/test")
COST = "cost/train"
POINTS = 100  # of a training curve: each the mean over a stretch of steps
ENDS = (Reason.COMPLETED, Reason.DIVERGED)


def stored_report(
    session: Session, suite: str, scale: Scale, pattern: str = "*", curves: bool = False
) -> SuiteReport:
    """``curves``: with the training costs, which takes reading every step."""
    some = matching_cells(suite, scale, pattern)
    cells_by_digest = {digest(cell_protocol(cell.spec)): cell.id for cell in some if cell.spec}
    trained: dict[str, list[Piece]] = {}
    for benchmark in cell_benchmarks(session, some):
        for cell, piece in stored_pieces(session, benchmark, cells_by_digest, curves):
            trained.setdefault(cell, []).append(piece)
    probed = trajectory_points(trajectories.stored_findings(session), suite, scale, some)
    return suite_report(suite, scale, some, lambda cell: trained.get(cell.id, []), probed)


def report_tag(session: Session, suite: str, scale: Scale, pattern: str) -> str:
    """Changes with whatever may change the report, and costs no report."""
    some = cell_benchmarks(session, matching_cells(suite, scale, pattern))
    return digest(
        [
            findings.findings_stamp(session),
            *([one, *standings.benchmark_stamp(session, one)] for one in some),
        ]
    )


def cell_benchmarks(session: Session, cells: Iterable[TableCell]) -> list[str]:
    """Those that cells stand on, whatever was spent."""
    grounds = {task_digest(cell.spec.benchmark) for cell in cells if cell.spec}
    return sorted(
        id
        for id, definition in benchmark_specs.benchmark_definitions(session).items()
        if task_digest(definition) in grounds
    )


def task_digest(definition: dict[str, Any]) -> str:
    """A benchmark less what is spent on it."""
    free = {"training": "steps", "evaluation": "every"}
    return digest(
        {
            part: {name: v for name, v in value.items() if name != free[part]}
            if part in free
            else value
            for part, value in definition.items()
        }
    )


def stored_pieces(
    session: Session, benchmark: str, cells_by_digest: dict[str, str], curves: bool
) -> Iterator[tuple[str, Piece]]:
    """(cell, what one bundle trained of it), the newest last; ``known`` has cells by digest."""
    specs = benchmark_specs.job_specs(session, benchmark)
    about_cells = {
        job: cells_by_digest.get(digest(cell_protocol(Experiment.model_validate(spec))))
        for job, spec in specs.items()
    }
    bundles: dict[UUID, list[Standing]] = {}
    for run in sorted(standings.read_standings(session, benchmark), key=lambda run: run.run_id):
        if about_cells[run.job_id] and run.reason in ENDS:
            bundles.setdefault(run.bundle_id, []).append(run)
    if not bundles:
        return
    series = run_series(session, benchmark, curves)
    places = standings.benchmark_environments(session, benchmark)
    for bundle, runs in bundles.items():
        job = runs[0].job_id
        made = places[bundle][-1] if places[bundle] else {}
        piece = {"spec": specs[job], "made": {k: v for k, v in made.items() if k != "hostname"}}
        yield (
            str(about_cells[job]),
            piece | {"runs": [run_piece(run, series.get(run.run_id, {})) for run in runs]},
        )


def run_piece(run: Standing, series: dict[str, Any]) -> dict[str, Any]:
    return {"seed": run.seed, **run.setting, "reason": run.reason, "series": series}


def run_series(session: Session, benchmark: str, curves: bool) -> dict[UUID, dict[str, Any]]:
    """The last bounds of every run, and its training costs where asked for; null is no number."""
    reported: dict[UUID, dict[str, Any]] = {
        run: {name: [[step], [finite_number(value)]] for name, (step, value) in points.items()}
        for run, points in standings.last_points(session, benchmark, BOUNDS).items()
    }
    costs = standings.benchmark_series(session, benchmark, [COST]) if curves else {}
    for run, costs_of_run in costs.items():
        reported.setdefault(run, {})[COST] = thinned_series(
            costs_of_run[COST].steps.tolist(), costs_of_run[COST].values.tolist()
        )
    return reported


def finite_number(value: float) -> float | None:
    return value if abs(value) < float("inf") else None


def thinned_series(steps: list[int], values: list[float]) -> list[list[Any]]:
    """Means over stretches of steps, each at its last."""
    stretch = max(1, len(steps) // POINTS)
    starts = range(0, len(steps), stretch)
    some = [values[at : at + stretch] for at in starts]
    return [
        [steps[min(at + stretch, len(steps)) - 1] for at in starts],
        [finite_number(sum(part) / len(part)) for part in some],
    ]
