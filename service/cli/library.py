"""Commands of the library itself: they want torch, so each is passed on to
``python -m estimators``, where its arguments stand; here they get the help that all commands have.
"""

import subprocess
import sys
from argparse import Action, ArgumentParser, _HelpAction, _SubParsersAction
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Annotated, Any

import typer

from estimators.arguments import PARSERS

Handler = Callable[[list[str]], int]


def add_library(app: typer.Typer) -> None:
    for name, make in PARSERS.items():
        add_parser(app, name, make(), library_handler(name))


def library_handler(*before: str) -> Handler:
    """Passes words on to a command of the library, and answers its exit status."""
    start = [sys.executable, "-m", "estimators", *before]
    return lambda words: subprocess.run([*start, *words]).returncode


def add_parser(app: typer.Typer, name: str, parser: ArgumentParser, handle: Handler) -> None:
    """A command that understands what this parser does, or one for each of its parts."""
    if not (parts := parser_parts(parser)):
        app.command(name, help=parser.description)(passed_on(parser, handle))
        return
    group = typer.Typer(no_args_is_help=True, help=parser.description)
    for part, below in parts.items():
        add_parser(group, part, below, library_handler(name, part))
    app.add_typer(group, name=name)


def parser_parts(parser: ArgumentParser) -> dict[str, ArgumentParser]:
    """By their names; none where a parser is of one part."""
    some = (one for one in parser._actions if isinstance(one, _SubParsersAction))
    return next((dict(one.choices) for one in some), {})


def passed_on(parser: ArgumentParser, handle: Handler) -> Callable[..., None]:
    """A command with these arguments, which hands them on as the words that were said."""
    actions = [one for one in parser._actions if not isinstance(one, _HelpAction)]

    def command(**values: Any) -> None:
        words = [word for one in actions for word in action_words(one, values[one.dest])]
        raise typer.Exit(handle(words))

    command.__signature__ = Signature(list(map(action_parameter, actions)))  # type: ignore[attr-defined]
    return command


def action_words(action: Action, value: Any) -> list[str]:
    """What was said of an argument, as it is typed."""
    if value is None or value is False:
        return []
    values = [] if value is True else [value] if isinstance(value, str) else value
    return [*action.option_strings[-1:], *values]


def action_parameter(action: Action) -> Parameter:
    """An argument of a parser as typer reads one."""
    make: Any = typer.Option if action.option_strings else typer.Argument
    kind, default = parameter_kind(action)
    about = make(*action.option_strings, help=action.help, metavar=action.metavar)
    return Parameter(
        action.dest,
        Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated.__class_getitem__((kind, about)),  # type: ignore[attr-defined]
    )


def parameter_kind(action: Action) -> tuple[Any, Any]:
    """Its type and its default."""
    if action.nargs == 0:
        return bool, False
    # To argparse arguments of which there may be none are required.
    if action.nargs == "*":
        return list[str] | None, None
    if action.nargs == "+":
        return (list[str], Parameter.empty) if action.required else (list[str] | None, None)
    return (str, Parameter.empty) if action.required else (str | None, None)
