"""Every optimiser, lane by lane: as torch's own, alone or in company, stopped or not."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from estimators.registry import build_estimator, build_net
from estimators.specs import ESTIMATORS
from estimators.specs.experiment import Experiment
from estimators.specs.models import Bernoulli, SigmoidBeliefNet
from estimators.specs.schedules import Cosine, StepList
from estimators.specs.training import SGD, Adam, AdamW, PartRates, RAdam, Training
from estimators.training.train import Member, Trainer
from tests.thoroughness import often

RATES = (3e-3, 5e-3, 1e-3)
OPTIMIZERS = {
    "sgd": (SGD(momentum=0.8, dampening=0.1, weight_decay=0.02), torch.optim.SGD, {
        "momentum": 0.8, "dampening": 0.1, "weight_decay": 0.02}),
    "nesterov": (SGD(momentum=0.8, nesterov=True), torch.optim.SGD, {
        "momentum": 0.8, "nesterov": True}),
    "adam": (Adam(beta1=0.8, eps=1e-4, weight_decay=0.1, amsgrad=True), torch.optim.Adam, {
        "betas": (0.8, 0.999), "eps": 1e-4, "weight_decay": 0.1, "amsgrad": True}),
    "adamw": (AdamW(beta2=0.99, weight_decay=0.5), torch.optim.AdamW, {
        "betas": (0.9, 0.99), "weight_decay": 0.5}),
    "radam": (RAdam(beta1=0.7, weight_decay=0.1, decoupled_weight_decay=True), torch.optim.RAdam, {
        "betas": (0.7, 0.999), "weight_decay": 0.1, "decoupled_weight_decay": True}),
}  # fmt: skip
every_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)
some_optimizers = pytest.mark.parametrize("name", often(OPTIMIZERS, ["nesterov", "radam"]))
RICH = {
    "schedule": StepList(at=[4, 9], factor_each=0.5, warm_up=3),
    "part_rates": PartRates(encoder=0.5, decoder=2, prior=10),
    "clip_norm": 0.7,
}


def trainer(training, lanes=(0, 1, 2), estimator="nvil", state=None, dtype=torch.float32, **own):
    net = build_net(SigmoidBeliefNet(layers=[Bernoulli(n=5), Bernoulli(n=4)]), {"x": 6})
    x = torch.rand(50, 6, generator=torch.Generator().manual_seed(1)) < 0.2
    momentum = getattr(training.optimizer, "momentum", None)
    more = {"momentum": momentum} if momentum is not None else {}
    members = [Member(11 + k, {"learning_rate": RATES[k]} | more | own) for k in lanes]
    estimator = build_estimator(ESTIMATORS[estimator]())
    return Trainer(estimator, net, {"x": x.to(dtype)}, members, training, state)


def rich(name):
    return Training(batch_size=8, optimizer=OPTIMIZERS[name][0], **RICH)


@every_optimizer
def test_a_lane_is_moved_as_torch_moves_it(name):
    """A second model beside it, what is learned in a group without decay."""
    spec, torchs, settings = OPTIMIZERS[name]
    ours = trainer(Training(batch_size=8, optimizer=spec), dtype=torch.float64)
    size = ours.layout.sizes[0]
    model, learned = (part.clone() for part in (ours.rows[1, :size], ours.rows[1, size:]))
    rate = RATES[1] * ours.estimator.tuning_rate
    theirs = torchs(
        [{"params": [model]}, {"params": [learned], "lr": rate, "weight_decay": 0.0}],
        lr=RATES[1], **settings,
    )  # fmt: skip
    for _ in range(12):
        ours.step()
        model.grad, learned.grad = ours.descent.gradients[1].split([size, learned.numel()])
        theirs.step()
    torch.testing.assert_close(ours.rows[1], torch.cat([model, learned]))


@some_optimizers
def test_in_its_lane_a_run_is_bit_equal_in_other_company_and_resumed(name):
    whole, other = trainer(rich(name)), trainer(rich(name), lanes=(2, 1, 0))
    whole.run(20), other.run(7)
    resumed = trainer(rich(name), lanes=(2, 1, 0), state=other.state())
    resumed.run(20)
    assert torch.equal(whole.rows[1], resumed.rows[1])
    want = whole.state()
    assert want.keys() == resumed.state().keys()
    assert all(np.array_equal(v[1], want[k][1]) for k, v in resumed.state().items() if k != "step")


@some_optimizers
def test_lanes_together_are_lanes_alone_in_float64(name):
    together = trainer(rich(name), dtype=torch.float64)
    alone = trainer(rich(name), lanes=(1,), dtype=torch.float64)
    together.run(30), alone.run(30)
    torch.testing.assert_close(together.rows[1:2], alone.rows, rtol=0, atol=1e-8)


def test_lanes_with_and_without_momentum_resume():
    grid = Training(batch_size=8, optimizer=SGD(momentum=(0.0, 0.9)))

    def start(state=None):
        begun = trainer(grid, momentum=0.0)
        for group, momentum in zip(
            begun.descent.optimizer.param_groups, (0.0, 0.9, 0.0) * 2, strict=True
        ):
            group["momentum"] = momentum
        if state:
            begun.load(state)
        return begun

    whole, begun = start(), start()
    whole.run(12), begun.run(5)
    resumed = start(begun.state())
    resumed.run(12)
    assert torch.equal(whole.rows, resumed.rows)


def test_a_part_of_rate_nought_stays_and_the_others_have_theirs():
    plain, parts = (
        trainer(Training(batch_size=8, optimizer=SGD(momentum=0.0), part_rates=rates))
        for rates in (PartRates(), PartRates(encoder=0, decoder=2, prior=0.5))
    )
    start = {k: v.clone() for k, v in plain.of(1)[0].items()}
    plain.step(), parts.step()
    factors = {"q": 0.0, "p": 2.0}
    for k, v in plain.of(1)[0].items():
        factor = 0.5 if k == "p2.b" else factors[k[0]]
        moved = parts.of(1)[0][k] - start[k]
        torch.testing.assert_close(moved, factor * (v - start[k]), rtol=1e-3, atol=1e-7)


def test_a_gradient_is_clipped_lane_by_lane_as_torch_clips():
    training = Training(batch_size=8, optimizer=SGD(momentum=0.0), clip_norm=1.0)
    ours = trainer(training, dtype=torch.float64)
    before, size = ours.rows.clone(), ours.layout.sizes[0]
    ours.step()
    for lane, rate in enumerate(RATES):
        weights = torch.zeros(size, dtype=torch.float64)
        weights.grad = ours.descent.gradients[lane, :size].clone()
        assert torch.nn.utils.clip_grad_norm_([weights], 1.0) > 1.1
        moved = ours.rows[lane, :size] - before[lane, :size]
        torch.testing.assert_close(moved, -rate * weights.grad)
    learned = ours.rows[:, size:] - before[:, size:]
    rates = torch.tensor(RATES).double().unsqueeze(1) * ours.estimator.tuning_rate
    torch.testing.assert_close(learned, -rates * ours.descent.gradients[:, size:])


def test_a_schedule_ends_at_nought_and_nothing_moves():
    ours = trainer(Training(batch_size=8, optimizer=Adam(), schedule=Cosine(over=5)))
    ours.run(5)
    before = ours.rows.clone()
    ours.run(8)
    assert torch.equal(ours.rows, before)


@pytest.mark.parametrize(
    "training, word",
    [
        ({"optimizer": {"name": "sgd", "momentum": 0, "nesterov": True}}, "nesterov wants"),
        ({"optimizer": {"name": "sgd", "momentum": [0.9, 0], "nesterov": True}}, "nesterov wants"),
        ({"optimizer": {"name": "sgd", "dampening": 0.1, "nesterov": True}}, "nesterov wants"),
        ({"optimizer": {"name": "sgd", "weight_decay": -1}}, "greater than or equal to 0"),
        ({"optimizer": {"name": "adam", "eps": 0}}, "greater than 0"),
        ({"optimizer": {"name": "adamw", "weight_decay": 11}}, "less than or equal to 10"),
        ({"optimizer": {"name": "radam", "beta1": 1}}, "less than 1"),
        ({"clip_norm": 0}, "greater than 0"),
        ({"part_rates": {"encoder": -1}}, "greater than or equal to 0"),
        ({"part_rates": {"baseline": 1}}, "Extra inputs"),
    ],
)
def test_settings_out_of_bounds_are_refused(training, word):
    with pytest.raises(ValidationError, match=word):
        Training.model_validate(training)


def test_what_is_at_its_default_is_not_written():
    """So that specs from before these settings keep their digests."""
    about = {"model": {"name": "toy"}, "estimator": {"name": "arm"}, "dataset": {"name": "nothing"}}
    plain = Experiment.model_validate(about)
    named = {"clip_norm": None, "schedule": {"name": "constant"}, "part_rates": {"encoder": 1}}
    same = Experiment.model_validate(about | {"training": named})
    assert (plain.digest, plain.benchmark_id) == ("435f9e503081f943", "896ce9c0a02a4952")
    assert same == plain and same.digest == plain.digest
    other = Experiment.model_validate(about | {"training": {"clip_norm": 5}})
    assert other.benchmark_id != plain.benchmark_id
    assert Experiment.model_validate_json(other.model_dump_json()) == other
