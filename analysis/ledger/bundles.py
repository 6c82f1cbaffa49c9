"""Results that ship with the package: the ledger of a benchmark, and the board that follows.

A bundle is two files of ``shipped/``: ``NAME.VERSION.ledger.json.gz``, ``NAME.VERSION.board.json``.
Nothing writes there but ``gradarena ship``; ``gradarena board verify`` computes the board again.
"""

import gzip
from functools import cache
from pathlib import Path

from analysis.ledger.board import ledger_board
from analysis.ledger.joint import mark_shipped, shipped_part
from analysis.ledger.shapes import ClaimBoard, Ledger
from estimators.specs.protocols import Protocol, official_protocols
from estimators.specs.writing import write_whole

FOLDER = Path(__file__).with_name("shipped")


def bundle_paths(folder: Path, protocol: Protocol) -> tuple[Path, Path]:
    """Of the ledger, and of the board."""
    stem = f"{protocol.name}.{protocol.version}"
    return folder / f"{stem}.ledger.json.gz", folder / f"{stem}.board.json"


def write_bundle(folder: Path, ledger: Ledger) -> ClaimBoard:
    """The same ledger gives the same bytes."""
    protocol = Protocol.model_validate(ledger.protocol)
    shipped = mark_shipped(ledger)
    board = ledger_board(shipped)
    ledger_path, board_path = bundle_paths(folder, protocol)
    text = shipped.model_dump_json().encode()
    write_whole(ledger_path, gzip.compress(text, mtime=0))
    write_whole(board_path, board_text(board).encode())
    return board


def board_text(board: ClaimBoard) -> str:
    return board.model_dump_json(indent=1) + "\n"


def read_ledger_file(path: Path) -> Ledger:
    """As JSON, or packed with gzip.  Raises ValidationError, and OSError where it cannot be
    unpacked."""
    raw = path.read_bytes()
    return Ledger.model_validate_json(gzip.decompress(raw) if path.suffix == ".gz" else raw)


def shipped_protocols() -> list[Protocol]:
    """Official ones whose results ship, by name and version."""
    some = official_protocols()
    return [some[id] for id in sorted(some) if ships(some[id])]


@cache
def ships(protocol: Protocol) -> bool:
    """Whether results of this protocol come with the package."""
    return bundle_paths(FOLDER, protocol)[1].exists()


@cache
def shipped_ledger(protocol: Protocol) -> Ledger | None:
    """None where no results of this protocol ship."""
    path, _ = bundle_paths(FOLDER, protocol)
    return read_ledger_file(path) if path.exists() else None


def shipped_twin(ledger: Ledger) -> tuple[Ledger, Ledger] | None:
    """The part of a ledger that came with a package, and what this one ships of its benchmark; None
    where that is another's, with which it shares no entry.  Raises ValidationError where its
    protocol is none."""
    part = shipped_part(ledger)
    ours = shipped_ledger(Protocol.model_validate(ledger.protocol))
    entry_ids = {entry.entry_id for entry in part.entries}
    shares = ours is not None and any(entry.entry_id in entry_ids for entry in ours.entries)
    return (part, ours) if ours is not None and shares else None


@cache
def shipped_board(protocol: Protocol) -> ClaimBoard | None:
    """As it ships: small, so that a first page need not compute it."""
    _, path = bundle_paths(FOLDER, protocol)
    return ClaimBoard.model_validate_json(path.read_text()) if path.exists() else None
