"""Measure estimators at frozen parameters: variance and its parts, bias, cost, each with its interval."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..jackknife import carried
from ..probe import run
from ..specs import Estimator
from ..specs.moving import DEFECTS
from ..specs.probe import Figure, Figures, Found, Probe, Report

NUMBERS = ("at", "warm_up", "batches", "examples", "draws", "reference_draws", "seed")
PAPER = ("estimator", "moving average", "ours", "ratio")
DEFECTS_OF = ["What is wrong with moving averages:", *(f"- {defect}" for defect in DEFECTS)]
HEAD = ("estimator", "variance", "of it data", "log ratio", "relative bias", "cosine", "work", "ms")


def main(words: list[str]) -> int:
    options = parser().parse_args(words)
    try:
        spec = Probe.model_validate(body(options))
    except (OSError, ValueError) as error:
        print(said(error), file=sys.stderr)
        return 2
    report = run(spec, lambda line: print(line, file=sys.stderr, flush=True))
    print(report.model_dump_json(indent=1) if options.json else table(report))
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="probe", description=__doc__, argument_default=argparse.SUPPRESS)
    made.add_argument("spec", nargs="?", help="a JSON file with a whole probe; - is standard input")
    for name in ("model", "dataset"):
        made.add_argument(f"--{name}", type=named, help="a name, or JSON with settings")
    made.add_argument("--estimators", type=listed, help="all, names with commas, or a JSON list")
    made.add_argument("--trained-by", type=named, help="of the trajectory; leave-one-out, if not said")
    made.add_argument("--training", type=json.loads, help="of the trajectory, as JSON")
    made.add_argument("--paper-mode", type=named, help="ema: variance as papers print it, beside ours")
    for name in NUMBERS:
        field = Probe.model_fields[name]
        made.add_argument(
            "--" + name.replace("_", "-"), type=int, help=f"{field.description} ({field.default})"
        )
    made.add_argument("--precision", help="float32, that of training, or float64")
    made.add_argument("--json", action="store_true", default=False, help="all figures, by layer too")
    return made


def body(options: argparse.Namespace) -> dict[str, Any]:
    """The file's fields, and those that were named beside it."""
    said = {k: v for k, v in vars(options).items() if k not in ("spec", "json")}
    if not hasattr(options, "spec"):
        return said
    text = sys.stdin.read() if options.spec == "-" else Path(options.spec).read_text()
    return json.loads(text) | said


def named(text: str) -> Any:
    return json.loads(text) if text.startswith("{") else {"name": text}


def listed(text: str) -> Any:
    if text == "all":
        return text
    return json.loads(text) if text.startswith("[") else [named(name) for name in text.split(",")]


def said(error: Exception) -> str:
    """A line for every field that is wrong."""
    if not isinstance(error, ValidationError):
        return str(error)
    return "\n".join(f"{place(one)}: {one['msg']}" for one in error.errors())


def place(one: ErrorDetails) -> str:
    return one["ctx"]["field"] if one["type"] == "refused" else "/" + "/".join(map(str, one["loc"]))


def table(report: Report) -> str:
    """The figures of the whole gradient."""
    spec = report.probe
    known = "exact" if report.exact else f"of {spec.reference_draws} draws of 8 samples on each minibatch"
    head = (
        f"{spec.model.name} on {spec.dataset.name} after {spec.at} steps; {spec.batches} minibatches of"
        f" {spec.examples}, {spec.draws} draws on each; reference {known}; 95% intervals"
    )
    rows = [HEAD, *[[label(found.estimator), *cells(found)] for found in report.found]]
    refusals = [f"{label(one.estimator)}: {one.reason}" for one in report.refused]
    said = ["", "Not measured:", *refusals] if refusals else []
    return "\n".join([head, "", *aligned(rows), *(moving(report) if spec.paper_mode else []), *said])


def moving(report: Report) -> list[str]:
    """Variance as papers print it, beside ours: of a component of the encoder's gradient."""
    mode, at = report.probe.paper_mode, report.probe.at
    assert mode
    head = f"Moving averages, decay {mode.decay:g}, of steps {at} to {at + mode.steps}, and ours at step {at}"
    rows = [PAPER, *[[label(found.estimator), *beside(found)] for found in report.found]]
    return [
        "",
        f"{head}; mean over components of the encoder's gradient",
        "",
        *aligned(rows),
        "",
        *DEFECTS_OF,
    ]


def beside(found: Found) -> list[str]:
    """The moving average, ours, and the ratio."""
    assert found.moving
    part = found.parts.get("encoder", found.parts["all"]).variance
    ours = carried(lambda x: x / found.moving.components, part)
    theirs = found.moving.variance
    ratio = f"{theirs / ours.value:.3g}" if theirs is not None and ours.value else "-"
    return ["-" if theirs is None else f"{theirs:.3g}", cell(ours), ratio]


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """The first column to the left, all others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    pad = lambda first, *rest: [first.ljust(widths[0]), *[c.rjust(w) for c, w in zip(rest, widths[1:])]]
    return ["  ".join(pad(*row)) for row in rows]


def cells(found: Found) -> list[str]:
    whole: Figures = found.parts["all"]
    shown = (whole.variance, whole.data, whole.latent_log_ratio, whole.bias, whole.cosine, whole.work)
    milliseconds = "-" if found.seconds.value is None else f"{1e3 * found.seconds.value:.2f}"
    return [*map(cell, shown), milliseconds]


def cell(figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "-" if figure.value is None else f"{figure.value:.3g}"
    return f"{figure.value:.3g} ({figure.low:.3g}, {figure.high:.3g})"


def label(spec: Estimator) -> str:
    """Its name, and the settings that are not its defaults."""
    settings = spec.model_dump(mode="json", exclude_defaults=True, exclude={"name"})
    return " ".join([spec.name, *[f"{k} {json.dumps(v)}" for k, v in settings.items()]])
