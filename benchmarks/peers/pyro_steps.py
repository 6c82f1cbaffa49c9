"""Steps of Pyro: NVIL as TraceGraph_ELBO has it, with learned and running baselines."""

import pyro
from pyro.distributions import Bernoulli
from pyro.infer import SVI, TraceGraph_ELBO
from pyro.optim import Adam
from torch import Tensor, nn

from estimators.specs.score_function import NVIL
from estimators.timing.programs import PIXELS, RATE
from estimators.timing.turns import Side

from .start import Start


class Baseline(nn.Module):
    """Of what a layer sees [B, n]: [B]."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(inputs, hidden), nn.Tanh(), nn.Linear(hidden, 1))

    def forward(self, x: Tensor) -> Tensor:
        value: Tensor = self.layers(x).squeeze(-1)
        return value


def nvil_side(start: Start) -> Side:
    """One seed, one draw.  A call returns the cost."""
    pyro.clear_param_store()
    pyro.enable_validation(False)
    net, signal = start.modules(), NVIL().signal
    inputs = [PIXELS, *start.size.widths[:-1]]
    baselines = nn.ModuleList([Baseline(n, signal.input_dependent) for n in inputs])

    def model(x: Tensor) -> None:
        pyro.module("net", net)
        with pyro.plate("data", len(x)):
            z = pyro.sample(f"z{len(inputs)}", units(net.prior.expand(len(x), -1)))
            for l in range(len(inputs) - 1, 0, -1):
                z = pyro.sample(f"z{l}", units(net.decoder[l](2 * z - 1)))
            pyro.sample("x", units(net.decoder[0](2 * z - 1)), obs=x)

    def guide(x: Tensor) -> None:
        pyro.module("net", net)
        pyro.module("baselines", baselines)
        with pyro.plate("data", len(x)):
            coded = x - start.mean
            for l, layer in enumerate(net.encoder):
                baseline = {
                    "nn_baseline": baselines[l],
                    "nn_baseline_input": coded.detach(),
                    "use_decaying_avg_baseline": True,
                    "baseline_beta": signal.decay,
                }
                infer = {"baseline": baseline}
                z = pyro.sample(f"z{l + 1}", units(layer(coded)), infer=infer)
                coded = 2 * z - 1

    svi = SVI(model, guide, Adam({"lr": RATE}), TraceGraph_ELBO())
    return Side(lambda: svi.step(start.minibatch()) / start.size.batch)


def units(logits: Tensor) -> Bernoulli:
    """Independent units [..., n] of a layer."""
    return Bernoulli(logits=logits).to_event(1)


def timed_sides(name: str, start: Start, lanes: int) -> dict[str, Side]:
    return {"Pyro": {"nvil": nvil_side}[name](start)}
