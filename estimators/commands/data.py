"""Datasets: what there is, fetch the files of one, verify what is there."""

import argparse
import sys
import time
from importlib import import_module

from ..data.fetch import Unreachable, fetch
from ..data.shelf import Shelf
from ..specs.datasets import DATASETS

BEAT = 0.2  # seconds between two looks of the progress bar


def shelf(name: str) -> Shelf | None:
    """None where the files ship with the package."""
    return getattr(import_module(f"...data.{name}", __name__), "SHELF", None)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="data", description=__doc__)
    parts = parser.add_subparsers(required=True)
    parts.add_parser("list", help="every dataset, and whether it is here").set_defaults(do=show)
    for name, do, about in (
        ("fetch", get, "get what is missing"),
        ("verify", verify, "check what is here"),
    ):
        part = parts.add_parser(name, help=about)
        part.add_argument("datasets", nargs="+" if do is get else "*", metavar="NAME")
        part.set_defaults(do=do)
    options = parser.parse_args(words)
    names = getattr(options, "datasets", [])
    if strangers := set(names) - set(DATASETS):
        parser.error(
            f"no dataset is called {', '.join(sorted(strangers))}; there are {', '.join(DATASETS)}"
        )
    return options.do(names)


def states(name: str) -> dict[str, str]:
    """File -> good, missing, or what is wrong; empty where nothing is wanted."""
    found = shelf(name)
    return {file.name: found.state(file) for file in found.files} if found else {}


def show(_: list[str]) -> int:
    for name, kind in DATASETS.items():
        wanting = [file for file, state in states(name).items() if state != "good"]
        here = f"wants {', '.join(wanting)}" if wanting else "here"
        split = "/".join(map(str, kind.split)) or "as the file says"
        print(f"{name:15s} {split:22s} {here}")
    return 0


def get(names: list[str]) -> int:
    status = 0
    for name in names:
        if (found := shelf(name)) is None:
            print(f"{name}: ships with the package")
            continue
        try:
            fetched = fetch(found, Bar())
            print(f"{name}: {', '.join(fetched) or 'all was there'}")
        except Unreachable as error:
            print(error, file=sys.stderr)
            status = 1
    return status


def verify(names: list[str]) -> int:
    """1 if a file is missing or wrong.  Of no dataset: of those that are here in part."""
    status = 0
    for name in names or DATASETS:
        for file, state in states(name).items():
            if names or state != "missing":
                print(f"{name}/{file}: {state}")
                status = max(status, state != "good")
    return int(status)


class Bar:
    """How far a download is, on one line of a terminal."""

    def __init__(self) -> None:
        self.shown = 0.0

    def __call__(self, what: str, done: int, total: int | None) -> None:
        if not sys.stderr.isatty() or (done != total and time.monotonic() - self.shown < BEAT):
            return
        self.shown = time.monotonic()
        share = done / total if total else 0.0
        line = (
            f"{what.rsplit('/', 1)[-1]:40.40s} [{'#' * int(30 * share):30s}] {done / 1e6:8.1f} MB"
        )
        print(f"\r{line}", end="\n" if done == total else "", file=sys.stderr, flush=True)
