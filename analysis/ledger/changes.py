"""What differs between two ledgers of one benchmark, entry by entry and run by run."""

from collections.abc import Iterator
from typing import Any

from analysis.boards.verify import unequal_parts
from analysis.ledger.rows import ledger_label
from analysis.ledger.shapes import Ledger, LedgerEntry, LedgerRun


def ledger_changes(ledger: Ledger, reference: Ledger, name: str) -> Iterator[str]:
    """Sentences on what ``ledger`` hides, adds or says otherwise than ``reference``, which
    ``name`` names: "the ledger of this service"."""
    ours = {one.entry_id: one for one in ledger.entries}
    theirs = {one.entry_id: one for one in reference.entries}
    for entry_id, entry in theirs.items():
        if entry_id in ours:
            yield from _entry_changes(ours[entry_id], entry, name)
        else:
            yield f"{entry_name(entry)} is not there: {name} has it"
    for entry_id in ours.keys() - theirs.keys():
        yield f"{entry_name(ours[entry_id])} is not in {name}"
    if ledger.protocol != reference.protocol:
        yield f"its protocol is not that of {name}"
    if ledger.proofs != reference.proofs:
        yield f"what it says of equal code is not what {name} says"


def entry_name(entry: LedgerEntry) -> str:
    """As a fault names it."""
    return f"entry {entry.entry_id} ({ledger_label(entry)})"


def _entry_changes(entry: LedgerEntry, reference: LedgerEntry, name: str) -> Iterator[str]:
    ours = {run.run_id: run for run in entry.runs}
    theirs = {run.run_id: run for run in reference.runs}
    here = entry_name(reference)
    for run_id, run in theirs.items():
        if run_id not in ours:
            yield f"{here}: {_run_name(run)} is not there: {name} has it"
        else:
            yield from _differences(f"{here}: {_run_name(run)}", ours[run_id], run, name)
    for run_id in ours.keys() - theirs.keys():
        yield f"{here}: {_run_name(ours[run_id])} is not in {name}"
    yield from _differences(here, entry, reference, name)


def _run_name(run: LedgerRun) -> str:
    rate = run.setting.get("learning_rate")
    at = f", rate {rate:g}" if run.phase == "tuning" and rate is not None else ""
    return f"the {run.phase} run of seed {run.seed}{at}"


def _differences(here: str, ours: Any, theirs: Any, name: str) -> Iterator[str]:
    """Fields of two runs or entries that differ; runs are compared one by one."""
    said, so = (one.model_dump(mode="json", exclude={"runs"}) for one in (ours, theirs))
    for path, one, other in unequal_parts("", said, so):
        yield f"{here}: {path.lstrip('/')} is {one!r}; {name} says {other!r}"
