"""Who may be ranked: certificates of estimators, and of the code of plug-ins."""

from dataclasses import replace

import pytest

from analysis.boards import certified
from analysis.boards.certified import refused_cells, refused_names
from estimators.specs import ESTIMATORS

from .test_boards import board, by_name
from .world import demo, run


def test_a_cell_without_certificate_is_listed_not_ranked():
    cell = run("half").cell_id
    found = board(demo(), refused={cell: "has no certificate"})
    assert by_name(found)["half"].unranked == "has no certificate" and by_name(found)["half"].value


def test_what_has_no_certificate_is_refused_by_name():
    """A plug-in's cell is refused; none of the built-in ones is."""
    strange = replace(demo()[0], cell_id="x", estimator={"name": "theirs:wrong"})
    assert refused_cells([*demo(), strange]) == {"x": "it has no certificate"}
    assert refused_names({name: {"name": name} for name in ESTIMATORS}) == {}


@pytest.mark.parametrize(
    "code, reason",
    [("good", None), ("bad", "its certificate is not kept"), ("new", "it has no certificate"),
     ("gone", "run r is of code without certificate")],
)  # fmt: skip
def test_a_plug_in_is_ranked_by_the_code_that_trained_it(code, reason):
    codes = {"theirs:best": {"good": True, "bad": False, "new": None}}
    about = {
        "cell_id": "x",
        "estimator": {"name": "theirs:best"},
        "environment": {"plugin_code": code},
    }
    found = replace(demo()[0], run_id="r", **about)
    assert refused_cells([*demo(), found], codes) == ({"x": reason} if reason else {})


def test_a_promise_that_is_not_kept_is_refused(monkeypatch):
    monkeypatch.setattr(certified, "kept_promises", lambda: {"half": False})
    assert refused_names({"x": {"name": "half"}}) == {"x": "its certificate is not kept"}
