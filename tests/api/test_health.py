"""Live, ready, degraded, not ready; and the fleet."""

import gc
import shutil
from collections import deque

import httpx
import pytest
from sqlalchemy import update

from service.api import leaderboards, openapi
from service.api.app import create_app
from service.api.leaderboards import board_query, current_board
from service.api.warming import warm_up
from service.leaderboards import stored
from service.store import bundles, workers
from service.store.base import database_time
from service.store.models import Bundle, Job
from service.store.states import Ending
from tests.api.conftest import served
from tests.boards.stored import put
from tests.boards.world import demo


def test_ready(api, migrated):
    assert api.get("/health/live").json() == {"status": "live"}
    answer = api.get("/health/ready").json()
    parts = ("migrations", "leases", "broker", "workers", "queues", "disk")
    assert answer == {"status": "ready", "parts": dict.fromkeys(parts, "ok")}


def test_what_nobody_serves_and_a_full_disk_are_told(api, migrated, job, monkeypatch):
    little = lambda path: shutil._ntuple_diskusage(2**40, 2**40 - 2**30, 2**30)
    monkeypatch.setattr(shutil, "disk_usage", little)
    answer = api.get("/health/ready").json()
    assert answer["status"] == "degraded" and answer["parts"]["disk"].startswith("1.0 GiB are left")
    assert answer["parts"]["queues"] == "1 bundles wait for cpu, which no worker serves"


def test_metrics_are_of_the_database_and_of_requests(api, job, database):
    with database.begin() as session:
        bundle = bundles.claim_bundle(session, "cpu", "w", 30)
        bundles.end_attempt(session, bundle.id, 1, Ending.LOST)
        workers.record_pulse(session, workers.WorkerAbout("w", ["cpu"], "h", "d", "1"), None)
    lines = api.get("/metrics").text.splitlines()
    for line in (
        'gradarena_waiting_bundles{queue="cpu"} 1.0',
        'gradarena_bundles{state="queued"} 1.0',
        'gradarena_attempts_total{ending="lost"} 1.0',
        'gradarena_worker_busy{worker="w"} 0.0',
        "gradarena_steps 0.0",
        'gradarena_request_seconds_count{method="POST",route="/v1/jobs",status="201"} 1.0',
    ):
        assert line in lines
    assert any(line.startswith("gradarena_disk_free_bytes ") for line in lines)


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


def test_boards_are_worked_out_before_anybody_asks(app, database, monkeypatch):
    """And what was loaded by then is looked through for cycles no more: a board would pay.  The app
    is not started: its own thread would do the same meanwhile."""
    with database.begin() as session:
        benchmark = put(session, demo())
    # as full as it gets: what is worked out may push out nothing but what is older
    full = {("", str(number), ""): None for number in range(leaderboards.MOST_BOARDS)}
    monkeypatch.setattr(leaderboards, "BOARDS", full)
    patience, described = gc.get_threshold(), []
    monkeypatch.setattr(openapi, "openapi_document", described.append)
    try:
        deque(warm_up(app), maxlen=0)
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
        gc.set_threshold(*patience)
    assert described == [app]
    with app.state.readers() as session:
        board = stored.stored_board(session, benchmark)
        monkeypatch.setattr(stored, "stored_board", None)
        assert current_board(session, benchmark, board_query()) == board
        with database.begin() as writer:
            writer.execute(update(Job).values(version=Job.version + 1))
        session.rollback()
        with pytest.raises(TypeError):  # the runs have changed: it is computed again
            current_board(session, benchmark, board_query())
    app.state.engine.dispose()
