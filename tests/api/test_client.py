"""The client: lost answers, a service that is late or away, problems told to people."""

import asyncio
import io
from threading import Timer

import httpx
import pytest
from rich.console import Console

from service.client import Client, Refused, ServiceAway
from service.client.aio import AsyncClient
from service.client.results import OPEN, Entry
from service.client.transport import RESTART
from service.embedded.arena import free_port
from service.store import states
from tests.api.conftest import SMALLEST, served
from tests.api.test_suites import train
from tests.patience import HANG
from tests.store.test_entries import advance
from tests.store.test_entries import train as finish


def test_states_of_entries_are_those_of_the_store():
    assert OPEN == states.OPEN


class Losing(httpx.HTTPTransport):
    """Loses the answer to the first request, after the service gave it."""

    lost = 0

    def handle_request(self, request):
        answer = super().handle_request(request)
        if not self.lost:
            self.lost += 1
            answer.read()
            raise httpx.ReadError("lost", request=request)
        return answer


def test_a_lost_answer_makes_no_second_job(api):
    transport = Losing()
    with Client(str(api.base_url)) as client:
        client._http = httpx.Client(base_url=api.base_url, transport=transport, timeout=HANG)
        job = client.submit(SMALLEST)
        assert transport.lost == 1 and [one["id"] for one in client.jobs()] == [job["id"]]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_two_submissions_are_two_jobs(api):
    with Client(str(api.base_url)) as client:
        assert client.submit(SMALLEST)["id"] != client.submit(SMALLEST)["id"]
        first, second = client.submit(SMALLEST, "k"), client.submit(SMALLEST, "k")
        assert first == second and len(list(client.jobs(limit=2))) == 3


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_late_service_is_waited_for(app):
    port, started = free_port(), []
    server = served(app, port)
    late = Timer(0.5, lambda: started.append(server.__enter__()))
    late.start()
    try:
        with Client(f"http://127.0.0.1:{port}") as client:
            assert client.submit(SMALLEST)["state"] == "queued"
    finally:
        late.join()
        server.__exit__(None, None, None)


def test_who_asks_too_often_waits_as_long_as_is_asked(monkeypatch):
    pauses, answers = [], [httpx.Response(429, headers={"Retry-After": "7"})]
    transport = httpx.MockTransport(
        lambda request: answers.pop() if answers else httpx.Response(200, json={"id": "a"})
    )
    monkeypatch.setattr("service.client.transport.time.sleep", pauses.append)
    with Client("http://arena") as client:
        client._http = httpx.Client(base_url=client.url, transport=transport)
        assert client.job("a")["id"] == "a" and pauses == [7.0]
        answers += [httpx.Response(429) for _ in range(500)]
        with pytest.raises(Refused):
            client.job("a")
    assert sum(pauses) == 7 + 120


def test_who_waits_for_an_entry_waits_for_a_restart_too(monkeypatch):
    """Longer than for a service that never answered; afterwards no longer."""
    patience = []

    def answer(request):
        patience.append(client.patience)
        state = "ranked" if request.url.path.endswith("entries/e") else "succeeded"
        return httpx.Response(200, json={"id": "e", "state": state, "benchmark": "toy@2"})

    monkeypatch.setattr("service.client.results.sleep", lambda seconds: None)
    jobs = {"tuning_job_id": "t", "confirmation_job_id": "c"}
    entry = jobs | {"id": "e", "state": "confirming", "benchmark": "toy@2"}
    with Client("http://arena", patience=3.0) as client:
        client._http = httpx.Client(base_url=client.url, transport=httpx.MockTransport(answer))
        assert Entry(client, entry).wait()["state"] == "ranked"
        client.job("c")
    assert patience == [RESTART, RESTART, 3.0]


