"""Pages of the documentation that say what the code says: settings and commands."""

from collections.abc import Iterator
from typing import Any

import typer

from service.cli import app
from service.cli.examples import EXAMPLES
from service.config import Settings
from service.environment import PREFIX

SETTINGS_HEAD = """# Settings

Written by `make generate` from `service/config.py`.  Every process reads them from its
environment at start; one that cannot be is refused by its name, and a name that nobody reads is
told.  `GRADARENA_<NAME>_FILE` names a file that holds the value, and wins.  Clients read
`GRADARENA_URL` and `GRADARENA_KEY`; `GRADARENA_DATASETS` is the folder of datasets, and
`GRADARENA_PRODUCTS=shipped` leaves products on AMD as torch ships them ([Speed](speed.md)).

| variable | default | what it is |
| --- | --- | --- |
"""
COMMANDS_HEAD = """# The command line

Written by `make generate` from the commands.  `gradarena COMMAND --help` says the same;
`--install-completion` completes words in your shell.  Exit codes: 0 fine, 1 a job failed, 2 bad
input, 3 nobody answers.
"""


def settings_page() -> str:
    return SETTINGS_HEAD + "".join(setting_lines())


def setting_lines() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory or field.default == "" else f"`{field.default}`"
        about = (field.description or "").replace("|", "\\|")
        yield f"| `{PREFIX}{name.upper()}` | {default} | {about} |\n"


def commands_page() -> str:
    root = typer.main.get_command(app)
    parts = [command_part(name, command) for name, command in leaf_commands(root)]
    return COMMANDS_HEAD + "".join(parts)


def leaf_commands(group: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command by its words."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaf_commands(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


def command_part(name: str, command: Any) -> str:
    about = " ".join((command.help or "").split())
    example = f"\n```sh\n{EXAMPLES[name]}\n```\n" if name in EXAMPLES else ""
    options = "".join(option_lines(command))
    table = f"\n| option | what it is |\n| --- | --- |\n{options}" if options else ""
    return f"\n## {name}\n\n{about}\n{example}{table}"


def option_lines(command: Any) -> Iterator[str]:
    for parameter in command.params:
        words = ", ".join(parameter.opts)
        about = " ".join((getattr(parameter, "help", None) or "").split()).replace("|", "\\|")
        if about and not words.startswith(("--install", "--show")):
            yield f"| `{words}` | {about} |\n"
