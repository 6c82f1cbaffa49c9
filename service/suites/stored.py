"""A suite's report from the store: of the runs of any job whose experiment is a cell's, up to its
rates, seeds and steps, and of the probes of its rows' trajectories."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from analysis.papers.report import suite_report, trajectory_points
from analysis.papers.shapes import SuiteReport
from analysis.papers.training import TrainedPiece
from analysis.records.runs import RunRecord, Series
from estimators.specs.base import digest
from estimators.specs.experiment import Experiment
from estimators.specs.pieces import CURVE_POINTS, cell_protocol, stretch_means
from estimators.specs.states import Reason
from estimators.specs.suites import Scale, TableCell, matching_cells
from service.store import benchmark_specs, findings, standings
from service.store.models import Benchmark
from service.store.standings import Standing
from service.suites import trajectories

BOUNDS = ("bound/validation", "bound/test")
COST = "cost/train"
ENDS = (Reason.COMPLETED, Reason.DIVERGED)


def stored_report(
    session: Session, suite: str, scale: Scale, pattern: str = "*", curves: bool = False
) -> SuiteReport:
    """``curves``: with the training costs, which takes reading every step."""
    some = matching_cells(suite, scale, pattern)
    cells_by_digest = {digest(cell_protocol(cell.spec)): cell.id for cell in some if cell.spec}
    trained: dict[str, list[TrainedPiece]] = {}
    for benchmark in cell_benchmarks(session, some):
        for cell, piece in stored_pieces(session, benchmark, cells_by_digest, curves):
            trained.setdefault(cell, []).append(piece)
    probed = trajectory_points(trajectories.stored_findings(session), suite, scale, some)
    return suite_report(suite, scale, some, lambda cell: trained.get(cell.id, []), probed)


def report_tag(session: Session, suite: str, scale: Scale, pattern: str) -> str:
    """Changes with whatever may change the report, and costs no report."""
    some = cell_benchmarks(session, matching_cells(suite, scale, pattern))
    stamps = standings.benchmark_stamps(session, Benchmark.id.in_(some))
    return digest([findings.findings_stamp(session), stamps])


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
) -> Iterator[tuple[str, TrainedPiece]]:
    """(cell, what one bundle trained of it), the newest last; ``cells_by_digest``: the
    cells' ids."""
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
    environments = standings.benchmark_environments(session, benchmark)
    for bundle, runs in bundles.items():
        spec = specs[runs[0].job_id]
        last = environments[bundle][-1] if environments[bundle] else {}
        made = {name: value for name, value in last.items() if name != "hostname"}
        records = [run_record(run, spec, made, series.get(run.run_id, {})) for run in runs]
        piece = TrainedPiece(spec["training"]["steps"], made, records)
        yield str(about_cells[runs[0].job_id]), piece


def run_record(
    run: Standing, spec: dict[str, Any], environment: dict[str, Any], series: dict[str, Series]
) -> RunRecord:
    return RunRecord(
        run_id=str(run.run_id),
        job_id=str(run.job_id),
        cell_id=run.cell_id,
        estimator=spec["estimator"],
        seed=run.seed,
        setting=run.setting,
        state=run.state,
        reason=run.reason,
        step=run.step,
        series=series,
        environment=environment,
    )


def run_series(session: Session, benchmark: str, curves: bool) -> dict[UUID, dict[str, Series]]:
    """The last bounds of every run, and its training costs where asked for."""
    last = standings.last_points(session, benchmark, BOUNDS)
    series = {
        run: {name: Series((step,), (value,)) for name, (step, value) in points.items()}
        for run, points in last.items()
    }
    costs = standings.benchmark_series(session, benchmark, [COST]) if curves else {}
    for run, logged in costs.items():
        steps, values = logged[COST].steps.tolist(), logged[COST].values.tolist()
        series.setdefault(run, {})[COST] = thinned_series(steps, values)
    return series


def thinned_series(steps: list[int], values: list[float]) -> Series:
    """Means over stretches of steps, each at its last."""
    return Series(*stretch_means(steps, values, max(1, len(steps) // CURVE_POINTS)))
