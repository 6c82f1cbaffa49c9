"""What trained the entries of a ledger, code and class of device: no board mixes it in silence."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from analysis.boards.shapes import Unanswerable
from analysis.ledger.rows import confirmation
from analysis.ledger.shapes import ClaimQuery, CodeProof, Ledger, LedgerEntry
from estimators.specs.protocols import Protocol
from estimators.specs.states import Reason


class Stratum(NamedTuple):
    """Null where it is unknown."""

    code: str | None
    device: str | None


def current_tries(ledger: Ledger) -> list[LedgerEntry]:
    """The last try of every estimator."""
    before = {entry.supersedes for entry in ledger.entries}
    return [entry for entry in ledger.entries if entry.entry_id not in before]


def entry_strata(entry: LedgerEntry) -> set[Stratum]:
    """Codes and devices that trained the confirmation runs."""
    return {Stratum(run.code, run.device) for run in confirmation(entry)}


def mixed_strata(entry: LedgerEntry) -> str | None:
    """Why it stands on no board, where its runs are of several."""
    return "its runs mix code versions or devices" if len(entry_strata(entry)) > 1 else None


def standing_strata(entry: LedgerEntry, proofs: Sequence[CodeProof]) -> list[Stratum]:
    """On whose boards an entry may stand: of the code and device that trained it, and of those
    proved to give its numbers, the newest first.  None where its runs mix several.

    Code that gives the numbers of other code on one device stands for it on all.
    """
    strata = entry_strata(entry)
    if len(strata) != 1:
        return []
    standing = list(strata)
    for proof in proofs:
        if entry.entry_id in proof.equal:
            devices = [one.device for one in standing if one.code == proof.beside]
            standing += [
                Stratum(proof.code, device)
                for device in (devices if proof.beside else [proof.device])
            ]
    return list(dict.fromkeys(reversed(standing)))


def stratum_proof(proofs: Iterable[CodeProof], stratum: Stratum) -> CodeProof | None:
    """What is known of the code of a board: on its device, else beside other code."""
    some = [one for one in proofs if one.code == stratum.code]
    here = [one for one in some if one.device == stratum.device and not one.beside]
    return next(iter([*here, *(one for one in some if one.beside)]), None)


def stratum_members(
    entries: Sequence[LedgerEntry], protocol: Protocol, proofs: Sequence[CodeProof]
) -> dict[Stratum, set[str]]:
    """Complete entries of each code and device, the most first; of as many, those of the newest."""
    members: dict[Stratum, set[str]] = {}
    for entry in reversed(entries):
        if incomplete(entry, protocol) is None:
            for stratum in standing_strata(entry, proofs):
                members.setdefault(stratum, set()).add(entry.entry_id)
    return dict(sorted(members.items(), key=lambda one: -len(one[1])))


def other_strata(members: dict[Stratum, set[str]], stratum: Stratum) -> dict[Stratum, int]:
    """How many complete entries each has, where some of them stand nowhere before it: on no board
    of one code and device that is asked for first."""
    there, sizes = set(members.get(stratum, ())), {}
    for one, ids in members.items():
        if one == stratum or ids - there:
            sizes[one] = len(ids)
            there |= ids
    return sizes if len(sizes) > 1 else {}


def is_timed(query: ClaimQuery) -> bool:
    """Whether it counts seconds: equal numbers need not come in equal times."""
    return query.axis == "seconds" or (query.axis == "reach" and query.spend == "seconds")


def asked_strata(members: Mapping[Stratum, set[str]], query: ClaimQuery) -> list[Stratum]:
    """The first that has the code and the device that are asked for, if any are; where all kinds of
    device are, the others of its code after it, the most entries first.

    Raises Unanswerable where none has, and where seconds of several devices would be ranked.
    """
    if query.of_all_kinds and is_timed(query):
        raise mixed_seconds("steps or evaluations")
    device = None if query.of_all_kinds else query.device
    for one in members:
        if query.code in (None, one.code) and device in (None, one.device):
            others = [other for other in members if other.code == one.code and other != one]
            return [one, *others] if query.of_all_kinds else [one]
    wanted = Stratum(query.code, device)
    if asked := [name for name, value in wanted._asdict().items() if value is not None]:
        raise Unanswerable(asked[0], f"Nobody is complete {stratum_words(wanted)}.")
    return [wanted]


def mixed_seconds(countless: str) -> Unanswerable:
    """Why no board ranks seconds of all kinds of device; ``countless``: what counts none."""
    return Unanswerable(
        "device",
        "Seconds of several kinds of device do not compare.",
        f"Name one kind of device, or count {countless}.",
    )


def standing_tries(
    entries: Sequence[LedgerEntry],
    members: Mapping[Stratum, set[str]],
    strata: Iterable[Stratum],
) -> dict[str, LedgerEntry]:
    """Who stands for each estimator with its settings where these strata are one board: of its
    complete entries that in the first of them, of several there the newest.  No result decides."""
    standing: dict[str, LedgerEntry] = {}
    for stratum in strata:
        for entry in reversed(entries):
            if entry.entry_id in members.get(stratum, ()):
                standing.setdefault(entry.cell_id, entry)
    return standing


def stratum_words(stratum: Stratum) -> str:
    """As a sentence ends that begins with what was trained."""
    code = f"by code {stratum.code}" if stratum.code else ""
    device = f"on {stratum.device}" if stratum.device else ""
    return " ".join(filter(None, (code, device))) or "by code and on a device that are unknown"


def incomplete(entry: LedgerEntry, protocol: Protocol) -> str | None:
    """Why an entry has not all that its protocol asks for; None if it has."""
    if entry.state != "ranked":
        return entry.reason or f"it is {entry.state}"
    ended = [
        run for run in confirmation(entry) if run.reason in (Reason.COMPLETED, Reason.DIVERGED)
    ]
    seeds = Counter(run.seed for run in ended)
    if seeds != Counter(protocol.seeds):
        return f"{len(seeds.keys() & set(protocol.seeds))} of {len(protocol.seeds)} seeds are there"
    if any(run.setting != entry.setting for run in ended):
        return "it was confirmed at another setting than tuning chose"
    return None
