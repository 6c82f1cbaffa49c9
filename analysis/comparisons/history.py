"""A benchmark's results by version of the code: did a change to the library change what it
finds?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import Field

from analysis.boards.compute import compute_board
from analysis.boards.shapes import Board, BoardQuery, Method, Row
from analysis.comparisons.compare import paired_seeds, paired_test, seed_values
from analysis.records.labels import Published
from analysis.records.runs import RunRecord
from analysis.records.shapes import Interval, Shape
from analysis.statistics import holm_adjusted

Code = tuple[str, str]  # version of the package, hash of the estimator library


class Result(Shape):
    cell_id: str
    label: str
    seeds: int
    value: Interval | None
    change: Interval | None = Field(
        description="from the last version that ran this estimator, on common seeds"
    )
    p: float | None = Field(description="of the change, by Holm over the version's estimators")
    verdict: Literal["better", "worse", "open"] | None = Field(
        description="of the change, at 5% for all estimators of the version together"
    )


class Version(Shape):
    version: str
    code: str
    runs: int
    first_run: str
    results: list[Result]


class History(Shape):
    benchmark_id: str
    unit: str
    versions: list[Version] = Field(description="oldest first")


def board_history(
    records: Iterable[RunRecord],
    benchmark_id: str,
    definition: dict[str, Any],
    query: BoardQuery,
    method: Method = Method(),
    plugins: Mapping[str, Published] = {},
) -> History:
    """Runs count under the code that trained them last, those too that repeat an older run."""
    groups: dict[Code, list[RunRecord]] = defaultdict(list)
    for run in sorted(records, key=lambda run: run.run_id):
        groups[_code_version(run)].append(run)
    boards = {
        code: compute_board(runs, benchmark_id, definition, query, method, plugins=plugins)
        for code, runs in groups.items()
    }
    versions, before = [], dict[str, dict[int, float]]()
    for (version, code), board in boards.items():
        runs = groups[version, code]
        results = _version_results(board, before)
        before |= {row.cell_id: seed_values(board, row) for row in board.rows}
        versions.append(
            Version(
                version=version,
                code=code,
                runs=len(runs),
                first_run=runs[0].run_id,
                results=results,
            )
        )
    unit = next(iter(boards.values())).unit if boards else ""
    return History(benchmark_id=benchmark_id, unit=unit, versions=versions)


def _code_version(run: RunRecord) -> Code:
    return run.environment.get("version", "unknown"), run.environment.get("code", "unknown")


def _version_results(board: Board, before: dict[str, dict[int, float]]) -> list[Result]:
    """A row each: of as many unchanged estimators, none gets a verdict in 95% of versions."""
    tests = [
        paired_test(board, paired_seeds(seed_values(board, row), before.get(row.cell_id, {})))
        for row in board.rows
    ]
    tested = [k for k, test in enumerate(tests) if test["p"] is not None]
    adjusted = dict(zip(tested, holm_adjusted([tests[k]["p"] for k in tested]), strict=True))
    level = 1 - board.method.level
    return [
        _version_result(row, test, float(adjusted[k]) if k in adjusted else None, level)
        for k, (row, test) in enumerate(zip(board.rows, tests, strict=True))
    ]


def _version_result(row: Row, test: dict[str, Any], p: float | None, level: float) -> Result:
    said: dict[Any, Literal["better", "worse"]] = {"a": "better", "b": "worse"}
    sure = p is not None and p <= level and test["better"] is not None
    return Result(
        cell_id=row.cell_id,
        label=row.label,
        seeds=row.seeds,
        value=row.value,
        change=test["difference"],
        p=p,
        verdict=(said[test["better"]] if sure else "open") if test["difference"] else None,
    )
