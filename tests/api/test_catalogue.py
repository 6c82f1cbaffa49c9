"""What can be asked for is what the specs say, and all of it."""

import pytest
from pydantic import BaseModel, TypeAdapter

from estimators.specs import ESTIMATORS, AnyEstimator
from service import catalogue


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ["estimators", "models", "datasets"])
def test_every_entry_stands_alone_too(api, kind):
    listed = api.get(f"/v1/{kind}").json()["data"]
    assert len(listed) >= 2 and listed == sorted(listed, key=lambda entry: entry["name"])
    for entry in listed:
        alone = api.get(f"/v1/{kind}/{entry['name']}").json()
        assert {name: alone[name] for name in entry} == entry and alone.keys() - entry <= {
            "certificates"
        }
        assert entry["title"].endswith(".") and "properties" in entry["json_schema"]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_an_estimator_comes_with_its_certificates(api):
    entry = api.get("/v1/estimators/muprop").json()
    given = [{"name": "muprop"} | settings for settings in ESTIMATORS["muprop"].certified]
    asked = [
        TypeAdapter(AnyEstimator).validate_python(one).model_dump(mode="json") for one in given
    ]
    assert [one["estimator"].keys() for one in entry["certificates"]] == [
        one.keys() for one in asked
    ]
    assert entry["kept"] is True and all(row["kept"] for row in entry["certificates"][0]["rows"])


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_name_that_is_near_is_offered(api):
    assert "Did you mean muprop?" in api.get("/v1/estimators/mupro").json()["detail"]
    assert "Known: binarised_mnist, digits" in api.get("/v1/datasets/xyz").json()["detail"]


def test_parameters_carry_their_bounds():
    of = {
        parameter.name: parameter for parameter in catalogue.estimator_detail("muprop").parameters
    }
    assert of["signal.decay"].bounds == ">= 0, < 1" and of["signal.decay"].default == 0.9
    assert of["signal.centre"].default is True and of["signal.centre"].type == "boolean"


@pytest.mark.parametrize("name", ESTIMATORS)
def test_parameters_are_those_of_the_spec(name):
    """Setting each to its default, by its dotted name, is the default spec, and sets every field:
    a spec leaves late fields out of its digest where they are at their defaults."""
    entry, body = catalogue.estimator_detail(name), {"name": name}
    for parameter in entry.parameters:
        *path, last = parameter.name.split(".")
        place = body
        for step in path:
            place = place.setdefault(step, {})
        place[last] = parameter.default
    spec = TypeAdapter(AnyEstimator).validate_python(body)
    assert spec == ESTIMATORS[name]() and body == dict(_every_field(spec))


def _every_field(spec):
    for name in type(spec).model_fields:
        value = getattr(spec, name)
        yield name, dict(_every_field(value)) if isinstance(value, BaseModel) else value


def test_costs_on_the_reference_model():
    """MuProp takes a mean-field walk and a sample; leave-one-out of 4 draws takes 4."""
    cost = lambda name: (
        catalogue.estimator_detail(name).cost.forward,
        catalogue.estimator_detail(name).cost.backward,
    )
    assert (
        cost("muprop") == (2, 2) and cost("reinforce_loo") == (4, 4) and cost("reinforce") == (1, 1)
    )


def test_an_estimator_of_gaussian_units_has_a_reference_of_its_own():
    assert "bernoulli" not in catalogue.estimator_detail("reparameterization").families
    assert (
        catalogue.estimator_detail("reparameterization").cost.model["layers"][0]["family"]
        == "gaussian"
    )
    assert catalogue.estimator_detail("vimco").cost.model["bound"] == 5


@pytest.mark.parametrize("name", sorted(ESTIMATORS))
def test_every_paper_can_be_followed(name):
    assert catalogue.estimator_detail(name).links


def test_links_are_read_from_a_citation():
    text = "A, 2019, arXiv:1807.11143; B, doi:10.1126/science.7761831."
    arxiv, doi = "https://arxiv.org/abs/1807.11143", "https://doi.org/10.1126/science.7761831"
    assert catalogue.paper_links(text) == [arxiv, doi]
    assert catalogue.paper_links("C, openreview:r1lgTGL5DE.") == [
        "https://openreview.net/forum?id=r1lgTGL5DE"
    ]
    assert catalogue.paper_links("No paper.") == []
