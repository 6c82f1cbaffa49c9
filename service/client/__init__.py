"""A thin client of the REST API: what the command line and the demo use."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx
from httpx_sse import EventSource

from .administration import AdministrationCalls
from .catalogue import CatalogueCalls
from .findings import FindingCalls
from .problems import Json, Refused, ServiceAway, problem_document, problem_text
from .results import Board, Claims, Entry, Job
from .transport import RESTART, repeat_headers, without_nones

# Seconds that a long poll waits.
POLL = 20
__all__ = ["Client", "Json", "Refused", "ServiceAway", "problem_text"]


class Client(CatalogueCalls, FindingCalls, AdministrationCalls):
    """Speaks to one service.  Every method raises Refused and ServiceAway; use it as a context."""

    def validate(self, spec: Mapping[str, Any]) -> Json:
        """What a submission comes to, without submitting it: {spec, runs, estimate, warnings}."""
        return self._json("POST", "/v1/jobs:validate", json=dict(spec))

    def submit(self, spec: Mapping[str, Any], key: str | None = None) -> Job:
        """The job of a submission, an experiment's or a probe's.

        It goes with an Idempotency-Key, so that an answer that was lost does not make a second job.
        """
        headers = repeat_headers(key)
        return Job(self, self._json("POST", "/v1/jobs", json=dict(spec), headers=headers))

    def job(self, job: str) -> Job:
        return Job(self, self._json("GET", f"/v1/jobs/{job}"))

    def jobs(self, **filters: Any) -> Iterator[Job]:
        """The newest first, page after page."""
        return (Job(self, one) for one in self._pages("/v1/jobs", filters))

    def events(self, job: str) -> Iterator[Json]:
        """What happened to a job, so far."""
        return self._pages(f"/v1/jobs/{job}/events", {"limit": 200})

    def runs(self, job: str) -> Iterator[Json]:
        return self._pages(f"/v1/jobs/{job}/runs", {"limit": 200})

    def run(self, run: str) -> Json:
        """One run, with the last values of its series."""
        return self._json("GET", f"/v1/runs/{run}")

    def run_series(self, run: str, *names: str, max_points: int = 1000) -> Json:
        """Of one run, as of ``series``."""
        return self._json("GET", f"/v1/runs/{run}/series", params=series_query(names, max_points))

    def report(self, probe: str) -> Json:
        """What a probe has found: ``estimators.specs.findings.Report``."""
        return self._json("GET", f"/v1/jobs/{probe}/report")

    def series(self, job: str, *names: str, max_points: int = 1000) -> Iterator[Json]:
        """Of every run of a job: {run_id, number, seed, setting, series}; a series is {steps,
        values}."""
        return self._pages(f"/v1/jobs/{job}/series", series_query(names, max_points))

    def queue(self, job: str) -> Json:
        """How far a job is from training, and why it waits."""
        return self._json("GET", f"/v1/jobs/{job}/queue")

    def change(
        self,
        job: str,
        labels: Mapping[str, str | None] | None = None,
        archived: bool | None = None,
    ) -> Job:
        """The job with these labels added, and those that are None taken away; ``archived`` says
        whether lists leave it out."""
        body = without_nones({"labels": labels, "archived": archived})
        return Job(self, self._json("PATCH", f"/v1/jobs/{job}", json=body))

    def delete(self, job: str) -> None:
        """A job that has ended, with its runs.  Of an entry it is archived, and the entry
        withdrawn."""
        self._answer("DELETE", f"/v1/jobs/{job}")

    def cancel(self, job: str) -> Json:
        return self._json("POST", f"/v1/jobs/{job}/cancel")

    def retry(self, job: str, from_zero: bool = False) -> Json:
        return self._json("POST", f"/v1/jobs/{job}/retry", params={"from_zero": from_zero})

    def extend(
        self,
        job: str,
        seeds: int | Sequence[int] | None = None,
        steps: int | None = None,
        key: str | None = None,
    ) -> Job:
        """Another job that adds to this one: so many more seeds, or these; or its runs, trained up
        to a step.  Once, as with ``submit``."""
        body = without_nones({"seeds": seeds, "steps": steps})
        headers = repeat_headers(key)
        return Job(self, self._json("POST", f"/v1/jobs/{job}/extend", json=body, headers=headers))

    def leaderboards(self) -> list[Json]:
        return list(self._pages("/v1/leaderboards"))

    def leaderboard(self, benchmark: str, **options: Any) -> Board:
        asked = without_nones(options)
        return Board(self, self._json("GET", f"/v1/leaderboards/{benchmark}", params=asked))

    def lines(self, benchmark: str) -> Iterator[str]:
        """Every run of a benchmark with its series, a line of JSON each."""
        try:
            with self._http.stream(
                "GET", f"/v1/leaderboards/{benchmark}/runs", timeout=300.0
            ) as answer:
                if answer.is_error:
                    answer.read()
                    raise Refused(problem_document(answer))
                yield from answer.iter_lines()
        except httpx.TransportError as error:
            raise self._away(error) from None

    def benchmarks(self) -> list[Json]:
        return list(self._pages("/v1/benchmarks"))

    def benchmark(self, name: str) -> Json:
        return self._json("GET", f"/v1/benchmarks/{name}")

    def ledger(self, name: str) -> Json:
        """Every entry of a benchmark with its runs: ``analysis.ledger.shapes.Ledger``."""
        return self._json("GET", f"/v1/benchmarks/{name}/ledger")

    def claims(self, name: str, **asked: Any) -> Claims:
        """A benchmark's board: ``analysis.ledger.shapes.ClaimBoard``."""
        asked = without_nones(asked)
        return Claims(self, self._json("GET", f"/v1/benchmarks/{name}/board", params=asked))

    def enter(self, name: str, body: Mapping[str, Any], key: str | None = None) -> Entry:
        """The entry of an estimator, ``{"estimator": {...}, "tuning": {...}}`` or the estimator
        alone; once, as with ``submit``."""
        whole = dict(body) if "estimator" in body else {"estimator": dict(body)}
        headers = repeat_headers(key)
        path = f"/v1/benchmarks/{name}/entries"
        return Entry(self, self._json("POST", path, json=whole, headers=headers))

    def entries(self, name: str, history: bool = False, shipped: bool = True) -> list[Entry]:
        """Current ones; ``history``: superseded ones too; ``shipped``: what came with the package
        too."""
        asked = {"history": history, "shipped": shipped}
        some = self._pages(f"/v1/benchmarks/{name}/entries", asked)
        return [Entry(self, one) for one in some]

    def entry(self, name: str, entry: str) -> Entry:
        return Entry(self, self._json("GET", f"/v1/benchmarks/{name}/entries/{entry}"))

    def withdraw(self, name: str, entry: str, reason: str) -> Json:
        path = f"/v1/benchmarks/{name}/entries/{entry}/withdraw"
        return self._json("POST", path, params={"reason": reason})

    def submit_suite(self, name: str, body: Mapping[str, Any], key: str | None = None) -> Json:
        """{data: [{cell, job, lacking}], left_out: [{cell, reason}]}; once, as with ``submit``."""
        headers = repeat_headers(key)
        return self._json("POST", f"/v1/suites/{name}/jobs", json=dict(body), headers=headers)

    def submit_suite_probes(
        self, name: str, body: Mapping[str, Any], key: str | None = None
    ) -> Json:
        """{data: [{row, at, job, lacking}]}; once, as with ``submit``."""
        headers = repeat_headers(key)
        return self._json("POST", f"/v1/suites/{name}/probes", json=dict(body), headers=headers)

    def watch(self, job: str, patience: float = RESTART) -> Iterator[tuple[str, Json]]:
        """(type, data) of every event of a job until its ``end``.

        A broken stream goes on where it broke, also after a restart of the service: it may be away
        for ``patience`` seconds, but has to know the job at the start.
        """
        self.job(job)
        last, since = 0, time.monotonic()
        while True:
            try:
                for event in self._events(job, last):
                    if not event.data:
                        continue
                    last, since = int(event.id or last), time.monotonic()
                    yield event.event, json.loads(event.data)
                    if event.event == "end":
                        return
            except (httpx.TransportError, Refused) as error:
                if isinstance(error, Refused) and error.status < 500:
                    raise
                if time.monotonic() - since > patience:
                    raise self._away(error) from None
            time.sleep(0.5)

    def wait(self, job: str, progress: bool = False) -> Json:
        """The job as it is when all of its runs have ended; ``progress`` prints a line as
        it goes."""
        last: Json = {}
        for kind, data in self.watch(job):
            if kind not in ("progress", "end"):
                continue
            last = data
            if progress:
                print(f"\r{data['state']:>10} {data['progress']:4.0%}", end="", flush=True)
        if progress:
            print()
        return last

    def settle(self, job: str) -> Json:
        """The job when it has ended, or some seconds later."""
        return self._json("GET", f"/v1/jobs/{job}", headers={"Prefer": f"wait={POLL}"})

    def _events(self, job: str, last: int) -> Iterator[Any]:
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(last)}
        with self._http.stream("GET", f"/v1/jobs/{job}/events", headers=headers) as answer:
            if answer.is_error:
                answer.read()
                raise Refused(problem_document(answer))
            yield from EventSource(answer).iter_sse()


def series_query(names: Sequence[str], max_points: int) -> Json:
    return {"max_points": max_points} | ({"names": ",".join(names)} if names else {})
