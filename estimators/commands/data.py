"""Datasets: what there is, fetch the files of one, take them from a folder, verify what is here."""

import argparse
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from ..data.fetch import Unreachable, fetch_files
from ..data.imports import import_files
from ..data.shelf import Shelf
from ..specs.datasets import DATASETS

# Seconds between two looks of the progress bar.
BEAT = 0.2


def dataset_shelf(name: str) -> Shelf | None:
    """None where the files ship with the package."""
    shelf: Shelf | None = getattr(import_module(f"...data.{name}", __name__), "SHELF", None)
    return shelf


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="gradarena data", description=__doc__)
    parts = parser.add_subparsers(required=True)
    parts.add_parser("list", help="every dataset, and whether it is here").set_defaults(
        do=list_datasets
    )
    for name, do, about in (
        ("fetch", fetch_datasets, "get what is missing"),
        ("verify", verify_datasets, "check what is here"),
    ):
        part = parts.add_parser(name, help=about)
        part.add_argument("datasets", nargs="+" if do is fetch_datasets else "*", metavar="NAME")
        part.set_defaults(do=do)
    part = parts.add_parser("import", help="take what is in a folder, whatever it is called there")
    part.add_argument("paths", nargs="+", metavar="PATH", help="folders, archives or files")
    options = parser.parse_args(words)
    paths: list[str] = getattr(options, "paths", [])
    if paths:
        return import_datasets(paths)
    names = getattr(options, "datasets", [])
    if strangers := set(names) - set(DATASETS):
        parser.error(
            f"no dataset is called {', '.join(sorted(strangers))}; there are {', '.join(DATASETS)}"
        )
    command: Callable[[list[str]], int] = options.do
    return command(names)


def file_states(name: str) -> dict[str, str]:
    """File -> good, missing, or what is wrong; empty where nothing is wanted."""
    shelf = dataset_shelf(name)
    return {file.name: shelf.state(file) for file in shelf.files} if shelf else {}


def list_datasets(_: list[str]) -> int:
    """A line for each: its split, and which files it wants."""
    for name, kind in DATASETS.items():
        wanting = [file for file, state in file_states(name).items() if state != "good"]
        here = f"wants {', '.join(wanting)}" if wanting else "here"
        split = "/".join(map(str, kind.split)) or "as the file says"
        print(f"{name:15s} {split:22s} {here}")
    return 0


def fetch_datasets(names: list[str]) -> int:
    """1 if something could not be had; what it is and where to put it is printed."""
    status = 0
    for name in names:
        if (shelf := dataset_shelf(name)) is None:
            print(f"{name}: ships with the package")
            continue
        try:
            fetched = fetch_files(shelf, Bar())
            print(f"{name}: {', '.join(fetched) or 'all was there'}")
        except Unreachable as error:
            print(error, file=sys.stderr)
            status = 1
    return status


def import_datasets(paths: list[str]) -> int:
    """1 if nothing of what lies there is a file of a dataset."""
    shelves = [shelf for name in DATASETS if (shelf := dataset_shelf(name))]
    count = 0
    for path in map(Path, paths):
        if not path.exists():
            print(f"{path}: nothing is there", file=sys.stderr)
        for shelf, file, source in import_files(path, shelves):
            print(f"{shelf.name}/{file.name}: from {source}")
            count += 1
    if not count:
        print("No file of a dataset is there.  gradarena data list names them.", file=sys.stderr)
    return int(not count)


def verify_datasets(names: list[str]) -> int:
    """1 if a file is missing or wrong.  Of no dataset: of those that are here in part."""
    status = 0
    for name in names or DATASETS:
        for file, state in file_states(name).items():
            if names or state != "missing":
                print(f"{name}/{file}: {state}")
                status = max(status, state != "good")
    return int(status)


class Bar:
    """How far a download is, on one line of a terminal."""

    def __init__(self) -> None:
        self.printed_at = 0.0

    def __call__(self, what: str, done: int, total: int | None) -> None:
        if not sys.stderr.isatty() or (done != total and time.monotonic() - self.printed_at < BEAT):
            return
        self.printed_at = time.monotonic()
        share = done / total if total else 0.0
        line = (
            f"{what.rsplit('/', 1)[-1]:40.40s} [{'#' * int(30 * share):30s}] {done / 1e6:8.1f} MB"
        )
        print(f"\r{line}", end="\n" if done == total else "", file=sys.stderr, flush=True)
