"""Measure estimators at frozen parameters: variance and its parts, bias, cost, each with its
interval."""

import sys

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..measuring.arguments import probe_body, probe_parser
from ..measuring.program import run_probe
from ..measuring.report_table import report_table
from ..specs.probe import Probe


def main(words: list[str]) -> int:
    options = probe_parser().parse_args(words)
    try:
        spec = Probe.model_validate(probe_body(options))
    except (OSError, ValueError) as error:
        print(error_lines(error), file=sys.stderr)
        return 2
    report = run_probe(spec, lambda line: print(line, file=sys.stderr, flush=True))
    print(report.model_dump_json(indent=1) if options.json else report_table(report))
    return 0


def error_lines(error: Exception) -> str:
    """A line for every field that is wrong."""
    if not isinstance(error, ValidationError):
        return str(error)
    return "\n".join(f"{error_field(one)}: {one['msg']}" for one in error.errors())


def error_field(one: ErrorDetails) -> str:
    """As a JSON pointer."""
    return (
        str(one["ctx"]["field"])
        if one["type"] == "refused"
        else "/" + "/".join(map(str, one["loc"]))
    )
