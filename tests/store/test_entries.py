"""An entry's way from tuning to its rank, driven by whoever notices, however often."""

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from analysis.ledger.tuning import Trial, chosen_trial
from estimators.specs.protocols import Protocol
from service import entries, errors
from service.scopes import Identity, Scope
from service.store import bundles, jobs
from service.store.entries import all_entries, current_entries, job_treatment
from service.store.entry_models import Entry
from service.store.models import Job, Run
from service.store.series import Series
from service.store.states import LIVE, Ending, EntryState
from tests.estimators.test_protocols import ABOUT

pytestmark = pytest.mark.usefixtures("valkey")
BOUNDS = ("bound/validation", "bound/test")
PROTOCOL = Protocol.model_validate(ABOUT)
TOY = {"estimator": {"name": "reinforce_loo"}}
ADA = Identity("ada", Scope.SUBMIT)


def enter(database, body=TOY, key=None, protocol=PROTOCOL, owner="ada"):
    with database.begin() as session:
        return entries.enter(session, owner, protocol, entries.parse_entry(body), key).id


def look(database, entry_id):
    with database.begin() as session:
        return entries.find_entry(session, entry_id)


def advance(database):
    """All that may go on; how many did."""
    moved = 0
    while True:
        with database.begin() as session:
            if entries.advance_entry(session) is None:
                return moved
        moved += 1


def train(database, bound=lambda run: run.seed, ended=lambda run: "completed"):
    """Every bundle that waits, to its end."""
    while train_bundle(database, bound, ended):
        pass


def train_bundle(database, bound, ended):
    """One that waits, to its end; whether there was one."""
    with database.begin() as session:
        bundle = bundles.claim_bundle(session, "cpu", "w", 30)
        if bundle is None:
            return False
        living = (Run.bundle_id == bundle.id, Run.state == LIVE)
        runs = session.scalars(select(Run).where(*living)).all()
        report = bundles.CheckpointReport(
            20,
            "file",
            {run.lane: dict.fromkeys(BOUNDS, point(bound(run))) for run in runs},
            {run.lane: ended(run) for run in runs},
        )
        bundles.write_checkpoint(session, bundle.id, bundle.attempt, report, 30)
    return True


def point(value):
    return Series(np.array([20], np.int32), np.array([value], float))


def rate(run):
    return run.setting["learning_rate"]


def count(database, table):
    with database.begin() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_from_tuning_to_a_rank(database):
    entry_id = enter(database)
    assert look(database, entry_id).state == EntryState.TUNING
    assert advance(database) == 0
    train(database, bound=lambda run: rate(run) + run.seed)
    assert advance(database) == 1
    entry = look(database, entry_id)
    assert entry.state == EntryState.CONFIRMING and entry.setting["learning_rate"] == 1
    with database.begin() as session:
        confirmed = session.get(Job, entry.confirmation_job_id)
        runs = session.scalars(select(Run).where(Run.job_id == confirmed.id)).all()
    assert sorted(run.seed for run in runs) == list(range(20)) and {rate(run) for run in runs} == {
        1
    }
    assert confirmed.owner == "ada" and confirmed.cell_id == entry.cell_id
    assert advance(database) == 0
    train(database)
    assert advance(database) == 1
    entry = look(database, entry_id)
    assert entry.state == EntryState.RANKED and entry.ended_at and entry.reason is None
    assert advance(database) == 0 and count(database, Job) == 2


def test_a_confirmation_is_treated_as_its_tuning_was(database):
    """It goes as fast, may take as long, and is found again by the same labels."""
    treatment = {"labels": {"study": "depth"}, "priority": 7, "time_limit": 60.0}
    entry_id = enter(database, TOY | treatment)
    train(database)
    advance(database)
    entry = look(database, entry_id)
    with database.begin() as session:
        tuning, confirmation = (
            job_treatment(session, job) for job in (entry.tuning_job_id, entry.confirmation_job_id)
        )
    assert (confirmation.priority, confirmation.time_limit) == (7, 60.0) == tuning[1:]
    assert confirmation.labels == {
        "study": "depth",
        "benchmark": "small.1",
        "phase": "confirmation",
    }


def test_a_crash_between_any_two_steps_loses_and_doubles_nothing(database):
    """Whoever moves an entry dies before the commit: another does it, once."""
    entry_id = enter(database)
    train(database)
    with pytest.raises(ZeroDivisionError), database.begin() as session:
        entries.advance_entry(session)
        raise ZeroDivisionError
    assert look(database, entry_id).state == EntryState.TUNING and count(database, Job) == 1
    assert advance(database) == 1 and count(database, Job) == 2


def test_a_diverged_confirmation_run_is_a_result_and_a_failed_one_is_none(database):
    first = enter(database)
    train(database)
    advance(database)
    train(database, ended=lambda run: "diverged" if run.seed < 3 else "completed")
    advance(database)
    assert look(database, first).state == EntryState.RANKED


def test_an_entry_with_a_run_without_result_has_no_rank_and_says_why(database):
    entry_id = enter(database)
    with database.begin() as session:
        bundle = bundles.claim_bundle(session, "cpu", "w", 30)
        bundles.end_attempt(session, bundle.id, bundle.attempt, Ending.ERROR)
    advance(database)
    entry = look(database, entry_id)
    assert entry.state == EntryState.FAILED
    assert entry.reason == "tuning: of 4 runs came to no result: 4 error"


def test_cancelled_confirmation_runs_leave_no_rank(database):
    entry_id = enter(database)
    train(database)
    advance(database)
    with database.begin() as session:
        job = entries.find_entry(session, entry_id).confirmation_job_id
        some = session.scalars(select(Run.id).where(Run.job_id == job).limit(19)).all()
        jobs.cancel_runs(session, some)
    train(database)
    advance(database)
    entry = look(database, entry_id)
    assert entry.state == EntryState.FAILED and "19 cancelled" in entry.reason


