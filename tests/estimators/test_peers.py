"""The comparison with other libraries, of which none is installed here."""

from types import SimpleNamespace

import pytest
import torch

from benchmarks.peers import __main__ as command
from benchmarks.peers import matches
from benchmarks.peers.matches import Match, match_comparison, require_equal_costs
from benchmarks.peers.torch_steps import Surrogates
from estimators.methods.rodeo import stein_terms
from estimators.specs import ESTIMATORS
from estimators.timing.programs import Size
from estimators.timing.textbook import straight_through_loss
from estimators.timing.turns import Side
from estimators.training.train import Trainer


def test_who_is_missing_is_named_with_what_brings_it(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    assert command.main(["--peers", "jax,storch", "--output", str(tmp_path)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "jax is missing: pip install -r requirements/peers.txt",
        "storchastic is missing: pip install -r requirements/peers.txt",
    ]
    assert not list(tmp_path.iterdir())


def test_every_match_is_with_a_peer_and_an_estimator_that_serves():
    for match in matches.MATCHES:
        assert match.peer in command.PEERS
        spec = ESTIMATORS[match.estimator].model_validate({})
        assert spec.refuses(Size(widths=match.widths).model) is None


def eager_sides(name, start, lanes):
    """In a peer's stead: a loss of the textbook, at the parameters of the start."""
    net = start.modules()
    loss = lambda: straight_through_loss(net, start.minibatch(), start.mean, start.draws)
    return {"eager": Side(lambda: loss().detach())}


def test_a_peer_has_turns_beside_ours_from_the_same_start(monkeypatch):
    torch.manual_seed(0)
    monkeypatch.setattr(
        matches, "import_module", lambda name: SimpleNamespace(timed_sides=eager_sides)
    )
    fused = []
    monkeypatch.setattr(Trainer, "fuse", lambda trainer: fused.append(len(trainer.seeds)))
    match = Match("eager", "straight_through", (4, 3))
    compared = match_comparison(match, batch=100, rounds=2)
    ours = ["ours, 8 together, fused", "ours, 8 together", "ours, alone"]
    assert [*compared.seconds] == [*ours, "eager"] and fused == [8]
    assert compared.about["draws"] == 1 and compared.about["widths"] == "4-3"
    assert compared.ratios[ours[0]] == 1


def test_another_model_is_refused():
    require_equal_costs({"ours": 500.0, "peer": 510.0})
    for cost in (600.0, float("nan")):
        with pytest.raises(ValueError, match="same cost"):
            require_equal_costs({"ours": 500.0, "peer": cost})


def test_plain_torch_asks_of_flips_what_our_rodeo_asks():
    torch.manual_seed(1)
    learned, (f, slope) = Surrogates(5), (torch.randn(3, 4), torch.randn(3, 4, 6))
    z = (torch.rand(3, 4, 6) < 0.5).float()
    torch.nn.init.normal_(learned.network[2].weight)
    first, _, last = learned.network
    ours = {"in0.w": first.weight.T, "in0.b": first.bias, "out0.w": last.weight.T}
    want = stein_terms(ours | {"out0.b": last.bias}, 0, f.unsqueeze(-1), slope, z)
    for each, all_terms in zip(learned(f, slope, z), want, strict=True):
        torch.testing.assert_close(each.movedim(-1, 0).reshape(all_terms.shape), all_terms)
