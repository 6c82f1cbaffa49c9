"""Suites: the tables of a paper as experiments, with what was published beside them.

What a paper leaves unsaid is said here: the number of steps, the mean over the minibatch, units of
zero and one, the rate at which baselines learn.
"""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from .base import Spec
from .experiment import Experiment
from .files import missing_files

Scale = Literal["digits", "quick", "full"]
SUITES = ("muprop-2016",)


class TableCell(Spec):
    """One number of a table.  ``reason`` says why ``spec`` is None, or why it cannot be trained
    here."""

    suite: str
    table: str
    row: str
    column: str
    published: float
    spec: Experiment | None = None
    reason: str = ""

    @property
    def id(self) -> str:
        return file_name(self.table, self.row, self.column)


def file_name(table: str, *words: str) -> str:
    """Of a cell or a row, fit for a file."""
    whole = " ".join([f"table{table}", *words]).replace("1/2", "half").lower()
    return "-".join("".join(c if c.isalnum() else " " for c in whole).split())


class Budget(Spec):
    """What a scale spends.  ``looks``: how often it evaluates; ``shrink`` cuts the units of every
    layer."""

    steps: int
    seeds: tuple[int, ...]
    rates: tuple[float, ...]
    looks: int = 10
    shrink: int = 1


PAPER = {  # the grids: of a table, and of the faces in it
    "2": (3e-3, 1e-3, 3e-4, 1e-4, 3e-5),
    "TFD": (3e-4, 1e-4, 3e-5, 1e-5, 3e-6),
    "3": (3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6),
}
EPOCH = 500  # steps
SPARSE = 50  # steps between evaluations, at least

# The baseline learns at a tenth of the model's rate: at ten times it, it diverges under momentum.
SCORE = {"centre": True, "normalise": True, "input_dependent": 100}
COLUMNS: dict[str, dict[str, Any]] = {
    "LR-C-VN-IDB": {"name": "nvil", "tuning_rate": 0.1, "signal": SCORE},
    "MuProp-C": {"name": "muprop", "signal": {"centre": True}},
    "MuProp-C-VN": {"name": "muprop", "signal": {"centre": True, "normalise": True}},
    "MuProp-C-IDB": {
        "name": "muprop",
        "tuning_rate": 0.1,
        "signal": {"centre": True, "input_dependent": 100},
    },
    "ST": {"name": "straight_through"},
    "1/2": {"name": "half"},
}
BERNOULLI = {"family": "bernoulli", "n": 200}
MODELS: dict[str, dict[str, Any]] = {
    "MNIST 392-200-200-392": {"name": "structured_prediction", "layers": [BERNOULLI] * 2},
    "MNIST 392-200-200-200-392": {"name": "structured_prediction", "layers": [BERNOULLI] * 3},
    "TFD 2304-200-200-2304": {"name": "structured_prediction", "layers": [BERNOULLI] * 2},
    "SBN 200-784": {"name": "sigmoid_belief_net", "layers": [BERNOULLI]},
    "SBN 200-200-784": {"name": "sigmoid_belief_net", "layers": [BERNOULLI] * 2},
    "SBN 200-200-200-784": {"name": "sigmoid_belief_net", "layers": [BERNOULLI] * 3},
    "fDARN 200-784": {"name": "fdarn", "layers": [{**BERNOULLI, "autoregressive": True}]},
    "Categorical (200x10)-784": {
        "name": "categorical_belief_net",
        "layers": [{"family": "categorical", "n": 200, "classes": 10}],
    },
}


def scale_budget(scale: Scale, table: str, row: str) -> Budget:
    """digits: minutes on two cores, nothing to download; quick: an hour or so on MNIST; full: the
    paper's grid over 200 epochs of MNIST, two seeds; faces take as many steps."""
    grid = PAPER.get(row.split()[0], PAPER[table])
    budgets = {
        "digits": Budget(steps=600, seeds=(0, 1), rates=(0.1, 0.03), shrink=8),
        "quick": Budget(steps=10 * EPOCH, seeds=(0,), rates=grid[:2]),
        "full": Budget(steps=200 * EPOCH, seeds=(0, 1), rates=grid, looks=4),
    }
    return budgets[scale]


def published_tables(suite: str) -> dict[str, Any]:
    """The paper's tables, with source and provenance."""
    tables: dict[str, Any] = json.loads(Path(__file__).with_name(f"{suite}.json").read_text())
    return tables


def other_measurements(suite: str) -> list[dict[str, Any]]:
    """What others measured on the same tasks, with source, provenance and settings.  ``row`` is
    None where the suite has no such net."""
    measurements: list[dict[str, Any]] = json.loads(
        Path(__file__).with_name(f"{suite}.elsewhere.json").read_text()
    )
    return measurements


def table_cells(suite: str, scale: Scale, **changes: Any) -> Iterator[TableCell]:
    """Every number of the paper's tables.  ``changes``: fields of the budget to take instead."""
    for table, content in published_tables(suite)["tables"].items():
        for row, numbers in content["rows"].items():
            spent = scale_budget(scale, table, row).model_copy(
                update={k: v for k, v in changes.items() if v}
            )
            for column, number in zip(content["columns"], numbers, strict=True):
                at = {
                    "suite": suite,
                    "table": table,
                    "row": row,
                    "column": column,
                    "published": number,
                }
                yield TableCell(**at, **cell_experiment(table, row, column, scale, spent))


def matching_cells(suite: str, scale: Scale, pattern: str = "*", **spent: Any) -> list[TableCell]:
    """The cells whose id fits; ``spent``: other than the scale's."""
    return [cell for cell in table_cells(suite, scale, **spent) if fnmatchcase(cell.id, pattern)]


def cell_experiment(
    table: str, row: str, column: str, scale: Scale, spent: Budget
) -> dict[str, Any]:
    """spec, and the reason why there is none, or why it cannot be trained on this machine."""
    data = cell_dataset(table, row, scale)
    if data is None:
        return {"reason": "The digits hold no faces."}
    every = max(spent.steps // spent.looks, SPARSE)
    about = {
        "model": MODELS[row]
        | {"layers": [shrunk_layer(layer, spent.shrink) for layer in MODELS[row]["layers"]]},
        "estimator": COLUMNS[column],
        "dataset": data,
        "training": {
            "steps": spent.steps,
            "learning_rate": spent.rates,
            "checkpoint_every": max(spent.steps // 10, SPARSE),
        },
        "evaluation": {"every": every, "samples": 100 if table == "2" else 1},
        "seeds": spent.seeds,
    }
    try:
        spec = Experiment.model_validate(about)
    except ValidationError as error:
        return {"reason": error.errors()[0]["msg"]}
    lacking = ", ".join(missing_files(spec.dataset))
    return {
        "spec": spec,
        "reason": f"No file: {spec.dataset.name} lacks {lacking}." if lacking else "",
    }


def shrunk_layer(layer: dict[str, Any], by: int) -> dict[str, Any]:
    return layer | {"n": layer["n"] // by}


def cell_dataset(table: str, row: str, scale: Scale) -> dict[str, Any] | None:
    """Table 2 binarises by threshold, Table 3 has drawn the pixels once.  None: there are no such
    data."""
    faces = row.startswith("TFD")
    if scale == "digits":
        return None if faces else {"name": "digits"}
    if faces:
        return {"name": "tfd"}
    return {"name": "mnist", "binarisation": {"name": "threshold" if table == "2" else "static"}}
