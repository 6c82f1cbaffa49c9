"""Encoder variances of published estimators on digits: ours, and those of their papers' formulas.

    python -m benchmarks.log_q [--steps N] [--draws N]

A sigmoid belief net of 64 units, trained by leave-one-out of four draws; one minibatch of 100
images, parameters frozen, the same uniforms on both sides.  ``with log q`` is what the formula's
variance becomes with the derivative of log q(b|x) in the encoder's own parameters, of which the
mean is zero: what published code leaves out, and code that differentiates the whole cost does not
(docs/log-q.md).
"""

import argparse

import torch
from torch import Tensor
from torch.func import vmap

from estimators import data, noise, specs
from estimators.core import Estimator, Memory, Net, Params, estimate_gradient
from estimators.measuring.warming import warm_memory
from estimators.registry import build_estimator, build_net, model_view
from estimators.specs.datasets import Digits
from estimators.specs.models import Bernoulli, SigmoidBeliefNet
from estimators.specs.training import Training
from estimators.training.train import Member, Trainer
from tests.estimators import published

MODEL = SigmoidBeliefNet(layers=(Bernoulli(n=64),))
SIZE, WARM = 100, 100
COLUMNS: dict[str, tuple[str, str, dict[str, int]]] = {
    "leave-one-out 2": ("leave_one_out", "reinforce_loo", {"draws": 2}),
    "leave-one-out 4": ("leave_one_out", "reinforce_loo", {"draws": 4}),
    "ARM": ("arm", "arm", {}),
    "DisARM": ("disarm", "disarm", {}),
    "ARMS-4": ("arms", "arms", {"draws": 4}),
    "ARMS-8": ("arms", "arms", {"draws": 8}),
    "REBAR": ("rebar", "rebar", {}),
    "double CV": ("double_cv", "double_cv", {}),
    "local expectation": ("local_expectation", "local_expectation", {}),
}


def trained(steps: int) -> tuple[Trainer, Member, Training]:
    """A run after some steps at the defaults."""
    training = Training(batch_size=SIZE, steps=max(steps, 1))
    images = data.load_images(Digits()).train
    net = build_net(MODEL, {"x": images.shape[1]})
    run = Member(0, {"learning_rate": 0.01, "momentum": 0.9})
    begun = Trainer(
        build_estimator(specs.ESTIMATORS["reinforce_loo"]()),
        net,
        model_view(MODEL, images),
        [run],
        training,
    )
    begun.run(steps)
    return begun, run, training


def transcription(
    formula: str, params: Params, x: Tensor, memory: Params, with_log_q: bool, u: Tensor
) -> Tensor:
    """[P]: the encoder's gradient, by uniforms [K, B, n]."""

    def example(x: Tensor, u: Tensor) -> Tensor:
        a = x @ params["q0.w"] + params["q0.b"]
        f = published.negative_elbo(params, a, x)
        g = getattr(published, formula)(f, a, u, memory)
        return g + own_score(formula, a, u) if with_log_q else g

    g = vmap(example, (0, 1))(x, u) / len(x)
    return torch.cat([(x.T @ g).flatten(), g.sum(0)])


def own_score(formula: str, a: Tensor, u: Tensor) -> Tensor:
    """The derivative of log q in the logits, at the draws whose cost was differentiated when it was
    still there: one of those of ARM, DisARM and ARMS, which have the mean over all today."""
    if formula == "arms":
        return published.copula_values(a, u)[0] - torch.sigmoid(a)
    walks = {"leave_one_out": len(u), "double_cv": len(u)}.get(formula, 1)
    return (published.values(a, u[:walks]) - torch.sigmoid(a)).mean(0)


def shipped(
    estimator: Estimator, net: Net, params: Params, batch: Params, memory: Memory, u: Tensor
) -> Tensor:
    g = estimate_gradient(estimator, net, params, memory, batch, [u]).params
    return torch.cat([g["q0.w"].flatten(), g["q0.b"]])


def variances(
    column: str, begun: Trainer, run: Member, training: Training, draws: int
) -> list[float]:
    """(ours, the formula's, the formula's with log q): traces over the encoder's parameters."""
    formula, name, settings = COLUMNS[column]
    estimator = build_estimator(specs.ESTIMATORS[name](**settings))
    memory = warm_memory(estimator, begun, 0, run, training, WARM)
    params, _ = begun.of(0)
    rows = noise.frozen_rows(0, SIZE, len(begun.minibatches.data["x"]))
    batch = {k: v[rows] for k, v in begun.minibatches.data.items()}
    uniforms = noise.Uniforms(estimator.noise(begun.net, SIZE), [1], begun.dtype, noise.ESTIMATE)
    sides = [
        lambda u: shipped(estimator, begun.net, params, batch, memory, u),
        lambda u: transcription(formula, params, batch["x"], memory.learned, False, u),
        lambda u: transcription(formula, params, batch["x"], memory.learned, True, u),
    ]
    each = [[], [], []]
    for draw in range(draws):
        (u,) = [values[0] for values in uniforms.at(draw)]
        for found, side in zip(each, sides, strict=True):
            found.append(side(u).double())
    return [torch.stack(found).var(0).sum().item() for found in each]


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.log_q", description=__doc__)
    parser.add_argument("--steps", type=int, default=1000, help="of training")
    parser.add_argument("--draws", type=int, default=200, help="estimates on the minibatch")
    asked = parser.parse_args()
    begun, run, training = trained(asked.steps)
    print(f"{'':18s} {'shipped':>9s} {'published':>9s} {'ratio':>7s} {'with log q':>10s}")
    for column in COLUMNS:
        one, two, three = variances(column, begun, run, training, asked.draws)
        print(f"{column:18s} {one:9.3g} {two:9.3g} {one / two:7.4f} {three:10.3g}", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
