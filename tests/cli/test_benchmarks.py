"""Registered benchmarks, as a person types it."""

import json

from tests.cli.conftest import gradarena


def test_enter_list_and_withdraw(service, tmp_path):
    file = tmp_path / "estimator.json"
    file.write_text('{"name": "muprop"}')
    done = gradarena("enter", "toy", file, url=service.url)
    entry = done.stdout.strip()
    assert done.exit_code == 0 and "is entered for toy@1." in done.stderr
    again = gradarena("enter", "toy", "-", url=service.url, stdin='{"name": "muprop"}')
    assert "supersedes an earlier try" in again.stderr.replace("\n", " ")
    listed = gradarena("entries", "toy", "--history", url=service.url).stdout
    assert entry in listed and "withdrawn" in listed and "tuning" in listed
    words = ["withdraw", "toy", again.stdout.strip(), "--reason", "a slip"]
    assert gradarena(*words, url=service.url).stdout.endswith("is withdrawn.\n")


def test_all_that_serve_are_entered(service):
    done = gradarena("enter", "digits-gaussian-vae", "--all", "--json", url=service.url)
    made = [json.loads(line) for line in done.stdout.splitlines()]
    listed = json.loads(
        gradarena("entries", "digits-gaussian-vae", "--json", url=service.url).stdout
    )
    assert done.exit_code == 0 and len(made) == len(listed) > 5
    for one in made:
        words = ["withdraw", "digits-gaussian-vae", one["id"], "--reason", "done"]
        assert gradarena(*words, url=service.url).exit_code == 0


def test_benchmarks_are_listed_and_bad_input_is_told(service):
    assert "toy@1" in gradarena("benchmarks", url=service.url).stdout
    assert gradarena("enter", "toy", url=service.url).exit_code == 2
    assert gradarena("enter", "nobody", "--all", url=service.url).exit_code == 2
    assert gradarena("enter", "toy", "--all").exit_code == 3
