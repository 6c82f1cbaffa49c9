"""What entries have to be, told from their runs alone: no code of the service decides here."""

from collections import Counter, defaultdict
from statistics import fmean
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from estimators.specs.protocols import Protocol
from service.store.entry_models import Entry
from service.store.models import Job, Run, Summary
from tests.estimators.test_protocols import ABOUT

# small, and full with two
PROTOCOL = Protocol.model_validate(ABOUT | {"name": "two", "entries": 2, "seeds": list(range(10))})
RESULTS, OPEN = {"completed", "diverged"}, ("tuning", "confirming")


class Told(NamedTuple):
    """A run, as its row says."""

    seed: int
    rate: float
    reason: str | None
    stops: bool
    validation: float | None


class Story(NamedTuple):
    """An entry, with its runs by job."""

    id: UUID
    cell_id: str
    kind: str
    owner: str
    state: str
    reason: str | None
    has_end: bool
    supersedes: UUID | None
    is_current: bool
    estimator: dict[str, Any]
    setting: dict[str, Any] | None
    candidates: list[dict[str, Any]]
    job_ids: list[UUID]
    tuning: list[list[Told]]
    confirmation: list[Told]
    confirmed: dict[str, Any] | None
    jobs: int  # in the whole database

    @property
    def is_withdrawn(self) -> bool:
        return self.state == "withdrawn"

    @property
    def tuned(self) -> list[Told]:
        return [run for runs in self.tuning for run in runs]

    @property
    def may_move(self) -> bool:
        """Whether all that it waits for has ended."""
        runs = {"tuning": self.tuned, "confirming": self.confirmation}.get(self.state)
        return runs is not None and all(run.reason for run in runs)


def read_stories(session: Session) -> list[Story]:
    """All entries of the database, in the order of their coming."""
    rows = session.scalars(select(Entry).order_by(Entry.id)).all()
    specs = {id: spec for id, spec in session.execute(select(Job.id, Job.spec))}
    later = {row.supersedes for row in rows}
    runs = _runs(session)
    return [_story(row, row.id not in later, specs, runs) for row in rows]


def _runs(session: Session) -> dict[UUID, list[Told]]:
    bound = (Summary.run_id == Run.id) & (Summary.name == "bound/validation")
    some = select(Run.job_id, Run.seed, Run.setting, Run.reason, Run.cancel, Summary.value)
    by_job = defaultdict(list)
    for job, seed, setting, *rest in session.execute(some.outerjoin(Summary, bound)):
        by_job[job].append(Told(seed, setting["learning_rate"], *rest))
    return by_job


def _story(row, is_current, specs, runs) -> Story:
    tuning = [one.tuning_job_id for one in row.candidates] or [row.tuning_job_id]
    confirmed = row.confirmation_job_id
    return Story(
        id=row.id,
        cell_id=row.cell_id,
        kind=row.estimator["name"],
        owner=row.owner,
        state=row.state,
        reason=row.reason,
        has_end=row.ended_at is not None,
        supersedes=row.supersedes,
        is_current=is_current,
        estimator=row.estimator,
        setting=row.setting,
        candidates=[one.estimator for one in row.candidates] or [row.estimator],
        job_ids=[*tuning, *([confirmed] if confirmed else [])],
        tuning=[runs[job] for job in tuning],
        confirmation=runs[confirmed] if confirmed else [],
        confirmed=specs[confirmed] if confirmed else None,
        jobs=len(specs),
    )


def check_entries(stories: list[Story]) -> None:
    """Lines of tries, room, jobs, and what each entry's state says of its runs."""
    lines = defaultdict(list)
    for one in stories:
        lines[one.cell_id].append(one)
    for tries in lines.values():
        assert [one.supersedes for one in tries] == [None, *(one.id for one in tries[:-1])]
        assert not any(one.state in OPEN for one in tries[:-1])
    taken = [one for one in stories if one.is_current and not one.is_withdrawn]
    assert len(taken) <= PROTOCOL.entries
    jobs = [job for one in stories for job in one.job_ids]
    assert len(set(jobs)) == len(jobs) == (stories[0].jobs if stories else 0)
    for one in stories:
        _check_story(one)


def _check_story(one: Story) -> None:
    assert one.has_end == (one.state not in OPEN)
    assert bool(one.reason) == (one.state in ("failed", "withdrawn"))
    assert all(Counter(run.seed for run in runs).keys() <= {100, 101} for runs in one.tuning)
    if one.confirmed is None:
        assert one.setting is None and one.state not in ("confirming", "ranked")
    else:
        _check_choice(one)
    if one.state == "ranked":
        assert {run.reason for run in one.confirmation} <= RESULTS
    if one.state == "failed":
        assert one.reason.startswith(_failure(one))
    if one.is_withdrawn:
        assert all(run.reason or run.stops for run in (*one.tuned, *one.confirmation))


def _check_choice(one: Story) -> None:
    """It was confirmed at what its tuning runs say, on the seeds that its protocol says."""
    assert {run.reason for run in one.tuned} <= RESULTS
    number, rate = best_trial(one)
    assert (one.estimator, one.setting["learning_rate"]) == (one.candidates[number], rate)
    assert one.confirmed["estimator"] == one.estimator
    assert sorted(run.seed for run in one.confirmation) == list(PROTOCOL.seeds)
    assert {run.rate for run in one.confirmation} == {rate}


def best_trial(one: Story) -> tuple[int, float] | None:
    """The candidate and the rate of the fewest diverged seeds, then of the least mean; None where
    nothing trains."""
    trials = []
    for number, runs in enumerate(one.tuning):
        for rate in {run.rate for run in runs}:
            mine = [run for run in runs if run.rate == rate]
            sound = [run.validation for run in mine if run.reason == "completed"]
            if sound:
                trials.append((len(mine) - len(sound), fmean(sound), number, rate))
    return min(trials)[2:] if trials else None


def _failure(one: Story) -> str:
    """How the reason of a failed entry has to begin."""
    if any(run.reason not in RESULTS for run in one.tuned):
        return "tuning: of"
    if best_trial(one) is None:
        return "tuning: every setting diverged"
    assert any(run.reason not in RESULTS for run in one.confirmation)
    return "confirmation: of"
