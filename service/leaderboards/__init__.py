"""Leaderboards.

``boards(session)`` lists the benchmarks that have runs; ``board(session, benchmark_id, question, method)``
computes one.  Raises UnknownBenchmark (a LookupError) and Unanswerable (a ValueError with ``field``).
"""

from .compute import compute, recompute
from .records import RunRecord, dump, load
from .shapes import Board, Method, Question, Unanswerable, UnknownBenchmark

__all__ = [
    "Board",
    "Method",
    "Question",
    "RunRecord",
    "Unanswerable",
    "UnknownBenchmark",
    "compute",
    "dump",
    "load",
    "recompute",
]
