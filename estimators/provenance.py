"""Which code an estimator is: a digest of its spec, of its module, and of all that this one
imports."""

import ast
import hashlib
import inspect
import io
import sys
import tokenize
from collections.abc import Iterator
from importlib import import_module
from importlib.util import resolve_name
from types import ModuleType

from .core import Estimator

TOP = __package__
LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
NETS = [
    "belief_net",
    "structured_prediction",
    "polynomial",
    "toy",
]  # on which certificates are made


def code_digest(estimator: Estimator) -> str:
    """The first 16 hex digits of a SHA-256.  The nets of the oracle enter, and a plug-in's own
    package as far as it is imported; comments, the specs of other estimators, measurement and
    training do not."""
    module = sys.modules[type(estimator).__module__]
    modules, tops = {module.__name__: module}, {TOP, module.__name__.split(".")[0]}
    for start in [module, *[import_module(f"{TOP}.nets.{name}") for name in NETS]]:
        modules |= {m.__name__: m for m in reached_modules(start, modules, tops)}
    texts = [module_source(modules[name]) for name in sorted(modules)]
    spec_sources = [
        inspect.getsource(cls)
        for cls in type(estimator).__mro__
        if cls.__module__.startswith(f"{TOP}.specs")
    ]
    return hashlib.sha256("\0".join(map(bare, spec_sources + texts)).encode()).hexdigest()[:16]


def bare(source: str) -> str:
    """Code without comments, docstrings and white space."""
    tokens, begins, texts = tokenize.generate_tokens(io.StringIO(source).readline), True, []
    for token in tokens:
        if token.type not in LAYOUT and not (begins and token.type == tokenize.STRING):
            texts.append(token.string)
        if token.type not in (tokenize.COMMENT, tokenize.NL):
            begins = token.type in LAYOUT
    return "".join("".join(texts).split())


def reached_modules(
    module: ModuleType, visited: dict[str, ModuleType], tops: set[str]
) -> Iterator[ModuleType]:
    """A module and those of these packages that it imports, directly or not, specs apart."""
    yield module
    visited[module.__name__] = module
    for name in imported_names(module):
        if (
            name not in visited
            and name.split(".")[0] in tops
            and not name.startswith(f"{TOP}.specs")
        ):
            yield from reached_modules(import_module(name), visited, tops)


def imported_names(module: ModuleType) -> Iterator[str]:
    for node in ast.walk(ast.parse(module_source(module))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), module.__package__ or "")
            inner = [f"{base}.{alias.name}" for alias in node.names]
            modules = [name for name in inner if name in sys.modules]
            yield from modules or [base]


def module_source(module: ModuleType) -> str:
    """Of a module; an empty file has none, and so has what is not written in Python."""
    try:
        return inspect.getsource(module)
    except (OSError, TypeError):
        return ""
