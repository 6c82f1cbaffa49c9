"""The shape of the tree: small files, short functions, and names that say something."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(
    path
    for folder in (
        "analysis",
        "estimators",
        "service",
        "workers",
        "migrations",
        "tests",
        "benchmarks",
    )
    for path in (ROOT / folder).rglob("*.py")
)
LONGEST_FILE, LONGEST_FUNCTION = 300, 60


def functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text())
    return [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def own_lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_file_is_long():
    assert not [(str(path), own_lines(path)) for path in FILES if own_lines(path) > LONGEST_FILE]


def test_no_function_is_long():
    long = [
        (str(path), function.name)
        for path in FILES
        for function in functions(path)
        if function.end_lineno - function.lineno >= LONGEST_FUNCTION
    ]
    assert not long


@pytest.mark.parametrize("name", ["utils", "helpers", "misc", "common"])
def test_no_file_is_named_for_nothing(name):
    assert not [path for path in FILES if path.stem == name]


def test_methods_read_beside_their_papers():
    """One file per estimator, at most 60 lines."""
    methods = [
        path for path in (ROOT / "estimators" / "methods").glob("*.py") if path.stem != "__init__"
    ]
    assert methods and not [path.stem for path in methods if own_lines(path) > 60]


def test_every_module_says_what_it_is():
    silent = [
        str(path)
        for path in FILES
        if "tests" not in path.parts and "versions" not in path.parts
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent
