"""Gradients along a row's trajectory: which probe, what is kept of it, and how it is shown."""

import pytest

from analysis.figures import style
from analysis.figures.trajectories import gradient_chart
from analysis.papers.library import library_rows
from analysis.papers.report import folder_report
from analysis.tables.library_markdown import library_markdown
from analysis.tables.paper_markdown import report_markdown
from analysis.tables.paper_text import report_text
from estimators.commands import suite as command
from estimators.specs import trajectories
from estimators.specs.findings import (
    EstimatorFindings,
    GradientQuantities,
    Quantity,
    Refusal,
    Report,
    WarmUp,
)
from estimators.specs.pieces import Folder
from tests.suites.made import COLUMNS, NAME, some_cells

ROW = "table2-mnist-392-200-200-392"


def row():
    cells = some_cells()
    return [cells["MNIST 392-200-200-392", column] for column in COLUMNS]


def found(spec, column, bias):
    """Of one estimator: figures that are easy to find again; a bias of None drowned in noise."""
    plain = Quantity(value=-0.5, low=-0.75, high=-0.25)
    figures = {name: plain for name in GradientQuantities.model_fields} | {
        "bias": Quantity(value=bias)
    }
    estimator = spec.estimators[COLUMNS.index(column)]
    about = {
        "forward": 1,
        "backward": 1,
        "seconds": plain,
        "parts": {"all": GradientQuantities(**figures)},
    }
    return EstimatorFindings(estimator=estimator, declared=estimator.declares(spec.model), **about)


@pytest.fixture
def results(tmp_path):
    """Two points of a row; of the second, one estimator's bias drowned in noise."""
    folder = Folder(tmp_path / NAME / "digits")
    folder.probes.mkdir(parents=True)
    for at, bias in ((0, 0.1), (600, None)):
        spec = trajectories.trajectory_probe(row(), at)
        some = [found(spec, "ST", 0.2), found(spec, "1/2", bias)]
        report = Report(probe=spec, exact=False, found=tuple(some), refused=())
        trajectories.point_file(folder.probes, row(), at).write_text(report.model_dump_json())
    return tmp_path


def test_a_row_is_probed_on_one_trajectory():
    spec = trajectories.trajectory_probe(row(), 100)
    assert (spec.trainer.name, spec.at, spec.training.learning_rate) == ("reinforce_loo", 100, 0.03)
    assert [one.name for one in spec.estimators] == [
        "nvil",
        "muprop",
        "muprop",
        "straight_through",
        "half",
    ]
    assert trajectories.trajectory_probe(row(), 0).at == 0
    grid = trajectories.table_rows(list(some_cells().values()))
    assert len(grid) >= 7 and all(
        len({(cell.table, cell.row) for cell in one}) == 1 for one in grid
    )


def test_points_are_in_the_report_by_column(results):
    report = folder_report(NAME, "digits", results, "*-st")
    assert [point.at for point in report.trajectories] == [0, 600]
    first = report.trajectories[0]
    assert (first.row, first.trained_by, first.learning_rate) == (
        "MNIST 392-200-200-392",
        "reinforce_loo",
        0.03,
    )
    assert first.found.keys() == {"ST", "1/2"} and first.found["ST"].bias.value == 0.2
    assert folder_report(NAME, "digits", results, "table3-*").trajectories == []
    for shown in (report_text(report), report_markdown(report)):
        assert "-0.50 (-0.75 to -0.25)" in shown and "drowns in noise" in shown and "0.200" in shown


def test_probes_of_another_budget_are_not_points(results):
    folder = Folder(results / NAME / "digits")
    path = trajectories.point_file(folder.probes, row(), 0)
    report = Report.model_validate_json(path.read_text())
    other = report.model_copy(update={"probe": report.probe.model_copy(update={"draws": 3})})
    path.write_text(other.model_dump_json())
    assert [point.at for point in folder_report(NAME, "digits", results).trajectories] == [600]


