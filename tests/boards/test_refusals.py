"""Why rows have no rank: the reasons, their order, and who is left out for want of common seeds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.boards.ranking import rank_board
from analysis.boards.refusals import DOUBT, contradicts_declaration, isolated_rows
from analysis.boards.selection import Choice
from analysis.boards.shapes import ExcludedRun

from .made import NAMES, made_board, made_table, scored_run

quick = settings(deadline=None, max_examples=60)
ROWS = {row.cell_id: row for row in made_table({name: [1.0] * 5 for name in NAMES}).rows}
SEEDS = st.lists(st.frozensets(st.integers(0, 9)), min_size=1, max_size=len(NAMES))


@quick
@given(SEEDS, st.integers(1, 5), st.randoms(use_true_random=False))
def test_those_who_stay_share_enough_and_those_who_go_do_not(sets, least, random):
    seeds = dict(zip(NAMES, map(set, sets), strict=False))
    left = isolated_rows([ROWS[name] for name in seeds], seeds, least)
    kept = seeds.keys() - left.keys()
    assert all(len(seeds[a] & seeds[b]) >= least for a in kept for b in kept if a != b)
    for name, reason in left.items():
        other = reason.removeprefix(f"shares fewer than {least} seeds with ")
        assert other in kept and len(seeds[name] & seeds[other]) < least
    shuffled = random.sample(list(seeds), len(seeds))
    assert isolated_rows([ROWS[name] for name in shuffled], seeds, least) == left


def choice(biases):
    return Choice(
        [scored_run(seed=k, gradient={"bias": bias}) for k, bias in enumerate(biases)], 1, None
    )


@quick
@given(st.lists(st.floats(-0.2, 0.5), min_size=3, max_size=12).filter(lambda x: np.std(x) > 1e-3))
def test_a_declaration_is_doubted_as_a_t_test_doubts_it(biases):
    """One-sided, of the squares with their sign."""
    squares = np.sign(biases) * np.square(biases)
    wanted = stats.ttest_1samp(squares, 0, alternative="greater").pvalue < DOUBT
    assert contradicts_declaration(ROWS["muprop"], choice(biases)) == wanted
    assert not contradicts_declaration(
        ROWS["straight_through"], choice(biases)
    )  # declares no such thing


def test_a_bias_that_is_sure_and_one_that_is_not():
    sure = [0.3, 0.31, 0.32, 0.3, 0.31]
    assert contradicts_declaration(ROWS["muprop"], choice(sure))
    assert not contradicts_declaration(ROWS["muprop"], choice([-bias for bias in sure]))
    assert not contradicts_declaration(ROWS["muprop"], choice(sure[:1]))
    assert not contradicts_declaration(ROWS["muprop"], choice([0.3, -0.3, 0.3, -0.3]))


@pytest.mark.parametrize(("t", "doubted"), [(6.9, False), (7.4, True)])
def test_where_doubt_begins(t, doubted):
    """Five seeds, four degrees of freedom: one-sided p is 0.001 at t = 7.173."""
    noise = np.array([-2.0, -1.0, 0.0, 1.0, 2.0]) / 100
    squares = noise + t * noise.std(ddof=1) / 5**0.5
    biases = np.sign(squares) * np.sqrt(np.abs(squares))
    assert contradicts_declaration(ROWS["muprop"], choice(biases)) == doubted


def reasons(**asked):
    """A row is refused, biased and short of seeds at once; then less and less of that."""
    biased = [{"bias": 0.3 + seed / 100} for seed in range(5)]
    specs = {name: {"name": name} for name in ("muprop", "nvil", "disarm")}
    scored_runs = [
        *(scored_run("muprop", seed, 1.0, gradient=biased[seed]) for seed in range(4)),
        *(scored_run("nvil", seed, 1.0) for seed in range(4)),
        *(scored_run("disarm", seed, 1.0) for seed in range(5)),
    ]
    cells = enumerate(["nvil", "nvil", "muprop"])
    gone = [ExcludedRun(run_id=f"x{k}", cell_id=cell, seed=k, reason="y") for k, cell in cells]
    return made_board(scored_runs, specs, gone, **asked)


def test_the_first_reason_is_told():
    found = reasons()
    said = {row.label: row.unranked for row in found.rows}
    assert said["muprop"].startswith("declares itself unbiased; its measured relative bias is 0.3")
    assert (said["nvil"], said["disarm"]) == ("4 of 5 seeds; 2 runs set aside", None)
    assert {row.unranked for row in reasons(metric="gradient/variance").rows} == {
        "variance alone never ranks"
    }
    assert {row.unranked for row in reasons(metric="gradient/bias").rows} == {
        "bias alone never ranks"
    }
    assert {row.unranked for row in reasons(metric="cost/train").rows} == {
        "cost/train does not rank"
    }


@pytest.mark.parametrize("cell", ["muprop", "nvil", "disarm"])
def test_what_may_not_be_ranked_says_that_before_all_else(cell):
    found = rank_board(reasons().model_copy(update={"refused": {cell: "has no certificate"}}))
    row = next(row for row in found.rows if row.cell_id == cell)
    assert (row.unranked, row.ranks) == ("has no certificate", None)
