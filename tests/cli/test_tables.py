"""Tables in 80 columns: no word is cut, and no line is longer."""

import io

import pytest
from rich.console import Console

from analysis.ledger.standings import EstimatorStanding
from analysis.records.shapes import Interval
from service.cli.boards import boards_table
from service.cli.jobs import job_table
from service.cli.keys import key_table
from service.cli.standings import standings_table

ID = "01a21779-f789-7459-a99a-6a04eafd5430"
NAMES = {"model": "structured_prediction", "dataset": "fashion_mnist"}
TIME = "2026-11-26T10:49:59Z"


def job(state):
    about = {"id": ID, "state": state, "progress": 1.0, "counts": {state: 10_000}}
    return about | NAMES | {"estimator": "straight_through", "created_at": TIME}


BOARD = {
    "benchmark_id": "9cbfac22d27b6a63",
    "definition": {part: {"name": name} for part, name in NAMES.items()}
    | {"training": {"steps": 100_000_000}},
    "estimators": 30,
    "runs": 10_000,
    "succeeded": 10_000,
}
KEY = {"id": ID, "owner": "somebody", "scope": "submit", "hint": "ga_abcd"}
STANDING = EstimatorStanding(
    label="reinforce_loo",
    mean_rank=Interval(mean=1.5, low=1, high=2),
    ran_on=7,
    ranks={},
    first_on=["digits-structured-prediction@1"],
    worth_on=["digits-structured-prediction@1"],
)
TABLES = {
    "jobs": (job_table([job("succeeded"), job("cancelling")]), [ID, "straight_through,", "10:49"]),
    "boards": (boards_table([BOARD]), ["structured_prediction,", "100,000,000", "10,000"]),
    "keys": (key_table([KEY | dict.fromkeys(("expires_at", "revoked_at"), TIME)]), [ID, "10:49"]),
    "standings": (standings_table([STANDING]), ["reinforce_loo", "cost", "2.0]"]),
}


@pytest.mark.parametrize("name", TABLES)
def test_no_word_is_cut(name):
    table, words = TABLES[name]
    console = Console(width=80, file=io.StringIO())
    console.print(table)
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert not set(words) - {word for line in lines for word in line.split()}
