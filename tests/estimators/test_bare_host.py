"""A host with a GPU may have PyTorch, numpy and pydantic, and nothing else."""

import re
import subprocess
import sys
from importlib.metadata import packages_distributions, requires

ENOUGH = ("torch", "numpy", "pydantic")
# Loads every module of the library, where no other package can be imported.
LOAD = """
import pkgutil, sys
from importlib import import_module

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in absent:
            raise ModuleNotFoundError(f"{name} is not on this host", name=name)

absent = set(sys.argv[1:])
sys.meta_path.insert(0, Absent())
import estimators
names = [module.name for module in pkgutil.walk_packages(estimators.__path__, "estimators.")]
for name in names:
    if not name.endswith("__main__"):
        import_module(name)
print(len(names))
"""


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def with_requirements(names):
    """Packages, and those that they cannot be installed without."""
    wanted, waiting = set(), [canonical(name) for name in names]
    while waiting:
        if (name := waiting.pop()) not in wanted:
            wanted.add(name)
            lines = [line for line in requires(name) or () if "extra ==" not in line]
            waiting += [canonical(re.match(r"[\w.-]+", line)[0]) for line in lines if here(line)]
    return wanted


def here(line):
    """Whether a requirement is one of this system: it is installed."""
    return canonical(re.match(r"[\w.-]+", line)[0]) in INSTALLED


TOP_LEVELS = packages_distributions()
INSTALLED = {canonical(name) for names in TOP_LEVELS.values() for name in names}


def test_the_library_loads_where_nothing_else_is_installed():
    enough = with_requirements(ENOUGH)
    absent = [
        top
        for top, names in TOP_LEVELS.items()
        if not {canonical(name) for name in names} & enough and top != "estimators"
    ]
    assert {"sqlalchemy", "celery", "fastapi", "service", "analysis"} <= {*absent}
    loading = subprocess.run([sys.executable, "-c", LOAD, *absent], capture_output=True, text=True)
    assert loading.returncode == 0, loading.stderr
    assert int(loading.stdout) > 100
