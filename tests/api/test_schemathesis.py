"""The OpenAPI document is true: what it allows is answered so, what it forbids is refused."""

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import EngineFinished, NonFatalError, ScenarioFinished

from service.api.app import create_app

ACCEPTED = ["2xx", "3xx", "401", "403", "404", "409", "429"]


@schemathesis.check
def refused_for_a_reason(context, response, case):
    """What no schema can say: parts of an experiment that do not fit together."""
    valid = case.meta is not None and case.meta.generation.mode.is_positive
    if (
        case.operation.definition.raw.get("operationId") in ("submit_job", "validate_job")
        and valid
        and response.status_code == 422
    ):
        assert response.json()["type"] == "/problems/refused"


# Bodies that hold a whole experiment have thousands of single departures from their schema.
EXPERIMENTS = ["submit_job", "submit_entry", "register_benchmark"]


def config(examples: int, departures: bool) -> SchemathesisConfig:
    """departures: whether every single one from an experiment's schema is tried too."""
    return SchemathesisConfig.from_dict(
        {
            "seed": 1,
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
                        "submit_suite",
                        "submit_suite_probes",
                        "submit_entry",
                        "register_benchmark",
                    ],
                    "checks": {
                        "positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "422"]}
                    },
                },
            ],
        }
    )


def told(event) -> list[str]:
    """Every failure of a scenario, with what was sent."""
    return [
        f"{check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
        for checks in event.recorder.checks.values()
        for check in checks
        if check.status == Status.FAILURE
    ]


@pytest.mark.parametrize(
    "url, examples, departures",
    [
        ("sqlite", 4, False),
        pytest.param("sqlite", 8, True, marks=pytest.mark.slow),
        pytest.param("postgresql", 4, True, marks=pytest.mark.slow),
    ],
    indirect=["url"],
)
def test_it_cannot_be_broken(migrated, settings, broker, examples, departures):
    # The name in its Host header is none of ours.
    app = create_app(settings.model_copy(update={"trust_network": True}))
    schema = schemathesis.openapi.from_asgi(
        "/openapi.json", app, config=config(examples, departures)
    )
    failures, calls = [], 0
    for event in from_schema(schema).execute():
        if isinstance(event, ScenarioFinished):
            failures += told(event)
            calls += len(event.recorder.cases)
        elif isinstance(event, NonFatalError):
            failures.append(str(event.info))
    assert isinstance(event, EngineFinished) and not failures, "\n\n".join(failures[:5])
    assert calls > 500
