"""Pictures: what they show, that they are the same every time, and that the service does not pay
for them."""

import subprocess
import sys

import numpy as np
import pytest

from analysis.boards.compute import compute_board
from analysis.boards.shapes import Board, BoardQuery
from analysis.comparisons.pareto import cost_frontier
from analysis.comparisons.profiles import performance_profiles
from analysis.figures import style
from analysis.figures.boards import bias_chart, rank_chart
from analysis.figures.charts import CHARTS
from analysis.figures.curves import curve_chart, shadow_chart
from analysis.figures.spending import frontier_chart, profile_chart
from analysis.statistics.bands import band_table, mean_band

from .world import definition, demo, run


@pytest.fixture(scope="module")
def board() -> Board:
    return compute_board([*demo(), run("disarm"), run("disarm", seed=1)], "b", definition())


def curves():
    found = {}
    for record in demo():
        series = record.series["bound/test"]
        found.setdefault(record.estimator["name"], []).append(tuple(series))
    return found


def texts(picture):
    return {text.get_text() for text in picture.findobj(lambda artist: hasattr(artist, "get_text"))}


def test_a_band_is_students_interval_at_each_step():
    steps, mean, low, high = mean_band([([0, 1, 2], [1.0, 2.0, 9.0]), ([0, 2], [3.0, 9.0])])
    assert steps.tolist() == [0, 2] and mean.tolist() == [2, 9]
    assert (high - mean).tolist() == pytest.approx([12.706, 0], abs=0.001)
    assert low.tolist() == (2 * mean - high).tolist()
    assert np.isnan(mean_band([([0], [float("inf")]), ([0], [1.0])])[1])
    assert [part.tolist() for part in mean_band([([5], [1.0])])] == [[5], [1], [1], [1]]


def test_a_band_of_variances_is_geometric():
    _, mean, low, high = mean_band([([0, 1], [1.0, 1.0]), ([0, 1], [4.0, 0.0])], log=True)
    assert mean[0] == pytest.approx(2) and low[0] * high[0] == pytest.approx(4)
    assert np.isnan(mean[1])


def test_a_picture_in_figures_has_a_line_for_each_step():
    found = band_table({"half": [([0, 1], [1.0, 2.0]), ([0, 1], [3.0, 4.0])], "none": []})
    assert found.titles == ["steps", "half"]
    assert found.rows[1] == ["1", "3 [-10, 16]"] and len(found.rows) == 2
    gap = band_table({"a": [([0, 5], [float("nan"), 2.0])], "b": [([5], [1.0])]})
    assert gap.rows == [["5", "2", "1"]]


def test_pictures_of_a_board_say_their_figures_too(board):
    for chart in CHARTS.values():
        values = chart.values(board, demo())
        assert len(values.titles) > 1 and values.rows
        assert {len(row) for row in values.rows} == {len(values.titles)}


def test_ink_is_light_in_the_dark():
    text = style.svg_bytes(curve_chart(curves())).decode()
    assert "prefers-color-scheme:dark" in text and text.count("<style") == 2
    assert text.count('id="curve-') == len(curves()) and "#ffffff" not in text


def test_frontiers_and_profiles_are_drawn(board):
    picture = frontier_chart(cost_frontier(board))
    assert "half" in texts(picture) and "evaluations" in picture.axes[0].get_xlabel()
    reach = compute_board(demo(), "b", definition(), BoardQuery(axis="reach"))
    lines = profile_chart(performance_profiles([reach])).axes[0].lines
    assert {line.get_label() for line in lines} >= {"half (1.00)"}


def test_curves_name_their_axes_and_list_the_best_first():
    one = {"muprop": [([0, 1], [2.0, 1.0])]}
    assert (
        not curve_chart(one).legends
        and len(curve_chart(one | {"half": one["muprop"]}).legends) == 1
    )
    picture = curve_chart(curves())
    [axes] = picture.axes
    assert axes.get_xlabel() == "steps" and "nats per example" in axes.get_ylabel()
    assert [text.get_text() for text in picture.legends[0].get_texts()] == [
        "half",
        "straight_through",
        "muprop",
        "reinforce_loo",
        "nvil",
        "reinforce",
    ]
    assert axes.get_ylim()[0] < 9 < 11 < axes.get_ylim()[1] < 20


