"""Nobody takes all: requests are counted by key and address, and wrong keys are slowed."""

import httpx
import pytest

from service import errors
from service.api.app import create_app
from service.api.rates import Rates
from tests.api.conftest import SMALLEST, served

sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


def test_a_rate_is_kept_and_told():
    rates = Rates("2/minute")
    assert rates.count("ada")["RateLimit"].startswith('"default";r=1;')
    assert rates.count("ada")["RateLimit-Policy"] == '"default";q=2;w=60'
    with pytest.raises(errors.TooMany) as refused:
        rates.count("ada")
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 60
    assert rates.count("grace") and Rates("").count("ada") == {}


def test_wrong_keys_are_slowed():
    rates = Rates("")
    for _ in range(20):
        rates.count_wrong_key("192.0.2.1")
    with pytest.raises(errors.TooMany, match="wrong keys"):
        rates.count_wrong_key("192.0.2.1")
    rates.count_wrong_key("192.0.2.2")


def test_a_rate_that_cannot_be_read_stops_the_start():
    with pytest.raises(ValueError):
        Rates("often")


@sqlite
def test_too_many_is_a_problem(engine, settings, broker):
    with served(create_app(settings.model_copy(update={"rate": "1/hour"}))) as url:
        assert httpx.get(url + "/v1/jobs").headers["RateLimit"].startswith('"default";r=0;')
        answer = httpx.post(url + "/v1/jobs", json=SMALLEST)
        assert answer.status_code == 429 and answer.json()["type"] == "/problems/too-many"
        assert int(answer.headers["Retry-After"]) > 0
        assert httpx.get(url + "/health/live").status_code == 200
