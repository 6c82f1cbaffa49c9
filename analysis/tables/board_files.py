"""A board as CSV and as Markdown."""

import csv as reader
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analysis.boards.shapes import Board, Row
from analysis.records.shapes import Interval
from analysis.tables.columns import Column, R, board_columns

PLAIN = ("cell_id", "label", "group", "provisional", "unranked", "seeds", "diverged", "censored")
MORE = ("grid", "near_best", "cosine", "measured_at", "evaluations", "seconds")


def board_csv(board: Board) -> str:
    """One line a row, all figures in full."""
    rows = [_flat_row(row) for row in board.rows]
    return csv_text(list(rows[0]) if rows else ["cell_id", "label"], rows)


def csv_text(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Its columns, and a line a row; empty where a row has no such figure."""
    out = io.StringIO()
    writer = reader.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _flat_row(row: Row) -> dict[str, Any]:
    flat = {name: getattr(row, name) for name in PLAIN + MORE}
    flat |= {
        "rank_low": row.ranks[0] if row.ranks else None,
        "rank_high": row.ranks[1] if row.ranks else None,
    }
    for name in ("value", "variance_ratio", "bias"):
        flat |= interval_columns(name, getattr(row, name))
    for name in ("unbiased_for", "forward", "backward"):
        flat[name] = getattr(row.declared, name) if row.declared else None
    return flat | {name: row.setting.get(name) for name in ("learning_rate", "momentum")}


def interval_columns(name: str, value: Interval | None) -> dict[str, float | None]:
    """Its middle under the name itself, and its two ends."""
    return {
        name: value.mean if value else None,
        f"{name}_low": value.low if value else None,
        f"{name}_high": value.high if value else None,
    }


def board_markdown(board: Board) -> str:
    """A table, what its columns mean, and the verdict."""
    return columns_markdown(board_columns(board), board.rows, board.verdict)


def columns_markdown(
    columns: Sequence[Column[R]], rows: Iterable[R], sentences: Iterable[str]
) -> str:
    """The table of some rows, the legend, and what is said below it as a list."""
    lines: list[str] = [
        "| " + " | ".join(column.title for column in columns) + " |",
        "|---" * len(columns) + "|",
    ]
    lines += [
        "| " + " | ".join(_escaped_text(column.text(row)) for column in columns) + " |"
        for row in rows
    ]
    legend = ".  ".join(column.legend for column in columns if column.legend) + "."
    return "\n".join([*lines, "", legend, "", *(f"- {sentence}" for sentence in sentences)]) + "\n"


def _escaped_text(text: str) -> str:
    return text.replace("|", "\\|").replace("_", "\\_")
