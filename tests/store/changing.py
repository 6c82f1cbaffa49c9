"""What the machine changes of jobs that are there: labels, whether lists hold them, their end."""

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from service.store import job_changes, jobs
from service.store.job_lists import JobQuery, select_jobs
from service.store.models import Job, Run
from service.store.states import LIVE

LABELS = st.dictionaries(st.sampled_from("ab"), st.sampled_from([None, "x", "y"]), min_size=1)


class Changing:
    """Rules for a `World`."""

    def some_job(self, session, data):
        """None where all are deleted."""
        every = session.scalars(select(Job).order_by(Job.id)).all()
        return data.draw(st.sampled_from(every)) if every else None

    @rule(data=st.data(), labels=LABELS)
    def relabel(self, data, labels):
        with self.database.begin() as session:
            if job := self.some_job(session, data):
                want = {name: text for name, text in (job.labels | labels).items() if text}
                job_changes.change_labels(session, job, labels)
                session.expire(job)
                assert job.labels == want
                views = select_jobs(session, 1000, query=JobQuery(labels=want))
                assert job.archived_at or job.id in [view.job.id for view in views]

    @rule(data=st.data(), archived=st.booleans())
    def archive(self, data, archived):
        """Saying it twice is no event; lists hold what is not archived, and all else stays."""
        with self.database.begin() as session:
            if job := self.some_job(session, data):
                before, was = job.version, job.archived_at is not None
                job_changes.archive_job(session, job, archived)
                session.expire(job)
                assert job.version == before + (was != archived)
                listed = [view.job.id for view in select_jobs(session, 1000)]
                assert (job.id in listed) != archived

    @rule(data=st.data(), ended=st.booleans())
    def delete(self, data, ended):
        """What has ended may go, with its keys; nothing else of anybody's does."""
        with self.database.begin() as session:
            job = self.some_job(session, data)
            runs = {run.id: run for run in session.scalars(select(Run))}
        if job is None:
            return
        if ended and self.count_jobs() > 2:
            self.end(job.id)
        with self.database.begin() as session:
            lives = session.scalars(select(Run.id).where(Run.job_id == job.id, Run.state == LIVE))
            fits = not lives.all()
        try:
            with self.database.begin() as session:
                job_changes.delete_job(session, job.id)
            assert fits
        except jobs.Conflict:
            assert not fits
            return
        mine = {id for id, run in runs.items() if run.job_id == job.id}
        self.ended = {run: how for run, how in self.ended.items() if run not in mine}
        self.keys = {key: made for key, made in self.keys.items() if made[1] != job.id}
        with self.database.begin() as session:
            assert {*session.scalars(select(Run.id))} == runs.keys() - mine

    def count_jobs(self):
        with self.database.begin() as session:
            return len(session.scalars(select(Job.id)).all())

    def end(self, job_id):
        """What of a job waits is cancelled; what trains is asked to stop, and does."""
        with self.database.begin() as session:
            mine = session.scalars(select(Run.id).where(Run.job_id == job_id, Run.state == LIVE))
            jobs.cancel_runs(session, mine.all())
        for hand in [hand for hand in self.hands if hand.bundle.job_id == job_id]:
            self.one_step(hand)
