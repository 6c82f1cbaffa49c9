"""Live, ready, degraded, not ready; and the fleet."""

import httpx
from sqlalchemy import update

from service.api.app import create_app
from service.store import bundles, workers
from service.store.base import database_time
from service.store.models import Bundle
from tests.api.conftest import served


def test_ready(api, migrated):
    assert api.get("/health/live").json() == {"status": "live"}
    answer = api.get("/health/ready").json()
    assert answer == {
        "status": "ready",
        "parts": {"migrations": "ok", "leases": "ok", "broker": "ok", "workers": "ok"},
    }


def test_a_dead_broker_degrades(api, migrated, broker):
    broker.stop()
    try:
        answer = api.get("/health/ready")
        assert answer.status_code == 200 and answer.json()["status"] == "degraded"
        assert answer.json()["parts"]["broker"].startswith("away")
    finally:
        broker.start()


def test_an_old_schema_is_not_ready(api):
    answer = api.get("/health/ready")
    assert answer.status_code == 503 and answer.json()["type"] == "/problems/not-ready"
    assert "None" in answer.json()["errors"][0]["detail"]


def test_a_lease_that_nobody_takes_back_is_not_ready(api, migrated, job, database, settings):
    with database.begin() as session:
        bundles.claim_bundle(session, "cpu", "w", 30)
        late = 2 * settings.lease + 1
        session.execute(update(Bundle).values(lease_until=database_time() - late))
    answer = api.get("/health/ready")
    assert answer.status_code == 503 and "dispatcher" in answer.json()["detail"]


def test_a_database_that_is_away_is_said_so(settings, broker, tmp_path):
    away = settings.model_copy(update={"database": f"sqlite:///{tmp_path}/nowhere/arena.db"})
    with served(create_app(away)) as url:
        answer = httpx.get(f"{url}/v1/jobs")
        assert answer.status_code == 503 and answer.headers["Retry-After"] == "5"
        assert answer.json()["type"] == "/problems/database-away"
        assert httpx.get(f"{url}/health/live").status_code == 200


def test_the_fleet(api, job, database):
    with database.begin() as session:
        bundle = bundles.claim_bundle(session, "cpu", "w", 30)
        about = workers.WorkerAbout("w", ["cpu"], "here", "two cores", "1")
        workers.record_pulse(session, about, bundle.id)
    [worker] = api.get("/v1/workers").json()["data"]
    assert worker["bundle_id"] == str(bundle.id) and worker["device_class"] == "two cores"
    assert 0 <= worker["silent"] < 10
