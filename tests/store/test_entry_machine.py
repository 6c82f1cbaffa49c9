"""Any order of entering, training, crashing, withdrawing and moving on leaves entries sound."""

import os

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
from sqlalchemy import delete, func, select

from analysis.ledger.board import ledger_board
from analysis.ledger.verify import ledger_faults
from service import entries, errors, ledgers
from service.scopes import Identity, Scope
from service.store import bundles
from service.store.base import session_factory
from service.store.entries import all_entries, run_ends
from service.store.models import Base, Job, Run
from service.store.states import LIVE, OPEN, Ending, EntryState
from tests.store.test_entries import PROTOCOL, enter, rate, train_bundle

pytestmark = pytest.mark.usefixtures("valkey")
EXAMPLES, STEPS = int(os.environ.get("EXAMPLES", 8)), int(os.environ.get("STEPS", 25))
NAMES = st.sampled_from(["reinforce_loo", "half"])
OWNERS = st.sampled_from(["ada", "bob"])
ENDS = st.sampled_from(["completed", "completed", "diverged", "some diverged"])


class Entering(RuleBasedStateMachine):
    engine = None

    def __init__(self):
        super().__init__()
        self.database = session_factory(self.engine)
        with self.database.begin() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(delete(table))

    @initialize()
    def begin(self):
        """One is confirmed, another is tuned."""
        enter(self.database, owner="ada")
        self.train("completed", 1)
        self.move(crash=False)
        enter(self.database, {"estimator": {"name": "half"}}, owner="bob")

    @rule(name=NAMES, owner=OWNERS, key=st.sampled_from([None, "k"]))
    def enter(self, name, owner, key):
        body = {"estimator": {"name": name}}
        try:
            first = enter(self.database, body, key, owner=owner)
            assert key is None or first == enter(self.database, body, key, owner=owner)
        except errors.KeyReused:
            assert key

    @rule(end=ENDS, bundles=st.integers(1, 4))
    def train(self, end, bundles):
        ended = {
            "some diverged": lambda run: "diverged" if run.seed % 3 else "completed",
        }.get(end, lambda run: end)
        for _ in range(bundles):
            train_bundle(self.database, lambda run: rate(run) + run.seed, ended)

    @rule()
    def fail(self):
        """A program that cannot go on."""
        with self.database.begin() as session:
            if bundle := bundles.claim_bundle(session, "cpu", "w", 30):
                bundles.end_attempt(session, bundle.id, bundle.attempt, Ending.ERROR)

    @rule(crash=st.booleans())
    def move(self, crash):
        try:
            with self.database.begin() as session:
                entries.advance_entry(session)
                assert not crash, "dies before it commits"
        except AssertionError:
            assert crash

    @rule(which=st.integers(0, 5), who=OWNERS, scope=st.sampled_from([Scope.SUBMIT, Scope.ADMIN]))
    def withdraw(self, which, who, scope):
        with self.database.begin() as session:
            some = all_entries(session, PROTOCOL.id)
            entry = some[which % len(some)] if some else None
            asking = Identity(who, scope)
            if entry is None or not asking.may_change(entry.owner):
                return
            entries.withdraw(session, asking, entry.id, "a slip")

    @invariant()
    def tries_form_one_line_a_cell(self):
        for tries in self.lines().values():
            assert [one.supersedes for one in tries] == [None, *(one.id for one in tries[:-1])]
            assert not any(one.state in OPEN for one in tries[:-1])

    def lines(self):
        cells = {}
        with self.database.begin() as session:
            for entry in all_entries(session, PROTOCOL.id):
                cells.setdefault(entry.cell_id, []).append(entry)
        return cells

    @invariant()
    def every_job_is_one_entrys(self):
        with self.database.begin() as session:
            some = all_entries(session, PROTOCOL.id)
            jobs = [job for one in some for job in (one.tuning_job_id, one.confirmation_job_id)]
            jobs = [job for job in jobs if job]
            assert len(set(jobs)) == len(jobs)
            assert session.scalar(select(func.count()).select_from(Job)) == len(jobs)

    @invariant()
    def states_say_what_is_there(self):
        with self.database.begin() as session:
            for one in all_entries(session, PROTOCOL.id):
                assert (one.ended_at is None) == (one.state in OPEN)
                assert bool(one.reason) == (one.state in (EntryState.FAILED, EntryState.WITHDRAWN))
                if one.state == EntryState.RANKED:
                    ends = run_ends(session, one.confirmation_job_id)
                    assert sorted(end.seed for end in ends) == list(PROTOCOL.seeds)
                    assert {end.reason for end in ends} <= {"completed", "diverged"}
                if one.state == EntryState.WITHDRAWN:
                    jobs = {one.tuning_job_id, one.confirmation_job_id} - {None}
                    living = select(func.count()).where(Run.job_id.in_(jobs), Run.state == LIVE)
                    assert session.scalar(living.where(Run.cancel.is_(False))) == 0

    def teardown(self):
        """Its ledger is whole, and its board follows."""
        with self.database.begin() as session:
            ledger = ledgers.read_ledger(session, PROTOCOL)
            count = len(all_entries(session, PROTOCOL.id))
        assert len(ledger.entries) == count
        assert ledger_faults(ledger_board(ledger), ledger) == []


@pytest.mark.slow
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
