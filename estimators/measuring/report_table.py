"""A probe's report as a table for people, whoever measured it.  No torch."""

import json
from collections.abc import Sequence

from ..specs import Estimator
from ..specs.findings import EstimatorFindings, GradientQuantities, Quantity, Report
from ..specs.moving import DEFECTS

PAPER = ("estimator", "moving average", "ours", "ratio")
DEFECTS_OF = ["What is wrong with moving averages:", *(f"- {defect}" for defect in DEFECTS)]
HEAD = ("estimator", "variance", "of it data", "log ratio", "relative bias", "cosine", "work", "ms")


def report_table(report: Report) -> str:
    """The figures of the whole gradient."""
    spec = report.probe
    reference = (
        "exact"
        if report.exact
        else f"of {spec.reference_draws} draws of 8 samples on each minibatch"
    )
    head = (
        f"{spec.model.name} on {spec.dataset.name} after {spec.at} steps;"
        f" {spec.batches} minibatches of {spec.examples}, {spec.draws} draws on each;"
        f" reference {reference}; 95% intervals"
    )
    rows = [
        HEAD,
        *[[spec_label(findings.estimator), *quantity_cells(findings)] for findings in report.found],
    ]
    refusals = [f"{spec_label(one.estimator)}: {one.reason}" for one in report.refused]
    refused = ["", "Not measured:", *refusals] if refusals else []
    return "\n".join(
        [
            head,
            "",
            *align_columns(rows),
            *(moving_section(report) if spec.paper_mode else []),
            *refused,
        ]
    )


def moving_section(report: Report) -> list[str]:
    """Variance as papers print it, beside ours: of a component of the encoder's gradient."""
    mode, first = report.probe.paper_mode, report.probe.at
    assert mode
    steps = f"of steps {first} to {first + mode.steps}, and ours at step {first}"
    head = f"Moving averages, decay {mode.decay:g}, {steps}"
    rows = [
        PAPER,
        *[[spec_label(findings.estimator), *moving_cells(findings)] for findings in report.found],
    ]
    return [
        "",
        f"{head}; mean over components of the encoder's gradient",
        "",
        *align_columns(rows),
        "",
        *DEFECTS_OF,
    ]


def moving_cells(findings: EstimatorFindings) -> list[str]:
    """The moving average, ours, and the ratio."""
    assert findings.moving
    part = findings.parts.get("encoder", findings.parts["all"]).variance
    ours = per_component(part, findings.moving.components)
    theirs = findings.moving.variance
    ratio = f"{theirs / ours.value:.3g}" if theirs is not None and ours.value else "-"
    return ["-" if theirs is None else f"{theirs:.3g}", quantity_cell(ours), ratio]


def per_component(figure: Quantity, number: int) -> Quantity:
    ends = (figure.value, figure.low, figure.high)
    value, low, high = (None if x is None else x / number for x in ends)
    return Quantity(value=value, low=low, high=high)


def align_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """The first column to the left, all others to the right."""
    first, *others = (max(map(len, column)) for column in zip(*rows, strict=True))
    return ["  ".join([row[0].ljust(first), *map(str.rjust, row[1:], others)]) for row in rows]


def quantity_cells(findings: EstimatorFindings) -> list[str]:
    whole: GradientQuantities = findings.parts["all"]
    quantities = (
        whole.variance,
        whole.data,
        whole.latent_log_ratio,
        whole.bias,
        whole.cosine,
        whole.work,
    )
    milliseconds = "-" if findings.seconds.value is None else f"{1e3 * findings.seconds.value:.2f}"
    return [*map(quantity_cell, quantities), milliseconds]


def quantity_cell(figure: Quantity) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "-" if figure.value is None else f"{figure.value:.3g}"
    return f"{figure.value:.3g} ({figure.low:.3g}, {figure.high:.3g})"


def spec_label(spec: Estimator) -> str:
    """Its name, and the settings that are not its defaults."""
    settings = spec.model_dump(mode="json", exclude_defaults=True, exclude={"name"})
    return " ".join([spec.name, *[f"{k} {json.dumps(v)}" for k, v in settings.items()]])
