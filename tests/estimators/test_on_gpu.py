"""What only a GPU can show: it trains the run that the CPU trains, by captured steps, and goes on
bit for bit.

    python -m pytest --noconftest -m gpu tests/estimators/test_on_gpu.py

is all that a host wants that has torch, numpy, pydantic and pytest; without a GPU it fails.
"""

import pytest
import torch

from estimators import events, noise
from estimators.devices import HOST, claim_device, prefix_sums
from estimators.events import Done, Metrics, run_experiment
from estimators.experiment import Program
from estimators.registry import build_estimator, build_net
from estimators.specs import ESTIMATORS
from estimators.specs.experiment import Experiment
from estimators.specs.models import Bernoulli, SigmoidBeliefNet
from estimators.specs.pieces import Folder
from estimators.specs.schedules import Cosine
from estimators.specs.suites import table_cells
from estimators.specs.training import SGD, Adam, RAdam, Training
from estimators.training import evaluate, suites
from estimators.training.train import Member, Trainer
from tests.estimators.cases import CLASSES, label
from tests.estimators.test_device import MODELS, experiment

pytestmark = pytest.mark.gpu
NAMES = ("reinforce_loo", "muprop", "rebar", "rodeo", "disarm")
# Rates that are numbers of float32: on a GPU they are.
RUNS = [Member(seed, {"learning_rate": 2.0**-k}) for seed, k in ((1, 10), (2, 8), (3, 10))]
OPTIMIZERS = {"sgd": SGD(), "adam": Adam(amsgrad=True), "radam": RAdam()}
FIRST = [cls(**cls.certified[0]) for cls in CLASSES]
PAIRS = [(spec, name) for spec in FIRST for name in MODELS if not spec.refuses(MODELS[name])]


def trainer(name, device, dtype=torch.float64, state=None, optimizer="adam", drawn=False, **how):
    x = torch.rand(50, 6, generator=torch.Generator().manual_seed(1))
    net = build_net(SigmoidBeliefNet(layers=[Bernoulli(n=5), Bernoulli(n=4)]), {"x": 6})
    training = Training(batch_size=8, optimizer=OPTIMIZERS[optimizer], **how)
    data = {"x": (x if drawn else x < 0.2).to(device, dtype)}
    runs = [Member(run.seed, run.setting | momentum(training)) for run in RUNS]
    return Trainer(build_estimator(ESTIMATORS[name]()), net, data, runs, training, state, drawn)


def momentum(training):
    value = getattr(training.optimizer, "momentum", None)
    return {} if value is None else {"momentum": value}


@pytest.fixture(scope="module")
def card():
    return claim_device("cuda")


