"""How often intervals cover, how often equal estimators are told apart, how often different ones
are.

    python -m benchmarks.coverage [REPETITIONS]

prints the tables of docs/statistics.md.  Differences over seeds are normal or log-normal (of this
sigma), with mean 0 and standard deviation 1; nothing in ``analysis.statistics`` was chosen by these
figures.
"""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from math import exp

import numpy as np
from numpy.typing import NDArray

from analysis.statistics import Interval, mean_interval, paired_tests, student_interval

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, ...]], Floats]


def lognormal(sigma: float, generator: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Skewed, as likelihoods of runs that nearly diverged are."""
    mean, variance = exp(sigma**2 / 2), (exp(sigma**2) - 1) * exp(sigma**2)
    return (generator.lognormal(sigma=sigma, size=shape) - mean) / variance**0.5


# seeds of a board that is looked at again and again
LOOKS = ((20,), (10, 20), (5, 10, 15, 20), tuple(range(5, 21)))
NOISE: dict[str, Draw] = {
    "normal": lambda generator, shape: generator.standard_normal(shape),
    "log-normal 0.5": partial(lognormal, 0.5),
    "log-normal 0.75": partial(lognormal, 0.75),
    "log-normal 1": partial(lognormal, 1.0),
}


def covered(
    noise: str, seeds: int, repetitions: int, method: Callable[[Floats], Interval] = mean_interval
) -> float:
    """The share of 95% intervals that hold the mean, which is 0."""
    samples = NOISE[noise](np.random.default_rng(seeds), (repetitions, seeds))
    ends = [method(x) for x in samples]
    return float(np.mean([interval.low <= 0 <= interval.high for interval in ends]))


def claims(noise: str, seeds: int, estimators: int, repetitions: int, gap: float = 0.0) -> Floats:
    """[repetitions]: share of pairs that are told apart.  The first estimator is better than all
    others by ``gap`` standard deviations of a paired difference; with a gap, only its pairs count.
    """
    generator = np.random.default_rng(seeds)
    shares = []
    for _ in range(repetitions):
        shared = generator.standard_normal((seeds, 1))
        values = shared + NOISE[noise](generator, (seeds, estimators)) / 2**0.5
        values[:, 0] -= gap
        pairs = paired_tests(values)
        shares.append((pairs.adjusted <= 0.05)[(pairs.first == 0) | (gap == 0)].mean())
    return np.array(shares)


def looked_again(estimators: int, looks: Sequence[int], boards: int) -> float:
    """The share of boards of equal estimators that tell any pair apart at any look, if seeds are
    added until one is; normal noise."""
    generator = np.random.default_rng([estimators, *looks])
    wrong = 0
    for _ in range(boards):
        values = generator.standard_normal((looks[-1], estimators))
        wrong += any((paired_tests(values[:n]).adjusted <= 0.05).any() for n in looks)
    return wrong / boards


def print_looks(boards: int) -> None:
    print("\n| seeds at each look | 2 estimators | 7 | 20 |\n|---|---|---|---|")
    for looks in LOOKS:
        shares = " | ".join(f"{looked_again(k, looks, boards):.0%}" for k in (2, 7, 20))
        print(f"| {look_words(looks)} | {shares} |", flush=True)


def look_words(looks: Sequence[int]) -> str:
    every = len(looks) > 4 and tuple(looks) == tuple(range(looks[0], looks[-1] + 1))
    return f"every seed from {looks[0]} to {looks[-1]}" if every else ", ".join(map(str, looks))


def main(repetitions: int) -> None:
    print("| seeds | noise | covered | covered by Student's t | false claims, 20 equal | 7 equal |")
    print("|---|---|---|---|---|---|")
    for seeds in (5, 10, 20):
        for noise in NOISE:
            row = [
                covered(noise, seeds, repetitions),
                covered(noise, seeds, repetitions, student_interval),
            ]
            row += [float((claims(noise, seeds, k, repetitions // 2) > 0).mean()) for k in (20, 7)]
            print(
                f"| {seeds} | {noise} | " + " | ".join(f"{share:.1%}" for share in row) + " |",
                flush=True,
            )
    print(
        "\n| estimators | seeds | 1 sd | 1.5 sd | 2 sd | 3 sd | 4 sd "
        "|\n|---|---|---|---|---|---|---|"
    )
    for estimators in (7, 20):
        for seeds in (5, 10, 20):
            shares = [
                claims("normal", seeds, estimators, repetitions // 10, gap).mean()
                for gap in (1, 1.5, 2, 3, 4)
            ]
            print(
                f"| {estimators} | {seeds} | "
                + " | ".join(f"{share:.0%}" for share in shares)
                + " |",
                flush=True,
            )
    print_looks(repetitions // 10)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