def test_a_point_counts_until_it_is_measured_again(results):
    """Points of 100 steps, before there was a criterion, give way to settled ones, and say so."""
    folder = Folder(results / NAME / "digits")
    path = trajectories.point_file(folder.probes, row(), 0)
    report = Report.model_validate_json(path.read_text())
    earlier = report.probe.model_copy(update={"warm_up": trajectories.EARLIER_WARM_UP})
    report = report.model_copy(update={"probe": earlier})
    (folder.probes / f"{ROW}.0.earlier.json").write_text(report.model_dump_json())
    path.unlink()
    points = folder_report(NAME, "digits", results).trajectories
    assert [point.at for point in points] == [0, 600]
    settled = WarmUp(steps=800, settled=True)
    again = tuple(one.model_copy(update={"warm_up": settled}) for one in report.found)
    newer = {"probe": trajectories.trajectory_probe(row(), 0), "found": again}
    path.write_text(report.model_copy(update=newer).model_dump_json())
    first, last = folder_report(NAME, "digits", results).trajectories
    assert first.found["ST"].warm_up == settled and last.found["ST"].warm_up is None
    text = report_markdown(folder_report(NAME, "digits", results))
    assert "| 800 |" in text and "| 100, not looked |" in text


def test_the_report_has_the_encoder(results):
    folder = Folder(results / NAME / "digits")
    path = trajectories.point_file(folder.probes, row(), 600)
    report = Report.model_validate_json(path.read_text())
    first, *others = report.found
    apart = first.parts["all"].model_copy(update={"log_ratio": Quantity(value=-2.0)})
    first = first.model_copy(update={"parts": first.parts | {"encoder": apart}})
    path.write_text(report.model_copy(update={"found": (first, *others)}).model_dump_json())
    last = folder_report(NAME, "digits", results).trajectories[-1]
    assert last.found["ST"].log_ratio.value == -2 and last.found["1/2"].log_ratio.value == -0.5


def test_a_picture_has_both_figures_of_every_estimator(results):
    picture = gradient_chart(folder_report(NAME, "digits", results).trajectories)
    upper, lower = picture.axes
    points = lambda axes: {
        one.get_label(): one.lines[0].get_ydata().tolist() for one in axes.containers
    }
    assert points(upper) == {"ST": [-0.5, -0.5], "1/2": [-0.5, -0.5]}
    assert points(lower) == {"ST": [0.2, 0.2], "1/2": [0.1]}
    assert [tick.get_text() for tick in lower.get_xticklabels()] == ["0", "600"]
    assert style.svg_bytes(gradient_chart([])) and "rate 0.03" in lower.get_xlabel()


def test_what_is_measured_is_kept_and_not_measured_again(tmp_path, monkeypatch, capsys):
    small = lambda row, at, every=False: PROBE(row, at, every).model_copy(
        update=dict(batches=8, examples=5, draws=2, warm_up=0)
    )
    PROBE = trajectories.trajectory_probe
    monkeypatch.setattr(trajectories, "trajectory_probe", small)
    words = ["probe", NAME, "--rows", ROW, "--results", str(tmp_path)]
    assert command.main([*words, "--at", "0"]) == 0
    assert "after 0 steps" in capsys.readouterr().out
    assert command.main([*words, "--at", "0,1"]) == 0
    again = capsys.readouterr().out
    assert f"{ROW}.1." in again and "after 0 steps" not in again
    report = folder_report(NAME, "digits", tmp_path)
    assert [set(point.found) for point in report.trajectories] == [set(COLUMNS)] * 2


def test_every_estimator_of_the_library_stands_beside_the_columns(results):
    folder = Folder(results / NAME / "digits")
    spec = trajectories.trajectory_probe(row(), 100, every=True)
    columns = trajectories.trajectory_probe(row(), 100)
    made = [found(columns, "1/2", 0.1), found(columns, "ST", None)]
    refused = (Refusal(estimator={"name": "vimco"}, reason="of a bound"),)
    report = Report(probe=spec, exact=False, found=tuple(made), refused=refused)
    path = trajectories.point_file(folder.probes, row(), 100, every=True)
    path.write_text(report.model_dump_json())
    assert [point.at for point in folder_report(NAME, "digits", results).trajectories] == [0, 600]
    [only] = library_rows(NAME, "digits", results)
    assert list(only.points) == [100] and only.refusals == {"vimco": "of a bound"}
    page = library_markdown(NAME, "digits", [only])
    half, through = (
        next(line for line in page.splitlines() if line.startswith("| half")),
        "| 1 + 1 |",
    )
    assert through in half and "0.61 [0.47, 0.78]" in half and "10.00%" in half
    assert "1 estimator do" not in page and "`vimco`" in page
