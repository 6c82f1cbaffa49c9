"""Milliseconds per step of one program of several runs, beside the matrix products that the step
makes.

    python -m benchmarks.step [--model demo|table2] [--lanes N] [estimator.json ...]

The floor is every product of the traced step, timed by itself in the same process, in turns with
the step, on tensors of the same shapes and strides.  Times are of the thread, not of the wall.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.fx import Node

from benchmarks.rates import ESTIMATORS
from estimators import data, registry
from estimators.specs.experiment import Experiment
from estimators.training.train import Member, Trainer

PRODUCTS = {torch.ops.aten.bmm.default, torch.ops.aten.mm.default}
MODELS = {
    "demo": [32, 64, 64, 32],
    "table2": [392, 200, 200, 392],
}


def benchmark_trainer(estimator: Mapping[str, Any], widths: Sequence[int], lanes: int) -> Trainer:
    """Runs of seeds 0, 1, ... on pictures of as many pixels as the widths want."""
    layers = [{"family": "bernoulli", "n": n} for n in widths[1:-1]]
    spec = Experiment.model_validate(
        {
            "model": {"name": "structured_prediction", "layers": layers},
            "estimator": estimator,
            "dataset": {"name": "digits"},
            "training": {"learning_rate": 0.001},
        }
    )
    images = data.load_images(spec.dataset).train
    pixels = widths[0] + widths[-1]
    # Only the size matters here.
    images = images.repeat(1, -(-pixels // images.shape[1]))[:, :pixels]
    net = registry.build_net(spec.model, {"x": widths[0], "y": widths[-1]})
    runs = [Member(seed, spec.settings[0]) for seed in range(lanes)]
    return Trainer(
        registry.build_estimator(spec.estimator),
        net,
        registry.model_view(spec.model, images),
        runs,
        spec.training,
    )


def random_product(node: Node) -> Callable[[], torch.Tensor]:
    """The product of a node, on random tensors of its geometry."""
    multiply = node.target
    assert callable(multiply)
    sides = [arg.meta["val"] for arg in node.args if isinstance(arg, Node)]
    a, b = (torch.empty_strided(s.shape, s.stride(), dtype=s.dtype).normal_() for s in sides)
    return lambda: multiply(a, b)


def thread_seconds(f: Callable[[], object], repeats: int) -> float:
    start = time.thread_time()
    for _ in range(repeats):
        f()
    return (time.thread_time() - start) / repeats


def compare_step(begun: Trainer, rounds: int = 10, repeats: int = 20) -> tuple[float, float]:
    """(step, floor) in seconds: the least of some rounds in turns."""
    products = [
        random_product(node) for node in begun.gradients.graph.nodes if node.target in PRODUCTS
    ]
    begun.run(begun.at + repeats)
    steps, floors = [], []
    for _ in range(rounds):
        steps.append(thread_seconds(begun.step, repeats))
        floors.append(sum(thread_seconds(p, repeats) for p in products))
    return min(steps), min(floors)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=MODELS, default="demo")
    parser.add_argument("--lanes", type=int, default=5)
    parser.add_argument("estimators", nargs="*", type=json.loads, default=ESTIMATORS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    for estimator in options.estimators or ESTIMATORS:
        step, floor = compare_step(
            benchmark_trainer(estimator, MODELS[options.model], options.lanes)
        )
        name = json.dumps(estimator)
        print(
            f"{name:75s} step {step * 1e3:6.2f} ms"
            f"  floor {floor * 1e3:6.2f} ms  {step / floor:5.2f}"
        )


if __name__ == "__main__":
    main()
