"""Webhooks: told once of what ended, signed, tried again, and to hosts alone that are allowed."""

import base64
import hashlib
import hmac
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from service.config import Settings
from service.store.webhook_models import Delivery
from tests.api.conftest import SMALLEST
from tests.api.test_suites import train
from workers.webhooks import WebhookSender


@pytest.fixture
def receiver():
    """A server that keeps what it is sent; it answers with ``status``."""

    class Keeper(BaseHTTPRequestHandler):
        def do_POST(self):
            text = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.messages.append((dict(self.headers), text))
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *about):
            pass

    server = HTTPServer(("127.0.0.1", 0), Keeper)
    server.messages, server.status = [], 204
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(url, tmp_path, receiver):
    host = f"127.0.0.1:{receiver.server_port}"
    return Settings(database=url, data=tmp_path, webhook_hosts=host)


@pytest.fixture
def hook(api, receiver):
    body = {"url": f"http://127.0.0.1:{receiver.server_port}/told?by=arena"}
    return api.post("/v1/webhooks", json=body).json()


@pytest.fixture
def sender(database, settings):
    return WebhookSender(database, settings)


# addresses of a right form, on hosts that nobody allowed
STRANGE = ("http://169.254.169.254/latest", "http://[x", "https://127.0.0.1:1/")


def log(api, hook):
    return api.get(f"/v1/webhooks/{hook['id']}/deliveries").json()["data"]


def test_a_job_that_ends_is_told_once_and_signed(api, database, hook, sender, receiver):
    job = api.post("/v1/jobs", json=SMALLEST | {"seeds": [1], "training": {"steps": 5}}).json()
    sender.round()
    assert receiver.messages == [] and log(api, hook) == []
    train(database)
    sender.round()
    sender.round()
    [(headers, text)] = receiver.messages
    said = json.loads(text)
    assert said["type"] == "job.ended" and said["data"]["id"] == job["id"]
    assert said["data"]["state"] == "succeeded"
    assert signature(hook["secret"], headers, text) == headers["webhook-signature"]
    [one] = log(api, hook)
    assert (one["state"], one["tries"], one["outcome"]) == ("delivered", 1, "status 204")


def test_the_log_is_paged(api, database, hook, sender):
    for seed in (1, 2, 3):
        api.post("/v1/jobs", json=SMALLEST | {"seeds": [seed], "training": {"steps": 5}})
        train(database)
    sender.round()
    whole, address = log(api, hook), f"/v1/webhooks/{hook['id']}/deliveries"
    first = api.get(address, params={"limit": 2}).json()
    rest = api.get(address, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert len(whole) == 3 and first["data"] + rest["data"] == whole
    assert rest["next_cursor"] is None


def signature(secret, headers, text):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + text
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def test_what_came_to_nothing_is_tried_again_until_it_fails(api, database, hook, sender, receiver):
    receiver.status = 500
    api.post("/v1/jobs", json=SMALLEST | {"seeds": [1], "training": {"steps": 5}})
    train(database)
    for tries in range(1, 8):
        sender.round()
        with database.begin() as session:
            session.execute(update(Delivery).values(due_at=0))
        [one] = log(api, hook)
        assert (one["tries"], one["outcome"]) == (tries, "status 500")
        assert one["state"] == ("failed" if tries == 7 else "waiting")
    sender.round()
    assert len({headers["webhook-id"] for headers, _ in receiver.messages}) == 1
    assert len(receiver.messages) == 7


@pytest.mark.parametrize("address", [*STRANGE, "file:///etc/passwd", "http://a@127.0.0.1:1/", "no"])
def test_other_hosts_are_refused(api, address):
    answer = api.post("/v1/webhooks", json={"url": address})
    assert answer.status_code == (403 if address in STRANGE else 422)
    assert answer.json()["errors"][0]["pointer"] == "/url"


def test_a_host_that_is_allowed_no_more_is_sent_nothing(api, database, hook, receiver, url):
    api.post("/v1/jobs", json=SMALLEST | {"seeds": [1], "training": {"steps": 5}})
    train(database)
    WebhookSender(database, Settings(database=url)).round()
    [one] = log(api, hook)
    assert receiver.messages == [] and "GRADARENA_WEBHOOK_HOSTS" in one["outcome"]


def test_webhooks_are_listed_without_secrets_and_taken_away(api, hook):
    [one] = api.get("/v1/webhooks").json()["data"]
    assert one["id"] == hook["id"] and "secret" not in one
    assert api.delete(f"/v1/webhooks/{hook['id']}").status_code == 204
    assert api.get("/v1/webhooks").json()["data"] == []
    assert api.get(f"/v1/webhooks/{hook['id']}/deliveries").status_code == 404


def test_one_key_one_webhook(api, hook):
    headers = {"Idempotency-Key": "kept-by-nobody-but-the-client"}
    make = lambda url: api.post("/v1/webhooks", json={"url": url}, headers=headers)
    first, again = make(hook["url"]), make(hook["url"])
    assert first.status_code == 201 and first.json() == again.json() != hook
    assert len(api.get("/v1/webhooks").json()["data"]) == 2
    assert make(hook["url"] + "/other").json()["type"] == "/problems/key-reused"


def test_a_receiver_that_is_away_is_told_of_in_the_log(api, database, hook, settings, receiver):
    api.post("/v1/jobs", json=SMALLEST | {"seeds": [1], "training": {"steps": 5}})
    train(database)
    receiver.shutdown()
    receiver.server_close()
    WebhookSender(database, settings).round()
    [one] = log(api, hook)
    assert one["state"] == "waiting" and one["outcome"].startswith("ConnectionRefusedError")


def test_a_sender_outlives_what_goes_wrong_in_a_round(sender, monkeypatch, caplog):
    stop, wrong = Event(), [OperationalError("SELECT 1", {}, Exception("away")), ValueError("odd")]

    def fail():
        error = wrong.pop(0)
        if not wrong:
            stop.set()
        raise error

    monkeypatch.setattr(sender, "round", fail)
    monkeypatch.setattr(sender, "settings", sender.settings.model_copy(update={"tick": 0.01}))
    sender.run(stop)
    assert wrong == [] and "away" in caplog.text and "odd" in caplog.text
