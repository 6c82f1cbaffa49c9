"""What documents show is what there is: the command line reads its commands, the service has its
addresses, and the Python of the client runs."""

import re
import shlex
from pathlib import Path
from uuid import uuid4

import pytest
import typer

from service.cli import app as commands
from service.client import Client
from tests.api.test_suites import train as train_job
from tests.boards.stored import put
from tests.boards.world import demo
from tests.store.test_entries import advance, train

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# a command stands alone in its line, in a block or after a pipe
COMMAND = re.compile(r"^ *(?:docker compose exec api |echo .* \| )?(gradarena .*?)\s*$", re.M)
ADDRESS = re.compile(r"(?:localhost|127\.0\.0\.1):8642(/[^\s\"'`<>)]*)")


def shown_commands():
    """Lines that go on in the next one are read as far as they stand here."""
    return [
        pytest.param(line.removesuffix("\\"), id=f"{page.stem}-{number}")
        for page in PAGES
        for number, line in enumerate(COMMAND.findall(page.read_text()))
    ]


def words_of(line):
    """As a shell reads them, without comments and what follows a pipe or an arrow."""
    plain = re.sub(r"\s+(?:>|\||&&).*", "", line)
    return shlex.split(plain, comments=True)[1:]


@pytest.mark.parametrize("line", shown_commands())
def test_every_command_is_one(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command, context = typer.main.get_command(commands), None
    words = words_of(line.replace(" KEY", f" {uuid4()}"))
    for path in (tmp_path / word for word in words if re.search(r"\w\.(nd)?json", word)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    name = "gradarena"
    while hasattr(command, "commands"):
        context = command.make_context(name, list(words[:1]), parent=context)
        assert words[0] in command.commands, f"there is no {words[0]}"
        name, command, words = words[0], command.commands[words[0]], words[1:]
    command.make_context(name, list(words), parent=context)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_every_address_is_served(api, database):
    with database.begin() as session:
        board = put(session, demo())
    job = api.get("/v1/jobs").json()["data"][0]["id"]
    places = {"BENCHMARK": board, "ANOTHER": board, "NAME": "digits-structured-prediction"}
    places |= {"JOB": job}
    addresses = {one.rstrip(".,\\") for page in PAGES for one in ADDRESS.findall(page.read_text())}
    assert len(addresses) > 15
    for address in sorted(addresses):
        asked = re.sub("|".join(places), lambda word: places[word[0]], address)
        answer = api.get(asked, headers={"Prefer": "wait=0"})
        assert answer.status_code in (200, 404), f"{address}: {answer.text}"
        assert "There is nothing at" not in answer.text, address


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("page", ["client", "tutorial"])
def test_the_python_that_is_shown_runs(api, database, monkeypatch, page):
    def settle(client, job):
        train(database)
        advance(database)

    def wait(client, job, progress=False):
        train_job(database)

    monkeypatch.setattr(Client, "settle", settle)
    monkeypatch.setattr(Client, "wait", wait)
    monkeypatch.setenv("GRADARENA_URL", str(api.base_url))
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / f"docs/{page}.md").read_text(), re.S)
    for block in blocks:
        names = {}
        exec(block.replace("http://127.0.0.1:8642", str(api.base_url)), names)
        if "client" in names:
            names["client"].close()
    assert blocks and api.get("/v1/jobs").json()["data"][0]["state"] == "succeeded"
