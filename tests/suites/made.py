"""Pieces of a cell, as a training would leave them."""

from analysis.papers.training import piece_records
from estimators.specs.suites import table_cells

NAME = "muprop-2016"
COLUMNS = ("LR-C-VN-IDB", "MuProp-C", "MuProp-C-VN", "ST", "1/2")


def some_cells(scale="digits", **spent):
    return {(cell.row, cell.column): cell for cell in table_cells(NAME, scale, **spent)}


def cell(row="MNIST 392-200-200-392", column="ST", scale="digits", **spent):
    return some_cells(scale, **spent)[row, column]


def run(seed, rate, validation=50.0, test=57.0, reason="completed", costs=((2, 4), (60.0, 58.0))):
    series = {
        "bound/validation": [[4], [validation]],
        "bound/test": [[4], [test]],
        "cost/train": list(costs),
    }
    return {
        "seed": seed,
        "learning_rate": rate,
        "momentum": 0.9,
        "reason": reason,
        "series": series,
    }


def records(runs, spent=None):
    """The runs of a piece as the report reads them."""
    return piece_records(piece(runs, spent)).runs


def trained(runs, spent=None):
    """A piece as the report reads it."""
    return piece_records(piece(runs, spent))


def piece(runs, spent=None):
    """Of a cell's spec."""
    spec = (spent or cell()).spec
    made = {"device_class": "a processor", "torch": "2", "version": "0", "code": "c0de"}
    return {"spec": spec.model_dump(mode="json"), "made": made, "runs": runs}


def grid(values, diverged=()):
    """Runs of {rate: (validation bounds, test bounds)}."""
    return [
        run(seed, rate, v, t, "diverged" if rate in diverged else "completed")
        for rate, (validation, test) in values.items()
        for seed, (v, t) in enumerate(zip(validation, test, strict=True))
    ]
