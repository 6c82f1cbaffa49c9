"""The field's canonical toy beside the board: exact bias and variance of the same estimators."""

import json
import subprocess
import sys
from typing import Any

from rich.table import Table

from analysis.records.labels import estimator_label

from .plan import ENTRANTS


def toy_rows() -> list[dict[str, Any]]:
    """Of the demo's entrants, by the library's own command: this process loads no torch."""
    asked = json.dumps([estimator.model_dump(mode="json") for estimator, _ in ENTRANTS])
    where = ["-p", "0.2", "-t", "0.499", "--json"]
    command = [sys.executable, "-m", "estimators", "toy", *where, "--estimators", asked]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def toy_table(rows: list[dict[str, Any]]) -> Table:
    gradient = rows[0]["gradient"]
    table = Table(
        title="The toy E[(b - 0.499)²], one Bernoulli unit of probability 0.2, by enumeration",
        caption=f"Of the derivative in the logit, exactly {gradient:.4g}.  Bias, relative to that "
        f"as on the board, and variance are exact too.",
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("estimator")
    for column in ("bias", "variance", "evaluations/step"):
        table.add_column(column, justify="right")
    for row in rows:
        cost = f"{row['forward']:g} + {row['backward']:g}"
        bias = f"{row['bias']:,.1%}" if row["bias"] else "none"
        table.add_row(estimator_label(row["estimator"]), bias, f"{row['variance']:.4g}", cost)
    return table
