"""Whether a board says what its ledger says, and whether the ledger is whole."""

from collections.abc import Iterator

from analysis.boards.verify import document_differences
from analysis.ledger.board import current_tries, incomplete, ledger_board
from analysis.ledger.shapes import ClaimBoard, Ledger, LedgerEntry
from analysis.ledger.tuning import Trial, chosen_setting
from estimators.specs.protocols import Protocol
from estimators.specs.states import Reason


def ledger_faults(board: ClaimBoard, ledger: Ledger) -> list[str]:
    """What is wrong with a board, against the complete ledger of its benchmark; empty: nothing.

    Every entry and run counts, not those that the board names.
    """
    protocol = Protocol.model_validate(ledger.protocol)
    again = ledger_board(ledger, board.query)
    faults = list(_ledger_faults(ledger, protocol))
    if board.ledger != again.ledger:
        faults.append("the ledger is not the one that the board was made from")
    listed = {row.entry_id for row in board.rows} | {one.entry_id for one in board.unranked}
    for entry in current_tries(ledger):
        if entry.entry_id not in listed:
            faults.append(f"the board leaves out entry {entry.entry_id}")
    said, so = (one.model_dump(mode="json", exclude={"ledger"}) for one in (board, again))
    return faults + list(document_differences("", said, so))


def _ledger_faults(ledger: Ledger, protocol: Protocol) -> Iterator[str]:
    entered_ids = {entry.entry_id for entry in ledger.entries}
    for entry in ledger.entries:
        if entry.supersedes is not None and entry.supersedes not in entered_ids:
            yield f"entry {entry.supersedes}, which {entry.entry_id} supersedes, is not there"
        if entry.state == "ranked":
            yield from (f"entry {entry.entry_id}: {fault}" for fault in _faults(entry, protocol))


def _faults(entry: LedgerEntry, protocol: Protocol) -> Iterator[str]:
    """Of an entry that is said to be ranked."""
    if reason := incomplete(entry, protocol):
        yield reason
    tuned = [run for run in entry.runs if run.phase == "tuning"]
    asked = protocol.tuning.trials * len(protocol.tuning.seeds)
    if len(tuned) != asked:
        yield f"{len(tuned)} of {asked} tuning runs are there"
    trials = [
        Trial(run.setting, run.seed, None if run.reason == Reason.DIVERGED else run.validation)
        for run in tuned
    ]
    if chosen_setting(trials) != entry.setting:
        yield "tuning does not choose the setting that was confirmed"
