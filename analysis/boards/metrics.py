"""Which series rank estimators, and their units.  Variance alone never ranks: a wrong one may be
small."""

from analysis.boards.shapes import BoardQuery
from analysis.records.readings import Spend

RANKING = ("bound/test", "bound/validation", "bound/train")
LISTED = {
    "gradient/variance": "total variance of one estimate",
    "gradient/variance_loo2": "total variance of one estimate",
    "gradient/log_ratio": "natural log of a ratio of variances",
    "gradient/bias": "relative to the gradient's length",
    "gradient/cosine": "cosine",
    "cost/train": "surrogate objective, nats per example",
}
METRICS = (*RANKING, *LISTED)
SPENT: dict[Spend, str] = {
    "steps": "steps",
    "evals": "evaluations of the cost per example",
    "seconds": "seconds",
}


def value_unit(query: BoardQuery) -> str:
    """Of the board's values."""
    if query.axis == "reach":
        return SPENT[query.spend]
    return LISTED.get(query.metric, "nats per example")


def counted_spend(query: BoardQuery) -> Spend:
    """What the budget is counted in."""
    return query.spend if query.axis == "reach" else query.axis


def log_scaled(query: BoardQuery) -> bool:
    """Whether values are averaged and compared on the log scale: spends, and variances."""
    return query.axis == "reach" or query.metric in (
        "gradient/variance",
        "gradient/variance_loo2",
    )
