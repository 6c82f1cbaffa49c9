"""Standings follow from the boards: ranks, what they tell apart, and the forms that show them."""

import numpy as np
import pytest
from scipy.stats import rankdata

from analysis.figures.standings import standings_chart
from analysis.figures.style import svg_bytes
from analysis.ledger.board import ledger_board
from analysis.ledger.standings import (
    average_ranks,
    claim_standings,
    critical_difference,
    friedman_p,
)
from analysis.pages.standings import standings_page
from analysis.tables.standings_markdown import standings_markdown
from estimators.specs.protocols import Protocol
from tests.boards.test_ledger import NAMES, entry, ledger, noise
from tests.estimators.test_protocols import ABOUT


def board(name, order, extra=()):
    """One on which the estimators come in this order."""
    whole = ledger(*(entry(one, noise(i, i)) for i, one in enumerate([*order, *extra])))
    protocol = Protocol.model_validate(ABOUT | {"name": name})
    return ledger_board(whole.model_copy(update={"protocol": protocol.model_dump(mode="json")}))


def test_ranks_are_averages_of_places():
    values = np.array([[3.0, 1.0, 1.0, np.inf], [1.0, 2.0, 3.0, 4.0]])
    assert average_ranks(values).tolist() == [rankdata(row).tolist() for row in values]


@pytest.mark.parametrize("estimators, q", [(2, 1.960), (5, 2.728), (10, 3.164)])
def test_the_critical_difference_is_the_papers(estimators, q):
    """Table 5 of Demsar, for 14 benchmarks."""
    wanted = q * (estimators * (estimators + 1) / (6 * 14)) ** 0.5
    assert critical_difference(estimators, 14) == pytest.approx(wanted, abs=2e-3)
    assert critical_difference(estimators, 1) is None


def test_mean_ranks_are_over_what_every_benchmark_ranks():
    boards = [board("one", NAMES), board("two", NAMES, ["nvil"]), board("three", NAMES[::-1])]
    found = claim_standings(boards)
    rows = {row.label: row for row in found.estimators}
    assert found.common == 3 and rows["nvil"].mean_rank is None and rows["nvil"].ran_on == 1
    assert rows["muprop"].mean_rank.mean == 2 and rows["reinforce_loo"].mean_rank.mean == 5 / 3
    assert rows["nvil"].ranks == {"two@1": 4.0}
    assert rows["reinforce_loo"].first_on == ["one@1", "two@1"]
    assert found.groups == [["reinforce_loo", "muprop", "half"]]
    assert found.friedman_p == pytest.approx(friedman_p(np.array([[0, 1, 2.0]] * 2 + [[2, 1, 0]])))
    assert any("3 benchmarks are few" in sentence for sentence in found.verdict)


def test_standings_as_page_picture_and_markdown_say_the_same():
    found = claim_standings([board("one", NAMES), board("two", NAMES)])
    page, text = standings_page(found), standings_markdown(found)
    for row in found.estimators:
        assert row.label in page and f"| {row.label} |" in text
    assert svg_bytes(standings_chart(found)).startswith(b"<?xml")
    none = claim_standings([])
    assert none.verdict == ["No benchmark ranks anybody."] and standings_page(none)
    assert svg_bytes(standings_chart(none)) and standings_markdown(none)
