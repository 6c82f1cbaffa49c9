"""A benchmark's results by version of the code: did a change to the library change what it finds?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import Field

from analysis.boards.compare import paired_seeds, tested, values_of
from analysis.boards.compute import compute
from analysis.boards.shapes import Board, BoardQuery, Estimate, Method, Published, Row, Shape
from analysis.records.runs import RunRecord

Code = tuple[str, str]  # version of the package, hash of the estimator library


class Result(Shape):
    cell_id: str
    label: str
    seeds: int
    value: Estimate | None
    change: Estimate | None = Field(
        description="from the last version that ran this estimator, on common seeds"
    )
    verdict: Literal["better", "worse", "open"] | None = Field(description="of the change, at 5%")


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


def history(
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
        groups[_code(run)].append(run)
    boards = {
        code: compute(runs, benchmark_id, definition, query, method, plugins=plugins)
        for code, runs in groups.items()
    }
    versions, before = [], dict[str, dict[int, float]]()
    for (version, code), board in boards.items():
        runs = groups[version, code]
        results = [_result(board, row, before) for row in board.rows]
        before |= {row.cell_id: values_of(board, row) for row in board.rows}
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


def _code(run: RunRecord) -> Code:
    return run.environment.get("version", "unknown"), run.environment.get("code", "unknown")


def _result(board: Board, row: Row, before: dict[str, dict[int, float]]) -> Result:
    seeds = paired_seeds(values_of(board, row), before.get(row.cell_id, {}))
    found = tested(board, seeds)
    said: dict[Any, Literal["better", "worse", "open"]] = {
        "a": "better",
        "b": "worse",
        None: "open",
    }
    return Result(
        cell_id=row.cell_id, label=row.label, seeds=row.seeds, value=row.value, change=found["difference"],
        verdict=said[found["better"]] if found["difference"] else None,
    )  # fmt: skip
