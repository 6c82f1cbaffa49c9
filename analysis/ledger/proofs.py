"""Whether code gives the numbers of a stored run again: what is compared, and what follows.

What ranks is compared bit for bit: bounds wherever they were evaluated, evaluations, the ending.
What was measured of the gradient is compared within rounding, since it decides no rank and hangs on
the order of its sums; how far apart it is is written down.  Times are nobody's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from analysis.ledger.rows import confirmation
from analysis.ledger.shapes import CodeProof, Curve, Ledger, LedgerEntry, LedgerRun

ROUNDING = 1e-6  # of a measured figure, over one or its size
CURVES = {"test": "bound/test", "validation": "bound/validation", "evaluations": "evaluations"}
Points = tuple[Sequence[int], Sequence[float | None]]  # steps, values


class Trained(NamedTuple):
    """A run that was trained again: its series by name, and how it ended."""

    series: Mapping[str, Points]
    reason: str | None


class Verdict(NamedTuple):
    """``fault``: the first number that differs; None: all are equal.  ``gap``: of what was
    measured."""

    fault: str | None
    numbers: int
    gap: float


def compare_runs(run: LedgerRun, again: Trained) -> Verdict:
    """A stored confirmation run with what code made of it now."""
    pairs = list(_compared_numbers(run, again))
    exact = [f"{name} is {new}, and was {old}" for name, old, new in pairs if old != new]
    if run.reason != again.reason:
        exact.insert(0, f"it {again.reason}, and had {run.reason}")
    gap = max((_relative_gap(old, new) for _, old, new in _measured(run, again)), default=0.0)
    if not exact and gap > ROUNDING:
        exact.append(f"what is measured of the gradient differs by {gap:.1g}")
    return Verdict(next(iter(exact), None), len(pairs), gap)


def _compared_numbers(
    run: LedgerRun, again: Trained
) -> Iterator[tuple[str, float | None, float | None]]:
    for field, name in CURVES.items():
        points = dict(zip(*again.series.get(name, ([], [])), strict=True))
        curve = run.curve
        for step, old in zip(curve.steps, getattr(curve, field), strict=True) if curve else ():
            yield f"{name} at step {step}", old, points.get(step)
        last = again.series.get(name, ([], [None]))[1][-1:] or [None]
        yield f"{name} at the end", getattr(run, field), last[0]


def _measured(run: LedgerRun, again: Trained) -> Iterator[tuple[str, float | None, float | None]]:
    for name, old in run.gradient.items():
        values = again.series.get(f"gradient/{name}", ([], [None]))[1]
        yield name, old, values[-1] if values else None


def _relative_gap(old: float | None, new: float | None) -> float:
    if old is None or new is None:
        return 0.0 if old == new else float("inf")
    return abs(old - new) / max(1.0, abs(old))


def compared_run(entry: LedgerEntry) -> LedgerRun:
    """The one confirmation run that stands for an entry: the first."""
    return min(confirmation(entry), key=lambda run: run.seed)


def trained_run(run: LedgerRun, trained: Trained) -> LedgerRun:
    """A stored confirmation run as code of before trains it on another device."""
    points = {field: trained.series.get(name, ([], [])) for field, name in CURVES.items()}
    ends = {field: [None, *values][-1] for field, (_, values) in points.items()}
    steps = list(points["test"][0])
    at = {field: dict(zip(*some, strict=True)) for field, some in points.items()}
    curve = Curve(
        steps=steps,
        seconds=[None] * len(steps),
        **{field: [values.get(step) for step in steps] for field, values in at.items()},
    )
    gradient = {
        name: values[-1]
        for name in run.gradient
        if (values := trained.series.get(f"gradient/{name}", ([], []))[1])
    }
    again = {"reason": trained.reason, "curve": curve, "gradient": gradient} | ends
    return run.model_copy(update=again)


def find_proof(
    proofs: Iterable[CodeProof], code: str | None, device: str | None, beside: str | None = None
) -> CodeProof | None:
    """What is known of this code on this class of devices, beside other code or alone."""
    sought = (code, device, beside)
    return next((one for one in proofs if (one.code, one.device, one.beside) == sought), None)


def with_proof(ledger: Ledger, proof: CodeProof) -> Ledger:
    """In place of what was known of its codes and device; the newest last."""
    before = find_proof(ledger.proofs, proof.code, proof.device, proof.beside)
    others = [one for one in ledger.proofs if one is not before]
    return ledger.model_copy(update={"proofs": [*others, proof]})


def add_verdict(proof: CodeProof, entry: LedgerEntry, verdict: Verdict) -> CodeProof:
    """With one more entry, whose numbers came out equal or did not."""
    run, name = compared_run(entry).run_id, entry.entry_id
    equal = {one: id for one, id in proof.equal.items() if one != name}
    unequal = {one: why for one, why in proof.unequal.items() if one != name}
    if verdict.fault is None:
        equal[name] = run
    else:
        unequal[name] = verdict.fault
    numbers = proof.numbers + (verdict.numbers if verdict.fault is None else 0)
    gap = max(proof.gap, verdict.gap) if verdict.fault is None else proof.gap
    return proof.model_copy(
        update={"equal": equal, "unequal": unequal, "numbers": numbers, "gap": gap}
    )
