"""The columns of a registered benchmark's board for people, and the words that explain them."""

from analysis.ledger.shapes import ClaimBoard, ClaimRow
from analysis.records.phrases import cost_text, interval_text, rank_text
from analysis.records.shapes import Interval
from analysis.tables.columns import COST_LEGEND, COST_TITLE, Column

COST = "tuning cost: evaluations of the cost per example, of all tuning runs"
CHANCE = "chance: of being lower on a seed than another row drawn at random"
ORIGIN = "from: shipped with the package, or entered here"
SIZES = "intervals: 95%, of one row and not of a difference"


def claim_columns(board: ClaimBoard) -> list[Column[ClaimRow]]:
    """Those that nobody has a figure for are left out."""
    columns: list[Column[ClaimRow]] = [
        Column("rank", 10, _rank, 0, f"rank: the places left open by {board.claim}"),
        Column("estimator", 9, lambda row: row.label, 18),
        Column("median", 8, lambda row: _size(row.median), 0, f"lower is better; {SIZES}"),
        Column("chance to be lower", 4, lambda row: interval_text(row.chance), 0, CHANCE),
        Column("diverged", 7, lambda row: f"{row.diverged:,} of {row.seeds:,}"),
        Column("rate", 5, _rate, 12, "rate: chosen by tuning"),
        Column("unbiased for", 2, lambda row: (row.unbiased_for or "-").replace("_", " "), 12),
        Column(COST_TITLE, 4, lambda row: cost_text(row.forward, row.backward), 0, COST_LEGEND),
        Column("settings tried", 1, _candidates, 8),
        Column("tuning cost", 1, lambda row: _amount(row.tuning_evaluations), 0, COST),
        Column("interquartile mean", 3, lambda row: _size(row.interquartile_mean)),
        Column("mean", 6, lambda row: _size(row.mean)),
    ]
    if len({row.shipped for row in board.rows}) > 1:
        columns.insert(2, Column("from", 6, _origin, 0, ORIGIN))
    if any(row.device for row in board.rows):
        kinds = f"device: that trained it, where it is not {board.device}"
        columns.insert(2, Column("device", 9, lambda row: row.device or "-", 16, kinds))
    return [one for one in columns if {one.text(row) for row in board.rows} != {"-"}]


def _origin(row: ClaimRow) -> str:
    return "shipped" if row.shipped else "here"


def _rank(row: ClaimRow) -> str:
    return rank_text(row.ranks)


def _size(size: Interval | None) -> str:
    return "lost" if size is None else interval_text(size)


def _rate(row: ClaimRow) -> str:
    rate = row.setting.get("learning_rate")
    if rate is None:
        return "-"
    ends = (f", {row.edge} tried" if row.edge else "") + (
        f", {row.own_edge} of its own" if row.own_edge else ""
    )
    return f"{rate:g}{ends}"


def _candidates(row: ClaimRow) -> str:
    """Of how many settings of its own tuning chose, where there were several."""
    return f"{row.candidates}" if row.candidates > 1 else "-"


def _amount(evaluations: float | None) -> str:
    return "-" if evaluations is None else f"{evaluations:,.4g}"
