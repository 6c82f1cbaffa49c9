"""ARCHITECTURE.md has a line for every file: the first of its docstring.  Written anew by
python -m tests.test_architecture"""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE, MARK = ROOT / "ARCHITECTURE.md", "## Every file, in a line\n"
PACKAGES = ("analysis", "estimators", "service", "workers", "migrations")


def lines() -> str:
    out = ["", "Written by `python -m tests.test_architecture` from the files' docstrings."]
    for package in PACKAGES:
        for folder in sorted({path.parent for path in (ROOT / package).rglob("*.py")}):
            if "versions" in folder.parts:
                continue
            own = [line for path in sorted(folder.glob("*.py")) if (line := said(path))]
            out += ["", f"**{folder.relative_to(ROOT)}/**", "", *own]
    return "\n".join(out) + "\n"


def said(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
    sentence = docstring.split("\n\n")[0].replace("\n", " ")
    return f"- `{path.stem}`: {sentence}" if path.stem != "__init__" and sentence else ""


def test_every_file_has_its_line():
    assert PAGE.read_text().split(MARK)[1] == lines(), "python -m tests.test_architecture"


if __name__ == "__main__":
    PAGE.write_text(PAGE.read_text().split(MARK)[0] + MARK + lines())
