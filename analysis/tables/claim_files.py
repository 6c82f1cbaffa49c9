"""The board of a registered benchmark as CSV and as Markdown."""

from typing import Any

from analysis.ledger.shapes import ClaimBoard, ClaimRow
from analysis.tables.board_files import columns_markdown, csv_text, interval_columns
from analysis.tables.claim_columns import claim_columns

PLAIN = (
    "entry_id", "cell_id", "label", "seeds", "diverged", "lost", "unbiased_for", "doubt", "trials",
    "candidates", "tuning_evaluations", "edge", "own_edge", "forward", "backward", "evaluations",
    "seconds", "shipped", "code", "device",
)  # fmt: skip
SIZES = ("median", "interquartile_mean", "mean", "chance", "bias")
UNRANKED = ("entry_id", "label", "shipped", "unranked")


def claim_csv(board: ClaimBoard) -> str:
    """One line a row, all figures in full; then the entries without a rank, with the reason."""
    rows = [_flat_row(row) for row in board.rows]
    others = [
        dict(zip(UNRANKED, (one.entry_id, one.label, one.shipped, one.reason), strict=True))
        for one in board.unranked
    ]
    return csv_text(list(rows[0]) if rows else UNRANKED, [*rows, *others])


def _flat_row(row: ClaimRow) -> dict[str, Any]:
    flat: dict[str, Any] = {name: getattr(row, name) for name in PLAIN}
    flat |= dict(zip(("rank_low", "rank_high"), row.ranks, strict=True))
    for name in SIZES:
        flat |= interval_columns(name, getattr(row, name))
    return flat | {"learning_rate": row.setting.get("learning_rate"), "unranked": None}


def claim_markdown(board: ClaimBoard) -> str:
    """A table, what its columns mean, and the verdict, which names the entries without a rank."""
    return columns_markdown(claim_columns(board), board.rows, board.verdict)
