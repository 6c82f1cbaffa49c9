"""Time the library: steps beside their products and a textbook's, measurements beside a loop, and
growth."""

import argparse
import json
import sys
from collections.abc import Iterator

import torch

from ..arguments import bench_parser
from ..devices import DeviceMissing, claim_device
from ..environment import public_environment
from ..timing.kinds import KINDS, Bench
from ..timing.turns import Comparison, comparison_lines


def main(words: list[str]) -> int:
    options = bench_parser().parse_args(words)
    try:
        bench = asked_bench(options, claim_device(options.device))
    except DeviceMissing as error:
        print(error, file=sys.stderr)
        return 2
    for kind in options.kinds or KINDS:
        print(kind)
        comparisons = list(printed_comparisons(KINDS[kind](bench)))
        if options.output:
            path = options.output / f"{kind}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(results_text(kind, bench.device, comparisons))
    return 0


def asked_bench(options: argparse.Namespace, device: torch.device) -> Bench:
    """What was not said is as a bench has it."""
    asked = {name: value for name in Bench._fields if (value := getattr(options, name))}
    return Bench(**asked | {"device": device})


def printed_comparisons(comparisons: Iterator[Comparison]) -> Iterator[Comparison]:
    """Each as soon as it is there."""
    for comparison in comparisons:
        print("\n".join(comparison_lines(comparison)), flush=True)
        yield comparison


def results_text(kind: str, device: torch.device, comparisons: list[Comparison]) -> str:
    """JSON of every round, with what the numbers may depend on."""
    made = public_environment(device.type)
    results = [comparison.record() for comparison in comparisons]
    return json.dumps({"kind": kind, "environment": made, "results": results}, indent=1) + "\n"
