"""The table of estimators in docs/estimators.md, from the specs."""

from ..specs import ESTIMATORS
from ..specs.models import Gaussian, Model, SigmoidBeliefNet, StructuredPrediction

MODELS: list[Model] = [
    StructuredPrediction(layers=[{"family": "bernoulli", "n": 3}] * 2),
    StructuredPrediction(layers=[{"family": "bernoulli", "n": 3}] * 2, bound=2),
    SigmoidBeliefNet(layers=[{"family": "bernoulli", "n": 3}] * 2),
    SigmoidBeliefNet(layers=[Gaussian(n=3)]),
]  # the first that serves tells the cost


def main(words: list[str]) -> int:
    print(table())
    return 0


def table() -> str:
    head = ["estimator", "paper", "units", "unbiased for", "objective", "forward", "backward"]
    rows = [head, ["---"] * len(head), *[row(name) for name in ESTIMATORS]]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)


def row(name: str) -> list[str]:
    spec = ESTIMATORS[name]()
    model = next(model for model in MODELS if not spec.refuses(model))
    declared = spec.declares(model)
    paper = (type(spec).__doc__ or "").split("\n\n")[0].replace("\n    ", " ")
    costs = [f"{declared.forward:g}", f"{declared.backward:g}"]
    units = ", ".join(declared.families) + ("" if spec.autoregressive else "; drawn together")
    return [f"`{name}`", paper, units, declared.unbiased_for, declared.objective, *costs]
