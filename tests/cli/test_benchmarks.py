"""Registered benchmarks, as a person types it."""

import json

import httpx
from sqlalchemy import update

from analysis.ledger.board import ledger_board
from analysis.ledger.bundles import bundle_paths, shipped_board, shipped_ledger, write_bundle
from analysis.ledger.changes import entry_name
from analysis.ledger.shapes import Ledger
from estimators.specs.protocols import official_protocols
from service.client import Client
from service.store.models import Attempt
from tests.cli.conftest import gradarena
from tests.store.test_entries import advance, train


def test_enter_list_and_withdraw(service, tmp_path):
    file = tmp_path / "estimator.json"
    file.write_text('{"name": "muprop"}')
    done = gradarena("enter", "toy", file, url=service.url)
    entry = done.stdout.strip()
    assert done.exit_code == 0 and "is entered for toy@2." in done.stderr
    again = gradarena("enter", "toy", "muprop", "--set", "tuning_rate=0.1", url=service.url)
    assert "supersedes an earlier try" in again.stderr.replace("\n", " ")
    listed = gradarena("entries", "toy", "--history", url=service.url).stdout
    assert entry in listed and "withdrawn" in listed and "tuning" in listed
    words = ["withdraw", "toy", again.stdout.strip(), "--reason", "a slip"]
    assert gradarena(*words, url=service.url).stdout.endswith("is withdrawn.\n")
    unknown = gradarena("enter", "toy", "--estimator", "mupro", url=service.url)
    assert unknown.exit_code == 2 and "muprop" in unknown.stderr


def test_a_file_may_say_what_is_tried(service):
    tuning = {"learning_rates": [0.1, 0.3], "settings": [{"draws": 2}, {"draws": 3}]}
    body = {"estimator": {"name": "reinforce_loo"}, "tuning": tuning}
    done = gradarena("enter", "toy", "-", "--json", url=service.url, stdin=json.dumps(body))
    entry = json.loads(done.stdout)
    assert entry["label"] == "reinforce_loo, one of 2 settings" and entry["trials"] == 4
    assert [one["estimator"]["draws"] for one in entry["candidates"]] == [2, 3]
    page = httpx.get(f"{service.url}/benchmarks/toy@2/entries/{entry['id']}").text
    assert "4 trials: 2 settings at 2 learning rates (0.1, 0.3)" in page
    assert page.count(">Tuning reinforce_loo, draws") == 2
    body["tuning"]["learning_rates"] = [0.1, 0.3, 1.0]
    refused = gradarena("enter", "toy", "-", url=service.url, stdin=json.dumps(body))
    said = " ".join(refused.stderr.split())
    assert refused.exit_code == 2 and "are 6 trials; toy@2 grants 5 to every entry" in said
    assert "name 2 of its learning rates at most" in said
    gone = gradarena("withdraw", "toy", entry["id"], "--reason", "done", url=service.url)
    assert gone.exit_code == 0


def test_an_entry_is_watched_to_its_rank(service, monkeypatch):
    def settle(client, job):
        train(service.database)
        advance(service.database)

    monkeypatch.setattr(Client, "settle", settle)
    words = ["enter", "toy", "-", "--watch"]
    done = gradarena(*words, url=service.url, stdin='{"name": "half"}')
    assert "half on toy@2: ranked" in done.stdout and "half" in done.stdout.split("rank:")[0]


def test_all_that_serve_are_entered(service):
    done = gradarena("enter", "digits-gaussian-vae", "--all", "--json", url=service.url)
    made = [json.loads(line) for line in done.stdout.splitlines()]
    listed = json.loads(
        gradarena("entries", "digits-gaussian-vae", "--json", url=service.url).stdout
    )
    local_entries = [one for one in listed if not one["shipped"]]
    assert (
        done.exit_code == 0
        and len(made) == len(local_entries) > 5
        and len(listed) > len(local_entries)
    )
    for one in made:
        words = ["withdraw", "digits-gaussian-vae", one["id"], "--reason", "done"]
        assert gradarena(*words, url=service.url).exit_code == 0


