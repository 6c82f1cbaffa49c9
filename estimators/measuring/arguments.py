"""Arguments of the command ``probe``, here and where a service measures, as a probe's JSON.

No torch.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ..specs.probe import Probe

NUMBERS = ("at", "warm_up", "batches", "examples", "draws", "reference_draws", "seed")
MEASURE = (
    "Measure estimators at frozen parameters: variance and its parts, bias, cost, each with its"
    " interval."
)


def probe_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gradarena probe", description=MEASURE, argument_default=argparse.SUPPRESS
    )
    parser.add_argument(
        "spec", nargs="?", help="A JSON file with a whole probe; - is standard input."
    )
    for name in ("model", "dataset"):
        parser.add_argument(f"--{name}", type=name_or_json, help="A name, or JSON with settings.")
    parser.add_argument(
        "--estimators", type=estimator_list, help="All, names with commas, or a JSON list."
    )
    parser.add_argument(
        "--trained-by", type=name_or_json, help="Of the trajectory; leave-one-out, if not said."
    )
    parser.add_argument("--training", type=json.loads, help="Of the trajectory, as JSON.")
    parser.add_argument(
        "--paper-mode", type=name_or_json, help="ema: variance as papers print it, beside ours."
    )
    for name in NUMBERS:
        field = Probe.model_fields[name]
        about = sentence(f"{field.description} ({field.default})")
        parser.add_argument("--" + name.replace("_", "-"), type=int, help=about)
    parser.add_argument("--precision", help="float32, that of training, or float64.")
    parser.add_argument(
        "--json", action="store_true", default=False, help="All figures, by layer too."
    )
    return parser


def sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def probe_body(options: argparse.Namespace) -> dict[str, Any]:
    """The file's fields, and those that were named beside it."""
    fields = {k: v for k, v in vars(options).items() if k not in ("spec", "json")}
    if not hasattr(options, "spec"):
        return fields
    text = sys.stdin.read() if options.spec == "-" else Path(options.spec).read_text()
    spec: dict[str, Any] = json.loads(text)
    return spec | fields


def name_or_json(text: str) -> Any:
    return json.loads(text) if text.startswith("{") else {"name": text}


def estimator_list(text: str) -> Any:
    if text == "all":
        return text
    return (
        json.loads(text)
        if text.startswith("[")
        else [name_or_json(name) for name in text.split(",")]
    )
