"""One cell's row: its value, what its gradients were measured to be, and what it costs."""

from collections.abc import Callable, Iterable, Sequence
from statistics import median

import numpy as np

from analysis.boards.metrics import logarithmic
from analysis.boards.selection import Choice
from analysis.boards.shapes import Board, Estimate, Method, Row, ScoredRun
from analysis.records.label import declared, label
from analysis.statistics import interval
from analysis.statistics.student import Floats

Scale = Callable[[Floats], Floats]


def row(cell_id: str, choice: Choice, board: Board) -> Row:
    """Without a rank, which takes the other rows."""
    estimator, runs, method = board.estimators[cell_id], choice.scored_runs, board.method
    values = [scored.value for scored in runs if scored.value is not None]
    return Row(
        cell_id=cell_id, label=label(estimator, board.plugins),
        certificate=f"/v1/estimators/{estimator['name']}",
        declared=declared(estimator, board.definition, board.plugins),
        setting=runs[0].setting if runs else {}, grid=choice.grid, near_best=choice.near_best,
        seeds=len(values), diverged=sum(scored.outcome == "diverged" for scored in runs),
        censored=sum(scored.outcome == "censored" for scored in runs),
        value=_estimate(values, method, *((np.log, np.exp) if logarithmic(board.query) else ())),
        ranks=None, group=None, provisional=False, unranked=None,
        variance_ratio=_estimate(measured(runs, "log_ratio"), method, _same, np.exp),
        bias=_estimate(measured(runs, "bias"), method, signed_square, _signed_root),
        cosine=float(np.mean(cosines)) if (cosines := measured(runs, "cosine")) else None,
        measured_at=max((scored.measured_at for scored in runs if scored.measured_at is not None), default=None),
        evaluations=_median(scored.evaluations for scored in runs),
        seconds=_median(scored.seconds for scored in runs),
        environments=sorted({scored.environment for scored in runs}),
    )  # fmt: skip


def measured(scored_runs: list[ScoredRun], name: str) -> list[float]:
    return [scored.gradient[name] for scored in scored_runs if name in scored.gradient]


def signed_square(bias: Floats) -> Floats:
    """What averages without bias over seeds; the signed root, which is what is logged, does not."""
    return bias * np.abs(bias)


def _signed_root(square: Floats) -> Floats:
    return np.sign(square) * np.sqrt(np.abs(square))


def _same(x: Floats) -> Floats:
    return x


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(median(known)) if known else None


def _estimate(
    values: Sequence[float], method: Method, there: Scale = _same, back: Scale = _same
) -> Estimate | None:
    """The interval is taken on another scale and brought back; one seed alone has none."""
    if not values:
        return None
    found = interval(there(np.array(values)), method.level, method.resamples, method.rng_seed)
    mean, low, high = (
        float(end) for end in back(np.array(found if len(values) > 1 else [found.mean] * 3))
    )
    return Estimate(
        mean=mean, low=low if len(values) > 1 else None, high=high if len(values) > 1 else None
    )
