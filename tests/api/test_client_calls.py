"""The client reaches every operation that the OpenAPI document names, and nothing beside them."""

import inspect
import re
from itertools import islice
from pathlib import Path

import httpx
import pytest

from service.api.app import create_app
from service.client import Client
from service.client.aio import LISTS
from service.config import Settings

# Operations without a call, and why.
ELSEWHERE = {
    "get_live": "for whatever restarts the service",
    "get_ready": "for whatever sends it requests",
    "list_problem_types": "pages that errors link to",
    "get_problem_type": "pages that errors link to",
}
# No request of their own, or none to one path.
HELD_OUT = {"close", "through_restarts", "download"}
NAMES = sorted(
    name
    for name, _ in inspect.getmembers(Client, inspect.isfunction)
    if not name.startswith("_") and name not in HELD_OUT
)
DOCS = Path(__file__).parents[2] / "docs" / "client.md"


@pytest.fixture(scope="module")
def operations(tmp_path_factory):
    """(method, pattern of its path, its operation) of each."""
    data = tmp_path_factory.mktemp("data")
    document = create_app(Settings(database=f"sqlite:///{data}/a.db", data=data)).openapi()
    return [
        (method.upper(), re.compile(re.sub(r"{\w+}", "[^/]+", path)), operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def answered(request):
    if "event-stream" in request.headers.get("accept", ""):
        end = "event: end\ndata: {}\n\n"
        return httpx.Response(200, text=end, headers={"Content-Type": "text/event-stream"})
    return httpx.Response(200, json={"data": [], "next_cursor": None})


def requests_of(name):
    """What a method asks for, called with a value for each parameter that wants one."""
    asked = []
    transport = httpx.MockTransport(lambda request: asked.append(request) or answered(request))
    client = Client("http://arena")
    client._http = httpx.Client(base_url=client.url, transport=transport)
    method = getattr(client, name)
    wanted = [
        {} if "Mapping" in str(parameter.annotation) else "x"
        for parameter in inspect.signature(method).parameters.values()
        if parameter.default is parameter.empty and parameter.kind != parameter.VAR_KEYWORD
    ]
    answer = method(*wanted)
    if name in LISTS:
        list(islice(answer, 1))
    return asked


def reached(request, operations):
    """The operation, which has to take the query as well."""
    [operation] = [
        operation
        for method, path, operation in operations
        if method == request.method and path.fullmatch(request.url.path)
    ]
    taken = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    assert set(request.url.params) <= taken
    return operation["operationId"]


def test_every_operation_has_its_call(operations):
    made = {reached(request, operations) for name in NAMES for request in requests_of(name)}
    assert made | set(ELSEWHERE) == {operation["operationId"] for *_, operation in operations}
    assert not made & set(ELSEWHERE)


def test_every_call_is_documented():
    text = DOCS.read_text()
    assert not [
        name for name in [*NAMES, "download"] if not re.search(rf"`{name}`|\.{name}\(", text)
    ]
