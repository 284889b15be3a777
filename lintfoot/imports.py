"""Where a new import goes in a script, by its text alone: after its like, in order, never between a comment and its code."""

from __future__ import annotations

import ast
import sys
from itertools import takewhile
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from lintfoot.findings import Edit, Span
from lintfoot.regexes import regex
from lintfoot.tokens import NEWLINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def additions(
    text: str,
    tree: ast.Module | None,
    modules: Sequence[str],
    constants: Sequence[str] = (),
    before: int | None = None,
) -> tuple[Edit, ...] | None:
    """The edits that make `import MODULE` and `NAME = VALUE` hold at the top of a script; what stands there is not added.

    `tree` is the text as Python's own parser reads it, `before` the line that needs them first. None where it cannot be done: the
    text does not parse here, the script uses the name for something else, or does without a package that not everybody has installed.
    """
    if not (modules or constants):
        return ()
    if tree is None:
        return None
    limit = before or len(NEWLINE.split(text)) + 1
    made = []
    for module in modules:
        if any(_imports(node, module) and (node.end_lineno or 0) <= limit for node in tree.body):
            continue
        line = _place(text, tree, module)
        if line > limit:
            line = _after_opening(tree, text)
        if line > limit or _is_taken(tree, text, module) or not _is_at_hand(tree, module):
            return None
        made.append(_line_edit(line, f"{_gap(tree, line)}import {module}\n{_room(tree, text, line)}"))
    for constant in constants:
        name = constant.partition(" =")[0]
        if any(_assigns(node, name) and node.lineno < limit for node in tree.body):
            continue
        line = _after_imports(tree, text)
        if line > limit or _is_taken(tree, text, name):
            return None
        gap = "\n" if tree.body and line <= len(NEWLINE.split(text)) else ""
        made.append(_line_edit(line, f"\n{constant}\n{gap}" if line > 1 else f"{constant}\n{gap}"))
    return tuple(made)


def _is_at_hand(tree: ast.Module, module: str) -> bool:
    """Whether the script cannot run without the package anyway: what it imports in a `try` or a function may be missing."""
    root = module.partition(".")[0]
    if _is_standard(module):
        return True
    roots = {root, *_BRING.get(root, ())}
    return any(
        (isinstance(node, ast.Import) and any(one.name.partition(".")[0] in roots for one in node.names))
        or (isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").partition(".")[0] in roots)
        for node in tree.body
    )


def _is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


_BRING = {"urllib3": ("requests",)}  # who has the one has the other


def _imports(node: ast.stmt, module: str) -> bool:
    names = [one.name for one in node.names if one.asname is None] if isinstance(node, ast.Import) else []
    return any(f"{name}.".startswith(f"{module}.") for name in names)


def _assigns(node: ast.stmt, name: str) -> bool:
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign) and node.value
        else []
    )
    return any(isinstance(one, ast.Name) and one.id == name for one in targets)


def _is_taken(tree: ast.Module, text: str, name: str) -> bool:
    """Whether the script binds the name anywhere to something else; most do not hold it, in these letters or in others."""
    root = name.partition(".")[0]
    return (root in text or not text.isascii()) and root in _taken(tree)


_known: WeakKeyDictionary[ast.Module, frozenset[str]] = WeakKeyDictionary()  # the findings of one file ask for the same


def _taken(tree: ast.Module) -> frozenset[str]:
    """Every name that a script binds, but for what a plain `import` does."""
    if tree not in _known:
        walked = (node for node in ast.walk(tree) if node.__class__ in _BINDERS)
        _known[tree] = frozenset(name for node in walked for name in _bound(node))
    return _known[tree]


_BINDERS = frozenset(
    {
        ast.Name,
        ast.arg,
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
        ast.ExceptHandler,
        ast.MatchAs,
        ast.MatchStar,
        ast.MatchMapping,
        ast.ImportFrom,
        ast.Import,
    }
)


