"""How often sound estimators are called biased, and how often biased ones are, by simulation.

    python -m benchmarks.bias [BOARDS]

prints the tables of docs/statistics.md in a few minutes of one core.  A seed measures a gradient by
DRAWS draws against a reference of REFERENCE draws, as digits benchmarks do; its figure is the
unbiased estimate of the squared distance of the two expectations over the reference's squared
length.  Draws have DIMENSIONS coordinates; the gradient is one unit long, along the first.
"""

import argparse
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr
from scipy.stats import binom

from analysis.statistics.bias import DOUBT, DOUBT_OF_PROOF

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, ...]], NDArray[np.floating]]
Test = Callable[[Floats], Floats]  # signed squares [..., seeds] -> one-sided p values [...]

SEEDS, ROWS, DRAWS, REFERENCE, DIMENSIONS = (5, 10, 20), 27, 100, 50, 6
SHIPPED = 107  # rows of the six digits boards whose estimators declare themselves unbiased
LEVEL = 0.05
BIASES = (0.5, 1.0, 2.0)  # squared, in half the middle 68% of a sound estimator's figures


class World(NamedTuple):
    """What a draw's deviation from its expectation is like, coordinate by coordinate."""

    draw: Draw
    noise: float = 0.3  # of a coordinate of one draw
    reference: float = 0.1
    spread: float = 0.0  # of the logarithm of a seed's noise


def normal(generator: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.floating]:
    return generator.standard_normal(shape, np.float32)


def one_direction(generator: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.floating]:
    """All in one coordinate: the square is as skewed as a square can be."""
    values = np.zeros(shape, np.float32)
    values[..., 0] = generator.standard_normal(shape[:-1], np.float32) * DIMENSIONS**0.5
    return values


def skewed(generator: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.floating]:
    """Log-normal, standardised."""
    values = np.exp(generator.standard_normal(shape, np.float32))
    return np.asarray((values - np.exp(0.5)) / np.sqrt((np.e - 1) * np.e))


def heavy(generator: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.floating]:
    """t with three degrees of freedom, standardised."""
    chi = generator.standard_gamma(1.5, shape, np.float32) * 2
    return np.asarray(generator.standard_normal(shape, np.float32) / np.sqrt(chi))


def bursts(generator: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.floating]:
    """One draw in a hundred is thirty times as far off as the others."""
    rare = generator.random(shape[:-1], np.float32) < 0.01
    scale = np.where(rare, 30, 1)[..., None] / np.sqrt(0.99 + 0.01 * 900)
    return np.asarray(generator.standard_normal(shape, np.float32) * scale.astype(np.float32))


WORLDS = {
    "normal": World(normal),
    "one direction": World(one_direction),
    "log-normal": World(skewed),
    "t3": World(heavy),
    "rare bursts": World(bursts),
    "unequal seeds": World(normal, spread=1.0),
    "noisy reference": World(normal, reference=1.0),
    "skewed reference": World(skewed, reference=1.0),
}


def signed_squares(
    generator: np.random.Generator, world: World, boards: int, shift: float = 0.0
) -> Floats:
    """[boards, rows, seeds], of estimators whose expectation is ``shift`` away from the truth."""
    shape = (ROWS, SEEDS[-1])
    return np.stack([board_squares(generator, world, shape, shift) for _ in range(boards)])


def board_squares(
    generator: np.random.Generator, world: World, shape: tuple[int, int], shift: float
) -> Floats:
    scale = np.exp(world.spread * generator.standard_normal((*shape, 1)))
    mine, mine_square = mean_and_square(
        world.draw(generator, (*shape, DRAWS, DIMENSIONS)), world.noise * scale, shift
    )
    other, other_square = mean_and_square(
        world.draw(generator, (*shape, REFERENCE, DIMENSIONS)), world.reference * scale, 0.0
    )
    apart = mine_square - 2 * (mine * other).sum(-1) + other_square
    return np.asarray(apart / other_square)


def mean_and_square(
    draws: NDArray[np.floating], scale: Floats, shift: float
) -> tuple[Floats, Floats]:
    """[..., draws, dimensions] -> the mean, and its squared length without its own noise."""
    count = draws.shape[-2]
    mean = draws.mean(-2) * scale
    variance = draws.var(-2, ddof=1).sum(-1) * scale[..., 0] ** 2
    mean[..., 0] += 1
    mean[..., 1] += shift
    return mean, (mean**2).sum(-1) - variance / count


def student_p(squares: Floats) -> Floats:
    """Of a one-sided t test that their mean is positive."""
    count = squares.shape[-1]
    t = squares.mean(-1) / (squares.std(-1, ddof=1) / count**0.5)
    return np.asarray(stdtr(count - 1, -t))


def sign_p(squares: Floats) -> Floats:
    """Of a one-sided exact sign test."""
    count = squares.shape[-1]
    return np.asarray(binom.sf((squares > 0).sum(-1) - 1, count, 0.5))


TESTS: dict[str, tuple[Test, float]] = {
    "t, p < 0.001": (student_p, DOUBT),
    "t, p < 0.000001": (student_p, DOUBT_OF_PROOF),
    "t, 5% of all that ships": (student_p, LEVEL / SHIPPED),
    "signs, p < 0.001": (sign_p, DOUBT),
}


def refused_rows(squares: Floats, test: Test, level: float) -> list[NDArray[np.bool_]]:
    """[boards, rows], at each number of seeds."""
    return [test(squares[..., :seeds]) < level for seeds in SEEDS]


def print_false(worlds: dict[str, Floats]) -> None:
    print("| draws | test | sound rows refused, % | boards that refuse one, % |")
    print("| --- | --- | --- | --- |")
    for name, squares in worlds.items():
        for test, (p, level) in TESTS.items():
            refused = refused_rows(squares, p, level)
            rows = " · ".join(f"{100 * one.mean():.2f}" for one in refused)
            boards = " · ".join(f"{100 * one.any(1).mean():.1f}" for one in refused)
            print(f"| {name} | {test} | {rows} | {boards} |", flush=True)


def print_power(generator: np.random.Generator, boards: int, worlds: dict[str, Floats]) -> None:
    print("\n| draws | test | " + " | ".join(f"{bias:g} sd" for bias in BIASES) + " |")
    print("| --- |" + " --- |" * (1 + len(BIASES)))
    for name, world in WORLDS.items():
        low, high = np.quantile(worlds[name], (0.16, 0.84))
        shifts = [float((bias * (high - low) / 2) ** 0.5) for bias in BIASES]
        biased = [signed_squares(generator, world, boards, shift) for shift in shifts]
        for test, (p, level) in TESTS.items():
            cells = [refused_rows(squares, p, level) for squares in biased]
            texts = (" · ".join(f"{100 * one.mean():.0f}" for one in cell) for cell in cells)
            print(f"| {name} | {test} | " + " | ".join(texts) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("boards", type=int, nargs="?", default=1_000)
    boards = parser.parse_args().boards
    generator = np.random.default_rng(0)
    worlds = {name: signed_squares(generator, one, boards) for name, one in WORLDS.items()}
    print_false(worlds)
    print_power(generator, max(boards // 20, 1), worlds)


if __name__ == "__main__":
    main()
