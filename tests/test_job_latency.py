"""What is told of a job's way comes from its own times and series."""

import httpx

from benchmarks import job_latency

ENDED = {
    "id": "1",
    "state": "succeeded",
    "error": None,
    "created_at": "2026-01-01T00:00:00Z",
    "started_at": "2026-01-01T00:00:01.500000Z",
    "finished_at": "2026-01-01T00:00:04Z",
}
SERIES = {"data": [{"series": {"seconds": {"steps": [100, 200], "values": [0.2, 0.5]}}}]}


def answer(request):
    if request.method == "POST":
        return httpx.Response(201, json=ENDED | {"state": "queued", "finished_at": None})
    return httpx.Response(200, json=SERIES if "series" in request.url.path else ENDED)


def test_times_are_from_the_submission_on_and_training_is_the_runs_own(monkeypatch):
    spent = iter([10.0, 12.5])
    monkeypatch.setattr(job_latency, "children_seconds", lambda: next(spent))
    client = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://arena")
    assert job_latency.job_seconds(client, 0) == {
        "wall to a runner": 1.5,
        "wall to the end": 4.0,
        "CPU of the service": 2.5,
        "CPU of steps": 0.5,
    }