def _bound(node: ast.AST) -> Iterable[str]:
    match node:
        case ast.Name(id=bound, ctx=ast.Store() | ast.Del()) | ast.arg(arg=bound):
            return (bound,)
        case ast.FunctionDef(name=bound) | ast.AsyncFunctionDef(name=bound) | ast.ClassDef(name=bound):
            return (bound,)
        case (
            ast.ExceptHandler(name=str() as bound)
            | ast.MatchAs(name=str() as bound)
            | ast.MatchStar(name=str() as bound)
            | ast.MatchMapping(rest=str() as bound)
        ):
            return (bound,)
        case ast.ImportFrom(names=names):
            return [one.asname or one.name for one in names]
        case ast.Import(names=names):
            return [one.asname for one in names if one.asname]
        case _:
            return ()


def _head(tree: ast.Module) -> list[ast.stmt]:
    """The imports that a script begins with, after its docstring and `from __future__`."""
    found: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and node.module != "__future__"):
            found.append(node)
        elif not _opens(node):
            break
    return found


def _opens(node: ast.stmt) -> bool:
    """A docstring or `from __future__`: nothing may stand before these."""
    docstring = (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    )
    return docstring or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def _place(text: str, tree: ast.Module, module: str) -> int:
    """The line before which `import module` goes."""
    head = _head(tree)
    alike = [
        one for one in head if isinstance(one, ast.Import) and _is_standard(one.names[0].name) == _is_standard(module)
    ]
    before = [one for one in alike if one.names[0].name < module]
    if before or (head and not _is_standard(module)):
        return ((before or head)[-1].end_lineno or 0) + 1
    if not head:
        return _after_imports(tree, text)
    line = head[0].lineno
    if any(_opens(node) and (node.end_lineno or 0) >= line for node in tree.body[:3]):
        return line + 1  # on the line of a docstring: nothing may stand before that
    above = list(
        takewhile(lambda one: one.startswith("#") and not _FIRST.match(one), NEWLINE.split(text)[: line - 1][::-1])
    )
    explained = 0 < len(above) < _HEADER
    return (head[0].end_lineno or 0) + 1 if explained else line


def _gap(tree: ast.Module, line: int) -> str:
    """An empty line where the import would touch a docstring."""
    return "\n" if any(isinstance(node, ast.Expr) and node.end_lineno == line - 1 for node in tree.body[:1]) else ""


def _room(tree: ast.Module, text: str, line: int) -> str:
    """An empty line where the import would touch a definition."""
    lines = NEWLINE.split(text)
    touched = lines[line - 1] if line <= len(lines) else ""
    return "" if _head(tree) or not touched.startswith(("def ", "class ", "async ", "@")) else "\n"


def _after_imports(tree: ast.Module, text: str) -> int:
    """The line after the imports, or after what opens the script: its docstring, its first comments."""
    head = _head(tree)
    return (head[-1].end_lineno or 0) + 1 if head else _after_opening(tree, text)


def _after_opening(tree: ast.Module, text: str) -> int:
    """The line after the docstring and `from __future__`, or after the comments that are about the whole script."""
    opening = [node for node in tree.body if _opens(node)] if tree.body and _opens(tree.body[0]) else []
    if opening:
        return (opening[-1].end_lineno or 0) + 1
    lines = NEWLINE.split(text)
    line = 1
    while line <= _COOKIES and line <= len(lines) and _FIRST.match(lines[line - 1]):
        line += 1
    while line <= len(lines) and lines[line - 1].startswith("#"):
        block = line
        while block <= len(lines) and lines[block - 1].startswith("#"):
            block += 1
        if block <= len(lines) and lines[block - 1].strip() and block - line < _HEADER:
            break  # these lines are about the statement below them
        line = block
        while line < len(lines) and not lines[line - 1].strip() and lines[line].startswith("#"):
            line += 1
    return line


_COOKIES = 2  # an encoding is declared on the first two lines, or nowhere
_FIRST = regex(r"#!|#.*coding[:=]")
_HEADER = 2  # comment lines at the top of a script: as many are its header, one may be about the statement below


def _line_edit(line: int, text: str) -> Edit:
    return Edit(Span(line, 1, line, 1), text)