def test_a_service_that_is_away_is_named():
    with (
        Client("http://127.0.0.1:9", patience=0.5) as client,
        pytest.raises(ServiceAway, match="127.0.0.1:9"),
    ):
        client.jobs().__next__()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_problem_reads_well(api):
    with Client(str(api.base_url)) as client, pytest.raises(Refused) as caught:
        client.submit(SMALLEST | {"training": {"stepz": 5}})
    assert caught.value.status == 422
    assert str(caught.value).splitlines()[:2] == [
        "The request is not valid.",
        "  /training/stepz: There is no field stepz here.",
    ]
    assert "Did you mean steps?" in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_pages_are_read_to_the_end(api):
    with Client(str(api.base_url)) as client:
        job = client.submit(SMALLEST | {"seeds": list(range(205))})
        assert [run["seed"] for run in client.runs(job["id"])] == list(range(205))
        assert [run["seed"] for run in client.series(job["id"])] == list(range(205))


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_waiting_gives_the_job_as_it_ended(api, capsys):
    with Client(str(api.base_url)) as client:
        job = client.submit(SMALLEST)
        client.cancel(job["id"])
        assert client.wait(job["id"])["state"] == "cancelled" and not capsys.readouterr().out
        client.wait(job["id"], progress=True)
        assert "cancelled" in capsys.readouterr().out


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_an_entry_is_waited_for_and_gives_its_board(nothing_ships, api, database, capsys):
    def advance_soon(job):
        finish(database)
        advance(database)

    with Client(str(api.base_url)) as client:
        client.settle = advance_soon
        entry = client.enter("toy", {"name": "reinforce_loo"}).wait(progress=True)
        assert entry["state"] == "ranked" and entry.typed.state == "ranked"
        assert capsys.readouterr().out.splitlines() == [
            f"reinforce_loo on toy@2: {state}" for state in ("tuning", "confirming", "ranked")
        ]
        board = entry.board()
        assert [line[1] for line in board.lines()] == ["reinforce_loo"]
        assert "<table" in board._repr_html_() and "1 is the only" not in repr(board)
        console = Console(width=80, file=io.StringIO())
        console.print(board)
        assert "reinforce_loo" in console.file.getvalue()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_job_waits_retries_and_gives_its_board(api, database):
    with Client(str(api.base_url)) as client:
        job = client.submit(SMALLEST | {"seeds": [1, 2], "training": {"steps": 10}})
        assert job.typed.counts == {"queued": 2} and "queued, 0%" in repr(job)
        assert job.cancel().retry()["state"] == "queued"
        more = job.extend(seeds=2)
        assert (more["parent_id"], len(more["spec"]["seeds"])) == (job["id"], 2)
        train(database)
        assert job.wait()["state"] == "succeeded"
        assert len(list(job.runs())) == 2 and "muprop" in job.board()._repr_html_()
        assert job.board().typed.benchmark_id == job["benchmark_id"]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_all_of_it_may_be_awaited(api):
    async def use():
        async with AsyncClient(str(api.base_url)) as client:
            job = await client.submit(SMALLEST)
            done = await (await job.cancel()).wait()
            assert (done.state, done.typed.state, done["state"]) == ("cancelled",) * 3
            assert len([run async for run in done.runs()]) == 5 and "cancelled" in repr(done)
            with pytest.raises(AttributeError, match="Job has no status, but id, "):
                _ = done.status
            return job["id"], [one["id"] async for one in client.jobs(limit=1)]

    first, listed = asyncio.run(use())
    assert listed == [first]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_job_is_validated_changed_and_deleted(api):
    with Client(str(api.base_url)) as client:
        assert client.validate(SMALLEST)["runs"] == 5 and not list(client.jobs())
        job = client.submit(SMALLEST | {"labels": {"draft": "yes"}})
        assert job.queue()["waits"]
        changed = job.change(labels={"study": "depth", "draft": None}, archived=True)
        assert changed["labels"] == {"study": "depth"} and not list(client.jobs())
        run = next(job.runs())
        assert client.run(run["id"])["job_id"] == job["id"]
        job.cancel()
        job.delete()
        with pytest.raises(Refused, match="404|no job"):
            client.job(job["id"])