def test_nothing_is_confirmed_where_every_setting_diverges(database):
    entry_id = enter(database)
    train(database, ended=lambda run: "diverged")
    advance(database)
    entry = look(database, entry_id)
    assert (entry.state, entry.setting, count(database, Job)) == (EntryState.FAILED, None, 1)
    assert "every setting diverged" in entry.reason


def test_a_second_try_supersedes_and_the_first_stays(database):
    first = enter(database)
    train(database), advance(database), train(database), advance(database)
    second = enter(database)
    with database.begin() as session:
        assert [one.id for one in all_entries(session, PROTOCOL.id)] == [first, second]
        assert [one.id for one in current_entries(session, PROTOCOL.id)] == [second]
    assert look(database, second).supersedes == first
    assert look(database, first).state == EntryState.RANKED


def test_a_first_try_on_its_way_is_withdrawn_and_its_runs_stop(database):
    first, second = enter(database), enter(database)
    entry = look(database, first)
    assert entry.state == EntryState.WITHDRAWN and entry.reason == entries.SUPERSEDED
    with database.begin() as session:
        states = set(session.scalars(select(Run.state).where(Run.job_id == entry.tuning_job_id)))
    assert states == {"cancelled"} and look(database, second).state == EntryState.TUNING


def test_the_same_key_makes_one_entry(database):
    assert enter(database, key="k") == enter(database, key="k")
    assert count(database, Entry) == count(database, Job) == 1
    with pytest.raises(errors.KeyReused):
        enter(database, {"estimator": {"name": "muprop"}}, key="k")


def test_other_settings_are_another_entry(database):
    enter(database)
    enter(database, {"estimator": {"name": "reinforce_loo", "draws": 2}})
    with database.begin() as session:
        assert len(current_entries(session, PROTOCOL.id)) == 2


def test_two_lines_of_tries_of_one_cell_cannot_be(database):
    """Whatever the code above it does, the database keeps it so."""
    first = look(database, enter(database))
    other = look(database, enter(database, {"estimator": {"name": "muprop"}}))
    with pytest.raises(IntegrityError), database.begin() as session:
        session.get(Entry, other.id).cell_id = first.cell_id


def test_withdrawing_is_the_owners_says_why_and_may_be_said_twice(database):
    entry_id = enter(database)
    with pytest.raises(errors.Conflict), database.begin() as session:
        entries.withdraw(session, Identity("eve", Scope.PRIORITY), entry_id, "because")
    for _ in range(2):
        with database.begin() as session:
            entries.withdraw(session, ADA, entry_id, "a slip in my estimator")
    entry = look(database, entry_id)
    assert (entry.state, entry.reason) == (EntryState.WITHDRAWN, "a slip in my estimator")
    train(database)
    assert advance(database) == 0


def test_an_admin_withdraws_anybodys_and_the_reason_names_who(database):
    entry_id = enter(database)
    with database.begin() as session:
        entries.withdraw(session, Identity("root", Scope.ADMIN), entry_id, "it copies another")
    entry = look(database, entry_id)
    assert entry.state == EntryState.WITHDRAWN
    assert entry.reason == "by root, an admin: it copies another"


def test_who_does_not_serve_is_refused_and_a_full_benchmark_says_so(database):
    with pytest.raises(errors.Refused, match="/estimator"):
        enter(database, {"estimator": {"name": "vimco"}})
    small = Protocol.model_validate(ABOUT | {"name": "two", "entries": 2})
    for name in ("reinforce_loo", "muprop"):
        enter(database, {"estimator": {"name": name}}, protocol=small)
    with pytest.raises(errors.Conflict, match="holds 2 entries"):
        enter(database, {"estimator": {"name": "half"}}, protocol=small)
    enter(database, {"estimator": {"name": "muprop"}}, protocol=small)


def test_a_registered_protocol_never_changes(database):
    with database.begin() as session:
        entries.register_protocol(session, "ada", PROTOCOL)
        entries.register_protocol(session, "eve", PROTOCOL)
    changed = Protocol.model_validate(ABOUT | {"looks": 2})
    with pytest.raises(errors.Conflict, match="a change is a new version"):
        enter(database, protocol=changed)
    with database.begin() as session:
        entries.register_protocol(session, "ada", changed.model_copy(update={"version": 2}))
        assert entries.find_protocol(session, "small").version == 2
        assert entries.find_protocol(session, "small@1").looks == 1
        with pytest.raises(errors.NotFound):
            entries.find_protocol(session, "large")


def test_the_choice_is_the_least_mean_of_the_fewest_diverged():
    def tried(*values):
        return [
            Trial({"learning_rate": rate}, seed, value)
            for rate, row in zip((0.1, 0.3, 1.0), values, strict=False)
            for seed, value in enumerate(row)
        ]

    assert chosen_trial(tried([3, 3], [2, 3], [9, 9])).setting == {"learning_rate": 0.3}
    assert chosen_trial(tried([3, 3], [1, None], [9, 9])).setting == {"learning_rate": 0.1}
    assert chosen_trial(tried([2, 2], [2, 2])).setting == {"learning_rate": 0.1}
    assert chosen_trial(tried([None, float("inf")], [None, float("nan")])) is None
    two = [one._replace(candidate=1) for one in tried([2, 3], [1, 2])]
    assert chosen_trial([*tried([2, 2], [3, 3]), *two]) == ({"learning_rate": 0.3}, 1)
    assert chosen_trial([*tried([9, 9], [1, 2]), *two]) == ({"learning_rate": 0.3}, 0)
