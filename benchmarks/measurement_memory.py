"""How much memory a measurement of one run takes, beside the program that trains it.

    python -m benchmarks.measurement_memory [--estimators reinforce_loo,muprop] [--draws 1000]

Peaks of resident memory, each in a process of its own (Linux): after two steps of the discrete
VAE of docs/speed.md, one run, minibatches of 100; then after a measured step, with a reference of
as many draws.
"""

import argparse
import multiprocessing
import re
from pathlib import Path

import torch

from estimators.devices import HOST
from estimators.measuring import frozen
from estimators.specs import ESTIMATORS
from estimators.specs.training import Measurement
from estimators.timing.programs import Size, noise_images, timed_trainer

BATCH, NAMES = 100, "reinforce_loo,gumbel_softmax,muprop,rebar"


def peak_memory() -> float:
    """The most that lay in memory of this process, MB."""
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert peak, "not Linux"
    return int(peak[1]) / 1e3


def measured_peaks(name: str, draws: int) -> tuple[float, float]:
    """Before a measured step of an estimator at its defaults, and after it."""
    torch.set_num_threads(1)
    trainer = timed_trainer(ESTIMATORS[name].model_validate({}), Size(1, BATCH), HOST)
    before, (params, memory) = peak_memory(), trainer.of(0)
    spec = Measurement(steps=(2,), draws=draws, reference_draws=draws)
    judge = frozen.step_judge(trainer.net, params, {"x": noise_images(HOST, BATCH)}, 0, spec)
    frozen.step_metrics(judge, trainer.estimator, memory)
    return before, peak_memory()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--estimators", default=NAMES)
    parser.add_argument("--draws", type=int, default=1_000)
    options = parser.parse_args()
    print("| estimator | program, MB | with a measurement, MB | more |\n| --- | --- | --- | --- |")
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for name in options.estimators.split(","):
            before, after = pool.apply(measured_peaks, (name, options.draws))
            print(f"| {name} | {before:.0f} | {after:.0f} | {after - before:.0f} |", flush=True)


if __name__ == "__main__":
    main()
