"""Pictures of a report: what they show."""

import re
from pathlib import Path

import pytest

from analysis.figures import papers, style
from analysis.papers.pictures import measured_rows
from analysis.papers.report import folder_report
from analysis.tables.paper_markdown import report_markdown
from estimators.specs.pieces import Folder
from tests.cli.conftest import gradarena
from tests.suites.made import COLUMNS, NAME, cell, piece, run

ROW = "table2-mnist-392-200-200-392"


@pytest.fixture
def results(tmp_path):
    """Two columns of a row on digits: two seeds each, one of which ends in no number."""
    folder = Folder(tmp_path / NAME / "digits")
    costs = [((2, 4, 6), (60.0, 58.0, 57.0)), ((2, 4, 6), (64.0, 60.0, None))]
    for column, bound in (("ST", 56.0), ("1/2", 57.0)):
        at = cell(column=column)
        runs = [run(seed, 0.1, test=bound + seed, costs=costs[seed]) for seed in (0, 1)]
        folder.keep(at, piece(runs, at))
    return tmp_path


@pytest.fixture
def report(results):
    return folder_report(NAME, "digits", results)


def drawn(report, comparable):
    return papers.cost_chart(measured_rows(report)["2", "MNIST 392-200-200-392"], comparable)


def test_only_rows_with_measurements_are_drawn(report):
    assert [each.name for each in papers.paper_charts(report)] == [ROW]


def test_a_curve_is_the_mean_and_leaves_gaps(report):
    left, _ = drawn(report, False).axes
    curves = {line.get_label(): line.get_ydata() for line in left.lines}
    assert curves.keys() == {"ST, 0.1", "1/2, 0.1"}
    assert list(curves["ST, 0.1"][:2]) == [62, 59] and curves["ST, 0.1"][2] != curves["ST, 0.1"][2]
    low, high = left.get_ylim()
    assert low < 56.5 and 59 < high
    assert [text.get_text() for text in drawn(report, False).legends[0].get_texts()] == [
        "ST, 0.1",
        "1/2, 0.1",
    ]


def test_published_bounds_are_shown_where_they_are_comparable(report):
    _, right = drawn(report, False).axes
    assert len(right.containers) == 2 and "published" not in right.get_title()
    _, right = drawn(report, True).axes
    bars = [
        line.get_ydata()[0]
        for line in right.lines
        if line.get_marker() == "_" and len(line.get_xdata()) == 1
    ]
    assert {63.2, 57.7, 56.7, 56.1, 57.2} <= set(bars) and "bars: published" in right.get_title()
    assert [text.get_text() for text in right.get_xticklabels()] == list(COLUMNS)


def test_the_command_writes_pictures_and_a_page_that_shows_them(results):
    words = [
        "suite",
        "report",
        NAME,
        "--results",
        results,
        "--format",
        "md",
        "--pictures",
        results / "seen",
    ]
    page = results / "pages" / "digits.md"
    assert gradarena(*words, "--to", page).stdout == ""
    assert f"(../seen/{ROW}.svg)" in page.read_text() and "training costs" in page.read_text()
    (shown,) = {link for link in links(gradarena(*words).stdout) if ROW in link}
    assert Path(shown).resolve() == results / "seen" / f"{ROW}.svg", "printed: from where it is run"
    assert (results / "seen" / f"{ROW}.png").read_bytes()[:4] == b"\x89PNG"
    assert (results / "seen" / f"{ROW}.svg").read_bytes() == style.svg_bytes(
        next(papers.paper_charts(folder_report(NAME, "digits", results))).picture()
    )
    assert "![" not in report_markdown(folder_report(NAME, "digits", results))


def links(page):
    return re.findall(r"!\[.*?\]\((.*?)\)", page)


def test_nothing_measured_at_our_rate_is_no_error(report):
    entries = [
        entry.model_copy(update={"curve": None})
        for entry in measured_rows(report)["2", "MNIST 392-200-200-392"]
    ]
    assert style.svg_bytes(papers.cost_chart(entries, True)) and style.svg_bytes(
        papers.cost_chart([], False)
    )
