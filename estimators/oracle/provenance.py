"""Which code an estimator is: a digest of its spec, of its module, and of all that this one
imports."""

import ast
import hashlib
import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import resolve_name
from types import ModuleType

from ..core import Estimator
from . import problems
from .canonical_code import canonical_code, computing_tree

TOP = "estimators"


def code_digest(estimator: Estimator) -> str:
    """The first 16 hex digits of a SHA-256.  The nets of the oracle enter, and a plug-in's own
    package as far as it is imported; the specs of other estimators, measurement and training do
    not, nor does what code says without computing (canonical_code)."""
    module = sys.modules[type(estimator).__module__]
    modules, tops = {module.__name__: module}, {TOP, module.__name__.split(".")[0]}
    for start in [module, *oracle_nets()]:
        modules |= {m.__name__: m for m in reached_modules(start, modules, tops)}
    texts = [module_source(modules[name]) for name in sorted(modules)]
    specs = [
        inspect.getsource(cls)
        for cls in type(estimator).__mro__
        if cls.__module__.startswith(f"{TOP}.specs")
    ]
    return hashlib.sha256("\0".join(map(canonical_code, specs + texts)).encode()).hexdigest()[:16]


def oracle_nets() -> list[ModuleType]:
    """The modules of the nets on which certificates are made."""
    names = sorted({model.net[0] for model in problems.NETS.values()})
    return [import_module(f"{TOP}.nets.{name}") for name in names]


def reached_modules(
    module: ModuleType, reached: dict[str, ModuleType], tops: set[str]
) -> Iterator[ModuleType]:
    """A module and those of these packages that it imports, directly or not, specs apart."""
    yield module
    reached[module.__name__] = module
    for name in imported_names(module):
        wanted = name.split(".")[0] in tops and not name.startswith(f"{TOP}.specs")
        if wanted and name not in reached:
            yield from reached_modules(import_module(name), reached, tops)


def imported_names(module: ModuleType) -> Iterator[str]:
    """The modules that a module imports for more than types, and those that define what it imports
    through others."""
    for node in ast.walk(computing_tree(module_source(module))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), module.__package__ or "")
            for alias in node.names:
                yield from defining_modules(base, alias.name)


def defining_modules(base: str, name: str) -> Iterator[str]:
    """Of what ``from base import name`` gives."""
    if f"{base}.{name}" in sys.modules:
        yield f"{base}.{name}"
        return
    yield base
    value = getattr(sys.modules.get(base), name, None)
    home = getattr(value, "__module__", None)
    if isinstance(home, str) and home in sys.modules:
        yield home


def module_source(module: ModuleType) -> str:
    """Of a module; an empty file has none, and so has what is not written in Python."""
    try:
        return inspect.getsource(module)
    except (OSError, TypeError):
        return ""
