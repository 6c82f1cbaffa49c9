"""Whatever the OpenAPI document allows is answered so, and what it forbids is refused: tried by
schemathesis, all checks, operation by operation and in sequences.

    python -m tests.api.fuzz [--seeds 1 2 3] [--examples 30] [--database postgresql]
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import NonFatalError, ScenarioFinished

from service.api import waiting
from tests.servers import Postgres

ACCEPTED = ["2xx", "3xx", "401", "403", "404", "409", "429"]


@schemathesis.check
def refused_for_a_reason(context, response, case):
    """What no schema can say: parts of an experiment that do not fit together."""
    valid = case.meta is not None and case.meta.generation.mode.is_positive
    if (
        case.operation.definition.raw.get("operationId")
        in ("submit_job", "validate_job", "extend_job")
        and valid
        and response.status_code == 422
    ):
        assert response.json()["type"] == "/problems/refused"


# Bodies that hold a whole experiment have thousands of single departures from their schema.
EXPERIMENTS = ["submit_job", "validate_job", "submit_entry", "register_benchmark"]


def fuzz_config(examples: int, seed: int, departures: bool) -> SchemathesisConfig:
    """departures: whether every single one from an experiment's schema is tried too."""
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            # a long poll may take half a minute
            "request-timeout": 60,
            "generation": {"max-examples": examples, "database": "none", "deterministic": True},
            "operations": [
                {
                    "include-operation-id": EXPERIMENTS,
                    "phases": {"coverage": {"enabled": departures}},
                },
                {
                    "include-operation-id": [
                        "submit_job",
                        "validate_job",
                        "extend_job",
                        "submit_suite",
                        "submit_suite_probes",
                        "submit_entry",
                        "register_benchmark",
                        "get_benchmark_board",
                        "get_benchmark_pareto",
                        # names that nothing has
                        "list_jobs",
                        "compare_entries",
                        "get_benchmark_profiles",
                        "get_benchmark_sensitivity",
                    ],
                    "checks": {
                        "positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "422"]}
                    },
                },
            ],
        }
    )


def told_failures(event) -> list[str]:
    """Every failure of a scenario, with what was sent."""
    return [
        f"{check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
        for checks in event.recorder.checks.values()
        for check in checks
        if check.status == Status.FAILURE
    ]


def fuzz_app(app, examples: int, seed: int, departures: bool) -> tuple[list[str], int]:
    """Every failure, and how many requests were sent."""
    config = fuzz_config(examples, seed, departures)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
    failures, calls = [], 0
    # long polls would each wait for a change that does not come
    with patch.object(waiting, "LONGEST", 0.1):
        for event in from_schema(schema).execute():
            if isinstance(event, ScenarioFinished):
                failures += told_failures(event)
                calls += len(event.recorder.cases)
            elif isinstance(event, NonFatalError):
                failures.append(str(event.info))
    return failures, calls


def fuzz_database(url: str, folder: str, examples: int, seed: int) -> tuple[list[str], int]:
    """A service of its own on this database."""
    from service.api.app import create_app
    from service.config import Settings
    from service.store import schema

    schema.upgrade_schema(url)
    app = create_app(Settings(database=url, data=folder, trust_network=True))
    try:
        return fuzz_app(app, examples, seed, departures=True)
    finally:
        app.state.engine.dispose()


@contextmanager
def database_url(name: str, folder: Path) -> Iterator[str]:
    """Of a new database in a folder."""
    if name == "sqlite":
        yield f"sqlite:///{folder}/arena.db"
        return
    folder.chmod(0o755)
    server = Postgres(folder / "pg")
    try:
        yield server.url
    finally:
        server.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--examples", type=int, default=30)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    well = True
    for seed in options.seeds:
        with tempfile.TemporaryDirectory(prefix="fuzz") as folder:
            os.environ |= {"GRADARENA_DATA": folder, "GRADARENA_BROKER": "filesystem://"}
            began = time.monotonic()
            with database_url(options.database, Path(folder)) as url:
                failures, calls = fuzz_database(url, folder, options.examples, seed)
        lasted = time.monotonic() - began
        print(f"seed {seed}: {calls:,} requests in {lasted:.0f} s, {len(failures)} failures")
        print("\n\n".join(failures), flush=True)
        well &= not failures
    return 0 if well else 1


if __name__ == "__main__":
    raise SystemExit(main())