def test_a_board_is_verified_against_its_ledger(service, tmp_path):
    """From the service to files, without it; then with a digit changed and an entry hidden."""
    for name in ("muprop", "reinforce_loo"):
        gradarena("enter", "toy", "-", url=service.url, stdin=json.dumps({"name": name}))
    for _ in range(2):
        train(service.database, bound=lambda run: run.seed)
        advance(service.database)
    assert "cannot tell the best" in gradarena("claims", "toy", url=service.url).stdout
    table = gradarena("claims", "toy", "--format", "csv", url=service.url).stdout
    assert table.startswith("entry_id,") and "\nmuprop," not in table and ",muprop," in table
    board, ledger = tmp_path / "board.json", tmp_path / "ledger.json"
    board.write_text(gradarena("claims", "toy", "--json", url=service.url).stdout)
    ledger.write_text(gradarena("claims", "toy", "--ledger", url=service.url).stdout)
    assert gradarena("board", "verify", board, ledger).exit_code == 0
    assert gradarena("board", "verify", board, url=service.url).exit_code == 0
    told = json.loads(ledger.read_text())
    whole, told["entries"] = told["entries"], told["entries"][:-1]
    ledger.write_text(json.dumps(told))
    hidden = gradarena("board", "verify", board, ledger)
    assert hidden.exit_code == 1
    assert f"the ledger hides entry {whole[-1]['entry_id']}" in hidden.stdout.replace("\n", " ")
    whole[-1]["runs"][-1]["test"] = 0.5
    bent = told | {"entries": whole}
    ledger.write_text(json.dumps(bent))
    answer = gradarena("board", "verify", board, ledger)
    assert answer.exit_code == 1 and "not the one that the board was made from" in answer.stdout
    board.write_text(ledger_board(Ledger.model_validate(bent)).model_dump_json())
    assert gradarena("board", "verify", board, ledger).exit_code == 0
    asked = gradarena("board", "verify", board, ledger, "--ask", url=service.url)
    assert asked.exit_code == 1 and "test is 0.5" in asked.stdout.replace("\n", " ")
    ledger.write_text("{}")
    assert gradarena("board", "verify", board, ledger).exit_code == 2


def test_a_board_of_all_kinds_of_device_is_asked_for_and_verified(service, tmp_path):
    of = {"code": shipped_board(official_protocols()["toy@2"]).code, "device_class": "phone"}
    body = json.dumps({"name": "reinforce_loo", "draws": 5})
    gradarena("enter", "toy", "-", url=service.url, stdin=body)
    for _ in range(2):
        train(service.database)
        advance(service.database)
    with service.database.begin() as session:
        session.execute(update(Attempt).values(environment=of))
    ask = ("claims", "toy", "--device", "any")
    said = " ".join(gradarena(*ask, url=service.url).stdout.split())
    assert "1 on phone. Noise and minibatches are the same on each" in said
    usual = " ".join(gradarena("claims", "toy", url=service.url).stdout.split())
    assert "are ranked together (gradarena claims toy --device any)" in usual
    assert ",phone," in gradarena(*ask, "--format", "csv", url=service.url).stdout
    board, ledger = tmp_path / "board.json", tmp_path / "ledger.json"
    board.write_text(gradarena(*ask, "--json", url=service.url).stdout)
    ledger.write_text(gradarena("claims", "toy", "--ledger", url=service.url).stdout)
    assert gradarena("board", "verify", board, ledger).exit_code == 0
    board.write_text(board.read_text().replace('"phone"', '"a fast phone"'))
    bent = gradarena("board", "verify", board, ledger)
    assert bent.exit_code == 1 and "a fast phone" in bent.stdout
    refused = gradarena(*ask, "--axis", "seconds", url=service.url)
    assert refused.exit_code == 2 and "Name one kind of device" in " ".join(refused.stderr.split())


def test_a_shipped_ledger_that_was_bent_with_its_board_is_not_the_packages(tmp_path):
    protocol = official_protocols()["toy@2"]
    whole = shipped_ledger(protocol)
    name = entry_name(whole.entries[0])
    write_bundle(tmp_path, whole.model_copy(update={"entries": whole.entries[1:]}))
    ledger, board = bundle_paths(tmp_path, protocol)
    answer = gradarena("board", "verify", board, ledger, "--json")
    missing, *unproved = json.loads(answer.stdout)["faults"]
    assert answer.exit_code == 1 and len(unproved) == len(whole.proofs)
    assert all(fault.endswith(" equals, is not there") for fault in unproved)
    assert missing == f"{name} is not there: the ledger that this package ships has it"


def test_benchmarks_are_listed_and_bad_input_is_told(service):
    newest = gradarena("benchmarks", url=service.url).stdout
    assert "toy@2" in newest and "toy@1" not in newest
    assert "toy@1" in gradarena("benchmarks", "--all", url=service.url).stdout
    assert gradarena("enter", "toy", url=service.url).exit_code == 2
    assert gradarena("enter", "nobody", "--all", url=service.url).exit_code == 2
    assert gradarena("enter", "toy", "--all").exit_code == 3
