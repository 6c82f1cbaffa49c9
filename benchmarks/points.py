"""A program in a store of its own, whose runs bring a chunk of one series with every checkpoint."""

import numpy as np

from estimators.specs.experiment import Experiment
from service import jobs
from service.store import bundles, schema
from service.store.base import open_engine, session_factory
from service.store.series import Series, read_series
from service.submission import SMALLEST

# Steps in a chunk, and runs.
CHUNK, WIDTH = 1_000, 8
LEASE = 600.0


class StoredProgram:
    """Claimed by somebody who only writes."""

    def __init__(self, url: str, chunks: int) -> None:
        """At the URL of a database that is empty; ``chunks`` are what it may write at most."""
        schema.upgrade_schema(url)
        self.engine, self.written = open_engine(url), 0
        self.database = session_factory(self.engine)
        spec = SMALLEST | {"training": {"steps": CHUNK * chunks}, "seeds": list(range(WIDTH))}
        with self.database.begin() as session:
            jobs.submit_plan(session, "load", jobs.training_plan(Experiment.model_validate(spec)))
            bundle = bundles.claim_bundle(session, "cpu", "load", LEASE)
            assert bundle
            self.bundle, self.attempt = bundle.id, bundle.attempt
            self.runs = [run.id for run in bundles.live_runs(session, bundle).values()]

    def write_chunk(self) -> None:
        """The next steps of every run, in one transaction."""
        first = self.written * CHUNK
        steps = np.arange(first + 1, first + CHUNK + 1, dtype=np.int32)
        series = {lane: {"cost": Series(steps, steps / 7)} for lane in range(WIDTH)}
        name = f"{self.bundle}/{self.attempt}/{steps[-1]}.{'0' * 64}.safetensors"
        report = bundles.CheckpointReport(int(steps[-1]), name, series)
        with self.database.begin() as session:
            bundles.write_checkpoint(session, self.bundle, self.attempt, report, LEASE)
        self.written += 1

    def read_runs(self) -> list[Series]:
        """The whole series of every run."""
        with self.database.begin() as session:
            series = read_series(session, self.runs)
        return [series[run]["cost"] for run in self.runs]

    def close(self) -> None:
        self.engine.dispose()
