"""How many runs of an experiment train in one program, by what they take, from its spec alone.

On a CPU a run is fastest in company that stays in the cache: on one core, digits' nets want 1.30 ms
a step and run of 8, 1.14 of 16 and 1.47 of 32; nets twenty times as large are best at 4 to 8.  On a
GPU a step of few runs is launches of kernels, so runs are as many as there is memory for; what does
not fit after all is halved.
"""

from itertools import pairwise

from .experiment import WIDTH, Experiment
from .models import Model

FLOAT = 4  # bytes
# Of weights: with gradient, two moments, what an estimator learns, and copies of a step.
COPIES = 8
# Of activations, for the way back.
HELD = 4
# Bytes and runs of a program, by queue.
MOST_BYTES = {"cpu": 16 * 2**20, "gpu": 8 * 2**30}
MOST_LANES = {"cpu": 32, "gpu": 128}
# Programs that runs beyond WIDTH make at least, so that more cores than one have work.
LEAST_PROGRAMS = {"cpu": 2, "gpu": 1}


def weight_count(model: Model, pixels: int) -> int:
    """Weights of a model, roughly: maps between neighbouring layers, upwards and downwards."""
    inside = tuple(getattr(model, "inside", ()))
    layers = [pixels, *(layer.n * int(getattr(layer, "classes", 1)) for layer in model.layers)]
    maps = sum(
        a * b for below, above in pairwise(layers) for a, b in pairwise([below, *inside, above])
    )
    chained = [layer.n for layer in model.layers if getattr(layer, "autoregressive", False)]
    ties = sum(n * n for n in chained)
    return int(2 * maps + ties + 2 * sum(layers))


def run_bytes(model: Model, pixels: int, batch: int) -> int:
    """Memory that training takes for each run, roughly."""
    activations = batch * model.bound * (pixels + sum(layer.n for layer in model.layers))
    return FLOAT * (COPIES * weight_count(model, pixels) + HELD * activations)


def program_width(experiment: Experiment, queue: str = "cpu") -> int:
    """Runs that train in one program, of programs that are as even as can be."""
    runs = len(experiment.runs)
    taken = run_bytes(experiment.model, experiment.dataset.pixels, experiment.training.batch_size)
    most = max(WIDTH, min(MOST_LANES[queue], MOST_BYTES[queue] // taken))
    programs = max(-(-runs // most), LEAST_PROGRAMS[queue] if runs > WIDTH else 1)
    return -(-runs // programs)
