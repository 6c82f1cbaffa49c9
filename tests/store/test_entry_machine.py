"""Any order of entering, training, crashing, withdrawing and moving on leaves entries sound."""

import os
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from analysis.ledger.board import ledger_board
from analysis.ledger.verify import ledger_faults
from service import entries, errors, ledgers
from service.scopes import Identity, Scope
from service.store import bundles
from service.store.base import session_factory
from service.store.entries import all_entries
from service.store.jobs import cancel_runs
from service.store.models import Base, Job, Run
from service.store.states import LIVE, Ending, EntryState
from tests.store.entry_truth import PROTOCOL, Story, check_entries, read_stories
from tests.store.test_entries import enter, train_bundle

pytestmark = pytest.mark.usefixtures("valkey")
EXAMPLES, STEPS = int(os.environ.get("EXAMPLES", 4)), int(os.environ.get("STEPS", 12))
OWN = {"learning_rates": [10.0], "settings": [{"draws": 3}, {"draws": 2}]}
BODIES = {
    "half": {"estimator": {"name": "half"}},
    "reinforce_loo": {"estimator": {"name": "reinforce_loo"}, "tuning": OWN},
    "muprop": {"estimator": {"name": "muprop"}},
}
KINDS, OWNERS = st.sampled_from(list(BODIES)), st.sampled_from(["ada", "bob"])
# what of a seed, 0 or 1 in the last digit, and a rate comes to nothing
ENDS = {
    "completed": lambda seed, rate: False,
    "diverged": lambda seed, rate: True,
    "fast ones diverged": lambda seed, rate: rate == 10,
    "a seed diverged": lambda seed, rate: rate == 1 and seed % 10 == 1,
}


class Entering(RuleBasedStateMachine):
    engine = None

    def __init__(self):
        super().__init__()
        self.database = session_factory(self.engine)
        self.ended: dict = {}  # how entries ended, by id
        with self.engine.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())

    @initialize(
        kind=st.sampled_from(["reinforce_loo", "half"]),
        end=st.sampled_from(list(ENDS)),
        count=st.integers(1, 2),
        moves=st.booleans(),
    )
    def begin(self, kind, end, count, moves):
        """One is tuned, or in the middle of it, or is confirmed; another makes it full."""
        self.enter(kind, "ada", None)
        self.enter("muprop", "bob", None)
        self.train(end, count)
        if moves:
            self.move()

    @rule(kind=KINDS, owner=OWNERS, key=st.sampled_from([None, None, "k"]))
    def enter(self, kind, owner, key):
        before = self.stories()
        room = len([s for s in before if s.is_current and s.kind != kind and not s.is_withdrawn])
        try:
            first = enter(self.database, BODIES[kind], key, PROTOCOL, owner)
        except errors.Conflict:
            assert room >= PROTOCOL.entries and self.stories() == before
            return
        except errors.KeyReused:
            assert key and self.stories() == before
            return
        if key:
            assert first == enter(self.database, BODIES[kind], key, PROTOCOL, owner)
        assert len(self.stories()) == len(before) + (first not in {one.id for one in before})

    @rule(end=st.sampled_from(list(ENDS)), count=st.sampled_from([1, 2, 9]))
    def train(self, end, count):
        def ended(run):
            lost = ENDS[end](run.seed, run.setting["learning_rate"])
            return "diverged" if lost else "completed"

        with self.database.begin() as session:
            specs = {id: spec for id, spec in session.execute(select(Job.id, Job.spec))}

        def bound(run):
            """Larger rates are better, and fewer draws, and the first seeds."""
            draws = specs[run.job_id]["estimator"].get("draws", 0)
            return run.seed / 100 - run.setting["learning_rate"] + draws

        for _ in range(count):
            if not train_bundle(self.database, bound, ended):
                return

    @rule()
    def fail(self):
        """A program that cannot go on."""
        with self.database.begin() as session:
            if bundle := bundles.claim_bundle(session, "cpu", "w", 30):
                bundles.end_attempt(session, bundle.id, bundle.attempt, Ending.ERROR)

    @rule()
    def cancel(self):
        """Somebody takes a run that waits."""
        with self.database.begin() as session:
            if run := session.scalar(select(Run.id).where(Run.state == LIVE).limit(1)):
                cancel_runs(session, [run])

    @rule()
    def move(self):
        """All that may go on."""
        while self.advance():
            pass

    def advance(self, crash=False):
        """Whether one went on, which may: somebody who crashes dies before the commit."""
        ready = {story.id for story in self.stories() if story.may_move}
        with suppress(ZeroDivisionError), self.database.begin() as session:
            moved = entries.advance_entry(session)
            assert moved in ready if ready else moved is None
            if crash:
                raise ZeroDivisionError
        return moved is not None

    @rule(which=st.integers(0, 2), who=OWNERS, scope=st.sampled_from([Scope.SUBMIT, Scope.ADMIN]))
    def withdraw(self, which, who, scope):
        story = (some := self.stories())[which % len(some)]
        asking = Identity(who, scope)
        with self.database.begin() as session:
            if not asking.may_change(story.owner):
                with pytest.raises(errors.Conflict):
                    entries.withdraw(session, asking, story.id, "a slip")
                return
            entry = entries.withdraw(session, asking, story.id, f"a slip of {who}'s")
            assert entry.state == EntryState.WITHDRAWN
            self.ended.setdefault(story.id, (entry.state, entry.reason))
            if not story.is_withdrawn:
                # an end of another kind gives way to this one, and to no other
                self.ended[story.id] = entry.state, entry.reason

    def stories(self) -> list[Story]:
        with self.database.begin() as session:
            return read_stories(session)

    @invariant()
    def entries_are_what_their_runs_say(self):
        stories = self.stories()
        check_entries(stories)
        for one in stories:
            if one.state not in ("tuning", "confirming"):
                assert self.ended.setdefault(one.id, (one.state, one.reason)) == (
                    one.state,
                    one.reason,
                )
        self.advance(crash=True)
        assert self.stories() == stories

    def teardown(self):
        """All come to an end, the ledger is whole, and its board follows."""
        for _ in range(3):
            self.train("completed", 99)
            self.move()
        stories = self.stories()
        check_entries(stories)
        assert not any(one.state in ("tuning", "confirming") for one in stories)
        with self.database.begin() as session:
            ledger = ledgers.read_ledger(session, PROTOCOL)
            count = len(all_entries(session, PROTOCOL.id))
        assert len(ledger.entries) == count and ledger_faults(ledger_board(ledger), ledger) == []


@pytest.mark.parametrize("fast_engine", ["sqlite"], indirect=True)
def test_entering_in_any_order(fast_engine):
    Entering.engine = fast_engine
    run_state_machine_as_test(
        Entering,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases={Phase.generate},
        ),
    )
