"""A probe's report as a table for people, whoever measured it.  No torch.

Variances are of the encoder first, the parameters that an estimator acts on, and rows are ranked by
it, as papers do; the decoder has a column of its own.  Bias, cosine and work are the encoder's too.
A model without an encoder apart has the figures of its whole gradient there.
"""

import json
import math
from collections.abc import Sequence

from ..specs import Estimator
from ..specs.findings import EstimatorFindings, Quantity, Report
from ..specs.moving import DEFECTS

PAPER = ("estimator", "moving average", "ours", "ratio")
DEFECTS_OF = ["What is wrong with moving averages:", *(f"- {defect}" for defect in DEFECTS)]
WARM = ("estimator", "steps", "settled", "last change", "criterion", "reached")
HEAD = (
    "estimator",
    "encoder variance",
    "variance ratio",
    "decoder variance",
    "relative bias",
    "cosine",
    "work",
    "evaluations/step",
    "warm-up",
    "ms",
)


def report_table(report: Report) -> str:
    """The figures, ranked, then what was learned before, and what was not measured."""
    spec = report.probe
    reference = (
        "exact"
        if report.exact
        else f"of {spec.reference_draws} draws of 8 samples on each minibatch"
    )
    head = (
        f"{spec.model.name} on {spec.dataset.name} after {spec.at} steps;"
        f" {spec.batches} minibatches of {spec.examples}, {spec.draws} draws on each;"
        f" reference {reference}; 95% intervals; by variance of the encoder, least first"
    )
    rows = [
        HEAD,
        *[[spec_label(each.estimator), *quantity_cells(each)] for each in ranked(report.found)],
    ]
    refusals = [f"{spec_label(one.estimator)}: {one.reason}" for one in report.refused]
    refused = ["", "Not measured:", *refusals] if refusals else []
    return "\n".join(
        [
            head,
            "",
            *align_columns(rows),
            *warming_section(report),
            *(moving_section(report) if spec.paper_mode else []),
            *refused,
        ]
    )


def ranked(findings: Sequence[EstimatorFindings]) -> list[EstimatorFindings]:
    """By variance of the encoder; what is no number comes last."""
    variances = [each.encoder.variance.value for each in findings]
    key = [math.inf if v is None else v for v in variances]
    return [findings[i] for i in sorted(range(len(findings)), key=key.__getitem__)]


def warming_section(report: Report) -> list[str]:
    """What estimators that learn had come to when they were measured."""
    warmed = [each for each in report.found if each.warm_up and each.warm_up.steps]
    if not warmed:
        return []
    criterion = (
        "twice the steps change the second moment of the encoder's gradient by 1% at most, twice"
        " in a row"
    )
    return [
        "",
        f"Learned before, parameters frozen, until {criterion}; {report.probe.warm_up} steps at"
        " most",
        "",
        *align_columns([WARM, *map(warming_cells, warmed)]),
    ]


def warming_cells(findings: EstimatorFindings) -> list[str]:
    warm = findings.warm_up
    assert warm
    reached = [
        f"{name} {', '.join(f'{x:.3g}' for x in values)}" for name, values in warm.reached.items()
    ]
    return [
        spec_label(findings.estimator),
        str(warm.steps),
        "yes" if warm.settled else "no, cap",
        "-" if warm.change is None else f"{warm.change:+.1%}",
        "-" if warm.criterion is None else f"{warm.criterion:.4g}",
        "; ".join(reached) or "-",
    ]


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
    part = findings.encoder.variance
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
    encoder, decoder = findings.encoder, findings.parts.get("decoder")
    milliseconds = "-" if findings.seconds.value is None else f"{1e3 * findings.seconds.value:.2f}"
    return [
        quantity_cell(encoder.variance),
        quantity_cell(exponential(encoder.log_ratio)),
        quantity_cell(decoder.variance) if decoder else "-",
        bias_cell(encoder.bias),
        quantity_cell(encoder.cosine),
        quantity_cell(encoder.work),
        f"{findings.forward:g} + {findings.backward:g}",
        warm_cell(findings),
        milliseconds,
    ]


def bias_cell(bias: Quantity) -> str:
    """Relative; where its square drowns in noise, that none is seen, and what it is below."""
    if bias.value is None or bias.low is None or bias.high is None or bias.low > 0:
        return quantity_cell(bias)
    return f"none seen, under {bias.high:.2g}" if bias.high > 0 else "none seen"


def warm_cell(findings: EstimatorFindings) -> str:
    """Steps that it took to settle; with + where the cap came first."""
    warm = findings.warm_up
    return f"{warm.steps}{'' if warm.settled else '+'}" if warm and warm.steps else "-"


def exponential(log: Quantity) -> Quantity:
    ends = (log.value, log.low, log.high)
    value, low, high = (None if x is None else math.exp(x) for x in ends)
    return Quantity(value=value, low=low, high=high)


def quantity_cell(figure: Quantity) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "-" if figure.value is None else f"{figure.value:.3g}"
    return f"{figure.value:.3g} ({figure.low:.3g}, {figure.high:.3g})"


def spec_label(spec: Estimator) -> str:
    """Its name, and the settings that are not its defaults."""
    settings = spec.model_dump(mode="json", exclude_defaults=True, exclude={"name"})
    return " ".join([spec.name, *[f"{k} {json.dumps(v)}" for k, v in settings.items()]])
