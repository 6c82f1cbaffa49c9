"""A paper's tables: train its cells one by one, or measure gradients along a row's trajectory."""

import argparse
from collections.abc import Callable
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ..devices import HOST, DeviceMissing, claim_device
from ..measuring.program import run_probe
from ..specs import trajectories
from ..specs.pieces import Folder
from ..specs.suites import SUITES, TableCell, matching_cells, table_cells
from ..specs.trajectories import STEPS
from ..specs.writing import write_whole
from ..training.stages import settle_cells
from ..training.suites import train_cells

SCALES = ("digits", "quick", "full")
Some = TypeVar("Some")


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="gradarena suite", description=__doc__)
    parts = parser.add_subparsers(required=True)
    training = add_part(parts, "run", run_cells, "train what is not yet kept")
    training.add_argument("--steps", type=int, help="other than the scale's")
    training.add_argument("--seeds", type=int, help="how many, from 0 on")
    training.add_argument("--rates", type=parse_rates, help="learning rates, with commas between")
    settling = add_part(
        parts, "settle", settle_rows, "choose rates on a seed apart, then train fresh"
    )
    for part in (training, settling):
        part.add_argument(
            "--cells", default="*", metavar="PATTERN", help="only cells whose id fits"
        )
        part.add_argument("--device", default=HOST.type, help="what trains: cpu, or cuda for a GPU")
    measuring = add_part(parts, "probe", probe_rows, "measure gradients along a row's trajectory")
    measuring.add_argument("--rows", default="*", metavar="PATTERN", help="only rows whose id fits")
    measuring.add_argument(
        "--at", type=parse_steps, default=STEPS, help="steps, with commas between"
    )
    measuring.add_argument(
        "--every", action="store_true", help="estimator of the library, not the columns alone"
    )
    options = parser.parse_args(words)
    do: Callable[[argparse.Namespace], int] = options.do
    try:
        return do(options)
    except (LookupError, DeviceMissing) as error:
        parser.error(str(error.args[0]))


def add_part(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    do: Callable[[argparse.Namespace], int],
    about: str,
) -> argparse.ArgumentParser:
    """A command of the command, with the arguments that both have."""
    parser = parts.add_parser(name, help=about)
    parser.add_argument("suite", choices=SUITES)
    parser.add_argument("--scale", choices=SCALES, default="digits")
    parser.add_argument(
        "--results", type=Path, default=Path("results"), help="where what is done is kept"
    )
    parser.set_defaults(do=do)
    return parser


def parse_rates(text: str) -> tuple[float, ...]:
    return tuple(float(word) for word in text.split(","))


def parse_steps(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in text.split(","))


def results_folder(options: argparse.Namespace) -> Folder:
    return Folder(options.results / options.suite / options.scale)


def fitting_cells(options: argparse.Namespace, **spent: Any) -> list[TableCell]:
    """Raises LookupError where the pattern fits none."""
    cells = matching_cells(options.suite, options.scale, options.cells, **spent)
    return something_fits(cells, options.cells, f"cell of {options.suite}")


def something_fits(some: list[Some], pattern: str, what: str) -> list[Some]:
    if not some:
        raise LookupError(f"No {what} fits {pattern}.")
    return some


def run_cells(options: argparse.Namespace) -> int:
    """Trains what is not kept yet."""
    seeds = tuple(range(options.seeds)) if options.seeds else None
    cells = fitting_cells(options, steps=options.steps, seeds=seeds, rates=options.rates)
    device = claim_device(options.device)
    train_cells(cells, results_folder(options), partial(print, flush=True), device)
    return 0


def settle_rows(options: argparse.Namespace) -> int:
    """Both stages of the cells, as far as they are not kept yet."""
    cells = fitting_cells(options)
    device = claim_device(options.device)
    say = partial(print, flush=True)
    settle_cells(cells, options.scale, results_folder(options), say, device=device)
    return 0


def probe_rows(options: argparse.Namespace) -> int:
    """Point by point, those that are not kept yet.  A row that lacks its data is left out."""
    rows = trajectories.table_rows(list(table_cells(options.suite, options.scale)))
    named = [(trajectories.row_name(row), row) for row in rows]
    some = [(name, row) for name, row in named if fnmatch(name, options.rows)]
    for name, row in something_fits(some, options.rows, f"row of {options.suite}"):
        if row[0].reason:
            print(f"{name}: left out.  {row[0].reason}")
            continue
        for step in options.at:
            measure_point(row, step, results_folder(options).probes, options.every)
    return 0


def measure_point(row: list[TableCell], at: int, probes: Path, every: bool) -> None:
    """Measures a row's estimators, or every one, after ``at`` steps, unless that is kept
    already."""
    path = trajectories.point_file(probes, row, at, every)
    if not path.exists():
        print(f"{path.name}: after {at:,} steps", flush=True)
        spec = trajectories.trajectory_probe(row, at, every)
        report = run_probe(spec, lambda line: print(f"  {line}", flush=True))
        write_whole(path, f"{report.model_dump_json()}\n".encode())
