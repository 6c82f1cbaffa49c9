"""The table of estimators in docs/estimators.md, from the specs."""

from ..arguments import table_parser
from ..specs import ESTIMATORS
from ..specs.models import Gaussian, Model, SigmoidBeliefNet, StructuredPrediction

# The first that serves tells the cost.
MODELS: list[Model] = [
    StructuredPrediction(layers=[{"family": "bernoulli", "n": 3}] * 2),
    StructuredPrediction(layers=[{"family": "bernoulli", "n": 3}] * 2, bound=2),
    SigmoidBeliefNet(layers=[{"family": "bernoulli", "n": 3}] * 2),
    SigmoidBeliefNet(layers=[Gaussian(n=3)]),
]


def main(words: list[str]) -> int:
    table_parser().parse_args(words)
    print(estimators_table())
    return 0


def estimators_table() -> str:
    """Markdown: a row for each built-in estimator at its defaults."""
    head = ["estimator", "paper", "units", "unbiased for", "objective", "forward", "backward"]
    rows = [head, ["---"] * len(head), *[estimator_row(name) for name in ESTIMATORS]]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)


def estimator_row(name: str) -> list[str]:
    spec = ESTIMATORS[name].model_validate({})
    model = next(model for model in MODELS if not spec.refuses(model))
    declared = spec.declares(model)
    paper = (type(spec).__doc__ or "").split("\n\n")[0].replace("\n    ", " ")
    costs = [f"{declared.forward:g}", f"{declared.backward:g}"]
    units = ", ".join(declared.families) + ("" if spec.autoregressive else "; drawn together")
    return [f"`{name}`", paper, units, declared.unbiased_for, declared.objective, *costs]
