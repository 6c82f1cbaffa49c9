"""Standings over the results that ship, computed beforehand: what they take of scipy would be most
of a service's first page."""

from collections.abc import Sequence
from functools import cache

from analysis.ledger.bundles import FOLDER, shipped_board, shipped_protocols
from analysis.ledger.shapes import ClaimBoard
from analysis.ledger.standings import Standings, claim_standings
from analysis.records.shapes import Shape
from estimators.specs.protocols import newest_versions

PATH = FOLDER / "standings.json"


class ShippedStandings(Shape):
    """Standings, and the ledgers that they follow from: a digest by name and version."""

    ledgers: dict[str, str]
    standings: Standings


def shipped_standings(boards: Sequence[ClaimBoard]) -> Standings | None:
    """Of these boards, by name; None where they are not those that the file was made from."""
    stored = _read_shipped()
    return stored.standings if stored and stored.ledgers == board_ledgers(boards) else None


def make_shipped_standings() -> ShippedStandings:
    """Of the newest version of every benchmark whose results ship."""
    newest = newest_versions(shipped_protocols())
    boards = [board for one in newest if (board := shipped_board(one))]
    return ShippedStandings(ledgers=board_ledgers(boards), standings=claim_standings(boards))


def board_ledgers(boards: Sequence[ClaimBoard]) -> dict[str, str]:
    """Digests of their ledgers, by benchmarks."""
    return {board.benchmark: board.ledger for board in boards}


@cache
def _read_shipped() -> ShippedStandings | None:
    return ShippedStandings.model_validate_json(PATH.read_text()) if PATH.exists() else None
