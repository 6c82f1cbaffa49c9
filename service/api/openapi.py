"""The service's own description: FastAPI's, with the shapes of submissions and problems added."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service.entries import protocol_schemas
from service.entry_trials import OwnTuning
from service.keys import KeyRequest
from service.submission import submission_schemas

from .problems import Problem

REFERENCE = "#/components/schemas/"
SUMMARY = "Which gradient estimator is better, and why"
DESCRIPTION = """Submit a model, an estimator and a dataset; every seed is trained, measured and
evaluated by one library under one protocol; leaderboards rank estimators with intervals.

Every list is `{"data": [...], "next_cursor": ...}`: give `next_cursor` as `cursor` for the page
that follows.  Every error is a problem document (RFC 9457) whose `type` is served under
`/problems/`.
Where the service asks for keys, show one: `Authorization: Bearer KEY`; a browser may show it as
the password of any name."""
TAGS = [
    {"name": "jobs", "description": "One experiment each: a run for every seed and setting."},
    {"name": "runs", "description": "One seed at one setting, and what it measured."},
    {"name": "catalogue", "description": "What can be asked for."},
    {"name": "leaderboards", "description": "Which estimator is better, with intervals."},
    {"name": "benchmarks", "description": "Protocols declared beforehand, and who is entered."},
    {"name": "suites", "description": "A paper's tables, and ours beside them."},
    {"name": "workers", "description": "Who trains."},
    {"name": "keys", "description": "Who may do what, for admins."},
    {"name": "webhooks", "description": "Who is told of what ended."},
    {"name": "health", "description": "Whether the service lives."},
    {"name": "problems", "description": "What the errors mean."},
]


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=SUMMARY,
            description=DESCRIPTION,
            routes=app.routes,
            tags=TAGS,
            license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        )
        complete_document(document)
        # whole: another thread may ask meanwhile
        app.openapi_schema = document
    return app.openapi_schema


def complete_document(document: dict[str, Any]) -> None:
    components = document.setdefault("components", {})
    problem = Problem.model_json_schema(ref_template=REFERENCE + "{model}")
    wanted = KeyRequest.model_json_schema(ref_template=REFERENCE + "{model}")
    parts = {
        **components.get("schemas", {}),
        **problem.pop("$defs"),
        **wanted.pop("$defs"),
        **protocol_schemas(REFERENCE),
        **submission_schemas(REFERENCE),
        "OwnTuning": OwnTuning.model_json_schema(ref_template=REFERENCE + "{model}"),
        "KeyRequest": wanted,
        "Problem": problem,
    }
    for unused in ("HTTPValidationError", "ValidationError"):
        parts.pop(unused, None)
    components["schemas"] = parts
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path in document["paths"].values():
        for operation in path.values():
            operation["summary"] = operation["operationId"].replace("_", " ").capitalize()
            operation["security"] = [{}, {"key": []}]
