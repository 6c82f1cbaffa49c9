"""python -m estimators COMMAND ...: what wants torch and no service.  Commands:"""

import os
import sys
from importlib import import_module
from pkgutil import iter_modules

from . import commands, mkl

NAMES = [
    info.name for info in iter_modules(commands.__path__)
]  # a module of commands/ is a command


def usage_text() -> str:
    docs = {name: import_module(f".commands.{name}", __package__).__doc__ or "" for name in NAMES}
    lines = [f"  {name:8s} {doc.splitlines()[0]}" for name, doc in docs.items()]
    return "\n".join([__doc__, *lines])


def main(words: list[str]) -> int:
    """The exit status."""
    if not words or words[0] not in NAMES:
        asked = bool(words) and words[0] in ("-h", "--help")
        print(usage_text(), file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    import torch

    torch.set_num_threads(1)
    try:
        status: int = import_module(f".commands.{words[0]}", __package__).main(words[1:])
        return status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read it has enough; what is left in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    if variables := mkl.choose_way():
        again = [sys.executable, "-m", "estimators", *sys.argv[1:]]
        os.execve(sys.executable, again, os.environ | variables)
    sys.exit(main(sys.argv[1:]))
