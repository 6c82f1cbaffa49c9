"""The columns of a board for people, and the words that explain them."""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from analysis.boards.shapes import Board, Row
from analysis.ledger.shapes import ClaimRow
from analysis.records.phrases import bias_text, cost_text, interval_text, rank_text

R = TypeVar("R", Row, ClaimRow)
COST_TITLE = "evaluations/step"
COST_LEGEND = f"{COST_TITLE}: of the cost, forward + backward"


class Column(NamedTuple, Generic[R]):
    """``worth``: columns of more come first where there is little room.  ``folds``: the width at
    which lines of it may break; 0: never."""

    title: str
    worth: int
    text: Callable[[R], str]
    folds: int = 0
    legend: str = ""


def board_columns(board: Board) -> list[Column[Row]]:
    value = "intervals: 95%, of one row and not of a difference"
    ratio = "variance ratio: of the gradient, over two-draw leave-one-out's"
    rank = "rank: exploratory, the places that the seeds leave open; p: provisional"
    return [
        Column("rank", 10, _rank, 0, rank),
        Column("estimator", 9, lambda row: row.label, 18),
        Column(_value_title(board), 8, lambda row: interval_text(row.value), 0, value),
        Column("variance ratio", 6, lambda row: interval_text(row.variance_ratio), 0, ratio),
        Column(
            "bias",
            7,
            lambda row: bias_text(row.bias),
            12,
            "bias: relative, of the mean gradient; none seen: its interval holds none",
        ),
        Column(
            "unbiased for", 2, _declared, 12, "unbiased for: the costs for which it is, as declared"
        ),
        Column(COST_TITLE, 4, _cost, 0, COST_LEGEND),
        Column("ms/step", 3, _milliseconds),
        Column("seeds", 5, lambda row: _seeds(row, board), 8),
        Column("rate", 1, _rate, 0, "rate: chosen on validation, of so many"),
    ]


def _value_title(board: Board) -> str:
    if board.query.axis == "reach":
        return board.query.spend
    return board.query.metric.removeprefix("bound/") + (
        ", nats" if board.unit.startswith("nats") else ""
    )


def _rank(row: Row) -> str:
    if row.ranks is None:
        return "-"
    return rank_text(row.ranks) + (" p" if row.provisional else "")


def _declared(row: Row) -> str:
    return row.declared.unbiased_for.replace("_", " ") if row.declared else "-"


def _cost(row: Row) -> str:
    return cost_text(row.declared.forward, row.declared.backward) if row.declared else "-"


def _milliseconds(row: Row) -> str:
    return f"{1e3 * row.seconds:.3g}" if row.seconds is not None else "-"


def _seeds(row: Row, board: Board) -> str:
    whole = board.tried_seeds(row)
    lost = f", {row.diverged}/{whole} diverged" if row.diverged else ""
    late = f", {row.censored}/{whole} never" if row.censored else ""
    return f"{row.seeds}{lost}{late}"


def _rate(row: Row) -> str:
    rate = row.setting.get("learning_rate")
    return "-" if rate is None else f"{rate:g}" + (f" of {row.grid}" if row.grid > 1 else "")
