"""Makes each slip of mutants.txt in a copy of the package; the oracle must see every one.

    python -m tests.estimators.mutants [WORDS of its title]

Prints what the oracle says of the sound code and of the slip, the worst of fresh, warm and stirred
memory: the largest |z| (of an enumerated mean: its deviation over 1e-9), and the relative bias.
Estimators that are biased by nature are held to the mean of another one, or to the difference of
their own cost; slips that move no mean to the variance of the paper's formula (published.py): their
"bias" is that of the variance.  Torch is loaded once: every probe is a fork of this process, which
has loaded nothing of the package.
"""

import shutil
import sys
import tempfile
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class Slip(NamedTuple):
    what: str
    file: str
    estimator: str
    net: str
    settings: str
    against: str
    edits: list[tuple[str, str]]


def slips() -> list[Slip]:
    found = []
    for block in (HERE / "mutants.txt").read_text().split("\n\n")[1:]:
        head, *edits = block.strip("\n").split("\n")
        fields = [field.strip() for field in head.split("|")]
        fields += [""] * (6 - len(fields))
        pairs = [(old[2:], new[2:]) for old, new in zip(edits[::2], edits[1::2], strict=True)]
        found.append(Slip(*fields, pairs))
    return found


def planted(slip: Slip, folder: Path) -> None:
    """Copies the package into ``folder``, with the slip."""
    file = shutil.copytree(ROOT / "estimators", folder / "estimators") / slip.file
    text = file.read_text()
    for old, new in slip.edits:
        if old not in text:
            raise ValueError(f"{slip.what}: {slip.file} has no {old}")
        text = text.replace(old, new)
    file.write_text(text)


@cache
def probe(folder: Path, *where: str) -> tuple[float, float]:
    """What the oracle says of the package in ``folder``."""
    fork = get_context("fork")
    here, there = fork.Pipe(duplex=False)
    child = fork.Process(target=answer, args=(there, folder, where))
    child.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        raise RuntimeError(f"{folder}: the probe of {where} ended without an answer") from None
    finally:
        child.join()


def answer(there: Connection, folder: Path, where: tuple[str, ...]) -> None:
    """In a process of its own: probes the package that lies in ``folder``."""
    assert "estimators" not in sys.modules
    sys.path.insert(0, str(folder))
    there.send(import_module("tests.estimators.probe").main(*where))


def load_once() -> None:
    """What every probe needs, and no slip changes."""
    for name in ("pydantic", "torch", "torch.func", "torch.fx.experimental.proxy_tensor"):
        import_module(name)
    import_module("torch").set_num_threads(1)


def caught(slip: Slip) -> bool:
    where = (slip.estimator, slip.net, slip.settings, slip.against)
    with tempfile.TemporaryDirectory() as folder:
        planted(slip, Path(folder))
        (z, bias), (slip_z, slip_bias) = probe(ROOT, *where), probe(Path(folder), *where)
    seen = slip_z > max(6, 3 * z)
    print(f"{slip.what:75s} {z:7.2g} {bias:7.1%} {slip_z:9.3g} {slip_bias:8.1%}", end="")
    print("" if seen else "  SURVIVES", flush=True)
    return seen


def main() -> None:
    load_once()
    asked = [slip for slip in slips() if all(word in slip.what for word in sys.argv[1:])]
    print(f"{'slip':75s} {'|z|':>7s} {'bias':>7s} {'|z| then':>9s} {'bias':>8s}")
    survivors = sum(not caught(slip) for slip in asked)
    print(f"{len(asked)} slips, {survivors} survive")
    sys.exit(survivors > 0)


if __name__ == "__main__":
    main()
