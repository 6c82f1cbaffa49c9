"""How often boards at equal seconds claim what is false, where seeds share clocks: by simulation.

    python -m benchmarks.clocks [BOARDS]

prints the table of docs/statistics.md in seconds.  All estimators are equal: a value is a seed's
noise and its program's, which all seeds of one program of one estimator share.  "at every clock
seen": a seed counts as won where no clock of either estimator would turn it.
"""

import argparse
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.wins import better_pairs, paired_wins

Floats = NDArray[np.float64]
SEEDS, ESTIMATORS, SPREADS = 20, (2, 7, 27), (0.0, 0.5, 1.0, 2.0)
Claims = Callable[[Floats, Floats, list[int]], NDArray[np.bool_]]


def by_seeds(noise: Floats, clocks: Floats, units: list[int]) -> NDArray[np.bool_]:
    """Of noise [seeds, estimators] and clocks [programs, estimators]."""
    return better_pairs(paired_wins(noise + clocks[units]), noise.shape[1])


def by_units(noise: Floats, clocks: Floats, units: list[int]) -> NDArray[np.bool_]:
    return better_pairs(paired_wins(noise + clocks[units], units=units), noise.shape[1])


def at_every_clock(noise: Floats, clocks: Floats, units: list[int]) -> NDArray[np.bool_]:
    """i is better than j where it is at its slowest, and j at its fastest."""
    count = noise.shape[1]
    slow, fast = noise + clocks.max(0), noise + clocks.min(0)
    claims = np.zeros((count, count), bool)
    for i in range(count):
        table = fast.copy()
        table[:, i] = slow[:, i]
        claims[i] = better_pairs(paired_wins(table), count)[i]
    return claims


METHODS: dict[str, Claims] = {
    "seeds": by_seeds,
    "at every clock seen": at_every_clock,
    "clocks": by_units,
}
PROGRAMS = {3: tuple(METHODS), SEEDS: ("seeds", "clocks")}


def false_share(
    generator: np.random.Generator, method: Claims, boards: int, size: int, world: tuple[float, int]
) -> float:
    """Of boards that tell two equal estimators apart."""
    spread, programs = world
    units = [seed * programs // SEEDS for seed in range(SEEDS)]
    false = 0
    for _ in range(boards):
        noise = generator.standard_normal((SEEDS, size))
        clocks = generator.standard_normal((programs, size)) * spread
        false += bool(method(noise, clocks, units).any())
    return false / boards


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("boards", type=int, nargs="?", default=1_000)
    boards = parser.parse_args().boards
    print("| clocks | tests count | estimators | " + " | ".join(f"{s:g}" for s in SPREADS) + " |")
    print("| --- | --- | --- |" + " --- |" * len(SPREADS))
    for programs, names in PROGRAMS.items():
        for name in names:
            for size in ESTIMATORS:
                few = boards if size < 27 else boards // 10
                generator = np.random.default_rng(0)
                worlds = [(spread, programs) for spread in SPREADS]
                shares = [
                    false_share(generator, METHODS[name], few, size, world) for world in worlds
                ]
                texts = " | ".join(f"{100 * share:.1f}" for share in shares)
                print(f"| {programs} | {name} | {size} | {texts} |", flush=True)


if __name__ == "__main__":
    main()
