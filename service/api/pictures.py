"""Pictures of what the store holds, as SVG.  They raise NotAcceptable where matplotlib is not
installed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from analysis.boards.shapes import Board
from analysis.figures.charts import BOUND, CHARTS, board_curves
from analysis.ledger.profiles import ClaimProfiles
from analysis.ledger.sensitivity import Sensitivity
from analysis.ledger.standings import Standings
from analysis.papers.shapes import SuiteReport
from analysis.records.labels import setting_label
from service import errors
from service.leaderboards import stored
from service.store import series
from service.store.job_views import RunView

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DRAWING = Lock()  # matplotlib has one look for all threads


@contextmanager
def drawing_lock() -> Iterator[None]:
    try:
        import matplotlib  # noqa: F401
    except ModuleNotFoundError as error:
        raise errors.NotAcceptable(
            f"Pictures want {error.name}, which is not installed here."
        ) from None
    with DRAWING:
        yield


def _svg_of(make: Callable[[], "Figure"]) -> bytes:
    from analysis.figures import style

    return style.svg_bytes(make())


def rank_svg(board: Board) -> bytes:
    """Ranks and intervals."""
    with drawing_lock():
        from analysis.figures.boards import rank_chart

        return _svg_of(lambda: rank_chart(board))


def board_svg(session: Session, benchmark: str, name: str) -> bytes:
    """One of the pictures of a benchmark's board.  Raises NotFound, UnknownBenchmark."""
    if name not in CHARTS:
        raise errors.NotFound(f"There is no picture {name}; there are {', '.join(CHARTS)}.")
    chart = CHARTS[name]
    board, runs = stored.board_with_runs(session, benchmark, chart.series)
    with drawing_lock():
        return _svg_of(lambda: chart.draw(board, runs))


def pair_svg(session: Session, benchmark: str, cells: Sequence[str]) -> bytes:
    """Learning curves of some cells of a board, with their bands.  Raises UnknownBenchmark."""
    board, runs = stored.board_with_runs(session, benchmark, [BOUND])
    rows = [row for row in board.rows if row.cell_id in cells or row.label in cells]
    some = board.model_copy(update={"rows": rows})
    with drawing_lock():
        from analysis.figures.curves import curve_chart

        return _svg_of(lambda: curve_chart(board_curves(some, runs, BOUND)))


def standings_svg(standings: Standings) -> bytes:
    """Mean ranks over benchmarks."""
    with drawing_lock():
        from analysis.figures.standings import standings_chart

        return _svg_of(lambda: standings_chart(standings))


def sensitivity_svg(sensitivity: Sensitivity) -> bytes:
    """Validation bounds against rates."""
    with drawing_lock():
        from analysis.figures.claims import sensitivity_chart

        return _svg_of(lambda: sensitivity_chart(sensitivity))


def arrival_svg(profiles: ClaimProfiles) -> bytes:
    """Shares of seeds and targets against what was spent."""
    with drawing_lock():
        from analysis.figures.claims import arrival_chart

        return _svg_of(lambda: arrival_chart(profiles))


def run_svg(session: Session, runs: Sequence[RunView], metric: str) -> bytes:
    """A metric of a job's runs along training, by setting."""
    all_series = series.read_series(session, [view.run.id for view in runs], [metric])
    curves: dict[str, list[Any]] = {}
    for view in runs:
        if curve := all_series.get(view.run.id, {}).get(metric):
            curves.setdefault(setting_label(view.run.setting), []).append(
                (curve.steps.tolist(), curve.values.tolist())
            )
    with drawing_lock():
        from analysis.figures.curves import curve_chart

        return _svg_of(lambda: curve_chart(curves))


def report_titles(report: SuiteReport) -> dict[str, str]:
    """Of a report's pictures, by name; none where there can be none."""
    with suppress(errors.NotAcceptable), drawing_lock():
        from analysis.figures.papers import paper_charts

        return {each.name: each.title for each in paper_charts(report)}
    return {}


def suite_svg(report: SuiteReport, name: str) -> bytes:
    """Raises NotFound."""
    with drawing_lock():
        from analysis.figures.papers import paper_charts

        for each in paper_charts(report):
            if each.name == name:
                return _svg_of(each.picture)
    raise errors.NotFound(f"The report has no picture {name}.")
