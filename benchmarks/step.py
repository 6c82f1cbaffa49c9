"""Milliseconds per step of one program of several runs, beside the matrix products that the step
makes.

    python -m benchmarks.step [--model demo|table2] [--lanes N ...] [--device cuda]
                              [--output FILE] [--estimators JSON ...]

The floor is every product of the traced step, timed by itself in the same process, in turns with
the step, on tensors of the same shapes and strides.  Times are of the thread, not of the wall, and
on a device those of its clock.  With --output, a JSON with the environment and every round.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import torch
from torch.fx import Node

from benchmarks.rates import ESTIMATORS
from estimators import data, registry
from estimators.devices import HOST, claim_device, work_clock
from estimators.environment import process_environment
from estimators.specs.experiment import Experiment
from estimators.training.train import Member, Trainer

PRODUCTS = {torch.ops.aten.bmm.default, torch.ops.aten.mm.default}
MODELS = {
    "demo": [32, 64, 64, 32],
    "table2": [392, 200, 200, 392],
}


def benchmark_trainer(
    estimator: Mapping[str, Any],
    widths: Sequence[int],
    lanes: int,
    device: torch.device = HOST,
) -> Trainer:
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
    images = images.repeat(1, -(-pixels // images.shape[1]))[:, :pixels].to(device)
    net = registry.build_net(spec.model, {"x": widths[0], "y": widths[-1]})
    runs = [Member(seed, spec.settings[0]) for seed in range(lanes)]
    return Trainer(
        registry.build_estimator(spec.estimator),
        net,
        registry.model_view(spec.model, images),
        runs,
        spec.training,
    )


def random_product(node: Node, device: torch.device) -> Callable[[], torch.Tensor]:
    """The product of a node, on random tensors of its geometry."""
    multiply = node.target
    assert callable(multiply)
    sides = [arg.meta["val"] for arg in node.args if isinstance(arg, Node)]
    a, b = (
        torch.empty_strided(s.shape, s.stride(), dtype=s.dtype, device=device).normal_()
        for s in sides
    )
    return lambda: multiply(a, b)


def clocked_seconds(f: Callable[[], object], repeats: int, device: torch.device) -> float:
    """Of one call: the thread's time, or a device's once it has come to rest."""
    clock = time.thread_time if device == HOST else lambda: work_clock(device)
    start = clock()
    for _ in range(repeats):
        f()
    return (clock() - start) / repeats


def step_rounds(begun: Trainer, rounds: int = 10, repeats: int = 20) -> dict[str, list[float]]:
    """Seconds of a step and of its floor, in rounds by turns."""
    products = [
        random_product(node, begun.device)
        for node in begun.gradients.graph.nodes
        if node.target in PRODUCTS
    ]
    begun.run(begun.at + repeats)
    clocked = partial(clocked_seconds, repeats=repeats, device=begun.device)
    sides: dict[str, list[float]] = {"step": [], "floor": []}
    for _ in range(rounds):
        sides["step"].append(clocked(begun.step))
        sides["floor"].append(sum(map(clocked, products)))
    return sides


def result_line(about: Mapping[str, Any], sides: Mapping[str, list[float]]) -> str:
    """The least of the rounds, and their ratio."""
    step, floor = (min(sides[side]) for side in ("step", "floor"))
    name = f"{json.dumps(about['estimator'])} x{about['lanes']}"
    return f"{name:80s} step {step * 1e3:7.2f} ms  floor {floor * 1e3:7.2f} ms  {step / floor:5.2f}"


def asked_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=MODELS, default="demo")
    parser.add_argument("--lanes", type=int, nargs="+", default=[5])
    parser.add_argument("--device", default=HOST.type)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--estimators", nargs="+", type=json.loads, default=ESTIMATORS)
    return parser.parse_args()


def main() -> None:
    options, results = asked_options(), []
    torch.set_num_threads(1)
    device = claim_device(options.device)
    for estimator, lanes in product(options.estimators, options.lanes):
        about = {"model": options.model, "estimator": estimator, "lanes": lanes}
        begun = benchmark_trainer(estimator, MODELS[options.model], lanes, device)
        sides = step_rounds(begun, options.rounds)
        results.append({**about, **sides})
        print(result_line(about, sides), flush=True)
    if options.output:
        made = process_environment(device.type)
        del made["hostname"]
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(json.dumps({"made": made, "results": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
