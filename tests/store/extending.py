"""Jobs of the machine that go on from others."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from service.store import extensions, jobs, submissions
from service.store.models import Job, Run
from tests.store.world import EVERY, plan


class Extending:
    """Rules for a `World`."""

    @rule(data=st.data(), more=st.integers(1, 2), key=st.sampled_from([None, "k"]))
    def extend(self, data, more, key):
        """Runs go on where all of a job have come to their own ends; nothing of it changes."""
        with self.database.begin() as session:
            first = select(Job).where(Job.parent_id.is_(None)).order_by(Job.id)
            some = session.scalars(first).all()
        if not some:
            return
        job = data.draw(st.sampled_from(some))
        if data.draw(st.sampled_from([True, True, False])):
            self.see_job_through(job)
        with self.database.begin() as session:
            reasons = session.scalars(select(Run.reason).where(Run.job_id == job.id)).all()
        spec = job.spec | {"steps": job.steps + more * EVERY}
        fits = {*reasons} <= {"completed", "diverged"} and "completed" in reasons
        further = replace(plan(spec), parent_id=job.id)
        earlier = self.keys.get((job.owner, key)) if key else None
        try:
            with self.database.begin() as session:
                new = extensions.continue_job(session, job.owner, further, key)
            assert earlier == (spec, new.id) if earlier else fits
            if key:
                self.keys[job.owner, key] = spec, new.id
        except submissions.KeyReused:
            assert earlier and earlier[0] != spec
        except jobs.Conflict:
            assert not fits

    def see_job_through(self, job):
        """As far as a few claims get it."""
        for _ in range(4):
            for hand in [hand for hand in self.hands if hand.bundle.job_id == job.id]:
                with self.database.begin() as session:
                    holds = self.holds(session, hand)
                if holds:
                    self.see_through(hand)
            self.claim()
