"""Writes everything that is derived from something else: ``make generate``.

Certificates come first, those whose code changed; then the pages: the table of estimators, the
list of files, the list of series, and the boards of results that ship; only what is stale is
written.  A test finds it and names the command.
"""

import ast
import json
import re
import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from analysis.boards.shapes import Axis
from analysis.boards.verify import unequal_parts
from analysis.figures.rivals import rival_chart
from analysis.figures.style import svg_bytes
from analysis.ledger.board import ledger_board
from analysis.ledger.bundles import (
    FOLDER,
    board_text,
    bundle_paths,
    shipped_ledger,
    shipped_protocols,
)
from analysis.ledger.rivals import Contest, rival_contest
from analysis.ledger.shapes import ClaimBoard, Ledger
from analysis.ledger.shipped_standings import PATH, make_shipped_standings
from analysis.papers.report import folder_report
from analysis.tables.lessons_markdown import Shipped, lessons_markdown
from analysis.tables.rival_words import AXES
from analysis.tables.rivals_markdown import rivals_markdown
from benchmarks.speed_page import speed_page
from estimators.__main__ import main as library
from estimators.commands.table import estimators_table
from estimators.specs.protocols import Protocol
from estimators.specs.series import SERIES
from tests.reference import commands_page, settings_page

ROOT = Path(__file__).parents[1]
COMMAND = "make generate"
PACKAGES = ("analysis", "estimators", "service", "workers", "migrations")
TABLE = re.compile(r"^\| estimator \|.*?\n(?!\|)", re.M | re.S)


def estimator_page() -> str:
    """The table alone is derived."""
    page = (ROOT / "docs" / "estimators.md").read_text()
    return TABLE.sub(lambda _: estimators_table() + "\n", page, count=1)


def file_page() -> str:
    lines = ["# Every file, in a line", "", f"Written by `{COMMAND}` from the files' docstrings."]
    for package in PACKAGES:
        for folder in sorted({path.parent for path in (ROOT / package).rglob("*.py")}):
            if files := file_lines(folder):
                lines += ["", f"**{folder.relative_to(ROOT)}/**", "", *files]
    return "\n".join(lines) + "\n"


def file_lines(folder: Path) -> list[str]:
    """The first sentences of docstrings; revisions of the schema are a history, no list."""
    modules = [path for path in sorted(folder.glob("*.py")) if path.stem != "__init__"]
    if "versions" in folder.parts:
        return []
    return [line for path in modules if (line := file_line(path))]


def file_line(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
    sentence = docstring.split("\n\n")[0].replace("\n", " ")
    return f"- `{path.stem}`: {sentence}" if sentence else ""


def series_page() -> str:
    lines = ["# Every series, in a line", "", f"Written by `{COMMAND}` from `SERIES`."]
    for moment, kinds in SERIES.items():
        lines += ["", f"At {moment}:", "", "| series | unit | what it is |", "| --- | --- | --- |"]
        lines += [f"| `{kind.name}` | {kind.unit} | {kind.meaning} |" for kind in kinds]
    return "\n".join(lines) + "\n"


def board_pages() -> dict[str, Callable[[], str]]:
    """Boards of the results that ship: what follows from their ledgers."""
    return {
        str(bundle_paths(FOLDER, one)[1].relative_to(ROOT)): partial(board_page, one)
        for one in shipped_protocols()
    }


def standings_page() -> str:
    return make_shipped_standings().model_dump_json(indent=1) + "\n"


def shipped_now(protocol: Protocol) -> Ledger:
    ledger = shipped_ledger(protocol)
    assert ledger is not None
    return ledger


def board_now(protocol: Protocol) -> ClaimBoard:
    return ledger_board(shipped_now(protocol))


def board_page(protocol: Protocol) -> str:
    return board_text(board_now(protocol))


def lesson_page() -> str:
    """Of digits benchmarks whose results ship."""
    return lessons_markdown(
        [Shipped(board_now(one), shipped_now(one)) for one in taught_protocols()]
    )


def taught_protocols() -> list[Protocol]:
    return [one for one in shipped_protocols() if one.name.startswith("digits-")]


@cache
def muprop_contests(axis: Axis) -> list[Contest]:
    """Of the digits benchmarks whose results ship and rank MuProp."""
    some = (rival_contest(shipped_now(one), "muprop", axis) for one in taught_protocols())
    return [one for one in some if one]


def muprop_page() -> str:
    contests = {axis: muprop_contests(axis) for axis in AXES}
    report = folder_report("muprop-2016", "full", ROOT / "results")
    return rivals_markdown(contests, report, {axis: picture_name(axis) for axis in AXES})


def picture_name(axis: Axis) -> str:
    return f"muprop-in-2026-{AXES[axis]}.svg"


def muprop_picture(axis: Axis) -> str:
    return svg_bytes(rival_chart(muprop_contests(axis))).decode()


def muprop_pages() -> dict[str, Callable[[], str]]:
    """Whether MuProp holds up: words and pictures."""
    if not taught_protocols():
        return {}
    pictures = {f"docs/{picture_name(axis)}": partial(muprop_picture, axis) for axis in AXES}
    return {"docs/muprop-in-2026.md": muprop_page, **pictures}


PAGES: dict[str, Callable[[], str]] = {
    "docs/estimators.md": estimator_page,
    "docs/files.md": file_page,
    "docs/series.md": series_page,
    **board_pages(),
    str(PATH.relative_to(ROOT)): standings_page,
    **({"docs/what-digits-teach.md": lesson_page} if taught_protocols() else {}),
    **muprop_pages(),
    "docs/speed.md": speed_page,
    "docs/settings.md": settings_page,
    "docs/commands.md": commands_page,
}


def is_fresh(path: Path, text: str) -> bool:
    """Whether a file says what is derived now; of JSON, up to sums in the order of another
    processor."""
    if not path.is_file():
        return False
    if path.suffix == ".json":
        return not any(unequal_parts("", json.loads(path.read_text()), json.loads(text)))
    return path.read_text() == text


def main() -> int:
    status = library(["certificates", "--stale"])
    for name, page in PAGES.items():
        if not is_fresh(ROOT / name, text := page()):
            (ROOT / name).write_text(text)
            print(name)
    return status


if __name__ == "__main__":
    sys.exit(main())
