"""An entry that chooses among settings of its own, from its jobs to its ledger."""

import pytest
from sqlalchemy import select

from analysis.ledger.board import ledger_board
from analysis.ledger.sensitivity import rate_sensitivity
from analysis.ledger.shapes import Ledger
from analysis.ledger.verify import ledger_faults
from service import errors, ledgers
from service.store.models import Job, Run
from service.store.states import EntryState
from tests.store.test_entries import PROTOCOL, advance, count, enter, look, train, train_bundle

pytestmark = pytest.mark.usefixtures("valkey")
OWN = {
    "estimator": {"name": "reinforce_loo"},
    "tuning": {"learning_rates": [10.0], "settings": [{"draws": 4}, {"draws": 3}]},
}


def train_by_draws(database):
    """Fewer draws are better."""
    with database.begin() as session:
        jobs_of = {job.id: job.spec["estimator"]["draws"] for job in session.scalars(select(Job))}
    train(database, bound=lambda run: jobs_of[run.job_id] + run.seed)


def test_tuning_chooses_among_settings_of_an_entrys_own(database):
    """In as many trials as the grid has rates; each setting has a job, and all of them count."""
    entry_id = enter(database, OWN)
    assert [c.estimator["draws"] for c in look(database, entry_id).candidates] == [4, 3]
    train_bundle(database, lambda run: 999, lambda run: "completed")
    assert advance(database) == 0 and count(database, Job) == 2
    train_by_draws(database)
    assert advance(database) == 1
    train_by_draws(database)
    assert advance(database) == 1
    entry = look(database, entry_id)
    assert entry.state == EntryState.RANKED and entry.estimator["draws"] == 3
    with database.begin() as session:
        assert session.get(Job, entry.confirmation_job_id).spec["estimator"] == entry.estimator
        whole = ledgers.read_ledger(session, PROTOCOL)
    board = ledger_board(whole)
    [row] = board.rows
    assert (row.label, row.candidates) == ("reinforce_loo, draws 3, best of 2 settings", 2)
    assert row.trials == 4 and row.edge is None and ledger_faults(board, whole) == []
    curves = {one.label: one.chosen for one in rate_sensitivity(whole).curves}
    assert curves == {"reinforce_loo": None, "reinforce_loo, draws 3": 10}


BENDS = [
    (lambda e: e.update(estimator=e["candidates"][0]), "does not choose the estimator"),
    (lambda e: e["runs"].pop(0), "run of setting 0 of seed 100, rate 10.0 is not there"),
    (lambda e: e["runs"][0].update(candidate=7), "nobody asked for the tuning run of setting 7"),
    (lambda e: e.update(learning_rates=[1.0, 10.0]), "4 trials, and its protocol grants 2"),
    (lambda e: e.update(learning_rates=[2.0]), "rate 2.0 is none of the protocol's"),
]


def test_a_ledger_with_settings_of_ones_own_is_held_to_its_trials(database):
    enter(database, OWN)
    for _ in range(2):
        train_by_draws(database)
        advance(database)
    with database.begin() as session:
        whole = ledgers.read_ledger(session, PROTOCOL)
    for bend, said in BENDS:
        document = whole.model_dump(mode="json")
        bend(document["entries"][0])
        bent = Ledger.model_validate(document)
        assert any(said in fault for fault in ledger_faults(ledger_board(bent), bent))


def test_the_settings_to_choose_among_are_what_is_entered(database):
    """In whatever order they are named; others are another entry, and a key stands for one."""
    turned = OWN | {"tuning": OWN["tuning"] | {"settings": [{"draws": 3}, {"draws": 4}]}}
    first, second = enter(database, OWN, key="k"), enter(database, turned)
    assert look(database, second).supersedes == first
    assert look(database, first).state == EntryState.WITHDRAWN
    with database.begin() as session:
        ids = look(database, first).tuning_job_ids
        states = set(session.scalars(select(Run.state).where(Run.job_id.in_(ids))))
    assert states == {"cancelled"} and len(ids) == 2
    one = enter(database, OWN | {"tuning": {"learning_rates": [10.0], "settings": [{"draws": 4}]}})
    assert look(database, one).supersedes is None and not look(database, one).candidates
    with pytest.raises(errors.KeyReused):
        more = OWN["tuning"] | {"settings": [{"draws": 4}, {"draws": 8}]}
        enter(database, OWN | {"tuning": more}, key="k")
    assert enter(database, OWN, key="k") == first