@pytest.mark.parametrize("name", NAMES)
def test_a_gpu_trains_the_run_that_the_cpu_trains(card, name):
    """To 1e-8 over 100 steps in float64: the noise has the same bits, sums another order."""
    here, there = trainer(name, HOST), trainer(name, card)
    torch.testing.assert_close(there.run(100).cpu(), here.run(100), rtol=1e-8, atol=1e-8)
    torch.testing.assert_close(there.rows.cpu(), here.rows, rtol=1e-8, atol=1e-8)
    assert there.pace.replay


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_so_it_does_with_every_optimiser_a_schedule_and_drawn_pixels(card, optimizer):
    """To 1e-6, or what RAdam's corrections leave, which torch makes in float32 there: where it
    begins to adapt they are differences of near numbers.  A schedule's rates are float32 too."""
    tolerance = 1e-4 if optimizer == "radam" else 1e-6
    how = {"optimizer": optimizer, "drawn": True, "schedule": Cosine(over=90)}
    here, there = trainer("nvil", HOST, **how), trainer("nvil", card, **how)
    costs = there.run(60).cpu()
    torch.testing.assert_close(costs, here.run(60), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", NAMES)
def test_a_captured_step_is_the_step(card, name):
    captured, plain = (trainer(name, card, torch.float32) for _ in range(2))
    plain.pace.capture = None
    assert torch.equal(captured.run(300), plain.run(300))
    assert torch.equal(captured.rows, plain.rows)
    assert captured.pace.replay and not plain.pace.replay


@pytest.mark.parametrize("name", NAMES)
def test_a_run_goes_on_bit_for_bit_on_a_gpu(card, name):
    whole, first = (trainer(name, card, torch.float32) for _ in range(2))
    whole.run(20)
    first.run(10)
    again = trainer(name, card, torch.float32, first.state())
    again.run(20)
    assert torch.equal(again.rows, whole.rows)


@pytest.mark.parametrize("name", ("nvil", "muprop"))
def test_a_fused_run_is_the_run_and_goes_on_bit_for_bit(card, name):
    """To 1e-8 in float64."""
    plain = trainer(name, card)
    fused, first = (trainer(name, card) for _ in range(2))
    for one in (fused, first):
        one.fuse()
    torch.testing.assert_close(fused.run(40), plain.run(40), rtol=1e-8, atol=1e-8)
    first.run(10)
    again = trainer(name, card, state=first.state())
    again.fuse()
    again.run(40)
    assert torch.equal(again.rows, fused.rows) and fused.pace.replay


@pytest.mark.parametrize("spec, name", PAIRS, ids=label)
def test_every_pair_trains_measures_and_is_evaluated(card, spec, name):
    wanted = experiment(spec, name).model_copy(
        update={"training": Training(steps=8, batch_size=5, checkpoint_every=8)}
    )
    members = {lane: Member(seed, wanted.settings[0]) for lane, seed in enumerate((1, 2))}
    program = Program(wanted, members, 2, device=card)
    segment = program.run_to(8)
    assert set(segment.ended) == {0, 1} and program.trainer.pace.replay
    again = Program(wanted, members, 2, program.state(), device=card)
    torch.testing.assert_close(
        again.trainer.rows, program.trainer.rows, rtol=0, atol=0, equal_nan=True
    )


def test_a_gpu_draws_the_bits_of_the_host(card):
    shapes, seeds = [(3, 100, 20), (1, 7, 3)], [1, 2]
    places = (HOST, card)
    for dtype in (torch.float32, torch.float64):
        sides = [noise.Uniforms(shapes, seeds, dtype, device=where) for where in places]
        host, device = (side.at(12345) for side in sides)
        assert all(torch.equal(u, v.cpu()) for u, v in zip(host, device, strict=True))
    orders = [noise.example_orders(seeds, noise.ROWS, 3, 1000, where) for where in places]
    assert torch.equal(orders[0], orders[1].cpu())


def test_sums_along_an_axis_have_one_order(card):
    x = torch.rand(30, 40, device=card)
    assert torch.equal(x.cumsum(1), prefix_sums(x, 1))


def test_lanes_that_do_not_fit_are_halved(card, monkeypatch):
    """Where a process may have a share of the card's memory only."""
    widths = []

    class Noted(Program):
        def __init__(self, spec, members, width, device):
            widths.append(width)
            super().__init__(spec, members, width, device=device)

    wanted = Experiment(
        model={"name": "discrete_vae", "layers": [{"family": "bernoulli", "n": 200}] * 2},
        estimator={"name": "reinforce_loo", "draws": 16},
        dataset={"name": "digits"},
        training={"steps": 4, "batch_size": 1000, "checkpoint_every": 4},
        evaluation={"samples": 1},
        seeds=range(64),
    )
    monkeypatch.setattr(events, "Program", Noted)
    heard, total = [], torch.cuda.get_device_properties(card).total_memory
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(min(1.0, 3 * 2**30 / total))
    try:
        run_experiment(wanted, heard.append, width=64, device=card)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert widths[:2] == [64, 32] and min(widths) >= 1
    assert {event.run for event in heard if isinstance(event, Done)} == {*range(64)}
    assert {event.run for event in heard if isinstance(event, Metrics)} == {*range(64)}


def test_cells_that_train_abreast_are_those_that_train_alone(card, tmp_path, monkeypatch):
    some = list(table_cells("muprop-2016", "digits", steps=60))[:5]
    for count in (1, 5):
        monkeypatch.setitem(suites.ABREAST, "cuda", count)
        assert suites.train_cells(some, Folder(tmp_path / str(count)), print, card) == 5
    alone, abreast = ([Folder(tmp_path / c).piece(cell)["runs"] for cell in some] for c in "15")
    assert alone == abreast


def test_a_bound_in_large_portions_is_the_bound(card):
    """The host's, of few examples at a time, to 1e-6 in float64."""
    data = {"x": torch.rand(300, 6, generator=torch.Generator().manual_seed(1)).double().round()}
    net = build_net(SigmoidBeliefNet(layers=[Bernoulli(n=5), Bernoulli(n=4)]), {"x": 6})
    params = {k: v.double() for k, v in net.init(torch.Generator().manual_seed(2)).items()}
    there = [{k: v.to(card) for k, v in tree.items()} for tree in (params, data)]
    sides = [
        evaluate.likelihood_bound(net, *at, seed=1, split=2, samples=70)
        for at in ((params, data), there)
    ]
    assert sides[0] == pytest.approx(sides[1], rel=1e-6)
