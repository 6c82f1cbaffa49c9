"""Datasets: what there is, fetch the files of one, take them from a folder, verify what is here."""

import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from ..arguments import data_parser
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
    parser = data_parser()
    options = parser.parse_args(words)
    if options.part == "import":
        return import_datasets(options.paths)
    names: list[str] = getattr(options, "datasets", [])
    if strangers := set(names) - set(DATASETS):
        parser.error(
            f"no dataset is called {', '.join(sorted(strangers))}; there are {', '.join(DATASETS)}"
        )
    return PARTS[options.part](names)


def file_states(name: str) -> dict[str, str]:
    """File -> good, missing, or what is wrong; empty where nothing is wanted."""
    shelf = dataset_shelf(name)
    return {file.name: shelf.state(file) for file in shelf.files} if shelf else {}


def list_datasets(_: list[str]) -> int:
    """A line for each: its split, which files it wants, and which are damaged."""
    print(f"{'dataset':15s} {'split':22s} files")
    for name, kind in DATASETS.items():
        split = "/".join(map(str, kind.split)) or "as the file says"
        print(f"{name:15s} {split:22s} {files_phrase(file_states(name))}")
    return 0


def files_phrase(states: Mapping[str, str]) -> str:
    """In a few words; ``verify`` says what is wrong with a damaged one."""
    missing = [file for file, state in states.items() if state == "missing"]
    damaged = [file for file, state in states.items() if state not in ("missing", "good")]
    named = {"wants": missing, "damaged:": damaged}
    return "; ".join(f"{word} {', '.join(some)}" for word, some in named.items() if some) or "here"


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
        for shelf, file, source in import_files(path, shelves, print_unreadable):
            print(f"{shelf.name}/{file.name}: from {source}")
            count += 1
    if not count:
        print("No file of a dataset is there.  gradarena data list names them.", file=sys.stderr)
    return int(not count)


def print_unreadable(path: Path, error: Exception) -> None:
    """A damaged file is no reason to leave out those beside it."""
    print(f"{path}: passed over, it cannot be read or unpacked: {error}", file=sys.stderr)


def verify_datasets(names: list[str]) -> int:
    """1 if a file is missing or wrong.  Of no dataset: of those that are here in part."""
    status = 0
    for name in names or DATASETS:
        for file, state in file_states(name).items():
            if names or state != "missing":
                print(f"{name}/{file}: {state}")
                status = max(status, state != "good")
    return int(status)


PARTS: dict[str, Callable[[list[str]], int]] = {
    "list": list_datasets,
    "fetch": fetch_datasets,
    "verify": verify_datasets,
}


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
