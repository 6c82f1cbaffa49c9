"""The command ``ship confirm``: whether the code as it lies here gives what ships again."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from .options import BAD_INPUT, FAILED, err, out, stop

if TYPE_CHECKING:
    from analysis.ledger.proofs import Trained
    from analysis.ledger.shapes import CodeProof, Ledger, LedgerEntry
    from estimators.specs.protocols import Protocol

PATH = ("torch", "python", "system", "threads")  # of an environment: what a proof writes down


class Library(NamedTuple):
    """Where it trains, and how it is asked to: for the experiment, and which of its runs."""

    environment: dict[str, Any]
    train: "Callable[[dict[str, Any]], Trained]"


def confirm_command(
    to: Annotated[Path, typer.Option(help="The folder that has, or gets, ledgers and boards.")],
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Of benchmarks, as name@version; all whose results ship."),
    ] = None,
    beside: Annotated[
        Path | None,
        typer.Option(
            help="A checkout of code on whose boards the entries stand: it trains the same runs "
            "here.  Where this is another processor than theirs."
        ),
    ] = None,
) -> None:
    """Train one run of every shipped entry again, with the code as it lies here, and write down
    whose numbers come out equal.

    It may be stopped and started again at any time: what was compared stays so.  It ends with 1
    where an entry's numbers differ.
    """
    from analysis.ledger.bundles import shipped_protocols

    ships = {one.id: one for one in shipped_protocols()}
    if strange := [one for one in names or [] if one not in ships]:
        stop(f"No results of {strange[0]} ship; of {', '.join(ships)} they do.", BAD_INPUT)
    if beside and not (beside / "estimators").is_dir():
        stop(f"There is no folder {beside / 'estimators'}: name a checkout.", BAD_INPUT)
    with trainer(Path()) as library, trainer(beside) if beside else nullcontext() as other:
        if other and other.environment["code"] == library.environment["code"]:
            stop(f"{beside} has the code that is here: {library.environment['code']}.", BAD_INPUT)
        proofs = [confirm_results(ships[name], to, library, other) for name in names or ships]
    raise typer.Exit(FAILED if any(proof.unequal for proof in proofs) else 0)


@contextmanager
def trainer(tree: Path) -> Iterator[Library]:
    """The library of a folder, else the installed one, in a process of its own, which trains one
    run after the other."""
    from analysis.ledger.proofs import Trained

    command = [sys.executable, "-m", "estimators", "again"]
    with subprocess.Popen(
        command, cwd=tree, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def answer() -> dict[str, Any]:
            assert process.stdout
            if not (line := process.stdout.readline()):
                stop("The library ended before it had answered.", FAILED)
            document: dict[str, Any] = json.loads(line)
            return document

        def train(asked: dict[str, Any]) -> Trained:
            print(json.dumps(asked), file=process.stdin, flush=True)
            return Trained(**answer())

        try:
            yield Library(answer(), train)
        finally:
            process.kill()


def confirm_results(
    protocol: "Protocol", to: Path, library: Library, other: Library | None
) -> "CodeProof":
    """Of one benchmark; after every entry all is written.  ``other``: the library that trains the
    same runs for comparison."""
    from analysis.ledger.bundles import write_bundle
    from analysis.ledger.proofs import (
        add_verdict,
        compare_runs,
        compared_run,
        trained_run,
        with_proof,
    )

    ledger = stored_results(protocol, to)
    proof = proof_so_far(ledger, library.environment, other and other.environment)
    waiting = unproved_entries(ledger, proof)
    for number, entry in enumerate(waiting, 1):
        run = compared_run(entry)
        asked = run_again(protocol, entry, run.seed)
        old = trained_run(run, other.train(asked)) if other else run
        verdict = compare_runs(old, library.train(asked))
        proof = add_verdict(proof, entry, verdict)
        write_bundle(to, with_proof(ledger, proof))
        end = f"{verdict.numbers} numbers are equal" if verdict.fault is None else verdict.fault
        name = entry.estimator["name"]
        err.print(f"{protocol.id}, {number} of {len(waiting)}: {name}: {end}.")
    counts = f"{len(proof.equal)} entries equal, {len(proof.unequal)} not"
    out.print(f"{protocol.id}, code {proof.code} on {proof.device}: {counts}.")
    return proof


def stored_results(protocol: "Protocol", to: Path) -> "Ledger":
    """Those in the folder, else those of the package."""
    from analysis.ledger.bundles import bundle_paths, read_ledger_file, shipped_ledger

    path, _ = bundle_paths(to, protocol)
    ledger = read_ledger_file(path) if path.exists() else shipped_ledger(protocol)
    assert ledger is not None
    return ledger


def proof_so_far(
    ledger: "Ledger", environment: dict[str, Any], other: dict[str, Any] | None
) -> "CodeProof":
    """Of the code and the processor that train, beside the other code if there is one."""
    from analysis.ledger.proofs import find_proof
    from analysis.ledger.shapes import CodeProof

    code, device = environment["code"], environment["device_class"]
    beside: str | None = other["code"] if other else None
    where = {name: str(environment[name]) for name in PATH}
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    new = CodeProof(code=code, device=device, beside=beside, made_on=today, environment=where)
    return find_proof(ledger.proofs, code, device, beside) or new


def unproved_entries(ledger: "Ledger", proof: "CodeProof") -> "list[LedgerEntry]":
    """Ranked ones that other code trained, and of which nothing is known yet; beside other code,
    those that stand on its boards."""
    from analysis.ledger.strata import current_tries, entry_strata, standing_strata

    here, tried = {(proof.code, proof.device)}, {**proof.equal, **proof.unequal}
    waiting = [
        one
        for one in current_tries(ledger)
        if one.state == "ranked" and entry_strata(one) != here and one.entry_id not in tried
    ]
    if proof.beside is None:
        return waiting
    codes = [{one.code for one in standing_strata(entry, ledger.proofs)} for entry in waiting]
    return [one for one, some in zip(waiting, codes, strict=True) if proof.beside in some]


def run_again(protocol: "Protocol", entry: "LedgerEntry", seed: int) -> dict[str, Any]:
    """What the library is asked: the experiment, and which of its runs."""
    from pydantic import TypeAdapter

    from estimators.specs import AnyEstimator

    estimator = TypeAdapter[Any](AnyEstimator).validate_python(entry.estimator)
    setting = entry.setting or {}
    spec = protocol.confirmation_experiment(estimator, setting["learning_rate"])
    number = next(i for i, (one, _) in enumerate(spec.runs) if one == seed)
    return {"spec": spec.model_dump(mode="json"), "run": number}
