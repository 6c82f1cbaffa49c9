"""A paper's tables: train its cells one by one, or measure gradients along a row's trajectory."""

import argparse
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from ..specs.kept import Folder
from ..specs.suites import SUITES, cells
from ..suites import work

SCALES = ("digits", "quick", "full")


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="suite", description=__doc__)
    parts = parser.add_subparsers(required=True)
    spent = part(parts, "run", run, "train what is not yet kept")
    spent.add_argument("--cells", default="*", metavar="PATTERN", help="only cells whose id fits")
    spent.add_argument("--steps", type=int, help="other than the scale's")
    spent.add_argument("--seeds", type=int, help="how many, from 0 on")
    spent.add_argument("--rates", type=numbers, help="learning rates, with commas between")
    options = parser.parse_args(words)
    return options.do(options)


def part(parts, name: str, do, about: str) -> argparse.ArgumentParser:
    made = parts.add_parser(name, help=about)
    made.add_argument("suite", choices=SUITES)
    made.add_argument("--scale", choices=SCALES, default="digits")
    made.add_argument("--results", type=Path, default=Path("results"), help="where what is done is kept")
    made.set_defaults(do=do)
    return made


def numbers(text: str) -> tuple[float, ...]:
    return tuple(float(word) for word in text.split(","))


def folder(options) -> Folder:
    return Folder(options.results / options.suite / options.scale)


def run(options) -> int:
    seeds = tuple(range(options.seeds)) if options.seeds else None
    found = cells(options.suite, options.scale, steps=options.steps, seeds=seeds, rates=options.rates)
    work(
        [cell for cell in found if fnmatch(cell.id, options.cells)],
        folder(options),
        partial(print, flush=True),
    )
    return 0
