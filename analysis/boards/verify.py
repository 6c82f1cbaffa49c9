"""Computes a board again, from its own JSON and from the runs, and says whether all agree."""

from collections.abc import Iterable, Iterator
from math import isclose
from typing import Any

from pydantic import Field

from analysis.boards.compute import compute_board, recompute_board
from analysis.boards.shapes import Board
from analysis.records.runs import RunRecord
from analysis.records.shapes import Shape

CLOSE = 1e-9  # relative: sums in another order


class Verification(Shape):
    agrees: bool
    missing: list[str] = Field(description="runs of the board that were not given")
    left_out: list[str] = Field(
        description="runs that were there when the board was made, of which it says nothing"
    )
    differences: list[str] = Field(description="where the board says something else, and what")


def verify_board(board: Board, records: Iterable[RunRecord]) -> Verification:
    """What the board was made of, made again.  What it says of runs that it set aside is taken as
    said; runs that came later are passed over."""
    counted = {scored.run_id for scored in board.scored_runs}
    every = list(records)
    runs, left_out = [run for run in every if run.run_id in counted], _left_out(board, every)
    missing = sorted(counted - {record.run_id for record in runs})
    differences = list(
        document_differences("", board.model_dump(), recompute_board(board).model_dump())
    )
    if not missing:
        again = compute_board(
            runs, board.benchmark_id, board.definition, board.query, board.method, board.refused
        )
        estimators = board.estimators | again.estimators  # of cells without a counted run too
        arguments = {
            "excluded_runs": board.excluded_runs,
            "estimators": estimators,
            "plugins": board.plugins,
        }
        again = recompute_board(again.model_copy(update=arguments))
        differences += document_differences(
            "",
            board.model_dump(exclude={"environments"}),
            again.model_dump(exclude={"environments"}),
        )
    return Verification(
        agrees=not differences and not missing and not left_out,
        missing=missing,
        left_out=left_out,
        differences=list(dict.fromkeys(differences)),
    )


def _left_out(board: Board, records: list[RunRecord]) -> list[str]:
    """Runs submitted before the board's last one, or with any of its runs."""
    said = {run.run_id for run in board.scored_runs} | {run.run_id for run in board.excluded_runs}
    jobs = {record.job_id for record in records if record.run_id in said}
    last = max(said, default="")
    return sorted(
        record.run_id
        for record in records
        if record.run_id not in said and (record.run_id < last or record.job_id in jobs)
    )


def document_differences(path: str, said: Any, computed: Any) -> Iterator[str]:
    for where, one, other in unequal_parts(path, said, computed):
        yield f"{where or '/'}: the board says {one!r}, the runs {other!r}"


def unequal_parts(path: str, said: Any, computed: Any) -> Iterator[tuple[str, Any, Any]]:
    """Where two JSON documents differ by more than a sum in another order does: path, and what
    stands there in each."""
    if isinstance(said, dict) and isinstance(computed, dict):
        for name in {**said, **computed}:
            yield from unequal_parts(f"{path}/{name}", said.get(name), computed.get(name))
    elif (
        isinstance(said, list | tuple)
        and isinstance(computed, list | tuple)
        and len(said) == len(computed)
    ):
        for number, (a, b) in enumerate(zip(said, computed, strict=True)):
            yield from unequal_parts(f"{path}/{number}", a, b)
    elif not _nearly_equal(said, computed):
        yield path, said, computed


def _nearly_equal(said: Any, computed: Any) -> bool:
    numbers = isinstance(said, float | int) and isinstance(computed, float | int)
    return (
        isclose(said, computed, rel_tol=CLOSE, abs_tol=1e-12) if numbers else bool(said == computed)
    )
