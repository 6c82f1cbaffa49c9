"""What the paper says, by name."""

import pytest

from analysis.papers import claims
from analysis.papers.claims import THREE, TWO
from analysis.papers.results import cell_result
from analysis.records.shapes import Interval
from tests.suites.made import COLUMNS, cell, run, some_cells, trained

PAPER = dict(zip(COLUMNS, (63.2, 57.7, 56.7, 56.1, 57.2), strict=True))


def found(row, values):
    """Claims about a row by name, from one run a column."""
    entries = [
        cell_result(at := cell(row, column), [trained([run(0, 0.1, test=value)], at)])
        for column, value in values.items()
    ]
    return {claim.name: claim for claim in claims.paper_claims(entries)}


def test_claims_say_what_decides_them():
    told = found(TWO, PAPER)
    near = told["muprop-near-biased"]
    means = {column: figure.mean for column, figure in near.figures.items()}
    assert near.holds and means == {"MuProp-C-VN": 56.7, "ST": 56.1, "1/2": 57.2}
    assert (
        near.gaps == {"MuProp-C-VN - ST": 0.6, "MuProp-C-VN - 1/2": -0.5}
        and near.demand == "within 1.5"
    )
    # one seed
    assert {figure.half_width for figure in near.figures.values()} == {None}
    assert told.keys() == {
        "likelihood-ratio-behind",
        "muprop-near-biased",
        "muprop-beats-likelihood-ratio",
    }
    assert all(claim.holds for claim in told.values())


@pytest.mark.parametrize(
    "column, value, name",
    [
        ("LR-C-VN-IDB", 58.0, "likelihood-ratio-behind"),
        ("ST", 55.1, "muprop-near-biased"),
        ("MuProp-C", 63.3, "muprop-beats-likelihood-ratio"),
    ],
)
def test_a_claim_that_its_figures_deny_does_not_hold(column, value, name):
    told = found(TWO, PAPER | {column: value})
    assert [claim.name for claim in told.values() if claim.holds is False] == [name]


def test_a_claim_is_decided_by_its_own_columns():
    told = found(TWO, {name: PAPER[name] for name in ("LR-C-VN-IDB", "MuProp-C")})
    assert told["muprop-beats-likelihood-ratio"].holds is True
    assert (
        told["likelihood-ratio-behind"].holds is None and told["muprop-near-biased"].holds is None
    )
    told = found(THREE, {"LR-C-VN-IDB": 60.0, "ST": 54.4})
    assert (
        told["likelihood-ratio-far-behind-at-three-layers"].holds is False
    )  # whatever the others will be
    told = found(
        "SBN 200-784", {"LR-C-VN-IDB": 113.5, "MuProp-C": 113.6, "ST": 129.4, "1/2": 112.4}
    )
    assert told["straight-through-far-behind"].holds is True


def test_the_paper_bears_out_its_own_claims():
    cells = some_cells("full")
    published = {
        place: Interval(mean=cell.published, low=None, high=None) for place, cell in cells.items()
    }
    told = [
        claims.decide_claim(said, row, published) for said in claims.CLAIMS for row in said.rows
    ]
    assert len(told) == 10 and all(claim.holds for claim in told)
    assert all(
        cells[claim.row, column].table == claim.table for claim in told for column in claim.figures
    )
