"""A paper's tables: run its cells one by one, and report ours beside the published ones."""

import argparse
import json
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from ..reports import report, text
from ..specs.suites import SUITES, Cell, cells
from ..suites import Folder, work

SCALES = ("digits", "quick", "full")


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="suite", description=__doc__)
    parts = parser.add_subparsers(required=True)
    for name, do, about in (("run", run, "train what is not yet kept"), ("report", show, "print the tables")):
        part = parts.add_parser(name, help=about)
        part.add_argument("suite", choices=SUITES)
        part.add_argument("--scale", choices=SCALES, default="digits")
        part.add_argument("--cells", default="*", metavar="PATTERN", help="only cells whose id fits")
        part.add_argument(
            "--results", type=Path, default=Path("results"), help="where finished cells are kept"
        )
        part.set_defaults(do=do)
    spent = parts.choices["run"]
    spent.add_argument("--steps", type=int, help="other than the scale's")
    spent.add_argument("--seeds", type=int, help="how many, from 0 on")
    spent.add_argument("--rates", type=numbers, help="learning rates, with commas between")
    parts.choices["report"].add_argument("--json", action="store_true", help="for machines")
    options = parser.parse_args(words)
    return options.do(options)


def numbers(text: str) -> tuple[float, ...]:
    return tuple(float(word) for word in text.split(","))


def chosen(options, **spent) -> list[Cell]:
    found = cells(options.suite, options.scale, **spent)
    return [cell for cell in found if fnmatch(cell.id, options.cells)]


def folder(options) -> Folder:
    return Folder(options.results / options.suite / options.scale)


def run(options) -> int:
    seeds = tuple(range(options.seeds)) if options.seeds else None
    wanted = chosen(options, steps=options.steps, seeds=seeds, rates=options.rates)
    work(wanted, folder(options), partial(print, flush=True))
    return show(options)


def show(options) -> int:
    content = report(chosen(options), folder(options), comparable=options.scale != "digits")
    print(json.dumps(content, indent=1) if getattr(options, "json", False) else text(content))
    return 0
