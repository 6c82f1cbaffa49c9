"""Results of comparisons with other libraries, as ``gradarena bench`` writes its own."""

import json
import os
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from estimators.commands.bench import results_text
from estimators.devices import HOST
from estimators.timing.turns import Comparison


def write_results(
    folder: Path, kind: str, comparisons: list[Comparison], distributions: Iterable[str]
) -> None:
    """With the versions of these packages, and how busy the machine was (its load over the last
    minutes: 1, 5 and 15)."""
    results: dict[str, Any] = json.loads(results_text(kind, HOST, comparisons))
    peers = {name: version(name) for name in distributions}
    results["environment"] |= {"peers": peers, "load": os.getloadavg()}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{kind}.json").write_text(json.dumps(results, indent=1) + "\n")
