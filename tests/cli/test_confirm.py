"""Holding what ships to the code that is here: resumable, and it says whose numbers differ."""

from contextlib import contextmanager
from pathlib import Path

import pytest

from analysis.ledger.bundles import bundle_paths, read_ledger_file, shipped_ledger, write_bundle
from analysis.ledger.proofs import Trained, compared_run
from analysis.ledger.shapes import ClaimBoard
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
    def trainer(tree):
        environment = HERE if tree == Path() else HERE | {"code": tree.name}
        yield confirm.Library(environment, train)

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


@pytest.fixture
def checkout(tmp_path, few):
    """Of the code that trained what is in the folder."""
    _, entries = few
    code = compared_run(entries[0]).code
    (tmp_path / code / "estimators").mkdir(parents=True)
    return tmp_path / code


def test_on_another_processor_both_codes_train_and_stand_for_each_other(few, checkout, monkeypatch):
    folder, entries = few
    names = [one.estimator["name"] for one in entries]
    asked_of = library(entries, monkeypatch)
    done = gradarena("ship", "confirm", "toy@2", "--to", folder, "--beside", checkout)
    assert done.exit_code == 0 and "3 entries equal, 0 not" in done.stdout
    assert asked_of == [name for name in names for _ in range(2)]
    board, ledger = (bundle_paths(folder, TOY)[i] for i in (1, 0))
    [proof] = read_ledger_file(ledger).proofs
    assert (proof.code, proof.device, proof.beside) == ("new", "a processor", checkout.name)
    claims = ClaimBoard.model_validate_json(board.read_text())
    device = compared_run(entries[0]).device
    assert (claims.code, claims.device, len(claims.rows)) == ("new", device, 3)
    said = f"code new gives the bounds of one run of each bit for bit as code {checkout.name}"
    assert any(said in line and "both train on a processor" in line for line in claims.verdict)
    assert not library(entries, monkeypatch)
    gradarena("ship", "confirm", "toy@2", "--to", folder, "--beside", checkout)


def test_what_is_no_other_code_is_refused(few, tmp_path, monkeypatch):
    folder, entries = few
    library(entries, monkeypatch)
    done = gradarena("ship", "confirm", "toy@2", "--to", folder, "--beside", tmp_path / "none")
    assert done.exit_code == 2 and "name a checkout" in done.stderr
    (tmp_path / "new" / "estimators").mkdir(parents=True)
    done = gradarena("ship", "confirm", "toy@2", "--to", folder, "--beside", tmp_path / "new")
    assert done.exit_code == 2 and "has the code that is here" in done.stderr


def test_what_does_not_ship_is_refused(tmp_path):
    done = gradarena("ship", "confirm", "nothing@1", "--to", tmp_path)
    assert done.exit_code == 2 and "No results of nothing@1 ship" in done.stderr
