"""Leaderboards.

``boards(session)`` lists the benchmarks that have runs.  ``board(session, benchmark_id, metric=, board=,
budget=, target=, spend=, threshold=)`` computes one; it raises UnknownBenchmark (a LookupError) and
Unanswerable (a ValueError whose ``field`` names the parameter).
"""

from .compute import compute, recompute
from .records import RunRecord, dump, load
from .shapes import Board, Method, Question, Unanswerable, UnknownBenchmark
from .stored import Listed, board, boards, records

__all__ = [
    "Board",
    "Listed",
    "Method",
    "Question",
    "RunRecord",
    "Unanswerable",
    "UnknownBenchmark",
    "board",
    "boards",
    "compute",
    "dump",
    "load",
    "recompute",
    "records",
]
