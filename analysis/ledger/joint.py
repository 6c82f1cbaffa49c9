"""One ledger of what came with the package and of what was entered here.

The shipped part is read-only: none of its entries changes.  An entry made here takes the place of
the shipped one of its estimator once it is ranked, where both were trained by the same code on the
same kind of device, or the shipped one has no rank; otherwise each stands on the board of its own
code and device.
"""

from collections.abc import Callable, Iterator, Sequence

from analysis.ledger.shapes import CodeProof, Ledger, LedgerEntry
from analysis.ledger.strata import current_tries, entry_strata, standing_strata

Replaces = Callable[[LedgerEntry, LedgerEntry, Sequence[CodeProof]], bool]


def takes_place(entry: LedgerEntry, shipped: LedgerEntry, proofs: Sequence[CodeProof]) -> bool:
    """Whether a try made here, of the same estimator, stands in a shipped one's place."""
    same = entry_strata(entry) & set(standing_strata(shipped, proofs))
    return entry.state == "ranked" and (bool(same) or shipped.state != "ranked")


def is_newer(entry: LedgerEntry, shipped: LedgerEntry, proofs: Sequence[CodeProof]) -> bool:
    """The same where both will ship: any later try that is ranked."""
    return entry.state == "ranked"


def joint_ledger(shipped: Ledger | None, local: Ledger, replaces: Replaces = takes_place) -> Ledger:
    """Shipped entries first; the first try of those that take a shipped one's place supersedes
    it."""
    if shipped is None or not local.entries:
        return local if shipped is None else shipped
    links = dict(replaced_entries(shipped, local, replaces))
    ours = (
        one.model_copy(update={"supersedes": links[one.entry_id]}) if one.entry_id in links else one
        for one in local.entries
    )
    entries = [*shipped.entries, *ours]
    return local.model_copy(update={"entries": entries, "proofs": shipped.proofs})


def replaced_entries(
    shipped: Ledger, local: Ledger, replaces: Replaces
) -> Iterator[tuple[str, str]]:
    """(first try here, shipped entry that it supersedes), of the estimators whose last try here is
    ranked in the other's place."""
    first = {one.cell_id: one.entry_id for one in local.entries if one.supersedes is None}
    theirs = {one.cell_id: one for one in current_tries(shipped)}
    for entry in current_tries(local):
        before = theirs.get(entry.cell_id)
        if before and replaces(entry, before, shipped.proofs):
            yield first[entry.cell_id], before.entry_id


def shipped_part(ledger: Ledger) -> Ledger:
    """What of it came with the package."""
    some = [one for one in ledger.entries if one.shipped]
    return ledger.model_copy(update={"entries": some, "shipped": True})


def local_part(ledger: Ledger) -> Ledger:
    """What of it was entered here, as if nothing had come with the package."""
    ids = {one.entry_id for one in ledger.entries if not one.shipped}
    return ledger.model_copy(
        update={
            "shipped": False,
            "proofs": [],
            "entries": [
                one if one.supersedes in ids else one.model_copy(update={"supersedes": None})
                for one in ledger.entries
                if not one.shipped
            ],
        }
    )


def mark_shipped(ledger: Ledger) -> Ledger:
    """Every entry, as what ships has it."""
    marked = [one.model_copy(update={"shipped": True}) for one in ledger.entries]
    return ledger.model_copy(update={"entries": marked, "shipped": True})
