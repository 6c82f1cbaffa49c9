"""Why rows have no rank: the reasons, their order, and who is left out for want of common seeds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.boards.ranking import rank_board
from analysis.boards.refusals import isolated_rows
from analysis.boards.rows import (
    DOUBTED,
    contradiction_text,
    declaration_doubt,
    root_mean_square,
)
from analysis.boards.shapes import ExcludedRun
from analysis.records.proved import is_proved
from analysis.statistics.bias import DOUBT, DOUBT_OF_PROOF

from .made import NAMES, made_board, made_table, scored_run

quick = settings(deadline=None, max_examples=60)
ROWS = {row.cell_id: row for row in made_table({name: [1.0] * 5 for name in NAMES}).rows}
BERNOULLI = {"layers": [{"family": "bernoulli"}]}
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


def refusal(name, biases):
    """Of a row of that estimator, measured to be off by so much on each seed."""
    doubt = declaration_doubt(ROWS[name].declared, biases)
    return contradiction_text(doubt, root_mean_square(biases), is_proved(name, BERNOULLI))


def squares_at(t, seeds=20):
    """Relative biases whose signed squares have that t statistic."""
    noise = np.arange(seeds) - (seeds - 1) / 2
    squares = noise + t * noise.std(ddof=1) / seeds**0.5
    return np.sign(squares) * np.sqrt(np.abs(squares)) / 10


@quick
@given(st.lists(st.floats(-0.2, 0.5), min_size=3, max_size=12).filter(lambda x: np.std(x) > 1e-3))
def test_a_declaration_is_doubted_as_a_t_test_doubts_it(biases):
    """One-sided, of the squares with their sign."""
    squares = np.sign(biases) * np.square(biases)
    p = stats.ttest_1samp(squares, 0, alternative="greater").pvalue
    assert declaration_doubt(ROWS["disarm"].declared, biases) == (
        pytest.approx(p, rel=1e-6) if p < DOUBT else None
    )
    assert (refusal("disarm", biases) is not None) == (p < DOUBT)
    assert (refusal("muprop", biases) is not None) == (p < DOUBT_OF_PROOF)
    assert refusal("straight_through", biases) is None  # declares no such thing


def test_a_bias_that_is_sure_and_one_that_is_not():
    sure = [0.3, 0.31, 0.32, 0.3, 0.31]
    assert refusal("disarm", sure) == "declares itself unbiased; its measured relative bias is 0.31"
    assert refusal("disarm", [-bias for bias in sure]) is None
    assert refusal("disarm", sure[:1]) is None
    assert refusal("disarm", [0.3, -0.3, 0.3, -0.3]) is None


@pytest.mark.parametrize(
    ("t", "sampled", "enumerated"), [(3.5, 0, 0), (3.7, 1, 0), (6.5, 1, 0), (6.8, 1, 1)]
)
def test_where_doubt_begins(t, sampled, enumerated):
    """Twenty seeds, nineteen degrees of freedom: one-sided p is 0.001 at t = 3.579, and 1e-6 at
    6.689.  What was proved by enumeration takes the second."""
    biases = squares_at(t)
    assert (refusal("disarm", biases) is not None) == bool(sampled)
    assert (refusal("muprop", biases) is not None) == bool(enumerated)


def test_who_is_proved_unbiased_is_doubted_in_words_and_ranked():
    biases = squares_at(4.0)
    runs = [
        scored_run(name, seed, 1.0 + seed, gradient={"bias": biases[seed]})
        for seed in range(20)
        for name in ("muprop", "disarm")
    ]
    board = made_board(runs, {name: {"name": name} for name in ("muprop", "disarm")})
    rows = {row.label: row for row in board.rows}
    assert rows["muprop"].ranks and not rows["disarm"].ranks
    [sentence] = [one for one in board.verdict if one.startswith(DOUBTED)]
    assert sentence.endswith(f": muprop ({rows['muprop'].bias.mean:.2g}, p = 0.0004).")


@pytest.mark.parametrize(
    ("name", "proved"), [("bbvi", True), ("rodeo", True), ("disarm", False), ("rebar", False)]
)
def test_discrete_values_are_enumerated_and_uniform_numbers_are_not(name, proved):
    assert is_proved(name, BERNOULLI) == proved
    assert not is_proved(name, {"layers": [{"family": "gaussian"}]})


def reasons(**asked):
    """A row is refused, biased and short of seeds at once; then less and less of that."""
    biased = [{"bias": 0.3 + seed / 100} for seed in range(5)]
    specs = {name: {"name": name} for name in ("arm", "nvil", "disarm")}
    scored_runs = [
        *(scored_run("arm", seed, 1.0, gradient=biased[seed]) for seed in range(4)),
        *(scored_run("nvil", seed, 1.0) for seed in range(4)),
        *(scored_run("disarm", seed, 1.0) for seed in range(5)),
    ]
    cells = enumerate(["nvil", "nvil", "arm"])
    gone = [ExcludedRun(run_id=f"x{k}", cell_id=cell, seed=k, reason="y") for k, cell in cells]
    return made_board(scored_runs, specs, gone, **asked)


def test_the_first_reason_is_told():
    found = reasons()
    said = {row.label: row.unranked for row in found.rows}
    assert said["arm"].startswith("declares itself unbiased; its measured relative bias is 0.3")
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


@pytest.mark.parametrize("cell", ["arm", "nvil", "disarm"])
def test_what_may_not_be_ranked_says_that_before_all_else(cell):
    found = rank_board(reasons().model_copy(update={"refused": {cell: "has no certificate"}}))
    row = next(row for row in found.rows if row.cell_id == cell)
    assert (row.unranked, row.ranks) == ("has no certificate", None)
