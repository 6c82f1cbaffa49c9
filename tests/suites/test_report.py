"""Reports from a folder, for machines and for people."""

import json
import subprocess
import sys

import pytest

from analysis.papers.report import folder_report
from analysis.papers.results import cell_result
from analysis.papers.shapes import SuiteReport
from analysis.tables.paper_markdown import report_markdown
from analysis.tables.paper_phrases import result_remarks
from analysis.tables.paper_text import report_text
from estimators.specs.pieces import Folder
from estimators.specs.suites import matching_cells
from tests.cli.conftest import gradarena
from tests.patience import HANG
from tests.suites.made import NAME, cell, grid, piece, trained

VALUES = {0.1: ([50, 52], [57, 59]), 0.03: ([53, 53], [55, 56])}
ROW = "table2-mnist-392-200-200-392-*"


@pytest.fixture
def results(tmp_path):
    """Straight-through trained, one half with runs that diverged, the rest not."""
    folder, (st, half) = Folder(tmp_path / NAME / "digits"), (cell(), cell(column="1/2"))
    folder.keep(st, piece(grid(VALUES), st))
    folder.keep(half, piece(grid(VALUES, diverged=[0.1]), half))
    return tmp_path


def test_a_report_for_machines(results):
    found = gradarena("suite", "report", NAME, "--results", results, "--cells", ROW, "--json")
    report = SuiteReport.model_validate_json(found.stdout)
    assert report == folder_report(NAME, "digits", results, ROW) and not report.comparable
    assert "arXiv:1511.05176" in report.source and report.provenance == "read in the paper"
    by_column = {entry.column: entry for entry in report.cells}
    st = by_column["ST"]
    assert (st.published, st.seeds, st.steps) == (56.1, 2, 600) and st.made[0]["code"] == "c0de"
    assert st.measured.paper.learning_rate == 0.03 and st.measured.ours.learning_rate == 0.1
    assert by_column["1/2"].diverged == 2 and by_column["1/2"].measured.ours.edge == "lowest"
    assert by_column["MuProp-C"].reason == "not run yet"


def test_a_report_for_people(results):
    shown = gradarena("suite", "report", NAME, "--results", results, "--cells", ROW).stdout
    (st,) = [line for line in shown.splitlines() if "392, ST" in line]
    assert st.split()[-7:] == ["55.50", "±6.35", "58.00", "±12.71", "0.1↑", "2", "600"]
    assert (
        "2 of 4 runs diverged" in shown and "not run yet" in shown and "their order only" in shown
    )
    assert "open           muprop-near-biased" in shown and "2 × a processor, torch 2" in shown


def test_only_the_papers_own_scale_is_judged(results):
    digits = folder_report(NAME, "digits", results, ROW)
    full = digits.model_copy(update={"comparable": True})
    judged = [result_remarks(e, e.measured.ours, full.comparable) for e in full.cells if e.measured]
    apart, near = "seeds end at 57.0 and 59.0", "2 of 4 runs diverged"
    assert judged == [["open", apart], ["open", near]]
    lines = [line for line in report_text(full).splitlines() if line.endswith(f"open; {apart}")]
    assert len(lines) == 1 and not any(line in report_text(digits) for line in lines)


def test_markdown_has_a_table_for_each_of_the_papers(results):
    told = report_markdown(folder_report(NAME, "digits", results))
    assert told.count("## Table ") == 2 and told.count("\n| MNIST 392-200-200-392, ") == 5
    tables = [block.splitlines() for block in told.split("\n\n") if block.startswith("| ")]
    assert "## Table 3: variational training on MNIST" in told and "48 x 48 is 2304" in told
    assert len(tables) == 5 and all(
        len({line.count("|") for line in table}) == 1 for table in tables
    )


def test_others_measurements_stand_beside_the_rows_that_they_are_of(tmp_path):
    report = folder_report(NAME, "digits", tmp_path, "table3-sbn-200-784-*")
    assert {found.row for found in report.elsewhere} == {"SBN 200-784", None}
    first = report.elsewhere[0]
    assert first.values["MuProp"] == 109.7 and "1611.01144" in first.source
    assert all(found.provenance.startswith("read in the paper") for found in report.elsewhere)
    assert "MuProp 109.7, ST 116" in report_text(report) and "| MuProp 111.7, " in report_markdown(
        report
    )


def test_a_report_of_nothing_is_a_report(tmp_path):
    found = gradarena("suite", "report", NAME, "--results", tmp_path)
    assert found.exit_code == 0 and found.stdout.count("not run yet") == 35
    assert "trained on" not in found.stdout
    nothing = folder_report(NAME, "digits", tmp_path, "no such cell")
    assert (
        nothing.cells == [] == nothing.claims and report_text(nothing) and report_markdown(nothing)
    )


def test_patterns_choose_cells():
    assert [cell.column for cell in matching_cells(NAME, "full", "table3-sbn-200-784-*")] == [
        "LR-C-VN-IDB",
        "MuProp-C",
        "MuProp-C-IDB",
        "ST",
        "1/2",
    ]


def test_an_unknown_suite_is_bad_input():
    found = gradarena("suite", "report", "muprop-2017")
    assert found.exit_code == 2 and "Known: muprop-2016" in found.stderr.replace("\n", " ")


def test_it_wants_no_torch(results):
    code = (
        "import sys, analysis.papers.report, analysis.tables.paper_text; print('torch' in "
        "sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
        == "False\n"
    )


def test_run_trains_and_then_reports(tmp_path):
    words = ["run", NAME, "--cells", "table2-mnist-392-200-200-392-st", "--results", str(tmp_path)]
    command = [
        sys.executable,
        "-m",
        "service.cli",
        "suite",
        *words,
        "--steps",
        "12",
        "--seeds",
        "2",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG)
    assert (
        done.returncode == 0
        and "1/1 table2-mnist-392-200-200-392-st: 4 runs of 12 steps" in done.stdout
    )
    assert "chosen on validation" in done.stdout
    (kept,) = tmp_path.rglob("*.json")
    assert "hostname" not in json.loads(kept.read_text())["made"]


@pytest.mark.parametrize(
    "rate, said", [(0.003, []), (0.01, ["at a rate that the paper's grid does not have"])]
)
def test_a_rate_beyond_the_papers_grid_is_said(rate, said):
    full = cell(scale="full")
    found = cell_result(full, [trained(grid({rate: ([50, 50], [56.0, 56.2])}), full)])
    assert found.grid == [3e-5, 1e-4, 3e-4, 0.001, 0.003]
    assert result_remarks(found, found.measured.ours, True) == ["open", *said]
    assert result_remarks(found, found.measured.ours, False) == []
