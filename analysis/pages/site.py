"""Writes the site: boards, pairs, pictures and the runs that they can be verified against."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from analysis.boards.certified import refused_cells
from analysis.boards.compute import compute_board
from analysis.boards.shapes import Board, BoardQuery
from analysis.figures.boards import rank_chart
from analysis.figures.charts import board_charts
from analysis.figures.curves import shadow_chart
from analysis.figures.style import svg_bytes
from analysis.pages.board import benchmark_line, board_section, index_page, pairs_section
from analysis.pages.html import html_link, html_page, link_row
from analysis.records.labels import Published
from analysis.records.runs import RunRecord, dump_runs
from analysis.tables import board_files

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


def publish_site(folder: Path, benchmarks: Iterable[Benchmark]) -> list[Board]:
    """One folder a benchmark and an index; files of the same names are replaced.  Returns the main
    boards."""
    main = []
    for benchmark in benchmarks:
        board_folder = folder / benchmark.benchmark_id
        board_folder.mkdir(parents=True, exist_ok=True)
        for name, content in _benchmark_files(benchmark):
            (board_folder / name).write_bytes(content)
        main.append(_site_board(benchmark, "steps"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(index_page(main), encoding="utf-8")
    return main


def _site_board(benchmark: Benchmark, name: str) -> Board:
    runs, benchmark_id, definition, refused, plugins = benchmark
    reasons = refused_cells(runs) if refused is None else refused
    return compute_board(
        runs, benchmark_id, definition, QUERIES[name], refused=reasons, plugins=plugins
    )


def _benchmark_files(benchmark: Benchmark) -> Iterator[tuple[str, bytes]]:
    """(name, content) of all that stands in the benchmark's folder."""
    boards = {name: _site_board(benchmark, name) for name in QUERIES}
    yield "runs.ndjson", "".join(line + "\n" for line in dump_runs(benchmark.runs)).encode()
    picture_names: dict[str, list[str]] = {}
    for name, board in boards.items():
        yield f"{name}.json", board.model_dump_json(indent=1).encode()
        yield f"{name}.csv", board_files.board_csv(board).encode()
        yield f"{name}.md", board_files.board_markdown(board).encode()
        picture_names[name] = []
        for picture, content in _board_pictures(benchmark, name, board):
            picture_names[name].append(picture)
            yield picture, content
    yield (
        "index.html",
        html_page(
            benchmark_line(benchmark.definition), _benchmark_page(benchmark, boards, picture_names)
        ).encode(),
    )


def _board_pictures(benchmark: Benchmark, name: str, board: Board) -> Iterator[tuple[str, bytes]]:
    yield f"{name}-ranks.svg", svg_bytes(rank_chart(board))
    for chart_name, chart in board_charts(board).items():
        yield f"{chart_name}.svg", svg_bytes(chart.draw(board, benchmark.runs))
    if name == "steps":
        yield from _shadow_pictures(board, benchmark.runs)


def _shadow_pictures(board: Board, runs: list[RunRecord]) -> Iterator[tuple[str, bytes]]:
    """Variance along the training of every estimator beside which others were measured."""
    for row in board.rows:
        measured_runs = [
            run.series
            for run in runs
            if (run.cell_id, run.setting) == (row.cell_id, row.setting)
            and any(name.startswith("shadow/") for name in run.series)
        ]
        if measured_runs:
            yield f"shadows-{row.cell_id}.svg", svg_bytes(shadow_chart(row.label, measured_runs))


def _benchmark_page(
    benchmark: Benchmark, boards: dict[str, Board], picture_names: dict[str, list[str]]
) -> Iterator[str]:
    yield link_row([html_link("../index.html", "all benchmarks")])
    yield f"<h1>{benchmark.benchmark_id}</h1>"
    runs = f"{len(benchmark.runs):,} runs: {html_link('runs.ndjson', 'runs.ndjson')}"
    yield f"<p>{benchmark_line(benchmark.definition)}.  {runs}.</p>"
    again = "gradarena board verify steps.json runs.ndjson"
    yield f'<p class="note">To compute a board again: <code>{again}</code></p>'
    for name, board in boards.items():
        pictures = {picture.removesuffix(".svg"): picture for picture in picture_names[name]}
        forms = {kind.upper(): f"{name}.{kind}" for kind in ("json", "csv", "md")}
        yield from board_section(board, name, pictures, forms)
    yield from pairs_section(boards["steps"])
