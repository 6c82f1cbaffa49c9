"""Boards of what was measured of gradients, and of those that are not what they declare."""

import pytest

from .test_boards import board, by_name
from .world import demo, run


@pytest.mark.parametrize("metric", ["gradient/variance", "gradient/log_ratio", "gradient/bias"])
def test_variance_alone_never_ranks(metric):
    found = board(demo(), metric=metric)
    assert all(
        row.ranks is None and row.unranked and "alone never ranks" in row.unranked
        for row in found.rows
    )
    assert found.rows[0].value and found.verdict[0] == "No estimator is ranked."


def test_no_variance_has_no_logarithm():
    records = demo()
    records[0].series["gradient/variance"].values[-1] = 0.0
    found = board(records, metric="gradient/variance")
    assert (
        found.excluded_runs[0].reason
        == "has no positive gradient/variance, whose logarithm is compared"
    )


def test_an_estimator_that_declares_itself_unbiased_and_is_not_has_no_rank():
    """Lower variance and a better bound do not help it."""
    wrong = [run("rebar", seed=s, end=8.0, log_ratio=-2.0, bias=0.7) for s in range(5)]
    found = board(demo() + wrong)
    assert (
        by_name(found)["rebar"].unranked
        == "declares itself unbiased; its measured relative bias is 0.7"
    )
    honest = [run("rebar", seed=s, end=8.0) for s in range(5)]
    assert by_name(board(demo() + honest))["rebar"].ranks == (1, 1)


def test_sound_estimators_are_seldom_called_biased():
    lost = sum(
        row.unranked is not None
        for trial in range(100)
        for row in board(
            [run("nvil", seed=s) for s in range(100 + 5 * trial, 105 + 5 * trial)]
        ).rows
    )
    assert lost <= 2
