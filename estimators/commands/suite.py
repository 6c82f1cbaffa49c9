"""A paper's tables: train its cells one by one, or measure gradients along a row's trajectory."""

import argparse
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from ..measuring.program import run_probe
from ..specs import trajectories
from ..specs.kept import Folder, write
from ..specs.suites import SUITES, Cell, cells, named
from ..specs.trajectories import STEPS
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
    along = part(parts, "probe", probe, "measure gradients along a row's trajectory")
    along.add_argument("--rows", default="*", metavar="PATTERN", help="only rows whose id fits")
    along.add_argument("--at", type=steps, default=STEPS, help="steps, with commas between")
    options = parser.parse_args(words)
    return options.do(options)


def part(parts, name: str, do, about: str) -> argparse.ArgumentParser:
    made = parts.add_parser(name, help=about)
    made.add_argument("suite", choices=SUITES)
    made.add_argument("--scale", choices=SCALES, default="digits")
    made.add_argument(
        "--results", type=Path, default=Path("results"), help="where what is done is kept"
    )
    made.set_defaults(do=do)
    return made


def numbers(text: str) -> tuple[float, ...]:
    return tuple(float(word) for word in text.split(","))


def steps(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in text.split(","))


def folder(options) -> Folder:
    return Folder(options.results / options.suite / options.scale)


def run(options) -> int:
    seeds = tuple(range(options.seeds)) if options.seeds else None
    found = cells(
        options.suite, options.scale, steps=options.steps, seeds=seeds, rates=options.rates
    )
    work(
        [cell for cell in found if fnmatch(cell.id, options.cells)],
        folder(options),
        partial(print, flush=True),
    )
    return 0


def probe(options) -> int:
    """Point by point, those that are not kept yet.  A row that lacks its data is left out."""
    for row in trajectories.rows(list(cells(options.suite, options.scale))):
        name = named(row[0].table, row[0].row)
        if not fnmatch(name, options.rows):
            continue
        if row[0].reason:
            print(f"{name}: left out.  {row[0].reason}")
            continue
        for at in options.at:
            point(row, at, folder(options).probes)
    return 0


def point(row: list[Cell], at: int, probes: Path) -> None:
    path = trajectories.file(probes, row, at)
    if not path.exists():
        print(f"{path.name}: after {at:,} steps", flush=True)
        found = run_probe(trajectories.probe(row, at), lambda line: print(f"  {line}", flush=True))
        write(path, f"{found.model_dump_json()}\n".encode())
