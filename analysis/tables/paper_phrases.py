"""The phrases of a report, in text and in Markdown alike."""

from collections.abc import Iterable, Mapping

from analysis.papers.results import NEAR
from analysis.papers.shapes import (
    CellResult,
    Claim,
    Elsewhere,
    Gradient,
    Mode,
    Prediction,
    SuiteReport,
)
from analysis.records.phrases import count_text, margin_text, name_list, quantity_text
from analysis.records.shapes import Interval
from analysis.records.thresholds import LEAST_SEEDS
from estimators.specs.findings import WarmUp
from estimators.specs.trajectories import EARLIER_WARM_UP

HOLDS = {True: "holds", False: "does not hold", None: "open"}
EDGES = {
    "lowest": "the lowest that was run",
    "highest": "the highest that was run",
    "only": "no other was run",
}
MARKS = {"lowest": "↓", "highest": "↑", "only": "·"}
HEAD = (
    "published",
    "best on test (the paper's way)",
    "chosen on validation",
    "rate",
    "seeds",
    "steps",
    "",
)

GRADIENT = (
    "log of encoder variance over leave-one-out's",
    "relative bias of the encoder",
    "cosine of the whole, as trained",
    "warm-up",
)


def result_cells(entry: CellResult, comparable: bool) -> list[str]:
    """A cell's figures in the order of HEAD; one text alone where there are none."""
    if entry.measured is None:
        return [f"{entry.published:.1f}", entry.reason]
    paper, ours = entry.measured.paper, entry.measured.ours
    if not (paper and ours):
        return [f"{entry.published:.1f}", "every learning rate has a run that diverged"]
    texts = [
        f"{entry.published:.1f}",
        margin_text(paper.bound),
        margin_text(ours.bound),
        f"{ours.learning_rate:g}{edge_mark(ours)}",
    ]
    return [
        *texts,
        str(ours.seeds),
        f"{entry.steps:,}",
        "; ".join(result_remarks(entry, ours, comparable)),
    ]


def edge_mark(mode: Mode) -> str:
    return MARKS[mode.edge] if mode.edge else ""


def result_remarks(entry: CellResult, ours: Mode, comparable: bool) -> list[str]:
    remarks: list[str] = [ours.verdict] if comparable else []
    if comparable and ours.learning_rate not in entry.grid:
        remarks.append("at a rate that the paper's grid does not have")
    if comparable and (apart := seeds_apart(ours)):
        remarks.append(apart)
    if entry.diverged:
        remarks.append(f"{entry.diverged} of {entry.runs} runs diverged")
    if entry.left_out:
        remarks.append(f"{count_text(entry.left_out, 'run')} of another length left out")
    if entry.prediction and comparable and ours.verdict != "agrees":
        remarks.append(prediction_text(entry.prediction))
    return remarks


def seeds_apart(mode: Mode) -> str:
    """Where few seeds end, if a mean of them says little: further apart than what counts as near a
    published number.  A robust mean wants more of them than there are."""
    ends = sorted(mode.ends.values())
    if len(ends) >= LEAST_SEEDS or ends[-1] - ends[0] <= NEAR:
        return ""
    return f"seeds end at {name_list([f'{end:.1f}' for end in ends])}"


def prediction_text(prediction: Prediction) -> str:
    """With when it arrives within a nat of the published number, if it does."""
    bound = prediction.bound
    ends = f"{bound.mean:.1f} [{bound.low:.1f}, {bound.high:.1f}]"
    text = f"predicted after {prediction.steps:,} steps: {ends}"
    if prediction.arrival is None:
        return text
    return f"{text}, within a nat after about {prediction.arrival:,}"


def report_legend(report: SuiteReport) -> list[str]:
    """What the marks mean that the report has."""
    modes = [entry.measured.ours for entry in report.cells if entry.measured]
    edges = {mode.edge for mode in modes if mode and mode.edge}
    lines = [f"{MARKS[edge]} beside a rate: {EDGES[edge]}." for edge in MARKS if edge in edges]
    if not report.comparable:
        lines.append(
            "Other data and smaller nets than the paper's: its numbers stand beside for their "
            "order only, "
            "and its claims were not made of these."
        )
    tried = next((e.prediction for e in report.cells if e.prediction), None)
    if tried and report.comparable:
        lines.append(
            f"Predictions are of power laws of the training curves' last halves, not measured; on "
            f"{tried.curves} curves they erred by {tried.error:+.2f} nats on average, "
            f"{tried.deviation:.2f} in the root mean square, over a doubling of the budget."
        )
    return [f"Numbers are {report.unit}; ± is half of a 95% interval over seeds.", *lines]


def claim_figures(claim: Claim) -> str:
    """The figures that decide it, or those that are there."""
    figures = ", ".join(
        f"{name} {margin_text(value)}" for name, value in claim.figures.items() if value is not None
    )
    gaps = ", ".join(gap_text(gap) for gap in claim.gaps.values() if gap is not None)
    return f"{figures}; gaps {gaps}, wanted {claim.demand}" if gaps else figures or "no figures yet"


def gap_text(gap: Interval) -> str:
    ends = "" if gap.low is None or gap.high is None else f" [{gap.low:+.2f}, {gap.high:+.2f}]"
    return f"{gap.mean:+.2f}{ends}"


def value_list(measurement: Elsewhere) -> str:
    return ", ".join(f"{estimator} {value:g}" for estimator, value in measurement.values.items())


def measure_text(measurement: Elsewhere) -> str:
    """What was measured, and how."""
    return " ".join(
        [
            f"{measurement.measure[:1].upper()}{measurement.measure[1:]}; {measurement.settings}.",
            *measurement.notes,
        ]
    )


def gradient_cells(gradient: Gradient) -> list[str]:
    """In the order of GRADIENT."""
    return [
        quantity_text(gradient.log_ratio),
        quantity_text(gradient.bias, 3),
        quantity_text(gradient.cosine, 3),
        warm_up_text(gradient.warm_up),
    ]


def warm_up_text(warm_up: WarmUp | None) -> str:
    """Steps until it had settled; with + where the cap came first."""
    if warm_up is None:
        return f"{EARLIER_WARM_UP}, not looked"
    return f"{warm_up.steps:,}{'' if warm_up.settled else '+'}" if warm_up.steps else "-"


def training_environments(entries: Iterable[CellResult]) -> list[str]:
    """Where the pieces were trained, each kind once."""
    counts: dict[str, int] = {}
    for made in (made for entry in entries for made in entry.made):
        environment = environment_label(made)
        counts[environment] = counts.get(environment, 0) + 1
    return [f"{count} × {environment}" for environment, count in counts.items()]


def environment_label(made: Mapping[str, object]) -> str:
    parts = [made.get(name, "unknown") for name in ("device_class", "torch", "version", "code")]
    return "{}, torch {}, version {}, code {}".format(*parts)
