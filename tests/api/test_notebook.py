"""The notebook of examples/ does what it says, cell by cell."""

import ast
import json
from pathlib import Path

import pytest

from service.client import Client
from tests.store.test_entries import advance, train

NOTEBOOK = Path(__file__).parents[2] / "examples" / "arena.ipynb"


def shown(source, names):
    """What a cell shows: the value of its last line, if that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, str(NOTEBOOK), "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), str(NOTEBOOK), "eval"), names)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_every_cell_runs(api, database, monkeypatch, capsys):
    def settle(client, job):
        train(database)
        advance(database)

    monkeypatch.setenv("GRADARENA_URL", str(api.base_url))
    monkeypatch.setattr(Client, "settle", settle)
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    names = {}
    *_, board, verdict, job = [shown(source, names) for source in sources]
    assert "muprop, learned scale on digits-structured-prediction@1: ranked" in (
        capsys.readouterr().out
    )
    assert "<table" in board._repr_html_() and "straight_through" in str(board.lines())
    assert verdict and job["state"] == "succeeded"
    names["client"].close()
