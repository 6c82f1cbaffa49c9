"""Who is ranked on a board of a registered benchmark, and why the other current entries are not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from analysis.ledger.kinds import UNKNOWN
from analysis.ledger.rows import contradiction, ledger_label
from analysis.ledger.shapes import (
    ClaimQuery,
    ClaimRow,
    CodeProof,
    EqualCode,
    Ledger,
    LedgerEntry,
    Unranked,
)
from analysis.ledger.strata import (
    Stratum,
    asked_strata,
    current_tries,
    entry_strata,
    incomplete,
    is_timed,
    mixed_strata,
    standing_strata,
    standing_tries,
    stratum_members,
    stratum_proof,
    stratum_words,
)
from estimators.specs.protocols import Protocol


class Lineup(NamedTuple):
    """Who is ranked, and why the other current entries are not; ``strata``: whose entries are, that
    of the board first, and others of its code where all kinds of device are asked for;
    ``members``: complete entries of each code and device; ``proofs``: of code that gives the
    numbers of some again."""

    protocol: Protocol
    stratum: Stratum
    strata: list[Stratum]
    of_all_kinds: bool
    members: dict[Stratum, set[str]]
    proofs: list[CodeProof]
    entries: list[LedgerEntry]
    others: list[Unranked]


class Grounds(NamedTuple):
    """What decides whether an entry is ranked; ``standing``: on a board of all kinds of device,
    who stands for each estimator with its settings."""

    protocol: Protocol
    strata: list[Stratum]
    proofs: Sequence[CodeProof]
    standing: dict[str, LedgerEntry] | None


def ranked_entries(ledger: Ledger, query: ClaimQuery = ClaimQuery()) -> Lineup:
    """The current entries that are complete and of one code and device: those that are asked for,
    or those of most entries; of all kinds of device where that is asked for, one an estimator with
    its settings.  All boards, comparisons and profiles are of these alone.

    Raises ValidationError where the protocol is none, Unanswerable where nobody is complete by the
    code, or on the device, that is asked for, or where seconds of several devices would be ranked.
    """
    protocol = Protocol.model_validate(ledger.protocol)
    now = current_tries(ledger)
    proofs = [] if is_timed(query) else ledger.proofs
    members = stratum_members(now, protocol, proofs)
    strata = asked_strata(members, query)
    standing = standing_tries(now, members, strata) if query.of_all_kinds else None
    grounds = Grounds(protocol, strata, proofs, standing)
    lines = [_unranked_line(entry, grounds) for entry in now]
    return Lineup(
        protocol,
        strata[0],
        strata,
        query.of_all_kinds,
        members,
        proofs,
        [entry for entry, line in zip(now, lines, strict=True) if line is None],
        [line for line in lines if line],
    )


def kind_of(entry: LedgerEntry, lineup: Lineup) -> str:
    """The class of device that a ranked entry is of."""
    return other_kind(entry, lineup) or lineup.stratum.device or UNKNOWN


def other_kind(entry: LedgerEntry, lineup: Lineup) -> str | None:
    """The class of device that trained a ranked entry, where a board of all kinds has more of
    another."""
    [trained] = entry_strata(entry)
    if not lineup.of_all_kinds or trained.device == lineup.stratum.device:
        return None
    return trained.device or UNKNOWN


def stood_for(lineup: Lineup) -> set[str]:
    """Entries on a board of all kinds of device for which another of their estimator stands; none
    on other boards."""
    others = lineup.others if lineup.of_all_kinds else []
    return {one.entry_id for one in others if one.elsewhere == "device"}


def with_origin(row: ClaimRow, entry: LedgerEntry, lineup: Lineup) -> ClaimRow:
    """Which code trained it, and on a board of all kinds which device, where these are others."""
    [trained] = entry_strata(entry)
    code = trained.code if trained.code != lineup.stratum.code else None
    return row.model_copy(update={"code": code, "device": other_kind(entry, lineup)})


def equal_codes(lineup: Lineup) -> Iterator[EqualCode]:
    """What trained the rows that the board's code, on its devices, is proved to give again."""
    trained = Counter(next(iter(entry_strata(one))) for one in lineup.entries)
    for stratum, count in trained.most_common():
        proof = None if stratum in lineup.strata else _origin_proof(stratum, lineup)
        if proof is not None:
            elsewhere = proof.beside or proof.device != lineup.stratum.device
            yield EqualCode(
                **stratum._asdict(),
                rows=count,
                made_on=proof.made_on,
                gap=proof.gap,
                beside=proof.beside,
                tried_on=proof.device if elsewhere else None,
            )


def _origin_proof(trained: Stratum, lineup: Lineup) -> CodeProof | None:
    """By which what trained a row is on the board: on a board of all kinds, that of its device."""
    same = trained._replace(code=lineup.stratum.code)
    return stratum_proof(lineup.proofs, same if same in lineup.strata else lineup.stratum)


def _unranked_line(entry: LedgerEntry, grounds: Grounds) -> Unranked | None:
    """Why an entry has no rank; None where it has one."""
    protocol = grounds.protocol
    fault = incomplete(entry, protocol) or entry.refused or contradiction(entry, protocol)
    fault = fault or mixed_strata(entry)
    reason = fault or _otherwise_trained(entry, grounds) or _stood_for(entry, grounds)
    if reason is None:
        return None
    return Unranked(
        entry_id=entry.entry_id,
        label=ledger_label(entry),
        state=entry.state,
        reason=reason,
        shipped=entry.shipped,
        elsewhere=None if fault else _apart(entry, grounds),
    )


def _apart(entry: LedgerEntry, grounds: Grounds) -> Literal["code", "device"]:
    """What keeps an entry of one code and device from a board: code that is held to others' on a
    device says nothing of another one, and all kinds of device are of one code."""
    [trained] = entry_strata(entry)
    if grounds.standing is not None:
        return "code" if _otherwise_trained(entry, grounds) else "device"
    return "code" if trained.device == grounds.strata[0].device else "device"


def _otherwise_trained(entry: LedgerEntry, grounds: Grounds) -> str | None:
    """Of an entry of one code and device: where it stands, unless it is on the board of these
    strata."""
    if not set(grounds.strata).isdisjoint(standing_strata(entry, grounds.proofs)):
        return None
    stratum = grounds.strata[0]
    tried = stratum_proof(grounds.proofs, stratum)
    fault = tried and tried.unequal.get(entry.entry_id)
    other = f", and {stratum.code} gives other numbers: {fault}" if fault else ""
    return f"it was trained {stratum_words(*entry_strata(entry))}{other}"


def _stood_for(entry: LedgerEntry, grounds: Grounds) -> str | None:
    """On a board of all kinds of device: who stands there for the same estimator, if another
    does."""
    other = grounds.standing[entry.cell_id] if grounds.standing is not None else entry
    if other is entry:
        return None
    trained, standing = (stratum_words(*entry_strata(one)) for one in (entry, other))
    return (
        f"it was trained {trained}, on whose board it stands; here entry {other.entry_id}, trained "
        f"{standing}, stands for its estimator"
    )
