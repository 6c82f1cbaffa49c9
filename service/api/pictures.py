"""Pictures of what the store holds, as SVG or in figures.  Drawing raises NotAcceptable where
matplotlib is not installed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy.orm import Session

from analysis.boards.shapes import Board
from analysis.comparisons.profiles import Profiles
from analysis.figures.charts import BOUND, CHARTS, board_curves
from analysis.ledger.profiles import ClaimProfiles
from analysis.ledger.sensitivity import Sensitivity
from analysis.ledger.shapes import ClaimBoard
from analysis.ledger.standing_profiles import StandingProfiles
from analysis.ledger.standings import Standings
from analysis.pages.pictures import values_page
from analysis.papers.pictures import report_pictures
from analysis.papers.shapes import SuiteReport
from analysis.records.labels import setting_label
from analysis.records.probes import probe_rows
from analysis.statistics.bands import Curve, ValueTable, band_table
from analysis.tables.probe_values import probe_values
from estimators.specs.findings import Report
from service import errors
from service.leaderboards import stored
from service.store import series
from service.store.job_views import RunView

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# what a picture may be asked for as, in the place of a file's ending
PictureForm = Literal["svg", "html"]
MEDIA: dict[str, str] = {"svg": "image/svg+xml", "html": "text/html"}
CURVES, PROBE_PICTURE = "Learning curves", "Variance and bias"
DRAWING = Lock()  # matplotlib has one look for all threads


class Picture(NamedTuple):
    """What is drawn, and the same in figures."""

    title: str
    draw: "Callable[[], Figure]"
    values: Callable[[], ValueTable]

    def content(self, form: PictureForm) -> bytes:
        """Its SVG, or the page of its values."""
        if form == "html":
            return values_page(self.title, self.values()).encode()
        with drawing_lock():
            return _svg_of(self.draw)


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


def claim_svg(board: ClaimBoard) -> bytes:
    """Ranks and intervals of a registered benchmark."""
    with drawing_lock():
        from analysis.figures.claims import claim_chart

        return _svg_of(lambda: claim_chart(board))


def board_picture(session: Session, benchmark: str, name: str) -> Picture:
    """One of the pictures of a benchmark's board.  Raises NotFound, UnknownBenchmark."""
    if name not in CHARTS:
        raise errors.NotFound(f"There is no picture {name}; there are {', '.join(CHARTS)}.")
    chart = CHARTS[name]
    board, runs = stored.board_with_runs(session, benchmark, chart.series)
    return Picture(chart.title, lambda: chart.draw(board, runs), lambda: chart.values(board, runs))


def pair_picture(session: Session, benchmark: str, cells: Sequence[str]) -> Picture:
    """Learning curves of some cells of a board, with their bands.  Raises UnknownBenchmark."""
    board, runs = stored.board_with_runs(session, benchmark, [BOUND])
    rows = [row for row in board.rows if row.cell_id in cells or row.label in cells]
    some = board.model_copy(update={"rows": rows})
    return curve_picture(board_curves(some, runs, BOUND))


def run_picture(session: Session, runs: Sequence[RunView]) -> Picture:
    """The bound of runs along training, by setting."""
    all_series = series.read_series(session, [view.run.id for view in runs], [BOUND])
    curves: dict[str, list[Curve]] = {}
    for view in runs:
        if curve := all_series.get(view.run.id, {}).get(BOUND):
            curves.setdefault(setting_label(view.run.setting), []).append(
                (curve.steps.tolist(), curve.values.tolist())
            )
    return curve_picture(curves)


def curve_picture(curves: dict[str, Any]) -> Picture:
    """Seeds of a bound by label."""

    def draw() -> "Figure":
        from analysis.figures.curves import curve_chart

        return curve_chart(curves)

    return Picture(CURVES, draw, lambda: band_table(curves))


def probe_picture(report: Report) -> Picture:
    """Variance and bias of a probe's estimators."""
    rows = probe_rows(report)

    def draw() -> "Figure":
        from analysis.figures.probes import probe_chart

        return probe_chart(rows)

    return Picture(PROBE_PICTURE, draw, lambda: probe_values(rows))


def standings_svg(standings: Standings) -> bytes:
    """Mean ranks over benchmarks."""
    with drawing_lock():
        from analysis.figures.standings import standings_chart

        return _svg_of(lambda: standings_chart(standings))


def standing_profile_svg(profiles: StandingProfiles) -> bytes:
    """Shares of seeds and targets over benchmarks, against what is spent over the least."""
    with drawing_lock():
        from analysis.figures.standings import standing_profile_chart

        return _svg_of(lambda: standing_profile_chart(profiles))


def profile_svg(profiles: Profiles) -> bytes:
    """Shares of benchmarks against what is spent over the best one's spend."""
    with drawing_lock():
        from analysis.figures.spending import profile_chart

        return _svg_of(lambda: profile_chart(profiles))


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


def report_titles(report: SuiteReport) -> dict[str, str]:
    """Of a report's pictures, by name; none where there can be none."""
    if find_spec("matplotlib") is None:
        return {}
    return {each.name: each.title for each in report_pictures(report)}


def suite_svg(report: SuiteReport, name: str) -> bytes:
    """Raises NotFound."""
    with drawing_lock():
        from analysis.figures.papers import paper_charts

        for each in paper_charts(report):
            if each.name == name:
                return _svg_of(each.picture)
    raise errors.NotFound(f"The report has no picture {name}.")
