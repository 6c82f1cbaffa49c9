"""Registered benchmarks over HTTP: what they declare, and how an entry comes and goes."""

from hashlib import sha256

import httpx
import pytest

from analysis.ledger.shapes import ClaimBoard, Ledger
from analysis.ledger.verify import ledger_faults
from estimators.specs.protocols import official_protocols
from service.api.app import create_app
from tests.api.conftest import served
from tests.estimators.test_protocols import ABOUT
from tests.store.test_entries import advance, train

pytestmark = pytest.mark.usefixtures("nothing_ships")
TOY = "/v1/benchmarks/toy/entries"
LOO = {"estimator": {"name": "reinforce_loo"}}


def enter(api, body=LOO, **headers):
    return api.post(TOY, json=body, headers=headers)


def test_official_ones_are_listed_before_anybody_enters(api):
    listed = api.get("/v1/benchmarks").json()["data"]
    assert {one["id"] for one in listed} == set(official_protocols())
    assert all(one["official"] for one in listed)
    toy = api.get("/v1/benchmarks/toy").json()
    assert toy["id"] == "toy@2" and toy["protocol"]["tuning"]["seeds"] == [1000, 1001]
    assert "reinforce_loo" in toy["entrants"] and toy["states"] == {}
    assert api.get(toy["links"]["self"]).json() == toy


def test_an_entry_from_one_post_to_its_rank(api, database):
    answer = enter(api)
    entry = answer.json()
    assert answer.status_code == 201 and entry["state"] == "tuning" and entry["setting"] is None
    here = answer.headers["Location"]
    assert entry.pop("warnings") == ["No worker serves the queue cpu."]
    assert api.get(here).json() == entry
    job = api.get(f"/v1/jobs/{entry['tuning_job_id']}").json()
    assert job["labels"] == {"benchmark": "toy.2", "phase": "tuning"}
    train(database)
    advance(database)
    assert api.get(here).json()["state"] == "confirming"
    train(database)
    advance(database)
    assert api.get(here).json()["state"] == "ranked"
    assert api.get("/v1/benchmarks/toy@2").json()["states"] == {"ranked": 1}


def test_the_board_follows_from_the_ledger_and_lists_who_is_not_ranked(api, database):
    for name in ("reinforce_loo", "muprop"):
        enter(api, {"estimator": {"name": name}})
    train(database)
    advance(database)
    train(database)
    advance(database)
    late = enter(api, {"estimator": {"name": "half"}}).json()
    board = api.get("/v1/benchmarks/toy/board").json()
    ledger = api.get("/v1/benchmarks/toy/ledger").json()
    assert [row["ranks"] for row in board["rows"]] == [[1, 2], [1, 2]]
    assert [pair["ties"] for pair in board["pairs"]] == [20]
    assert [(one["label"], one["reason"]) for one in board["unranked"]] == [
        ("half", "it is tuning")
    ]
    assert [len(entry["runs"]) for entry in ledger["entries"]] == [30, 30, 10]
    assert ledger["entries"][-1]["entry_id"] == late["id"]
    assert ledger_faults(ClaimBoard(**board), Ledger(**ledger)) == []


def test_a_second_try_supersedes_and_history_shows_both(api):
    first, second = enter(api).json(), enter(api).json()
    assert second["supersedes"] == first["id"]
    assert [one["id"] for one in api.get(TOY).json()["data"]] == [second["id"]]
    both = api.get(TOY, params={"history": True}).json()["data"]
    assert [(one["id"], one["state"]) for one in both] == [
        (first["id"], "withdrawn"),
        (second["id"], "tuning"),
    ]


def test_an_answer_that_was_lost_makes_no_second_entry(api):
    first, again = (enter(api, **{"Idempotency-Key": "k"}).json() for _ in range(2))
    assert first == again and len(api.get(TOY).json()["data"]) == 1


def test_withdrawing_says_why(api):
    entry = enter(api).json()
    here = f"{TOY}/{entry['id']}/withdraw"
    assert api.post(here).json()["type"] == "/problems/invalid"
    done = api.post(here, params={"reason": "a slip"}).json()
    assert (done["state"], done["reason"]) == ("withdrawn", "a slip")
    assert api.get(f"/v1/jobs/{entry['tuning_job_id']}").json()["state"] == "cancelled"


def test_what_cannot_be_entered_is_refused(api):
    assert enter(api, {"estimator": {"name": "vimco"}}).json()["type"] == "/problems/refused"
    assert enter(api, {"estimator": {"name": "ours:none"}}).json()["type"] == "/problems/refused"
    assert enter(api, {}).json()["type"] == "/problems/invalid"
    assert api.get("/v1/benchmarks/nobody").json()["type"] == "/problems/not-found"
    assert api.get("/v1/benchmarks/toy@9").json()["type"] == "/problems/not-found"
    entry = enter(api).json()["id"]
    other = f"/v1/benchmarks/digits-belief-net-1/entries/{entry}"
    assert api.get(other).json()["type"] == "/problems/not-found"


def test_an_admin_declares_a_benchmark_which_never_changes(api):
    answer = api.post("/v1/benchmarks", json=ABOUT)
    assert answer.status_code == 201 and answer.json()["id"] == "small@1"
    assert not answer.json()["official"]
    assert api.get(answer.headers["Location"]).json()["protocol"]["seeds"] == list(range(20))
    assert api.post("/v1/benchmarks", json=ABOUT).status_code == 201
    assert api.post("/v1/benchmarks", json=ABOUT | {"looks": 2}).status_code == 409
    assert api.post("/v1/benchmarks", json=ABOUT | {"name": "toy"}).status_code == 409
    assert api.post("/v1/benchmarks", json=ABOUT | {"version": 2}).status_code == 201
    assert api.get("/v1/benchmarks/small").json()["version"] == 2
    few = api.post("/v1/benchmarks", json=ABOUT | {"seeds": [1]}).json()
    assert few["type"] == "/problems/refused" and "wants 20 seeds" in few["detail"]


def test_where_keys_are_asked_for_admins_alone_declare(engine, settings, broker):
    scopes = {"ada": "admin", "eve": "submit"}
    keys = "\n".join(
        f"{name} {sha256(name.encode()).hexdigest()} {scope}" for name, scope in scopes.items()
    )
    with_admins = settings.model_copy(update={"api_keys": keys})
    with served(create_app(with_admins)) as url:
        by = lambda name: httpx.post(
            f"{url}/v1/benchmarks", json=ABOUT, headers={"Authorization": f"Bearer {name}"}
        )
        assert by("eve").json()["type"] == "/problems/forbidden"
        assert by("ada").status_code == 201
