"""What the API makes of estimators that workers published; both databases."""

import pytest

from estimators.specs import ESTIMATORS
from estimators.specs.base import canonical
from service import catalogue, plugins
from service.catalogue import Origin
from tests.api.conftest import SMALLEST
from tests.api.training import claim, write

NAME = "theirs:best"


def published(database, version="1.0", code="abc", like="reinforce_loo", certified=True):
    """A plug-in with the spec of a built-in estimator."""
    certificates = catalogue.estimator_detail(like).certificates if certified else []
    entry = catalogue.describe_estimator(
        ESTIMATORS[like](), certificates, Origin(version=version, code=code)
    )
    with database.begin() as session:
        plugins.publish_detail(session, plugins.renamed_detail(NAME, entry))


def submit(api, **settings):
    return api.post(
        "/v1/jobs",
        json=SMALLEST | {"training": {"steps": 10}, "estimator": {"name": NAME} | settings},
    )


def train(database, code):
    """The job at hand, to its end, by this code."""
    ends = lambda lane: {name: ([10], [30.0 + lane]) for name in ("bound/test", "bound/validation")}
    write(database, claim(database), 10, ends, where={"plugin_code": code})


def test_before_anybody_publishes_there_is_none(api):
    assert api.get(f"/v1/estimators/{NAME}").status_code == 404
    problem = submit(api).json()
    assert problem["type"] == "/problems/refused"
    assert problem["errors"][0]["fix"] == "No worker has published an estimator of another package."


def test_a_name_with_a_colon_wants_both_parts(api):
    problem = api.post("/v1/jobs", json=SMALLEST | {"estimator": {"name": "theirs:"}}).json()
    assert (problem["type"], problem["errors"][0]["pointer"]) == (
        "/problems/invalid",
        "/estimator/name",
    )


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999"])
def test_settings_are_json(api, database, text):
    published(database)
    body = (
        '{"model": {"name": "structured_prediction"}, "dataset": {"name": "digits"}, "estimator": '
    )
    body += f'{{"name": "{NAME}", "draws": {text}}}}}'
    answer = api.post("/v1/jobs", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


def test_what_was_said_last_counts(api, database):
    published(database, "1.0")
    published(database, "2.0", certified=False)
    assert api.get(f"/v1/estimators/{NAME}").json()["plugin"]["version"] == "2.0"
    assert api.get(f"/v1/estimators/{NAME}").json()["kept"] is None
    published(database, "1.0")
    assert api.get(f"/v1/estimators/{NAME}").json()["plugin"]["version"] == "1.0"
    assert sum(entry["name"] == NAME for entry in api.get("/v1/estimators").json()["data"]) == 1


def test_settings_however_written_are_one_cell(api, database):
    published(database, like="reinmax")
    settings = ({}, {"temperature": 1}, {"temperature": 1.0})
    cells = {submit(api, **given).json()["cell_id"] for given in settings}
    assert len(cells) == 1 and submit(api, temperature=2).json()["cell_id"] not in cells


def test_defaults_of_nested_settings_are_filled_in(api, database):
    published(database, like="nvil")
    whole = catalogue.estimator_detail("nvil").json_schema
    given = submit(api, signal={"centre": False}).json()["spec"]["estimator"]["signal"]
    assert (
        given.keys() == whole["$defs"]["Signal"]["properties"].keys() and given["centre"] is False
    )


def test_a_board_ranks_what_certified_code_has_trained(api, database):
    published(database, code="good")
    job = submit(api).json()
    train(database, "good")
    address = f"/v1/leaderboards/{job['benchmark_id']}"
    answer = api.get(address)
    [row] = answer.json()["rows"]
    assert row["ranks"] == [1, 1] and (row["label"], row["declared"]["unbiased_for"]) == (
        NAME,
        "all",
    )
    assert api.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    published(database, code="other")
    again = api.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    [row] = again.json()["rows"]
    assert row["ranks"] is None and "of code without certificate" in row["unranked"]
    assert api.get(f"{address}/history").json()["versions"][0]["results"][0]["label"] == NAME


@pytest.mark.parametrize(
    "schema, value, whole",
    [
        ({"type": "number"}, 1, 1.0),
        ({"type": "number"}, 10**400, 10**400),
        ({"type": "integer"}, 1, 1),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, 2, 2.0),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, None, None),
        ({"anyOf": [{"type": "integer"}, {"type": "number"}]}, 2, 2),
        ({"items": {"type": "number"}}, [1, 2.5], [1.0, 2.5]),
        (
            {"properties": {"a": {"default": 3}, "b": {"$ref": "#/$defs/B"}}},
            {"b": {}},
            {"a": 3, "b": {"c": 4.0}},
        ),
    ],
)
def test_equal_settings_are_one_json(schema, value, whole):
    root = {"$defs": {"B": {"properties": {"c": {"type": "number", "default": 4.0}}}}}
    found = plugins.fill_defaults(schema, value, root)
    assert canonical(found) == canonical(whole)
