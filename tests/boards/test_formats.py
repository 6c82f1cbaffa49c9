"""A board as CSV, as Markdown and in a terminal."""

import csv
import io
import subprocess
import sys
from dataclasses import replace

import pytest
from rich.console import Console

from analysis.boards.compute import compute_board
from analysis.boards.shapes import Board, BoardQuery
from analysis.records.phrases import interval_text, name_list, percent_text
from analysis.records.shapes import Interval
from analysis.tables import board_files
from analysis.tables.columns import board_columns
from analysis.tables.terminal import board_table

from .world import cut, definition, demo, run


@pytest.fixture(scope="module")
def board() -> Board:
    """With a diverged seed, a grid, and rows without a rank."""
    records = demo()
    lost = replace(cut(records[0], 1_000, "succeeded", "diverged"), run_id="x", seed=99)
    grid = [run("nvil", seed=seed, rate=0.03, end=12) for seed in range(5)]
    wrong = [run("rebar", seed=seed, end=8, bias=0.7) for seed in range(5)]
    return compute_board([*records, lost, *grid, *wrong, run("disarm")], "b", definition())


def printed(board: Board, width: int) -> list[str]:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(board_table(board, width))
    return console.export_text().splitlines()


def test_figures_end_where_their_interval_says():
    assert interval_text(Interval(mean=9.3141, low=9.2012, high=9.4270)) == "9.31 [9.20, 9.43]"
    assert interval_text(Interval(mean=1234.5, low=1134.5, high=1334.5)) == "1,234 [1,134, 1,334]"
    assert interval_text(Interval(mean=2.0, low=2.0, high=2.0)) == "2 [exactly]"
    assert (
        interval_text(Interval(mean=2.34567, low=None, high=None)) == "2.346"
        and interval_text(None) == "-"
    )
    assert percent_text(Interval(mean=0.1378, low=0.0936, high=0.171)) == "14% [9, 17]"
    assert (
        percent_text(Interval(mean=0.1378, low=None, high=None)) == "13.78%"
        and percent_text(None) == "-"
    )


def test_lists_read_aloud():
    assert [name_list(list(names)) for names in ("a", "ab", "abc")] == [
        "a",
        "a and b",
        "a, b and c",
    ]
    assert name_list(["a, x", "b", "c"]) == "a, x; b; and c"


@pytest.mark.parametrize("width", [120, 80])
def test_the_table_fits_and_keeps_what_matters(board, width):
    lines = printed(board, width)
    assert max(len(line.rstrip()) for line in lines) <= width
    text = " ".join(" ".join(lines).split())
    for part in (
        "half",
        "9.12 [8.98, 9.26]",
        "1-3 p",
        "14% [9, 17]",
        "5, 1/6",
        "diverged",
        "bias: relative",
    ):
        assert part in text
    for sentence in board.verdict:
        assert " ".join(sentence.split()) in text
    assert ("variance ratio" in lines[0]) == (width == 120)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 400])
def test_every_column_is_in_the_table_or_named_below_it(board, width):
    lines = printed(board, width)
    text = " ".join(" ".join(lines).split())
    _, _, after = text.partition("No room here for ")
    said = after.partition(":")[0].replace(" and ", ", ").split(", ") if after else []
    head = lines[0]
    titles = [column.title for column in board_columns(board)]
    assert [title for title in titles if title not in head] == said
    assert bool(said) == (width < 400) and "rank" in head and "estimator" in head


def test_a_seed_that_never_arrives_is_shown():
    never = [run("nvil", seed=seed, end=15) for seed in range(5)]
    found = compute_board(
        [*demo(), *never], "b", definition(), BoardQuery(axis="reach", target=10.0)
    )
    text = " ".join(" ".join(printed(found, 120)).split())
    assert "5, 5/5" in text and "never arrived within the budget" in text


def test_a_reach_board_is_headed_by_what_is_spent():
    found = compute_board(demo(), "b", definition(), BoardQuery(axis="reach", spend="evals"))
    assert printed(found, 120)[0].split()[2] == "evals"


def test_csv_holds_every_figure_in_full(board):
    rows = list(csv.DictReader(io.StringIO(board_files.board_csv(board))))
    assert [row["cell_id"] for row in rows] == [row.cell_id for row in board.rows]
    first = board.rows[0]
    assert (
        float(rows[0]["value"]) == first.value.mean
        and float(rows[0]["value_high"]) == first.value.high
    )
    assert (rows[0]["rank_low"], rows[0]["rank_high"], rows[0]["unranked"]) == ("1", "3", "")
    assert board_files.board_csv(compute_board([], "b", definition())) == "cell_id,label\n"


def test_markdown_is_a_table_with_the_verdict(board):
    text = board_files.board_markdown(board)
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert (
        len(table) == 2 + len(board.rows)
        and len({line.count(" | ") for line in table if "---" not in line}) == 1
    )
    assert "straight\\_through" in text and "0.01 of 2" in text
    assert all(f"- {sentence}" in text for sentence in board.verdict)


def test_what_shows_a_board_loads_no_database_and_no_numpy():
    code = (
        "import sys, analysis.tables.terminal; print({'numpy', 'sqlalchemy', 'scipy'} & "
        "set(sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
        == "set()\n"
    )
