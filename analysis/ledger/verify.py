"""Whether a board says what its ledger says, and whether the ledger is whole."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from analysis.boards.verify import unequal_parts
from analysis.ledger.board import ledger_board
from analysis.ledger.changes import entry_name
from analysis.ledger.rows import confirmation, tuning
from analysis.ledger.shapes import ClaimBoard, Ledger, LedgerEntry
from analysis.ledger.strata import current_tries, incomplete, standing_strata
from analysis.ledger.tuning import Trial, chosen_trial
from estimators.specs.protocols import Protocol
from estimators.specs.states import Reason

# the fields that say whose a part of a board is
WHOSE = {"rows": ["entry_id"], "pairs": ["first", "second"], "unranked": ["entry_id"]}


def ledger_faults(board: ClaimBoard, ledger: Ledger) -> list[str]:
    """What is wrong with a board, against the complete ledger of its benchmark; empty: nothing.

    Every entry and run counts, not those that the board names.
    """
    protocol = Protocol.model_validate(ledger.protocol)
    again = ledger_board(ledger, board.query)
    return [
        *_board_and_ledger(board, again, ledger),
        *_ledger_faults(ledger, protocol),
        *_figures(board, again),
    ]


def _board_and_ledger(board: ClaimBoard, again: ClaimBoard, ledger: Ledger) -> Iterator[str]:
    """What one of the two hides of the other, by entries."""
    if board.ledger != again.ledger:
        yield "the ledger is not the one that the board was made from"
    entries = {entry.entry_id: entry for entry in ledger.entries}
    labels, ranked = _board_labels(board), {row.entry_id for row in board.rows}
    for entry_id in {**labels, **board.entries}:
        if entry_id not in entries:
            label = f" ({labels[entry_id]})" if entry_id in labels else ""
            does = "ranks" if entry_id in ranked else "lists" if label else "was made from"
            yield f"the ledger hides entry {entry_id}{label}, which the board {does}"
    for entry in current_tries(ledger):
        if entry.entry_id not in labels:
            yield f"the board leaves out {entry_name(entry)}"
    for entry_id, entry in entries.items() if board.entries else ():
        if entry_id not in board.entries:
            yield f"{entry_name(entry)} was not in the ledger that the board was made from"
        elif board.entries[entry_id] != entry.digest:
            yield f"{entry_name(entry)} is not what it was when the board was made"


def _board_labels(board: ClaimBoard) -> dict[str, str]:
    ranked = {row.entry_id: row.label for row in board.rows}
    return ranked | {one.entry_id: one.label for one in board.unranked}


def _ledger_faults(ledger: Ledger, protocol: Protocol) -> Iterator[str]:
    """Where a ledger is not whole, whatever a board says."""
    entry_ids = Counter(entry.entry_id for entry in ledger.entries)
    run_ids = Counter(run.run_id for entry in ledger.entries for run in entry.runs)
    for what, ids in (("entry", entry_ids), ("run", run_ids)):
        yield from (f"{what} {id} is there {count} times" for id, count in ids.items() if count > 1)
    yield from _twin_faults(ledger)
    yield from _proof_faults(ledger)
    for entry in ledger.entries:
        if entry.supersedes is not None and entry.supersedes not in entry_ids:
            yield f"entry {entry.supersedes}, which {entry.entry_id} supersedes, is not there"
        if entry.state == "ranked":
            yield from (f"{entry_name(entry)}: {fault}" for fault in _faults(entry, protocol))


def _proof_faults(ledger: Ledger) -> Iterator[str]:
    """Where it is said of an entry, or of a run, that is not there."""
    runs = {entry.entry_id: {run.run_id for run in entry.runs} for entry in ledger.entries}
    for proof in ledger.proofs:
        for entry_id, run_id in proof.equal.items():
            if run_id not in runs.get(entry_id, ()):
                yield f"run {run_id} of entry {entry_id}, which {proof.code} equals, is not there"


def _twin_faults(ledger: Ledger) -> Iterator[str]:
    """Where two tries of one estimator would both be ranked on one board."""
    tries: dict[tuple[object, ...], LedgerEntry] = {}
    for entry in current_tries(ledger):
        strata = standing_strata(entry, ledger.proofs) if entry.state == "ranked" else ()
        for stratum in strata:
            first = tries.setdefault((entry.cell_id, stratum), entry)
            if first is not entry:
                yield f"{entry_name(entry)} does not supersede {entry_name(first)}"


def _faults(entry: LedgerEntry, protocol: Protocol) -> Iterator[str]:
    """Of an entry that is said to be ranked."""
    yield from _trial_faults(entry, protocol)
    yield from _missing_runs(entry, protocol)
    if reason := incomplete(entry, protocol):
        yield reason
    choice = chosen_trial(
        Trial(
            run.setting,
            run.seed,
            None if run.reason == Reason.DIVERGED else run.validation,
            run.candidate,
        )
        for run in tuning(entry)
    )
    if choice is None or choice.setting != entry.setting:
        yield "tuning does not choose the setting that was confirmed"
    elif dict(enumerate(entry.candidates or [entry.estimator])).get(choice.candidate) != (
        entry.estimator
    ):
        yield "tuning does not choose the estimator that was confirmed"


def _trial_faults(entry: LedgerEntry, protocol: Protocol) -> Iterator[str]:
    """Where it tried what its protocol does not grant."""
    strange = set(entry.learning_rates) - set(protocol.tuning.learning_rates)
    yield from (f"rate {rate} is none of the protocol's" for rate in sorted(strange))
    tried = len(list(_trials(entry, protocol)))
    if tried > protocol.tuning.trials:
        yield f"it made {tried} trials, and its protocol grants {protocol.tuning.trials}"


def _trials(entry: LedgerEntry, protocol: Protocol) -> Iterator[tuple[int, float]]:
    """Which of its candidates at which rates."""
    rates = entry.learning_rates or protocol.tuning.learning_rates
    return product(range(len(entry.candidates) or 1), rates)


def _missing_runs(entry: LedgerEntry, protocol: Protocol) -> Iterator[str]:
    """Of what is asked of it, and runs that nobody asked for."""
    trials, several = _trials(entry, protocol), len(entry.candidates) > 1
    asked = Counter(
        _run_words(seed, rate, number, several)
        for (number, rate), seed in product(trials, protocol.tuning.seeds)
    )
    there = Counter(
        _run_words(run.seed, run.setting.get("learning_rate"), run.candidate, several)
        for run in tuning(entry)
    )
    yield from (f"{run} is not there" for run in asked - there)
    yield from (f"nobody asked for {run}" for run in there - asked)
    for seed in Counter(protocol.seeds) - Counter(run.seed for run in confirmation(entry)):
        yield f"the confirmation run of seed {seed} is not there"


def _run_words(seed: int, rate: float | None, number: int, several: bool) -> str:
    of = f" of setting {number}" if several or number else ""
    return f"the tuning run{of} of seed {seed}, rate {rate}"


def _figures(board: ClaimBoard, again: ClaimBoard) -> Iterator[str]:
    """Where the board says something else than its ledger; what one of them lacks is told."""
    labels = _board_labels(board) | _board_labels(again)
    said, so = _by_names(board, labels), _by_names(again, labels)
    for part in ("rows", "pairs", "unranked"):
        both = [name for name in said[part] if name in so[part]]
        if both != [name for name in so[part] if name in said[part]]:
            yield f"{part} are in another order than the ledger's"
        for document in (said, so):
            document[part] = {name: document[part][name] for name in both}
    for path, one, other in unequal_parts("", said, so):
        yield f"{path}: the board says {one!r}, its ledger {other!r}"


def _by_names(board: ClaimBoard, labels: Mapping[str, str]) -> dict[str, Any]:
    """As JSON, with rows and pairs by whom they are of; digests are compared by themselves."""
    document = board.model_dump(mode="json", exclude={"ledger", "entries"})
    for part, ids in WHOSE.items():
        document[part] = {
            " against ".join(f"{labels.get(one[id], '')} ({one[id]})" for id in ids): one
            for one in document[part]
        }
    return document
