"""CONTRIBUTING.md tells newcomers the truth: in a copy of the tree, what it shows is added.

The blocks of code in its sections on estimators and datasets are what is added; nothing else is
written by hand.  What is derived comes from ``make generate``'s own program.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest

from .generate import PAGES, ROOT

GUIDE = (ROOT / "CONTRIBUTING.md").read_text()
FOLDERS = (
    "analysis",
    "benchmarks",
    "docs",
    "estimators",
    "examples",
    "migrations",
    "results",
    "service",
    "tests",
    "workers",
)
# Of a section: the file of specs that gets a class, the name of its union, the new module.
RECIPES = {
    "Add an estimator": ("pathwise.py", "AnyPathwise", "methods/pass_through.py"),
    "Add a dataset": ("datasets.py", "AnyDataset", "data/checkers.py"),
}
DERIVED = {
    "estimators/specs/certificates.json",
    "docs/estimators.md",
    "docs/files.md",
    "docs/what-digits-teach.md",  # counts who could enter
}
LEARNS = """
from estimators.events import run_experiment
from estimators.specs.experiment import Experiment
from service.catalogue import dataset_entry
from tests.generate import PAGES

spec = Experiment(
    model={"name": "structured_prediction"}, dataset={"name": "checkers"},
    estimator={"name": "pass_through"}, training={"steps": 3}, seeds=[0], measurement={},
)
events = []
run_experiment(spec, events.append)
assert dataset_entry("checkers").title
assert "| `pass_through` |" in PAGES["docs/estimators.md"]()
assert "- `checkers`:" in PAGES["docs/files.md"]()
assert events[-1].reason == "completed", events
"""


def code_blocks(section: str) -> list[str]:
    """The Python that a section of the guide shows, without the list's indent."""
    text = GUIDE.split(f"## {section}")[1].split("\n## ")[0]
    blocks = re.findall(r"^( *)```python\n(.*?)```", text, re.M | re.S)
    return [re.sub(rf"^{indent}", "", block, flags=re.M) for indent, block in blocks]


def add_member(text: str, union: str, block: str) -> str:
    """The class before the union, and its name at the union's head."""
    name = re.search(r"class (\w+)", block)[1]
    head = rf"^({union} = (?:\(|Annotated\[))(\n? *)"
    # A union of several lines has one member a line.
    line = rf"^{union} = \(\n"
    between = r"\2| " if re.search(line, text, flags=re.M) else " | "
    with_member = re.sub(head, rf"\1\2{name}{between}", text, count=1, flags=re.M)
    assert with_member != text
    return with_member.replace(f"{union} = ", f"{block}\n\n{union} = ", 1)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("newcomer")
    ignored = shutil.ignore_patterns("__pycache__", "*.png")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("CONTRIBUTING.md", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    for section, (specs, union, module) in RECIPES.items():
        spec, method = code_blocks(section)
        path = folder / "estimators" / "specs" / specs
        path.write_text(add_member(path.read_text(), union, spec))
        (folder / "estimators" / module).write_text(method)
    return folder


def python(folder, *words):
    environment = os.environ | {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,
    )


def changed_files(folder):
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return {
        str(path)
        for path in files
        if "__pycache__" not in path.parts
        and not (ROOT / path).exists()
        or (ROOT / path).read_bytes() != (folder / path).read_bytes()
    }


def test_what_the_guide_shows_trains_and_is_listed(copy):
    done = python(copy, "-c", LEARNS)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_with_what_is_derived_the_checks_pass(copy):
    made = python(copy, "-m", "tests.generate")
    assert made.returncode == 0 and "pass_through" in made.stdout, made.stdout + made.stderr
    written = {f"estimators/{module}" for _, _, module in RECIPES.values()}
    specs = {f"estimators/specs/{file}" for file, _, _ in RECIPES.values()}
    assert changed_files(copy) == DERIVED | written | specs
    assert DERIVED - PAGES.keys() == {"estimators/specs/certificates.json"}
    for words in (
        ("ruff", "format", "--check", "--diff", "estimators"),
        ("ruff", "check", "estimators"),
        ("pytest", "-q", "tests/test_generate.py", "tests/test_shape.py", "tests/test_house.py"),
        ("pytest", "-q", "tests/estimators", "tests/api/test_catalogue.py", "-m", "not slow", "-k",
         "pass_through or PassThrough or checkers"),
    ):  # fmt: skip
        done = python(copy, "-m", *words)
        assert done.returncode == 0, done.stdout + done.stderr
