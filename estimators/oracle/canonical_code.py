"""Python code as what it computes: two sources that differ in layout, comments, docstrings, types
or the names of local variables are written alike.
"""

import ast
from functools import lru_cache

from .local_names import Renaming, bound_by

# What can read the name of a local variable.
READERS = {"locals", "vars", "dir", "eval", "exec"}
# Of a node: what says nothing, or what only some versions of Python write.
LEFT_OUT = {"ctx", "kind", "type_comment"}


@lru_cache(maxsize=512)
def canonical_code(source: str) -> str:
    """One line of text.  Names of arguments, attributes and of all that a module or a class holds
    stay, and so do the types of a class's fields: they are read."""
    tree = computing_tree(source)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if not names & READERS:
        Renaming(tree).visit(tree)
    return tree_text(tree)


def computing_tree(source: str) -> ast.Module:
    """The syntax tree, without docstrings, types of arguments and variables, and the imports that
    serve these types alone."""
    tree = ast.parse(source)
    typing = Untyping()
    typing.visit(tree)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= set(filter(None, map(text_of, ast.walk(tree))))
    Unimporting(typing.names - used).visit(tree)
    return tree


def text_of(node: ast.AST) -> str | None:
    """The string that a node is, if it is one."""
    match node:
        case ast.Constant(value=str(text)):
            return text
    return None


class Untyping(ast.NodeTransformer):
    """Takes docstrings and types out; ``names`` are those that the types mention."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.in_class = False

    def forget(self, annotation: ast.expr | None) -> None:
        if annotation is not None:
            nodes = list(ast.walk(annotation))
            self.names |= {node.id for node in nodes if isinstance(node, ast.Name)}

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return self.generic_visit(node) if text_of(node.value) is None else None

    def visit_Pass(self, node: ast.Pass) -> None:
        return None

    def visit_arg(self, node: ast.arg) -> ast.arg:
        self.forget(node.annotation)
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        self.forget(node.returns)
        node.returns = None
        return self._inside(node, False)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._inside(node, True)

    def _inside(self, node: ast.AST, in_class: bool) -> ast.AST:
        before, self.in_class = self.in_class, in_class
        self.generic_visit(node)
        self.in_class = before
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        self.generic_visit(node)
        if self.in_class:
            return node
        self.forget(node.annotation)
        return ast.Assign([node.target], node.value) if node.value else None


class Unimporting(ast.NodeTransformer):
    """Takes out the imports of some names."""

    def __init__(self, names: set[str]):
        self.names = names

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        return self._thinned(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return self._thinned(node)

    def _thinned(self, node: ast.Import | ast.ImportFrom) -> ast.AST | None:
        node.names = [alias for alias in node.names if bound_by(alias) not in self.names]
        return node if node.names else None


def tree_text(node: object) -> str:
    """A tree as text, the same in every version of Python."""
    if isinstance(node, list):
        return f"[{','.join(map(tree_text, node))}]"
    if not isinstance(node, ast.AST):
        return f"{type(node).__name__}:{node!r}"
    parts = [(name, value) for name, value in ast.iter_fields(node) if name not in LEFT_OUT]
    fields = [
        f"{name}={tree_text(value)}"
        for name, value in parts
        if isinstance(node, ast.Constant) or value not in (None, [])
    ]
    return f"{type(node).__name__}({','.join(fields)})"
