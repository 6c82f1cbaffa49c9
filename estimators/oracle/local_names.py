"""Local variables by number: what a function calls them is its own business."""

import ast
from collections.abc import Iterator, Sequence

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Scope = dict[str, str]


class Renaming(ast.NodeTransformer):
    """Numbers local variables in the order in which they are bound.

    A scope is a map from the names that it binds to what they become; a class's is not seen by the
    functions inside."""

    def __init__(self, tree: ast.Module):
        self.scopes: list[tuple[Scope, bool]] = []
        self.count = 0
        # A lambda may be called by the names of its arguments.
        self.keywords = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}

    def renamed(self, name: str) -> str:
        for depth, (scope, of_class) in enumerate(reversed(self.scopes)):
            if name in scope and not (of_class and depth):
                return scope[name]
        return name

    def bind(self, names: list[str], fixed: set[str]) -> Scope:
        scope = {name: name for name in fixed}
        for name in names:
            if name not in scope:
                self.count += 1
                scope[name] = f"${self.count}"
        return scope

    def inside(self, scope: Scope, nodes: Sequence[ast.AST], of_class: bool = False) -> None:
        self.scopes.append((scope, of_class))
        for node in nodes:
            self.visit(node)
        self.scopes.pop()

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.renamed(node.id)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = node.name and self.renamed(node.name)
        return self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> ast.AST:
        node.name = node.name and self.renamed(node.name)
        return self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> ast.AST:
        node.name = node.name and self.renamed(node.name)
        return node

    def visit_MatchMapping(self, node: ast.MatchMapping) -> ast.AST:
        node.rest = node.rest and self.renamed(node.rest)
        return self.generic_visit(node)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.Nonlocal:
        node.names = [self.renamed(name) for name in node.names]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.name = self.renamed(node.name)
        for outside in (*node.decorator_list, *defaults_of(node.args)):
            self.visit(outside)
        arguments = {argument.arg for argument in all_arguments(node.args)}
        bound, fixed = local_bindings(node.body)
        self.inside(self.bind(bound, fixed | arguments), node.body)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        for outside in defaults_of(node.args):
            self.visit(outside)
        arguments = all_arguments(node.args)
        fixed = {argument.arg for argument in arguments if argument.arg in self.keywords}
        scope = self.bind([argument.arg for argument in arguments], fixed)
        for argument in arguments:
            argument.arg = scope[argument.arg]
        bound, _ = local_bindings([node.body])
        self.inside(self.bind(bound, set()) | scope, [node.body])
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        for outside in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(outside)
        bound, fixed = local_bindings(node.body)
        self.inside({name: name for name in {*bound, *fixed}}, node.body, of_class=True)
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return self._comprehension(node, [node.elt])

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        return self._comprehension(node, [node.elt])

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        return self._comprehension(node, [node.elt])

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        return self._comprehension(node, [node.key, node.value])

    def _comprehension(self, node: Comprehension, elements: Sequence[ast.AST]) -> ast.AST:
        first, *others = node.generators
        self.visit(first.iter)
        bound, _ = local_bindings([each.target for each in node.generators])
        rest = [first.target, *first.ifs, *others, *elements]
        self.inside(self.bind(bound, set()), rest)
        return node


def all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    stars = [star for star in (arguments.vararg, arguments.kwarg) if star]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *stars]


def defaults_of(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *[default for default in arguments.kw_defaults if default]]


def local_bindings(nodes: Sequence[ast.AST]) -> tuple[list[str], set[str]]:
    """What the statements of one scope bind: names that may change, in order, and names that may
    not, of imports, classes and the module."""
    free: list[str] = []
    fixed: set[str] = set()
    outer: set[str] = set()
    for node in same_scope(nodes):
        match node:
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                fixed |= {bound_by(alias) for alias in aliases}
            case ast.Global(names=names):
                fixed |= set(names)
            case ast.Nonlocal(names=names):
                outer |= set(names)
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                free.append(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                free.append(name)
            case ast.ClassDef(name=name):
                fixed.add(name)
            case ast.ExceptHandler(name=str(name)):
                free.append(name)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                free.append(name)
            case ast.MatchMapping(rest=str(name)):
                free.append(name)
    return [name for name in free if name not in outer], fixed


def same_scope(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """The nodes below these, in order, that stand in their scope."""
    for node in nodes:
        yield node
        if isinstance(node, Comprehension):
            yield from walrus_targets(node)
        elif not isinstance(node, Function | ast.ClassDef):
            yield from same_scope(list(ast.iter_child_nodes(node)))


def walrus_targets(node: ast.AST) -> Iterator[ast.AST]:
    """What a comprehension binds outside itself."""
    return (each.target for each in ast.walk(node) if isinstance(each, ast.NamedExpr))


def bound_by(alias: ast.alias) -> str:
    """The name that an import binds."""
    return alias.asname or alias.name.split(".")[0]
