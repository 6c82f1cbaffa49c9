"""What MLflow does with the same runs: their points are written and read, beside our store.

    python -m benchmarks.mlflow_points [--rounds 7] [--output benchmarks/results]

Both on SQLite, in one process, by turns: eight runs bring 1,000 steps of one series each, ours as a
checkpoint, MLflow's as a batch for each run; then whole series are read.  MLflow is optional, as
other peers are (requirements/peers.txt).
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.peers.results import write_results
from benchmarks.points import CHUNK, WIDTH, StoredProgram
from estimators.arguments import positive_count
from estimators.commands.bench import printed_comparisons
from estimators.devices import HOST
from estimators.timing.turns import Comparison, Side, time_by_turns

MISSING = "mlflow is missing: pip install -r requirements/peers.txt"


class LoggedRuns:
    """Runs of MLflow, whose metrics are logged in batches."""

    def __init__(self, url: str, folder: Path) -> None:
        self.client: Any = import_module("mlflow.tracking").MlflowClient(tracking_uri=url)
        self.metric: Any = import_module("mlflow.entities").Metric
        experiment = self.client.create_experiment("runs", artifact_location=str(folder))
        self.runs = [self.client.create_run(experiment).info.run_id for _ in range(WIDTH)]
        self.written = 0

    def write_chunk(self) -> None:
        """The next steps of every run."""
        steps = range(self.written * CHUNK + 1, (self.written + 1) * CHUNK + 1)
        for run in self.runs:
            self.client.log_batch(run, metrics=[self.metric("cost", t / 7, t, t) for t in steps])
        self.written += 1

    def read_runs(self) -> list[Any]:
        """The whole series of every run."""
        return [self.client.get_metric_history(run, "cost") for run in self.runs]


def point_comparisons(rounds: int, folder: Path) -> Iterator[Comparison]:
    """Writing, then reading what was written; each side warms up with one call."""
    ours = StoredProgram(f"sqlite:///{folder}/ours.db", 2 + rounds)
    theirs = LoggedRuns(f"sqlite:///{folder}/theirs.db", folder)
    writing = {"ours": Side(ours.write_chunk, WIDTH), "MLflow": Side(theirs.write_chunk, WIDTH)}
    yield Comparison({"what": "write", "steps": CHUNK}, time_by_turns(writing, rounds, 1, HOST))
    reading = {"ours": Side(ours.read_runs, WIDTH), "MLflow": Side(theirs.read_runs, WIDTH)}
    about = {"what": "read", "steps": ours.written * CHUNK}
    yield Comparison(about, time_by_turns(reading, rounds, 1, HOST))
    ours.close()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=positive_count, default=7)
    parser.add_argument("--output", type=Path, help="folder for mlflow.json")
    options = parser.parse_args(words)
    if find_spec("mlflow") is None:
        print(MISSING, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="points") as folder:
        comparisons = list(printed_comparisons(point_comparisons(options.rounds, Path(folder))))
    if options.output:
        write_results(options.output, "mlflow", comparisons, ["mlflow"])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
