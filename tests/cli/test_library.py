"""Commands of the library, as the command line passes them on."""

import json
from pkgutil import iter_modules

import pytest
import typer
from typer.testing import CliRunner

from estimators import commands
from estimators.arguments import PARSERS, certificates_parser
from service.cli import app
from service.cli.library import parser_parts, passed_on
from service.cli.probe import probe_options
from tests.cli.conftest import gradarena


def test_every_command_of_the_library_is_to_be_had():
    found = {module.name for module in iter_modules(commands.__path__)} - {"plugins"}
    # again is what ship confirm asks
    assert {*PARSERS, "run", "probe", "suite", "again"} >= found


def test_options_and_exit_codes_go_through(capfd):
    """To a process of the library's own, which writes where we do."""
    done = gradarena("toy", "-p", "0.5", "--json", "--estimators", '[{"name": "half"}]')
    assert done.exit_code == 0 and json.loads(capfd.readouterr().out)[0]["bias"] == 0


@pytest.mark.parametrize("words", [["check"], ["probe"], ["data", "import"], ["toy"]])
def test_their_help_is_that_of_all_commands(words):
    """Made of the library's own parsers, and of every argument."""
    text = CliRunner().invoke(app, [*words, "--help"]).stdout
    assert f"Usage: root {' '.join(words)} [OPTIONS]" in text and "Example: gradarena" in text
    parser = probe_options() if words == ["probe"] else PARSERS[words[0]]()
    for word in words[1:]:
        parser = parser_parts(parser)[word]
    names = [word for one in parser._actions for word in one.option_strings[-1:]]
    assert all(name in text for name in names) and parser.description.split(":")[0][:40] in text


def test_what_was_said_is_handed_on_as_it_is():
    """Options, switches, and arguments of which there may be many."""
    handed = []
    made = typer.Typer()
    made.command("some")(passed_on(certificates_parser(), lambda words: handed.append(words) or 3))
    made.command("none")(lambda: None)
    done = CliRunner().invoke(made, ["some", "muprop", "half", "--stale", "--draws", "5000"])
    assert done.exit_code == 3
    assert certificates_parser().parse_args(handed[0]) == certificates_parser().parse_args(
        ["muprop", "half", "--stale", "--draws", "5000"]
    )


def test_they_are_listed_with_the_others():
    listed = CliRunner().invoke(app, ["--help"]).stdout
    assert all(name in listed for name in [*PARSERS, "submit", "probe", "suite", "demo"])
