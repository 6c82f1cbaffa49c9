"""How often boards claim what is false, and how often they see what is true, by simulation.

    python -m benchmarks.claims [BOARDS]

prints the tables of docs/statistics.md in a few minutes of one core; each cell holds 5, 10 and 20
seeds.  Boards have 2, 7 and 30 estimators, all pairs are tested, at 5% for the board as a whole.
"""

import argparse
import sys
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from analysis.statistics import holm_adjusted
from analysis.statistics.wins import differences, upper_tail
from benchmarks.noise import WORLDS, Floats, Truth, World

SAYS = "How often boards claim what is false, and how often they see what is true."
SEEDS, ESTIMATORS, GAPS = (5, 10, 20), (2, 7, 30), (1.0, 1.5, 2.0, 3.0)
ALPHA, BATCH = 0.05, 100
Tails = tuple[Floats, Floats]  # one-sided p-values [boards, pairs]: first, second is better


def t_test(gaps: Floats) -> Tails:
    """Paired t on the seeds that both have and neither lost."""
    there = np.isfinite(gaps)
    seeds = np.maximum(there.sum(1), 2)
    mean = np.where(there, gaps, 0).sum(1) / seeds
    spread = np.sqrt((np.where(there, gaps - mean[:, None], 0) ** 2).sum(1) / (seeds - 1))
    t = np.divide(mean, spread / seeds**0.5, out=np.zeros_like(mean), where=spread > 0)
    return stdtr(seeds - 1, t), stdtr(seeds - 1, -t)


def wilcoxon(gaps: Floats) -> Tails:
    """Signed ranks, exact; seeds that are missing or lost by both rank as 0 and decide nothing."""
    gaps = np.nan_to_num(gaps, nan=0.0, posinf=np.inf, neginf=-np.inf)
    ranks = np.abs(gaps).argsort(1).argsort(1) + 1.0
    ranks -= (gaps == 0).sum(1)[:, None]
    below, above = (np.where(side, ranks, 0).sum(1) for side in (gaps < 0, gaps > 0))
    seeds = (gaps != 0).sum(1)
    return tuple(_rank_tails(gaps.shape[1])[seeds, s.astype(int)] for s in (below, above))


@cache
def _rank_tails(most: int) -> Floats:
    """[n, s]: the chance of a rank sum of s or more over n seeds."""
    width = most * (most + 1) // 2 + 1
    table, ways = np.zeros((most + 1, width)), np.eye(1, width)[0]
    for n in range(most + 1):
        if n:
            ways = (ways + np.concatenate([np.zeros(n), ways[:-n]])) / 2
        table[n] = ways[::-1].cumsum()[::-1]
    return table


def shared_wins(gaps: Floats) -> Tails:
    """Sign tests on the seeds that both have."""
    below, above = (gaps < 0).sum(1), (gaps > 0).sum(1)
    return upper_tail(below, below + above), upper_tail(above, below + above)


def declared_wins(gaps: Floats) -> Tails:
    """Sign tests as ``paired_wins``: a missing seed counts against the claim."""
    below, above, absent = (gaps < 0).sum(1), (gaps > 0).sum(1), np.isnan(gaps).sum(1)
    trials = below + above + absent
    return upper_tail(below, trials), upper_tail(above, trials)


def strict_wins(gaps: Floats) -> Tails:
    """The same, but ties count against the claim as well."""
    trials = np.full((len(gaps), gaps.shape[2]), gaps.shape[1])
    return upper_tail((gaps < 0).sum(1), trials), upper_tail((gaps > 0).sum(1), trials)


def holm_pairs(p: Floats) -> NDArray[np.bool_]:
    """Which of [first is better..., second is better...] hold: two-sided, Holm over all pairs."""
    first, second = np.split(p, 2)
    certain = holm_adjusted(np.minimum(2 * np.minimum(first, second), 1)) <= ALPHA
    return np.concatenate([certain & (first < second), certain & (second < first)])


def holm_directions(p: Floats) -> NDArray[np.bool_]:
    """The same, but each direction of each pair is a hypothesis of its own."""
    return holm_adjusted(p) <= ALPHA


