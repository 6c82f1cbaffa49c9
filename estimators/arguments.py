"""Arguments of the library's commands, for the commands themselves and for whoever passes them on.

No torch.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from .specs import ESTIMATORS, AnyEstimator, Estimator
from .specs.certificates import DRAWS, STORE

FEWEST, MOST = 1_000, 10_000_000
# What is timed: the functions are in ``timing.kinds``.
KINDS = ("floor", "textbook", "snapshots", "growth")
DRAWS_HELP = f"Where values are not enumerated, {FEWEST:,} to {MOST:,}."


def command_parser(name: str, about: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"gradarena {name}", description=about)


def bench_parser() -> argparse.ArgumentParser:
    parser = command_parser(
        "bench", "Time the library here: sides of each comparison by turns, medians and ranges."
    )
    add = parser.add_argument
    add("kinds", nargs="*", type=known_kind, metavar="KIND", help=f"{', '.join(KINDS)}; all.")
    add("--estimators", type=name_list, metavar="NAMES", help="With commas; a kind has its own.")
    add("--lanes", type=count_list, metavar="NUMBERS", help="Runs in a program (8,1).")
    add("--batches", type=count_list, metavar="NUMBERS", help="Examples in a minibatch (100,24).")
    add("--widths", type=count_list, metavar="NUMBERS", help="Units of each layer (200,200,200).")
    add("--draws", type=positive_count, metavar="NUMBER", help="At a snapshot (100).")
    add("--rounds", type=positive_count, metavar="NUMBER", help="Turns of each side (7).")
    add("--device", default="cpu", help="cpu, or cuda.")
    add("--output", type=Path, help="Folder for a JSON of each kind, with every round.")
    return parser


def certificates_parser() -> argparse.ArgumentParser:
    parser = command_parser(
        "certificates", "Try every built-in estimator against the oracle and write what was found."
    )
    parser.add_argument(
        "names", nargs="*", type=known_name, metavar="NAME", help="Estimators; all by default."
    )
    parser.add_argument("--draws", type=draw_count, default=DRAWS, help=DRAWS_HELP)
    parser.add_argument("--output", type=Path, default=Path(str(STORE)), help="File to write.")
    parser.add_argument("--stale", action="store_true", help="Only those whose code has changed.")
    return parser


def check_parser() -> argparse.ArgumentParser:
    parser = command_parser(
        "check", "Certify an estimator: built-in, of an installed package, or MODULE:CLASS."
    )
    parser.add_argument("estimator", help="A name, or MODULE:CLASS.")
    parser.add_argument(
        "--settings",
        type=json.loads,
        metavar="JSON",
        help="Of the estimator; by default all that the class certifies.",
    )
    parser.add_argument("--draws", type=draw_count, default=DRAWS, help=DRAWS_HELP)
    parser.add_argument("--json", action="store_true", help="Print JSON, for programs.")
    return parser


def data_parser() -> argparse.ArgumentParser:
    parser = command_parser("data", "Datasets: list, fetch, verify, import.")
    parts = parser.add_subparsers(required=True, dest="part")
    parts.add_parser("list", description="List every dataset, and whether its files are here.")
    part = parts.add_parser("fetch", description="Get the files that are missing.")
    part.add_argument("datasets", nargs="+", metavar="NAME", help="Datasets.")
    part = parts.add_parser("verify", description="Check the files that are here.")
    part.add_argument(
        "datasets",
        nargs="*",
        metavar="NAME",
        help="Datasets; by default those of which a file is here.",
    )
    part = parts.add_parser(
        "import",
        description="Take the files of datasets that lie somewhere, whatever they are called.",
    )
    part.add_argument("paths", nargs="+", metavar="PATH", help="Folders, archives or files.")
    return parser


def table_parser() -> argparse.ArgumentParser:
    return command_parser("table", "Print the table of estimators that the documentation holds.")


def toy_parser() -> argparse.ArgumentParser:
    parser = command_parser(
        "toy",
        "Print exact bias and variance on E[(b - t)^2] of one Bernoulli unit, by enumeration.",
    )
    parser.add_argument(
        "-p", type=probability, metavar="P", help="Probability of b; three settings if not said."
    )
    parser.add_argument("-t", type=target, metavar="T", help="Target; three settings if not said.")
    parser.add_argument("--json", action="store_true", help="Print JSON, for programs.")
    parser.add_argument(
        "--estimators",
        metavar="JSON",
        type=estimator_specs,
        help="A list of estimator specs; all if not said.",
    )
    return parser


PARSERS: dict[str, Callable[[], argparse.ArgumentParser]] = {
    "bench": bench_parser,
    "certificates": certificates_parser,
    "check": check_parser,
    "data": data_parser,
    "table": table_parser,
    "toy": toy_parser,
}


def draw_count(word: str) -> int:
    """Raises ArgumentTypeError outside of the bounds: fewer draws see no bias."""
    if not (word.isdecimal() and FEWEST <= int(word) <= MOST):
        raise argparse.ArgumentTypeError(
            f"{word} is not a whole number from {FEWEST:,} to {MOST:,}"
        )
    return int(word)


def positive_count(word: str) -> int:
    """Raises ArgumentTypeError where it is no whole number above zero."""
    if not (word.isdecimal() and int(word)):
        raise argparse.ArgumentTypeError(f"{word} is no whole number above zero")
    return int(word)


def count_list(text: str) -> tuple[int, ...]:
    return tuple(map(positive_count, text.split(",")))


def name_list(text: str) -> tuple[str, ...]:
    return tuple(map(known_name, text.split(",")))


def known_kind(word: str) -> str:
    """Raises ArgumentTypeError where nothing of that name is timed."""
    if word not in KINDS:
        raise argparse.ArgumentTypeError(f"{word} is none of {', '.join(KINDS)}")
    return word


def known_name(word: str) -> str:
    """Raises ArgumentTypeError where no built-in estimator has it."""
    if word not in ESTIMATORS:
        raise argparse.ArgumentTypeError(f"{word} is none of {', '.join(ESTIMATORS)}")
    return word


def estimator_specs(text: str) -> list[Estimator]:
    """Raises ArgumentTypeError where one is none."""
    try:
        return list(TypeAdapter(list[AnyEstimator]).validate_json(text))
    except ValidationError as error:
        raise argparse.ArgumentTypeError(error.errors()[0]["msg"]) from error


def probability(text: str) -> float:
    """Raises ArgumentTypeError where the unit would not be random."""
    number = number_or_nan(text)
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number between 0 and 1")
    return number


def target(text: str) -> float:
    """Raises ArgumentTypeError outside of 0 to 1."""
    number = number_or_nan(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 to 1")
    return number


def number_or_nan(text: str) -> float:
    """NaN where it is none."""
    try:
        return float(text)
    except ValueError:
        return float("nan")