@pytest.mark.parametrize("last", [600, 75_000, 200_000, 800_000, 1_600_000])
def test_marks_of_steps_do_not_meet(last):
    """On an axis as narrow as the one of a paper's picture."""
    picture = style.new_figure(7.2, 4.2)
    axes, _ = picture.subplots(1, 2, width_ratios=[4, 1])
    axes.plot([0, last], [1.0, 0.0])
    style.count_axis(axes)
    picture.draw_without_rendering()
    inside = [mark for mark in axes.get_xticklabels() if 0 <= mark.get_position()[0] <= last]
    boxes = [mark.get_window_extent() for mark in inside]
    assert len(boxes) >= 3 and inside[-1].get_text().endswith("0")
    gaps = [right.x0 - left.x1 for left, right in zip(boxes, boxes[1:], strict=False)]
    assert min(gaps) > 4


def test_a_curve_of_two_values_is_drawn_whole():
    [axes] = curve_chart({"muprop": [([0, 100], [20.0, 9.0])]}).axes
    assert axes.get_ylim()[0] < 9 and axes.get_ylim()[1] > 20


def test_shadows_stand_beside_what_trains():
    seeds = [
        {"gradient/variance": ([0, 9], [4.0 + seed, 2.0]), "bound/test": ([0], [1.0])}
        | {f"shadow/{name}/variance": ([0, 9], [1.0, 0.5 + seed]) for name in ("half", "rebar")}
        | {"shadow/half/bias": ([0, 9], [0.1, 0.1])}
        for seed in (0, 1)
    ]
    picture = shadow_chart("nvil", seeds)
    [axes] = picture.axes
    assert axes.get_yscale() == "log" and axes.get_ylabel() == "variance of the gradient"
    names = [text.get_text() for text in picture.legends[0].get_texts()]
    assert names == ["half", "rebar", "nvil, which trains"]
    lines = {line.get_label(): line.get_ydata().tolist() for line in axes.lines}
    assert lines["nvil, which trains"] == pytest.approx([20**0.5, 2])
    bias = shadow_chart("nvil", seeds, "bias")
    assert [line.get_label() for line in bias.axes[0].lines] == ["half"]
    assert bias.axes[0].get_yscale() == "linear"


def test_looks_differ_in_grey_too():
    found = style.line_looks(map(str, range(32)))
    assert (
        len({(look["color"], look["marker"], str(look["linestyle"])) for look in found.values()})
        == 32
    )
    first = list(found.values())[:8]
    assert len({look["marker"] for look in first}) == len({look["color"] for look in first}) == 8


def test_rank_sets_show_every_row(board):
    seen = texts(rank_chart(board))
    assert {row.label for row in board.rows} <= seen and "not ranked" in seen
    left, right = rank_chart(board).axes
    assert len(right.patches) == sum(row.ranks is not None for row in board.rows)
    assert "nats per example" in left.get_xlabel() and "provisional" in right.get_xlabel()


def test_variance_against_bias_shows_what_was_measured(board):
    picture = bias_chart(board)
    [axes] = picture.axes
    assert {row.label for row in board.rows} <= texts(picture)
    where = {c.get_label(): c.lines[0].get_xydata()[0] for c in axes.containers}
    row = next(row for row in board.rows if row.label == "half")
    assert where["half"].tolist() == [row.bias.mean, row.variance_ratio.mean]
    assert min(x for x, _ in where.values()) >= 0 and axes.get_yscale() == "log"


@pytest.mark.parametrize("draw", [rank_chart, bias_chart, lambda board: curve_chart(curves())])
def test_files_are_the_same_every_time(board, draw):
    first, second = style.svg_bytes(draw(board)), style.svg_bytes(draw(board))
    assert first == second and first.startswith(b"<?xml")
    assert style.png_bytes(draw(board))[:4] == b"\x89PNG"


def test_nothing_to_draw_is_no_error():
    empty = compute_board([], "b", definition())
    for picture in (rank_chart(empty), bias_chart(empty), curve_chart({})):
        assert style.svg_bytes(picture)


def test_boards_do_not_load_matplotlib():
    code = (
        "import sys, service.leaderboards.stored; print({'matplotlib', 'scipy', 'torch'} & "
        "set(sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
        == "set()\n"
    )
