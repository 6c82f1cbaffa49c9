"""Which way MKL, torch's library of products, takes on a processor that Intel did not make.

MKL asks itself who made the processor, and leaves its fast kernels alone where it was somebody
else.  A library of one function, loaded before all others, answers for the processor.  What that
brings hangs on the processor, so both ways are timed, once for a processor and a torch, each in a
process of its own.  Last bits differ between the ways, and a run's environment says which was its.
"""

import ctypes
import json
import logging
import os
import platform
import subprocess
import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from shutil import which
from tempfile import NamedTemporaryFile
from time import process_time

from .environment import processor_line, processor_name
from .specs.writing import write_whole

log = logging.getLogger(__name__)

# "shipped" turns all of this off.
SETTING = "GRADARENA_PRODUCTS"
# What the system loads before all else.
PRELOAD = "LD_PRELOAD"
COUNT = "gradarena_mkl_asked"
SOURCE = f"""extern "C" {{
int {COUNT} = 0;
int mkl_serv_intel_cpu_true(void) {{ ++{COUNT}; return 1; }}
}}
"""
# How many times as fast the products have to be: a trial errs by some percent.
WORTH = 1.1
# Of a trial's product: examples of several runs, inputs, units.
SIZES = (800, 784, 200)
ROUNDS, CALLS = 7, 10
# Seconds that a compiler, or a trial, may take.
PATIENCE = 60


def is_answered() -> bool:
    """Whether MKL has asked the library in this process: with the first product, if at all."""
    try:
        return ctypes.c_int.in_dll(ctypes.CDLL(None), COUNT).value > 0
    except (OSError, TypeError, ValueError):
        # Not there; on Windows not even the place to look.
        return False


def choose_way() -> dict[str, str]:
    """What the environment of processes that load torch here needs besides for the faster of both
    ways: nothing where products go by it anyway."""
    if os.environ.get(SETTING) == "shipped" or not is_passed_over():
        return {}
    library = faster_way()
    return preloaded(library) if library else {}


def preloaded(library: str) -> dict[str, str]:
    """What makes a process load it, and what it loads anyway."""
    others = os.environ.get(PRELOAD, "").split(":")
    return {} if library in others else {PRELOAD: ":".join(filter(None, [library, *others]))}


def is_passed_over() -> bool:
    """Whether MKL may leave fast kernels alone on this processor."""
    linux = (sys.platform, platform.machine()) == ("linux", "x86_64")
    return linux and processor_line("vendor_id") == "AuthenticAMD"


def kept_folder() -> Path:
    """Of the user's, for all services and commands.  Raises RuntimeError where there is no user."""
    user = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(user) / "gradarena" / "mkl"


def faster_way() -> str:
    """The path of a library that answers, if products are faster with it, else nothing; what was
    timed is kept beside it."""
    about = {"processor": processor_name(), "torch": version("torch"), "source": SOURCE}
    name = sha256(json.dumps(about).encode()).hexdigest()[:16]
    try:
        library, trials = kept_folder() / f"{name}.so", kept_folder() / f"{name}.json"
        if not trials.exists() or not library.exists():
            build_library(library)
            timed = {
                "as shipped": trial_seconds({}),
                "answered for": trial_seconds(preloaded(str(library))),
            }
            write_whole(trials, json.dumps(about | timed).encode())
        timed = json.loads(trials.read_text())
        return str(library) if timed["as shipped"] > WORTH * timed["answered for"] else ""
    except (OSError, RuntimeError, subprocess.SubprocessError, ValueError, KeyError) as error:
        log.warning("products go as torch ships them: %s", error)
        return ""


def build_library(library: Path) -> None:
    """Raises OSError where there is no compiler, and what subprocess raises."""
    compiler = which(os.environ.get("CXX", "g++"))
    if not compiler:
        raise OSError("there is no C++ compiler")
    library.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=library.parent, suffix=".so") as file:
        command = [compiler, "-shared", "-fPIC", "-x", "c++", "-", "-o", file.name]
        subprocess.run(
            command, input=SOURCE.encode(), check=True, capture_output=True, timeout=PATIENCE
        )
        write_whole(library, Path(file.name).read_bytes())


def trial_seconds(variables: dict[str, str]) -> float:
    """Of a product in a process of its own, CPU time, the least of some rounds."""
    answer = subprocess.run(
        [sys.executable, "-m", __name__],
        env=os.environ | {"OMP_NUM_THREADS": "1"} | variables,
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    return float(answer.stdout)


def product_seconds() -> float:
    """Of a product in this process, which loads torch."""
    import torch

    rows, inputs, units = SIZES
    a, b = torch.randn(rows, inputs), torch.randn(inputs, units)
    rounds = []
    for _ in range(ROUNDS):
        start = process_time()
        for _ in range(CALLS):
            a @ b
        rounds.append(process_time() - start)
    return min(rounds) / CALLS


if __name__ == "__main__":
    print(product_seconds())
