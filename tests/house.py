"""Measures how the house is kept: names, rooms, types, lines, commits.

    python -m tests.house [--since COMMIT]        the table
    python -m tests.house --list estimators/nets  what to mend there, file by file

``tests/test_house.py`` holds the tree to the figures.
"""

import argparse
import ast
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("analysis", "estimators", "service", "workers")
# Words that say nothing of what a thing is.
EMPTY_WORDS = frozenset("found given own kept shown known seen place told".split())
# Fields of published JSON: certificates, and what probes and papers' reports say.
PUBLISHED = {
    ("estimators/specs/certificates.py", "kept"),
    ("estimators/specs/findings.py", "found"),
    ("analysis/papers/shapes.py", "found"),
    ("service/catalogue.py", "kept"),
}
WIDTH, SUBJECT = 100, 72
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    path: Path
    root: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(self.root))

    @cached_property
    def lines(self) -> list[str]:
        return self.path.read_text().splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text())

    @cached_property
    def functions(self) -> list[Function]:
        """Every one, methods and inner ones as well."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    @cached_property
    def top_functions(self) -> list[Function]:
        return [node for node in self.tree.body if isinstance(node, Function)]


@dataclass(frozen=True)
class Offence:
    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def read_modules(root: Path = ROOT, rooms: tuple[str, ...] = ROOMS) -> list[Module]:
    return [Module(path, root) for room in rooms for path in sorted((root / room).rglob("*.py"))]


def is_one_word(name: str) -> bool:
    return "_" not in name.strip("_")


def one_word_functions(modules: list[Module]) -> Iterator[Offence]:
    for module in modules:
        for function in module.top_functions:
            if is_one_word(function.name):
                yield Offence(module.name, function.lineno, f"one word: {function.name}")


def bound_names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every name that a file binds, and where: variables, parameters, fields, functions."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name, node.lineno
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, node.lineno
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, node.lineno


def empty_words(modules: list[Module]) -> Iterator[Offence]:
    for module in modules:
        for name, line in sorted(set(bound_names(module.tree)), key=lambda pair: pair[::-1]):
            if name in EMPTY_WORDS and (module.name, name) not in PUBLISHED:
                yield Offence(module.name, line, f"empty word: {name}")


def name_clashes(modules: list[Module]) -> Iterator[Offence]:
    """Top-level functions whose name another module uses for something else."""
    homes = defaultdict(set)
    for module in modules:
        for function in module.top_functions:
            homes[function.name].add(module.name)
    for module in modules:
        for function in module.top_functions:
            if others := sorted(homes[function.name] - {module.name}):
                what = f"{function.name} is something else in {', '.join(others)}"
                yield Offence(module.name, function.lineno, what)


def is_typed(function: Function) -> bool:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    stars = [star for star in (arguments.vararg, arguments.kwarg) if star]
    bound = named and named[0].arg in ("self", "cls")
    wanted = named[1 if bound else 0 :] + stars
    returns = function.returns or (function.name == "__init__" and wanted)
    return bool(returns) and all(argument.annotation for argument in wanted)


def untyped_signatures(modules: list[Module]) -> Iterator[Offence]:
    for module in modules:
        for function in module.functions:
            if not is_typed(function):
                yield Offence(module.name, function.lineno, f"untyped: {function.name}")


def long_lines(modules: list[Module]) -> Iterator[Offence]:
    for module in modules:
        for number, line in enumerate(module.lines, 1):
            if len(line) > WIDTH:
                yield Offence(module.name, number, f"{len(line)} characters")


RULES: tuple[Callable[[list[Module]], Iterator[Offence]], ...] = (
    one_word_functions,
    empty_words,
    name_clashes,
    untyped_signatures,
    long_lines,
)


def room_of(module: Module) -> str:
    folder = Path(module.name).parent
    return str(Path(*folder.parts[:2]))


def function_share(offences: Iterator[Offence], modules: list[Module]) -> float:
    """How many offences there are to each top-level function."""
    return sum(1 for _ in offences) / sum(len(module.top_functions) for module in modules)


def typed_shares(modules: list[Module]) -> dict[str, float]:
    every: Counter[str] = Counter()
    typed: Counter[str] = Counter()
    for module in modules:
        every[room_of(module)] += len(module.functions)
        typed[room_of(module)] += sum(map(is_typed, module.functions))
    return {room: typed[room] / count for room, count in sorted(every.items()) if count}


def room_shares(modules: list[Module]) -> dict[str, float]:
    lines: Counter[str] = Counter()
    for module in modules:
        lines[Path(module.name).parts[0]] += len(module.lines)
    return {room: count / lines.total() for room, count in lines.most_common()}


def commit_messages(since: str) -> list[tuple[str, str]]:
    """Subject and body of each commit after ``since``."""
    command = ["git", "log", "--no-merges", "--format=%s%x1f%b%x1e", f"{since}..HEAD"]
    log = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    messages = [entry.strip().partition("\x1f") for entry in log.split("\x1e") if entry.strip()]
    return [(subject, body.strip()) for subject, _, body in messages]


def commit_lines(since: str) -> Iterator[str]:
    messages = commit_messages(since)
    bodies = sum(1 for _, body in messages if body)
    long = [subject for subject, _ in messages if len(subject) > SUBJECT]
    yield f"commits since {since}: {len(messages)}, with a body {bodies}"
    yield f"subjects over {SUBJECT} characters: {len(long)}"


def table_lines(modules: list[Module]) -> Iterator[str]:
    lines = sum(len(module.lines) for module in modules)
    tests = sum(len(module.lines) for module in read_modules(rooms=("tests",)))
    files = {offence.file for offence in empty_words(modules)}
    biggest, share = next(iter(room_shares(modules).items()))
    yield f"files {len(modules)}, lines {lines}, tests : code {tests / lines:.2f}"
    named_by_one = function_share(one_word_functions(modules), modules)
    clashing = function_share(name_clashes(modules), modules)
    yield f"top-level functions named by one word: {named_by_one:.1%}"
    yield f"files that bind an empty word: {len(files)} of {len(modules)}"
    yield f"top-level functions whose name is another thing elsewhere: {clashing:.1%}"
    yield f"the biggest room: {biggest} {share:.0%}"
    yield f"lines over {WIDTH} characters: {sum(1 for _ in long_lines(modules)) / lines:.2%}"
    yield "signatures typed:"
    yield from (f"  {room:22} {share:4.0%}" for room, share in typed_shares(modules).items())


def offence_lines(room: str) -> Iterator[str]:
    modules = read_modules()
    for rule in RULES:
        offences = [offence for offence in rule(modules) if Path(offence.file).is_relative_to(room)]
        yield f"# {rule.__name__}: {len(offences)}"
        yield from map(str, offences)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--list", metavar="ROOM", help="list what to mend in this folder or file")
    parser.add_argument("--since", metavar="COMMIT", help="measure the commits after this one too")
    asked = parser.parse_args()
    lines = offence_lines(asked.list) if asked.list else table_lines(read_modules())
    print(*lines, sep="\n")
    if asked.since:
        print(*commit_lines(asked.since), sep="\n")


if __name__ == "__main__":
    main()