class Method(NamedTuple):
    """A test, what adjusts it, and what its claims are about."""

    tails: Callable[[Floats], Tails]
    adjust: Callable[[Floats], NDArray[np.bool_]] = holm_pairs
    truth: Callable[[World], Truth] = lambda world: world.by_wins


METHODS = {
    "paired t": Method(t_test, truth=lambda world: world.by_means),
    "signed ranks": Method(wilcoxon),
    "wins, shared seeds": Method(shared_wins),
    "wins, ties against": Method(strict_wins),
    "wins, by direction": Method(declared_wins, holm_directions),
    "wins": Method(declared_wins),
}


def called_better(method: Method, gaps: Floats, estimators: int) -> NDArray[np.bool_]:
    """[boards, i, j] of gaps [boards, seeds, pairs]."""
    tails = method.tails(gaps)
    first, second = np.triu_indices(estimators, 1)
    claims = np.zeros((len(tails[0]), estimators, estimators), bool)
    for board, p in enumerate(np.concatenate(tails, axis=1)):
        if p.min() * len(p) <= ALPHA:
            certain = method.adjust(p)
            claims[board, first, second] = certain[: len(first)]
            claims[board, second, first] = certain[len(first) :]
    return claims


def board_claims(world: World, names: list[str]) -> dict[str, NDArray[np.bool_]]:
    """[boards, i, j] by method."""
    estimators = world.values.shape[2]
    first, second = np.triu_indices(estimators, 1)
    gaps = differences(world.values[:, :, first], world.values[:, :, second])
    return {name: called_better(METHODS[name], gaps, estimators) for name in names}


def false_claims(noise: str, seeds: int, estimators: int, boards: int) -> dict[str, float]:
    """The share of boards with at least one false claim, by method."""
    generator = np.random.default_rng([seeds, estimators, list(WORLDS).index(noise)])
    wrong = dict.fromkeys(METHODS, 0)
    for start in range(0, boards, BATCH):
        world = WORLDS[noise](generator, (min(BATCH, boards - start), seeds, estimators))
        for name, claims in board_claims(world, list(METHODS)).items():
            wrong[name] += int((claims & ~METHODS[name].truth(world)).any((1, 2)).sum())
    return {name: count / boards for name, count in wrong.items()}


def power(method: str, seeds: int, estimators: int, gap: float, boards: int) -> float:
    """The share of the best one's pairs that are told apart; it is better than all others by
    ``gap`` standard deviations of a paired difference, normal noise."""
    generator = np.random.default_rng([seeds, estimators])
    values = generator.standard_normal((boards, seeds, estimators))
    values[:, :, 0] -= gap * 2**0.5
    none = np.zeros((estimators, estimators), bool)
    claims = board_claims(World(values, none, none), [method])[method]
    return float(claims[:, 0, 1:].mean())


def table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cell(shares: list[float], digits: int) -> str:
    return " · ".join(f"{100 * share:.{digits}f}" for share in shares)


def main(boards: int) -> None:
    names, rows = list(METHODS), []
    for noise in WORLDS:
        for estimators in ESTIMATORS:
            many = boards if estimators < 30 else boards // 2
            shares = [false_claims(noise, seeds, estimators, many) for seeds in SEEDS]
            rows.append([noise, str(estimators)])
            rows[-1] += [cell([share[name] for share in shares], 1) for name in names]
            print(f"{noise}, {estimators} estimators", file=sys.stderr, flush=True)
    print(table(["noise", "estimators", *names], rows), flush=True)
    rows = [
        [method, str(k)]
        + [cell([power(method, n, k, gap, boards // 10) for n in SEEDS], 0) for gap in GAPS]
        for method in ("paired t", "signed ranks", "wins, by direction", "wins")
        for k in ESTIMATORS
    ]
    print("\n" + table(["method", "estimators", *(f"{gap:g} sd" for gap in GAPS)], rows))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.claims", description=SAYS)
    parser.add_argument(
        "boards", nargs="?", type=int, default=4_000, help="a cell; 4,000 if not said"
    )
    main(parser.parse_args().boards)
