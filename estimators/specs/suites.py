"""Suites: the tables of a paper as experiments, with what was published beside them.

What a paper leaves unsaid is said here: the number of steps, the mean over the minibatch, how units
are written down, the rate at which baselines learn.  A paper whose nets may be written down in two
ways is two suites, each with results of its own.
"""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from .base import Spec
from .experiment import Experiment
from .files import missing_files

Scale = Literal["digits", "quick", "full"]


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
Models = dict[str, dict[str, Any]]
MODELS: Models = {
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
# The same maps; a discrete VAE has these units and inputs, and visible biases that begin at the
# mean image, unless it says otherwise.
CENTRED: Models = {
    row: model | {"name": "discrete_vae"}
    for row, model in MODELS.items()
    if model["name"] == "sigmoid_belief_net"
}


class Suite(NamedTuple):
    """The tables of a paper, those rows that ``models`` has; ``notes`` go with every table."""

    paper: str  # names the files of what was published, and of what others measured
    models: Models
    notes: tuple[str, ...] = ()


SUITES = {
    "muprop-2016": Suite("muprop-2016", MODELS),
    "muprop-2016-centred": Suite(
        "muprop-2016",
        CENTRED,
        (
            "Units of minus one and one, inputs less the mean image, visible biases that begin at "
            "it.  The paper says of none of them how it had them; in muprop-2016 units are zero "
            "and one, inputs as they are, and biases begin at zero.",
        ),
    ),
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
    """The rows of the paper's tables that the suite has, with source and provenance."""
    paper, models, notes = SUITES[suite]
    published: dict[str, Any] = json.loads(paper_file(paper, "json").read_text())
    for table in published["tables"].values():
        table["rows"] = {row: numbers for row, numbers in table["rows"].items() if row in models}
        table["notes"] += notes
    tables = published["tables"].items()
    return published | {"tables": {name: table for name, table in tables if table["rows"]}}


def other_measurements(suite: str) -> list[dict[str, Any]]:
    """What others measured on the same tasks, with source, provenance and settings.  ``row`` is
    None where the suite has no such net."""
    path = paper_file(SUITES[suite].paper, "elsewhere.json")
    measurements: list[dict[str, Any]] = json.loads(path.read_text())
    return measurements


def paper_file(paper: str, suffix: str) -> Path:
    """What ships of a paper."""
    return Path(__file__).with_name(f"{paper}.{suffix}")


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
                model = SUITES[suite].models[row]
                yield TableCell(**at, **cell_experiment(table, row, column, model, scale, spent))


def matching_cells(suite: str, scale: Scale, pattern: str = "*", **spent: Any) -> list[TableCell]:
    """The cells whose id fits; ``spent``: other than the scale's."""
    return [cell for cell in table_cells(suite, scale, **spent) if fnmatchcase(cell.id, pattern)]


def cell_experiment(
    table: str, row: str, column: str, model: dict[str, Any], scale: Scale, spent: Budget
) -> dict[str, Any]:
    """spec, and the reason why there is none, or why it cannot be trained on this machine."""
    data = cell_dataset(table, row, scale)
    if data is None:
        return {"reason": "The digits hold no faces."}
    every = max(spent.steps // spent.looks, SPARSE)
    about = {
        "model": model
        | {"layers": [shrunk_layer(layer, spent.shrink) for layer in model["layers"]]},
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
