"""Writes the site: boards, pairs, pictures and the runs that they can be verified against."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from analysis.boards import formats
from analysis.boards.certified import refused_of
from analysis.boards.compute import compute
from analysis.boards.pareto import pareto
from analysis.boards.shapes import Board, BoardQuery, Published
from analysis.figures.boards import rank_sets, variance_against_bias
from analysis.figures.curves import Curve, learning_curves, shadows
from analysis.figures.spending import frontier
from analysis.figures.style import svg
from analysis.pages.board import about, board_section, index, link, page, pairs_section
from analysis.records.runs import RunRecord, dump

QUERIES = {
    "steps": BoardQuery(),
    "evals": BoardQuery(axis="evals"),
    "reach": BoardQuery(axis="reach"),
}


class Benchmark(NamedTuple):
    runs: list[RunRecord]
    benchmark_id: str
    definition: dict[str, Any]
    refused: Mapping[str, str] | None = (
        None  # cells without rank; by default what certificates here say
    )
    plugins: Mapping[str, Published] = {}


def publish(folder: Path, benchmarks: Iterable[Benchmark]) -> list[Board]:
    """One folder a benchmark and an index; files of the same names are replaced.  Returns the main
    boards."""
    main = []
    for benchmark in benchmarks:
        place = folder / benchmark.benchmark_id
        place.mkdir(parents=True, exist_ok=True)
        for name, content in _files(benchmark):
            (place / name).write_bytes(content)
        main.append(_board(benchmark, "steps"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(index(main), encoding="utf-8")
    return main


def _board(benchmark: Benchmark, name: str) -> Board:
    runs, benchmark_id, definition, refused, plugins = benchmark
    known = refused_of(runs) if refused is None else refused
    return compute(runs, benchmark_id, definition, QUERIES[name], refused=known, plugins=plugins)


def _files(benchmark: Benchmark) -> Iterator[tuple[str, bytes]]:
    """(name, content) of all that stands in the benchmark's folder."""
    boards = {name: _board(benchmark, name) for name in QUERIES}
    yield "runs.ndjson", "".join(line + "\n" for line in dump(benchmark.runs)).encode()
    shown: dict[str, list[str]] = {}
    for name, board in boards.items():
        yield f"{name}.json", board.model_dump_json(indent=1).encode()
        yield f"{name}.csv", formats.csv(board).encode()
        yield f"{name}.md", formats.markdown(board).encode()
        shown[name] = []
        for picture, content in _pictures(benchmark, name, board):
            shown[name].append(picture)
            yield picture, content
    yield "index.html", page(about(benchmark.definition), _page(benchmark, boards, shown)).encode()


def _pictures(benchmark: Benchmark, name: str, board: Board) -> Iterator[tuple[str, bytes]]:
    yield f"{name}-ranks.svg", svg(rank_sets(board))
    if name == "steps":
        yield "curves.svg", svg(learning_curves(curves(board, benchmark.runs, "bound/test")))
        yield "frontier.svg", svg(frontier(pareto(board)))
    if name == "steps" and any(row.bias for row in board.rows):
        variance = learning_curves(
            curves(board, benchmark.runs, "gradient/variance"), "variance of the gradient", log=True
        )
        yield "bias.svg", svg(variance_against_bias(board))
        yield "variance.svg", svg(variance)
    if name == "steps":
        yield from _beside(board, benchmark.runs)


def _beside(board: Board, runs: list[RunRecord]) -> Iterator[tuple[str, bytes]]:
    """Variance along the training of every estimator beside which others were measured."""
    for row in board.rows:
        given = [
            run.series
            for run in runs
            if (run.cell_id, run.setting) == (row.cell_id, row.setting)
            and any(name.startswith("shadow/") for name in run.series)
        ]
        if given:
            yield f"shadows-{row.cell_id}.svg", svg(shadows(row.label, given))


def curves(board: Board, runs: Iterable[RunRecord], name: str) -> dict[str, list[Curve]]:
    """By label in the board's order: the runs that the board counts, at the chosen settings."""
    counted = {scored.run_id for scored in board.scored_runs}
    given = [run for run in runs if run.run_id in counted and name in run.series]
    found: dict[str, list[Curve]] = {
        row.label: [
            (run.series[name].steps, run.series[name].values)
            for run in given
            if (run.cell_id, run.setting) == (row.cell_id, row.setting)
        ]
        for row in board.rows
    }
    return {label: seeds for label, seeds in found.items() if seeds}


def _page(
    benchmark: Benchmark, boards: dict[str, Board], shown: dict[str, list[str]]
) -> Iterator[str]:
    yield f"<nav>{link('../index.html', 'all benchmarks')}</nav><h1>{benchmark.benchmark_id}</h1>"
    runs = f"{len(benchmark.runs):,} runs: {link('runs.ndjson', 'runs.ndjson')}"
    yield f"<p>{about(benchmark.definition)}.  {runs}.</p>"
    again = "gradarena board verify steps.json runs.ndjson"
    yield f'<p class="note">To compute a board again: <code>{again}</code></p>'
    for name, board in boards.items():
        pictures = {picture.removesuffix(".svg"): picture for picture in shown[name]}
        forms = {kind.upper(): f"{name}.{kind}" for kind in ("json", "csv", "md")}
        yield from board_section(board, name, pictures, forms)
    yield from pairs_section(boards["steps"])
