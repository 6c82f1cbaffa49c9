"""Events as a page and as a stream: in order, none twice, none left out, and an end."""

import json
from threading import Thread

import httpx
import pytest
from httpx_sse import connect_sse

from service.api import events
from service.client import Client
from tests.api.conftest import SMALLEST
from tests.api.training import claim, write

STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
def short(api):
    """A job of one run and ten steps."""
    return api.post("/v1/jobs", json=SMALLEST | {"seeds": [0], "training": {"steps": 10}}).json()


def stream(api, job, **headers):
    with connect_sse(
        api, "GET", f"/v1/jobs/{job['id']}/events", headers=STREAM | headers
    ) as source:
        yield from source.iter_sse()


def finish(database):
    write(database, claim(database), 10, lambda lane: {"cost/train": (range(1, 11), [0.0] * 10)})


def test_a_page(api, short, database):
    finish(database)
    page = api.get(f"/v1/jobs/{short['id']}/events").json()
    assert {"submitted", "claimed", "ended"} <= {event["type"] for event in page["data"]}
    assert [event["number"] for event in page["data"]] == list(range(1, page["last_number"] + 1))
    assert page["state"] == "succeeded"
    rest = api.get(f"/v1/jobs/{short['id']}/events", params={"cursor": 1}).json()
    assert rest["data"] == page["data"][1:]


def test_a_stream_follows_a_job_to_its_end(api, short, database):
    """What happens while somebody listens arrives."""
    later = Thread(target=finish, args=(database,))
    seen = []
    for event in stream(api, short):
        seen.append(event)
        if len(seen) == 2:
            later.start()
    later.join()
    assert [event.event for event in seen[:3]] == ["submitted", "progress", "claimed"]
    assert seen[-1].event == "end" and json.loads(seen[-1].data)["state"] == "succeeded"
    assert (
        json.loads(next(event for event in seen if event.event == "progress").data)["progress"] == 0
    )
    numbers = [
        json.loads(event.data)["number"] for event in seen if "number" in json.loads(event.data)
    ]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_broken_stream_goes_on_where_it_broke(api, short, database):
    finish(database)
    all_of_it = [event.id for event in stream(api, short) if event.event not in ("progress", "end")]
    rest = [
        event.id
        for event in stream(api, short, **{"Last-Event-ID": "2"})
        if event.event not in ("progress", "end")
    ]
    assert all_of_it[:2] == ["1", "2"] and rest == all_of_it[2:] != []


def test_silence_is_filled(api, short, monkeypatch):
    monkeypatch.setattr(events, "PING", 0.05)
    monkeypatch.setattr(events, "POLL", 0.05)
    with api.stream("GET", f"/v1/jobs/{short['id']}/events", headers=STREAM) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert next(line for line in answer.iter_lines() if line.startswith(":")) == ": ping"


def test_the_client_watches_over_broken_lines(api, short, database):
    """Every event once, though each connection is cut after two."""
    finish(database)
    whole = [event for event in stream(api, short) if event.event not in ("progress", "end")]

    class Cut(Client):
        def _events(self, job, last):
            for count, event in enumerate(super()._events(job, last)):
                if count == 2 and event.event != "end":
                    raise httpx.ReadError("cut")
                yield event

    with Cut(str(api.base_url)) as client:
        seen = [data["number"] for _, data in client.watch(short["id"]) if "number" in data]
    assert seen == [int(event.id) for event in whole]
