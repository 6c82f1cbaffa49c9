"""What ``gradarena bench`` promises: both sides run, by turns, and all that was timed is told."""

import json
import sys

import pytest
import torch

from benchmarks import gpu
from estimators import arguments
from estimators.__main__ import main
from estimators.chain import draw_values
from estimators.devices import HOST
from estimators.specs.score_function import ReinforceLOO
from estimators.timing import floors, kinds, turns
from estimators.timing.programs import Size, noise_images, timed_net, timed_trainer
from estimators.timing.textbook import TextbookVAE, textbook_step
from estimators.timing.turns import Comparison, Side, comparison_lines, time_by_turns

SMALL = Size(lanes=2, batch=5, widths=(4, 3))
TINY = "--widths 4,3 --lanes 2 --batches 5 --draws 3 --rounds 2 --estimators straight_through"


def test_the_parser_knows_the_kinds_that_there_are():
    assert set(arguments.KINDS) == set(kinds.KINDS)


def test_sides_have_their_turns_and_runs_share_what_a_call_takes(monkeypatch):
    now, calls = [0.0], []

    def spend(name, seconds):
        calls.append(name)
        now[0] += seconds

    monkeypatch.setattr(turns, "work_clock", lambda device: now[0])
    sides = {"a": Side(lambda: spend("a", 8.0), runs=4), "b": Side(lambda: spend("b", 3.0))}
    seconds = time_by_turns(sides, rounds=3, calls=2, device=HOST)
    assert "".join(calls) == "ab" + 3 * "aabb"
    assert seconds == {"a": 3 * [2.0], "b": 3 * [3.0]}


def test_ratios_are_of_the_rounds_to_the_first_side():
    comparison = Comparison({"batch": 5}, {"a": [1.0, 2.0, 10.0], "b": [3.0, 2.0, 20.0]})
    assert comparison.medians == {"a": 2.0, "b": 3.0}
    assert comparison.ratios == {"a": 1.0, "b": 2.0}
    about, first, second = comparison_lines(comparison)
    assert about.split() == ["batch", "5"]
    assert second.split() == "b 3000.000 ms 2000.000 to 20000.000 2.00".split()


def test_every_kind_is_printed_and_written_with_all_rounds(tmp_path, capsys):
    names = ("floor", "textbook", "snapshots")
    assert main(["bench", *names, *TINY.split(), "--output", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    sides = [{"products", "step"}, {"a run of 2", "textbook"}, {"loop", "measurement"}]
    for name, both in zip(names, sides, strict=True):
        written = json.loads((tmp_path / f"{name}.json").read_text())
        environment = written["environment"]
        assert {"device_class", "threads", "torch", "code"} <= set(environment)
        assert "hostname" not in environment and environment["device"] == "cpu"
        [result] = written["results"]
        assert result["about"]["estimator"] == "straight_through"
        assert set(result["seconds"]) == set(result["medians"]) == set(result["ratios"]) == both
        assert all(len(rounds) == 2 and min(rounds) > 0 for rounds in result["seconds"].values())
        assert name in printed and all(side in printed for side in both)


def test_growth_changes_one_size_at_a_time():
    grown = kinds.growing_programs(ReinforceLOO(), Size())
    assert set(grown) == {"lanes", "batch", "width", "layers", "draws"}
    assert [size.lanes for _, size in grown["lanes"].values()] == [1, 2, 4, 8, 16, 32, 64]
    assert [spec.draws for spec, _ in grown["draws"].values()] == [2, 4, 8, 16]
    assert {size.batch for _, size in grown["lanes"].values()} == {Size().batch}


def test_the_floor_has_every_product_of_the_step():
    trainer = timed_trainer(ReinforceLOO(), SMALL, HOST)
    nodes = [node for node in trainer.gradients.graph.nodes if node.target in floors.PRODUCTS]
    multiplied = [floors.random_product(node, HOST)().shape for node in nodes]
    assert multiplied == [node.meta["val"].shape for node in nodes]
    # Two maps up and two down, forward and into their weights; into hard values nothing flows.
    assert len(nodes) == 8


def test_the_textbook_has_the_cost_of_our_net():
    """At equal parameters and values, and as many parameters."""
    net, textbook = timed_net(SMALL, HOST), TextbookVAE(SMALL.widths)
    params = net.init(torch.Generator().manual_seed(1))
    textbook.load_params(params)
    x = noise_images(HOST, 5)
    u = [torch.rand(5, n, generator=torch.Generator().manual_seed(2)) for n in SMALL.widths]
    chain = net.walk(params, {"x": x}, draw_values(u))
    values = iter(chain.z)
    cost, log_q = textbook(x, net.mean, lambda q: next(values).reshape(q.logits.shape))
    assert torch.allclose(cost, chain.cost, rtol=1e-5)
    assert torch.allclose(log_q, chain.log_q, rtol=1e-5)
    assert sum(p.numel() for p in textbook.parameters()) == sum(p.numel() for p in params.values())


@pytest.mark.parametrize("name, draws", [("reinforce_loo", 4), ("straight_through", 1)])
def test_a_textbook_learns(name, draws):
    step = textbook_step(name, draws, Size(1, 100, (4, 3)), HOST)
    losses = [step() for _ in range(20)]
    assert losses[-1] < losses[0] - 1


@pytest.mark.skipif(torch.cuda.is_available(), reason="with a GPU it measures, for minutes")
def test_without_a_gpu_its_benchmark_says_so_and_measures_nothing(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["gpu"])
    assert gpu.main() == 2
    said = capsys.readouterr()
    assert "sees no device of the kind cuda" in said.err and not said.out
