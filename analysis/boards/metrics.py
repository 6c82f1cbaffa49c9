"""Which series rank estimators, and their units.  Variance alone never ranks: a wrong one may be
small."""

from analysis.boards.shapes import Question, Spend

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
SERIES_OF: dict[Spend, str] = {"evals": "evaluations", "seconds": "seconds"}
SPENT: dict[Spend, str] = {
    "steps": "steps",
    "evals": "evaluations of the cost per example",
    "seconds": "seconds",
}


def unit(question: Question) -> str:
    """Of the board's values."""
    if question.board == "reach":
        return SPENT[question.spend]
    return LISTED.get(question.metric, "nats per example")


def counted(question: Question) -> Spend:
    """What the budget is counted in."""
    return question.spend if question.board == "reach" else question.board


def logarithmic(question: Question) -> bool:
    """Whether values are averaged and compared on the log scale: spends, and variances."""
    return question.board == "reach" or question.metric in (
        "gradient/variance",
        "gradient/variance_loo2",
    )
