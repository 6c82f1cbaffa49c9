"""How many hidden units an estimator's first steps saturate: why some end where they end.

    python -m benchmarks.saturation [--rate R] [--seeds N] [--estimators NAME ...]

Net and training are those of ``digits-structured-prediction``; one rate for all.  A unit is
saturated for an image when its probability is below 0.01 or above 0.99: its gradient carries the
factor p (1 - p), so that what it does is learned no more.
"""

import argparse
from statistics import fmean

import torch

from estimators.experiment import Program
from estimators.specs import ESTIMATORS
from estimators.specs.protocols import official_protocols
from estimators.training.evaluate import sampled_walks
from estimators.training.train import Member

BENCHMARK = "digits-structured-prediction@1"
LOOKS = (10, 30, 125, 1000)  # steps
NAMES = ["reinforce", "optimal_baseline", "nvil", "muprop", "reinforce_loo", "straight_through"]
EDGE = 0.01  # of a probability
VALIDATION = 1  # the part whose images are looked at


def saturated_shares(program: Program, lane: int) -> list[float]:
    """Of (image, unit) pairs with values drawn hard, layer by layer."""
    trainer = program.trainer
    with torch.no_grad():
        net, (params, _) = trainer.net.sampled, trainer.of(lane)
        at = (params, program.splits[VALIDATION], 0, VALIDATION, 1)
        [chains] = sampled_walks(net.walk, net, *at)
    shares = []
    for layer in zip(*(chain.logits for chain in chains), strict=True):
        p = torch.sigmoid(torch.cat(layer, -2))
        shares.append(((p < EDGE) | (p > 1 - EDGE)).double().mean().item())
    return shares


def shares_on_the_way(name: str, rate: float, seeds: int) -> list[list[float]]:
    """At every look, the mean over seeds layer by layer."""
    protocol = official_protocols()[BENCHMARK]
    spec = protocol.confirmation_experiment(ESTIMATORS[name](), rate)
    members = {lane: Member(*run) for lane, run in enumerate(spec.runs[:seeds])}
    program, rows = Program(spec, members, seeds), []
    for step in LOOKS:
        program.run_to(step)
        layers = zip(*(saturated_shares(program, lane) for lane in members), strict=True)
        rows.append([fmean(layer) for layer in layers])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--rate", type=float, default=0.03)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--estimators", nargs="+", choices=sorted(ESTIMATORS), default=NAMES)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    print("| estimator | " + " | ".join(f"{step:,} steps" for step in LOOKS) + " |")
    print("| --- |" + " --- |" * len(LOOKS))
    for name in asked.estimators:
        rows = shares_on_the_way(name, asked.rate, asked.seeds)
        cells = [", ".join(f"{share:.0%}" for share in shares) for shares in rows]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
