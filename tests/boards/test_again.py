"""Whatever is changed in a board, it no longer verifies; and what must not matter to a board does
not."""

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.boards.compute import compute_board
from analysis.boards.ranking import rank_board
from analysis.boards.shapes import Board, BoardQuery
from analysis.boards.verify import CLOSE, verify_board

from .made import NAMES, made_table
from .world import cut, definition, demo

quick = settings(deadline=None, max_examples=40)
FOLLOWS = ("scored_runs", "estimators", "pairs", "rows", "unit", "verdict", "visible")
OUTCOMES = {"reached": "censored", "censored": "diverged", "diverged": "reached"}
KINDS = ("steps", "evals", "seconds", "reach")


@cache
def honest(kind):
    records = demo()
    records[3] = cut(records[3], 1_000, "running", None)
    return compute_board(records, "b", definition(), BoardQuery(axis=kind)), tuple(records)


def leaves(value, place=()):
    """The places of all figures and words."""
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*place, name))
    elif value is not None:
        yield place


def slipped(value):
    """Another of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return OUTCOMES.get(value, value + "x")
    return value + 1 if isinstance(value, int) else value * 1.001 + 1e-6


def doctored(board, place):
    told = json.loads(board.model_dump_json())
    *way, last = place
    inner = told
    for name in way:
        inner = inner[name]
    inner[last] = slipped(inner[last])
    return Board.model_validate(told)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(deadline=None, max_examples=20)
def test_nothing_that_follows_from_runs_can_be_changed(kind, data):
    """All but what was asked and how, and what a board is taken at its word for."""
    board, records = honest(kind)
    part = data.draw(st.sampled_from(FOLLOWS))
    told = json.loads(board.model_dump_json())
    place = (part, *data.draw(st.sampled_from(list(leaves(told[part])))))
    assert not verify_board(doctored(board, place), records).agrees


def test_estimators_cannot_change_places():
    """Who ran what is in the runs: two cells that swap their estimators are found out."""
    board, records = honest("steps")
    first, second, *_ = board.estimators
    swapped = {first: board.estimators[second], second: board.estimators[first]}
    false = rank_board(board.model_copy(update={"estimators": board.estimators | swapped}))
    assert any("/estimators/" in line for line in verify_board(false, records).differences)


def test_what_rounding_leaves_is_no_difference():
    board, records = honest("steps")
    first = board.rows[0]
    for share, agrees in ((CLOSE / 10, True), (CLOSE * 10, False)):
        value = first.value.model_copy(update={"mean": first.value.mean * (1 + share)})
        rows = [first.model_copy(update={"value": value}), *board.rows[1:]]
        assert verify_board(board.model_copy(update={"rows": rows}), records).agrees == agrees


VALUES = st.lists(st.integers(0, 20).map(lambda n: n / 4), min_size=5, max_size=5)
APART = st.builds(
    lambda mean, own: [mean + v / 4 for v in own], st.sampled_from([0.0, 3.0, 9.0]), VALUES
)
WORLDS = st.lists(APART, min_size=2, max_size=5).map(
    lambda rows: dict(zip(NAMES, rows, strict=False))
)


def ranks(board):
    return {row.label: (row.ranks, row.group) for row in board.rows}


@quick
@given(WORLDS, st.permutations(range(5)), st.sampled_from([-2.0, 3.0]))
def test_neither_order_nor_names_of_seeds_nor_zero_rank(world, order, shift):
    found = ranks(made_table(world, threshold=0.0))
    backwards = dict(reversed([(name, [own[k] for k in order]) for name, own in world.items()]))
    moved = {name: [value + shift for value in own] for name, own in world.items()}
    assert (
        found
        == ranks(made_table(backwards, threshold=0.0))
        == ranks(made_table(moved, threshold=0.0))
    )


@quick
@given(WORLDS)
def test_ranks_are_what_the_pairs_leave_open(world):
    found = made_table(world, threshold=0.0)
    better = {(pair.better, other) for pair in found.pairs for other in (pair.first, pair.second)
              if pair.better and other != pair.better}  # fmt: skip
    for row in found.rows:
        ahead, behind = (sum(pair[side] == row.cell_id for pair in better) for side in (1, 0))
        assert row.ranks == (1 + ahead, len(found.rows) - behind)
    for pair in found.pairs:
        gap = sum(world[pair.first]) / 5 - sum(world[pair.second]) / 5
        assert pair.difference == pytest.approx(gap, abs=1e-12)
        assert pair.better in (None, pair.first if gap < 0 else pair.second)
        assert (pair.better is not None) == (pair.p <= 0.05 and gap != 0)


@quick
@given(VALUES, st.integers(2, 5))
def test_copies_of_one_estimator_share_all_ranks(values, copies):
    found = made_table(dict.fromkeys(NAMES[:copies], values))
    assert set(ranks(found).values()) == {((1, copies), 1)}
