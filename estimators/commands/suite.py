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
        part.add_argument("--steps", type=int, help="other than the scale's")
        part.add_argument("--seeds", type=int, help="how many, from 0 on")
        part.add_argument(
            "--results", type=Path, default=Path("results"), help="where finished cells are kept"
        )
        part.set_defaults(do=do)
    parts.choices["report"].add_argument("--json", action="store_true", help="for machines")
    options = parser.parse_args(words)
    return options.do(options)


def chosen(options) -> list[Cell]:
    seeds = tuple(range(options.seeds)) if options.seeds else None
    found = cells(options.suite, options.scale, steps=options.steps, seeds=seeds)
    return [cell for cell in found if fnmatch(cell.id, options.cells)]


def folder(options) -> Folder:
    return Folder(options.results / options.suite / options.scale)


def run(options) -> int:
    work(chosen(options), folder(options), partial(print, flush=True))
    return show(options)


def show(options) -> int:
    content = report(chosen(options), folder(options), comparable=options.scale != "digits")
    print(json.dumps(content, indent=1) if getattr(options, "json", False) else text(content))
    return 0
