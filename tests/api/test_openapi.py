"""What the document promises: names, examples, bounds, and a problem for every way to fail."""

import subprocess
import sys

import pytest

from service import errors
from service.api.app import create_app
from service.config import Settings
from tests.api.conftest import SMALLEST


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    folder = tmp_path_factory.mktemp("openapi")
    return create_app(Settings(database=f"sqlite:///{folder}/arena.db", data=folder)).openapi()


def operations(document):
    return [operation for path in document["paths"].values() for operation in path.values()]


def nodes(value):
    """Every object in a document."""
    if isinstance(value, dict):
        yield value
    for child in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from nodes(child)


def test_every_operation_has_a_name_of_its_own(document):
    names = [operation["operationId"] for operation in operations(document)]
    assert len(set(names)) == len(names) >= 20 and all(name.islower() for name in names)
    assert all(operation["tags"] and operation["summary"] for operation in operations(document))


VERBS = {
    *("List", "Get", "Submit", "Change", "Delete", "Cancel", "Retry", "Compare", "Export"),
    *("Withdraw", "Register", "Make", "Revoke", "Validate", "Extend"),
}


def test_summaries_say_what_an_operation_does(document):
    for operation in operations(document):
        verb, *what = operation["summary"].split()
        assert verb in VERBS and what, operation["summary"]
        assert operation["description"]


def test_every_parameter_is_described(document):
    silent = [
        (operation["operationId"], parameter["name"])
        for operation in operations(document)
        for parameter in operation.get("parameters", [])
        if not parameter.get("description")
    ]
    assert not silent


def test_every_list_has_one_shape(document):
    """And is read page by page."""
    schemas = document["components"]["schemas"]
    lists = [one for one in operations(document) if one["operationId"].startswith("list_")]
    for operation in lists:
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        shape = schemas[schema["$ref"].removeprefix("#/components/schemas/")]
        assert {"data", "next_cursor"} <= shape["properties"].keys(), operation["operationId"]
        names = {parameter["name"] for parameter in operation.get("parameters", [])}
        assert not names & {"after", "before", "page", "offset"}
        assert {"cursor", "limit"} <= names, operation["operationId"]
    assert len(lists) >= 14


def test_every_operation_documents_its_problems(document):
    for operation in operations(document):
        failures = {
            status: answer for status, answer in operation["responses"].items() if status >= "400"
        }
        assert {"406", "500", "503"} <= failures.keys()
        assert all(
            list(answer["content"]) == ["application/problem+json"] for answer in failures.values()
        )
    assert "ValidationError" not in document["components"]["schemas"]


def test_every_reference_leads_somewhere(document):
    found = [node["$ref"] for node in nodes(document) if isinstance(node.get("$ref"), str)]
    schemas = document["components"]["schemas"]
    assert found and all(name.removeprefix("#/components/schemas/") in schemas for name in found)


def test_the_example_is_the_smallest_body(document):
    content = document["paths"]["/v1/jobs"]["post"]["requestBody"]["content"]["application/json"]
    assert content["examples"]["smallest"]["value"] == SMALLEST


def test_every_integer_that_comes_in_is_bounded(document):
    """Else a database would be the first to find it too large."""
    schemas = document["components"]["schemas"]
    submission = [schemas[name] for name in sorted(reachable_schemas(schemas, "AnySubmission"))]
    parameters = [operation.get("parameters", []) for operation in operations(document)]
    integers = [node for node in nodes([submission, parameters]) if node.get("type") == "integer"]
    unbounded = [
        node for node in integers if not ({"minimum", "maximum"} <= node.keys() or "const" in node)
    ]
    assert len(integers) > 20 and not unbounded


def reachable_schemas(schemas, start):
    """The names of all that a schema refers to, and what those refer to."""
    reached, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        targets = {str(node.get("$ref", "")) for node in nodes(schemas[name])}
        names = {target.removeprefix("#/components/schemas/") for target in targets if target}
        waiting.extend(names - reached)
    return reached


def test_every_problem_is_explained(document):
    assert errors.ERRORS.keys() >= {"malformed", "not-found", "invalid", "refused", "database-away"}
    for kind in errors.ERRORS.values():
        assert kind().title.endswith(".") and 400 <= kind.status < 600


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_type_of_a_problem_is_served(api):
    problem = api.get("/v1/jobs/7").json()
    answer = api.get(problem["type"])
    assert answer.status_code == 200 and answer.json()["title"] == problem["title"]
    assert {kind["type"] for kind in api.get("/problems").json()["data"]} == {
        f"/problems/{s}" for s in errors.ERRORS
    }


def test_the_api_loads_nothing_heavy(tmp_path):
    code = """
import sys
import service.api.app
heavy = {"torch", "scipy.stats", "matplotlib", "pandas", "pyarrow", "estimators.core", "workers"}
print(*sorted(heavy & set(sys.modules)))
"""
    env = {"GRADARENA_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert not done.stdout.split()
