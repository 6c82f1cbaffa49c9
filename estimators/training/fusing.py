"""A traced step as fewer operations, which torch.compile makes of it where there is a compiler.

What was made is kept in a folder of the program's own below torch's (TORCHINDUCTOR_CACHE_DIR), for
the next process.  One that a process did not come to the end of is made anew: torch takes for
whole what lies there.
"""

import os
import subprocess
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree, which
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor
from torch.fx import GraphModule
from torch.utils._pytree import tree_leaves

from ..devices import HOST
from ..environment import processor_features

# A program of so many steps pays for fusing its operations, which takes seconds.
LONG = 20_000
# Torch's own switch: steps stay as they come.
OFF = "TORCH_COMPILE_DISABLE"
FOLDER = "TORCHINDUCTOR_CACHE_DIR"
# In a folder that nobody left half made.
WHOLE = "whole"
Function = Callable[..., Any]


class CannotFuse(Exception):
    """Why operations are not fused here."""


def fuse_operations(module: GraphModule, example: Sequence[Any]) -> tuple[Function, str]:
    """The same function of arguments like the example's by fewer kernels, and what compiled them;
    sums may have another order.  Raises CannotFuse, whatever went wrong: nothing is compiled
    later."""
    if os.environ.get(OFF) == "1":
        raise CannotFuse(f"{OFF} is set")
    on_host = tree_leaves(example)[0].device == HOST
    try:
        return fuse_on_host(module, example) if on_host else fuse_on_device(module, example)
    except CannotFuse:
        raise
    except Exception as error:
        words = f"{type(error).__name__}: {error}".split()
        raise CannotFuse(" ".join(words)[:200]) from error


def fuse_on_device(module: GraphModule, example: Sequence[Any]) -> tuple[Function, str]:
    """On a GPU."""
    if not find_spec("triton") or not (which("cc") or which("gcc")):
        raise CannotFuse("there is no Triton, or no C compiler")
    return compiled_now(module, example), f"Triton {version('triton')}"


def fuse_on_host(module: GraphModule, example: Sequence[Any]) -> tuple[Function, str]:
    """On the CPU, by one compiler at a time: a program has one core."""
    command = os.environ.get("CXX", "g++")
    if not which(command):
        raise CannotFuse("there is no C++ compiler")
    compiler = f"{Path(command).name} {compiler_version(command)}"
    folder = program_digest(module, example, compiler)
    choices: dict[str, Any] = {"cpp.cxx": command}
    try:
        fused, instructions = compile_in(folder, module, example, choices)
    except Exception:
        # What torch keeps of its headers, for all programs, may be half made.
        choices["cpp_cache_precompile_headers"] = False
        fused, instructions = compile_in(folder, module, example, choices)
    return fused, f"{compiler} for {instructions}"


def compile_in(
    folder: str, module: GraphModule, example: Sequence[Any], choices: dict[str, Any]
) -> tuple[Function, str]:
    """The function, and the instructions that it is made of."""
    import torch._inductor.config as options
    from torch._inductor.cpu_vec_isa import pick_vec_isa

    # One compiler at a time, and instructions that no trial chooses, which may end so or so.
    always = {"compile_threads": 1, "cpp.vec_isa_ok": True}
    with whole_folder(folder), options.patch(choices | always):
        return compiled_now(module, example), str(pick_vec_isa())


def compiler_version(command: str) -> str:
    """GCC's, or Clang's."""
    asked = [command, "-dumpfullversion", "-dumpversion"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def compiled_now(module: GraphModule, example: Sequence[Any]) -> Function:
    """Not at the first call.  Torch would compile once more for another mode of gradients."""
    fused: Function = torch.no_grad()(torch.compile(module, dynamic=False, fullgraph=True))
    with warnings.catch_warnings():
        # Of what torch does within.
        warnings.simplefilter("ignore")
        fused(*example)
    return fused


def program_digest(module: GraphModule, example: Sequence[Any], compiler: str) -> str:
    """Of all that programs differ by, and processors: code is made for one of them."""
    shapes = [(v.dtype, v.shape, v.stride()) for v in tree_leaves(example) if isinstance(v, Tensor)]
    made_by = f"{torch.__version__} {compiler} {processor_features()}"
    text = f"{made_by} {shapes} {module.code}"
    return sha256(text.encode()).hexdigest()[:16]


@contextmanager
def whole_folder(name: str) -> Iterator[None]:
    """Torch keeps here what it makes, one process at a time; what it does not come to the end of
    is not there for the next."""
    import fcntl  # not on Windows

    from torch._inductor.runtime.cache_dir_utils import cache_dir

    folder = Path(cache_dir()) / name
    folder.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / WHOLE).exists():
            rmtree(folder)
            folder.mkdir()
        (folder / WHOLE).unlink(missing_ok=True)
        with patch.dict(os.environ, {FOLDER: str(folder)}):
            yield
        (folder / WHOLE).touch()
