"""Help ends with an example that the command understands."""

import shlex

import pytest
import typer

from service.cli import app
from service.cli.examples import EXAMPLES
from tests.reference import leaf_commands

ROOT = typer.main.get_command(app)


COMMANDS = dict(leaf_commands(ROOT))


def test_every_command_has_an_example_and_every_example_a_command():
    assert EXAMPLES.keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_understood(name):
    command, words = COMMANDS[name], shlex.split(EXAMPLES[name])
    rest = words[1 + len(name.split()) :]
    assert words[0] == "gradarena" and " ".join(words[1:]).startswith(name)
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= options
    assert command.epilog == f"Example: {EXAMPLES[name]}"
