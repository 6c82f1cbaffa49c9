"""Standings follow from the boards: ranks, what they tell apart, and the forms that show them."""

import numpy as np
import pytest
from scipy import stats
from scipy.stats import rankdata

from analysis.figures.standings import standing_profile_chart, standings_chart
from analysis.figures.style import svg_bytes
from analysis.ledger.axes import claim_value
from analysis.ledger.board import ledger_board
from analysis.ledger.rows import confirmation
from analysis.ledger.standing_profiles import standing_profiles
from analysis.ledger.standings import (
    average_ranks,
    claim_standings,
    critical_difference,
    friedman_p,
)
from analysis.pages.standings import standings_page
from analysis.statistics.intervals import stratified_interval
from analysis.statistics.studentised import LEVEL, friedman_tail, range_quantile
from analysis.tables.standings_markdown import standings_markdown
from estimators.specs.protocols import Protocol
from tests.boards.test_axes import curved, reaching, settled
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
    ends = [end for row in rows.values() if (at := row.mean_rank) for end in (at.low, at.high)]
    assert min(ends) == 1 and max(ends) == 3
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


def test_profiles_over_benchmarks_are_of_seeds_and_targets_against_the_least_spend():
    """By hand: one always spends least, one arrives later, one never; the second benchmark has no
    third, and a benchmark without targets counts for nothing."""
    early = [curved("half", 2.0, 3, end=8.5), curved("muprop", 4.0, 3, end=8.5)]
    three = [*early, curved("nvil", 4.0, 3, end=15.0)]
    one, two = reaching(*three), reaching(*early)
    two.protocol["name"] = "other"
    whole = standing_profiles([one, two, ledger(*three)], "steps")
    half, muprop, nvil = whole.profiles
    assert whole.targets == {"small@1": [9.5], "other@1": [9.5]}
    assert [len(row.ran_on) for row in whole.profiles] == [2, 2, 1]
    assert half.score.mean == half.score.low == 1 and {s.mean for s in half.shares} == {1}
    assert nvil.score.mean == 0 and nvil.label == "nvil"
    least, later = (
        np.array([claim_value(run, settled(9.5)) for run in confirmation(entry)]) for entry in early
    )
    scores = 1 - np.log(np.minimum(later / least, 4)) / np.log(4)
    assert muprop.score.mean == pytest.approx(scores.mean()) and 0 < scores.mean() < 1
    assert muprop.score.high - muprop.score.mean == pytest.approx(
        stats.t.ppf(0.975, 38) * (scores.var(ddof=1) / 40) ** 0.5
    )
    shares = [(later <= tau * least).mean() for tau in whole.taus]
    assert [share.mean for share in muprop.shares] == pytest.approx(shares)
    assert svg_bytes(standing_profile_chart(whole)).startswith(b"<?xml")
    assert svg_bytes(standing_profile_chart(standing_profiles([]))).startswith(b"<?xml")


def test_a_mean_over_strata_has_welchs_interval():
    generator = np.random.default_rng(5)
    x, y = generator.normal(0, 1, 20), generator.normal(1, 3, 10)
    wanted = stats.ttest_ind(x, -y, equal_var=False).confidence_interval()
    interval = stratified_interval([x, y])
    assert (interval.low, interval.high) == pytest.approx((wanted.low / 2, wanted.high / 2))
    assert stratified_interval([[1.0, 1.0], [2.0, 2.0]]).low == 1.5
    assert stratified_interval([[1.0, 2.0], [2.0]]).high is None
    with pytest.raises(ValueError, match="wants a value"):
        stratified_interval([[1.0], []])


def test_quantiles_and_tails_are_those_of_scipy():
    """To the digit: shipped standings hold them."""
    for values in (2, 7, 31, 40):
        assert range_quantile(values) == stats.studentized_range.ppf(LEVEL, values, np.inf)
    for ties in (3, 1000):
        values = np.random.default_rng(0).integers(0, ties, (7, 5)).astype(float)
        ranks = average_ranks(values)
        assert friedman_tail(ranks) == stats.friedmanchisquare(*values.T).pvalue
