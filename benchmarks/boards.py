"""How long a board of 20 estimators and 50 seeds takes, from runs as plain data.

python -m benchmarks.boards [ESTIMATORS] [SEEDS]
"""

import sys
from time import perf_counter

from analysis.boards.compute import compute_board, recompute_board
from analysis.boards.shapes import BoardQuery
from tests.boards.world import definition, run


def main(estimators: int, seeds: int) -> None:
    records = [
        run("reinforce_loo", {"draws": 2 + e}, seed=s, end=9 + 0.02 * e)
        for e in range(estimators)
        for s in range(seeds)
    ]
    for query in (
        BoardQuery(),
        BoardQuery(axis="evals"),
        BoardQuery(axis="seconds"),
        BoardQuery(axis="reach"),
    ):
        times = []
        for _ in range(7):
            start = perf_counter()
            board = compute_board(records, "b", definition(), query)
            times.append(perf_counter() - start)
        cold, warm = times[0], sorted(times[1:])
        start = perf_counter()
        size = len(board.model_dump_json())
        text = perf_counter() - start
        start = perf_counter()
        recompute_board(board)
        again = perf_counter() - start
        print(
            f"{query.axis:8} first {1e3 * cold:6.1f} ms, then "
            f"{1e3 * warm[len(warm) // 2]:6.1f} ms; "
            f"of that ranking {1e3 * again:6.1f} ms; JSON {size / 1e3:.0f} kB in "
            f"{1e3 * text:.1f} ms"
        )


if __name__ == "__main__":
    sizes = [int(word) for word in sys.argv[1:]]
    main(*(sizes + [20, 50][len(sizes) :]))
