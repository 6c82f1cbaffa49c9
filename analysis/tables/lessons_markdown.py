"""The page of what shipped results teach, as Markdown: derived, and never written by hand."""

from collections.abc import Sequence
from math import exp
from typing import NamedTuple

from analysis.ledger.lessons import (
    ORDERS,
    Answer,
    PublishedOrder,
    answer_counts,
    gradient_medians,
    order_answer,
)
from analysis.ledger.shapes import ClaimBoard, Ledger
from analysis.records.phrases import bias_text, cost_text, interval_text
from analysis.tables.paper_markdown import grid_lines
from estimators.specs.protocols import Protocol

HEAD = """# What digits teach

Written by `make generate` from the results that ship (`analysis/ledger/shipped/`), and from nothing
else: 8x8 digits, small nets, {steps:,} steps of {batch} images, every estimator at its default
settings with a rate that tuning chose for it.  What holds at this size need not hold at a paper's.
An order of a paper holds where a benchmark's board calls its first estimator better, over all pairs
at once; it is reversed where the second is better, and open where the seeds do not tell them apart.
One estimator against all others, on three axes: [does MuProp hold up in 2026?](muprop-in-2026.md)
"""

TITLES = (
    "ranks", "estimator", "median bound", "chance to be lower", "rate", "variance ratio",
    "relative bias", "evaluations/step",
)  # fmt: skip


class Shipped(NamedTuple):
    """The results of one benchmark."""

    board: ClaimBoard
    ledger: Ledger


def lessons_markdown(results: Sequence[Shipped]) -> str:
    """Of digits benchmarks, in their order."""
    boards = [one.board for one in results]
    about = results[0].ledger.protocol
    head = HEAD.format(steps=about["budgets"]["steps"], batch=about["batch_size"])
    lines = [head, "## Published orders", "", _count_sentence(boards), ""]
    names = [board.benchmark for board in boards]
    lines += grid_lines(
        ("better", "than", "paper", *names), [_order_cells(o, boards) for o in ORDERS]
    )
    for one in results:
        lines += ["", *_benchmark_lines(one)]
    return "\n".join(lines) + "\n"


def _count_sentence(boards: Sequence[ClaimBoard]) -> str:
    counts = answer_counts(boards)
    return (
        f"Over {len(boards)} benchmark{'s' * (len(boards) > 1)}: {counts[Answer.HOLDS]} hold, "
        f"{counts[Answer.REVERSED]} are reversed, {counts[Answer.OPEN]} are open; "
        f"{counts[Answer.ABSENT]} want an estimator that is not ranked there.  In brackets: seeds "
        "on which the first is lower, and the second."
    )


def _order_cells(order: PublishedOrder, boards: Sequence[ClaimBoard]) -> list[str]:
    cells = [order.better, order.worse, order.paper]
    for board in boards:
        answer = order_answer(board, order)
        if answer.answer == Answer.ABSENT:
            cells.append("-")
        else:
            cells.append(f"{answer.answer} ({answer.wins}:{answer.losses})")
    return cells


def _benchmark_lines(one: Shipped) -> list[str]:
    """Its first sentences, and a line an estimator."""
    board = one.board
    ratios = gradient_medians(one.ledger, "log_ratio")
    rows = [
        [
            f"{row.ranks[0]}-{row.ranks[1]}",
            row.label,
            interval_text(row.median),
            interval_text(row.chance),
            f"{row.setting['learning_rate']:g}" + (" (end)" if row.edge else ""),
            f"{exp(ratios[row.label]):.3g}" if row.label in ratios else "-",
            bias_text(row.bias),
            cost_text(row.forward, row.backward),
        ]
        for row in board.rows
    ]
    serve = len(Protocol.model_validate(one.ledger.protocol).entrants())
    so_far = f"{len(board.rows)} estimators are ranked, of {serve} built-in ones that serve."
    said = [f"- {sentence}" for sentence in (so_far, *board.verdict)]
    return [f"## {board.benchmark}", "", *said, "", *grid_lines(TITLES, rows)]
