"""Pictures of what the store holds, as SVG.  They raise NotAcceptable where matplotlib is not
installed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from analysis.boards.pareto import pareto
from analysis.boards.shapes import Board
from analysis.papers.shapes import Report
from analysis.records.runs import RunRecord
from service import errors
from service.leaderboards import stored
from service.store import series
from service.store.job_views import RunView
from service.web.live import setting

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BOUND, VARIANCE = "bound/test", "gradient/variance"
DRAWING = Lock()  # matplotlib has one look for all threads


@contextmanager
def drawing() -> Iterator[None]:
    try:
        import matplotlib  # noqa: F401
    except ModuleNotFoundError as error:
        raise errors.NotAcceptable(
            f"Pictures want {error.name}, which is not installed here."
        ) from None
    with DRAWING:
        yield


def svg(make: Callable[[], "Figure"]) -> bytes:
    from analysis.figures import style

    return style.svg(make())


def ranks(board: Board) -> bytes:
    """Ranks and intervals."""
    with drawing():
        from analysis.figures.boards import rank_sets

        return svg(lambda: rank_sets(board))


def of_board(session: Session, benchmark: str, name: str) -> bytes:
    """Raises NotFound, UnknownBenchmark."""
    board = stored.board(session, benchmark)
    runs = stored.records(session, benchmark, (BOUND, VARIANCE, *stored.NAMES))
    with drawing():
        if name not in (makers := _of_board(board, runs)):
            raise errors.NotFound(f"There is no picture {name}; there are {', '.join(makers)}.")
        return svg(makers[name])


def _of_board(board: Board, runs: list[RunRecord]) -> dict[str, Callable[[], Any]]:
    from analysis.figures.boards import variance_against_bias
    from analysis.figures.curves import learning_curves
    from analysis.figures.spending import frontier
    from analysis.pages.site import curves

    return {
        "curves": lambda: learning_curves(curves(board, runs, BOUND)),
        "frontier": lambda: frontier(pareto(board)),
        "bias": lambda: variance_against_bias(board),
        "variance": lambda: learning_curves(
            curves(board, runs, VARIANCE), "variance of the gradient", log=True
        ),
    }


def of_runs(session: Session, runs: Sequence[RunView], metric: str) -> bytes:
    """A metric of a job's runs along training, by setting."""
    found = series.read_series(session, [view.run.id for view in runs], [metric])
    curves: dict[str, list[Any]] = {}
    for view in runs:
        if own := found.get(view.run.id, {}).get(metric):
            curves.setdefault(setting(view), []).append((own.steps.tolist(), own.values.tolist()))
    with drawing():
        from analysis.figures.curves import learning_curves

        return svg(lambda: learning_curves(curves))


def titles(report: Report) -> dict[str, str]:
    """Of a report's pictures, by name; none where there can be none."""
    with suppress(errors.NotAcceptable), drawing():
        from analysis.figures.papers import drawings

        return {each.name: each.title for each in drawings(report)}
    return {}


def of_suite(report: Report, name: str) -> bytes:
    """Raises NotFound."""
    with drawing():
        from analysis.figures.papers import drawings

        for each in drawings(report):
            if each.name == name:
                return svg(each.picture)
    raise errors.NotFound(f"The report has no picture {name}.")
