"""Holding what ships to the code that is here: resumable, and it says whose numbers differ."""

from contextlib import contextmanager

import pytest

from analysis.ledger.bundles import bundle_paths, read_ledger_file, shipped_ledger, write_bundle
from analysis.ledger.proofs import Trained, compared_run
from estimators.specs.protocols import official_protocols
from service.cli import confirm
from tests.boards.test_proofs import series_of
from tests.cli.conftest import gradarena

HERE = dict.fromkeys(("torch", "python", "system", "threads"), "2")
HERE |= {"code": "new", "device_class": "a processor"}
TOY = official_protocols()["toy@2"]


@pytest.fixture
def few(tmp_path):
    """A folder with three entries of what ships."""
    whole = shipped_ledger(TOY)
    some = [one for one in whole.entries if one.state == "ranked"][:3]
    write_bundle(tmp_path, whole.model_copy(update={"entries": some, "proofs": []}))
    return tmp_path, some


def library(entries, monkeypatch, bend=None, stop_after=None):
    """Stands for the library: it gives every run again, but bends one estimator's."""
    asked_of = []

    def train(asked):
        if len(asked_of) == stop_after:
            raise KeyboardInterrupt
        name = asked["spec"]["estimator"]["name"]
        asked_of.append(name)
        run = compared_run(next(one for one in entries if one.estimator["name"] == name))
        assert asked["run"] == TOY.seeds.index(run.seed)
        series = series_of(run)
        if name == bend:
            steps, values = series["bound/test"]
            series["bound/test"] = (steps, [*values[:-1], values[-1] + 1e-9])
        return Trained(series, run.reason)

    @contextmanager
    def trainer():
        yield confirm.Library(HERE, train)

    monkeypatch.setattr(confirm, "trainer", trainer)
    return asked_of


def test_what_ships_is_confirmed_entry_by_entry_and_goes_on_where_it_stopped(few, monkeypatch):
    folder, entries = few
    names = [one.estimator["name"] for one in entries]
    first = library(entries, monkeypatch, stop_after=1)
    gradarena("ship", "confirm", "toy@2", "--to", folder)
    second = library(entries, monkeypatch, bend=names[1])
    done = gradarena("ship", "confirm", "toy@2", "--to", folder)
    assert (first, second) == (names[:1], names[1:]) and done.exit_code == 1
    assert "toy@2, 1 of 2" in done.stderr and "2 entries equal, 1 not" in done.stdout
    ledger = read_ledger_file(bundle_paths(folder, TOY)[0])
    [proof] = ledger.proofs
    assert (proof.code, proof.environment["torch"]) == ("new", "2") and list(proof.equal) == [
        entries[0].entry_id,
        entries[2].entry_id,
    ]
    assert proof.unequal[entries[1].entry_id].startswith("bound/test at step 200 is ")
    assert proof.numbers > 60 and ledger.entries == entries
    board, path = (bundle_paths(folder, TOY)[i] for i in (1, 0))
    assert gradarena("board", "verify", board, path, "--json").exit_code == 1
    third = library(entries, monkeypatch)
    assert gradarena("ship", "confirm", "toy@2", "--to", folder).exit_code == 1 and not third


def test_what_does_not_ship_is_refused(tmp_path):
    done = gradarena("ship", "confirm", "nothing@1", "--to", tmp_path)
    assert done.exit_code == 2 and "No results of nothing@1 ship" in done.stderr
