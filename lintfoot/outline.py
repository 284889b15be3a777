"""The top level of a module of the project: who binds what, where.

Python's own parser takes a module apart ten times as fast as libcst reads it. libcst then reads the few lines that are cut
out, so that a question about one name of a long module costs little.
"""

from __future__ import annotations

import ast
import re
from array import array
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

from lintfoot import syntax
from lintfoot.decoding import Decoded, decode, read
from lintfoot.depth import measure
from lintfoot.digests import digest
from lintfoot.finder import plain_words
from lintfoot.parse import lines
from lintfoot.places import Tree, absolute
from lintfoot.records import dataclass, field, replace
from lintfoot.regexes import regex

_MOST_KEPT = 4  # trees of one module
_ALTERS = regex(r"\bsetdefaulttimeout\b")
_REPLACED = regex(r"\.(?:request|send|urlopen|open|get|post)\s*=[^=]")
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement of the top level, or of a class: its first and last line, from 1, and the names that it binds."""

    start: int
    end: int
    binds: tuple[str, ...] = ()
    kind: str = ""  # import, def, class, value, block
    members: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A module of the project. `imports` are the qualified names that its top level imports, `stars` the modules taken whole.

    Where a `try` imports a name from the one module or the other, the later one counts: `imported` are names bound in no other way.
    Line ends of `source` are line feeds; `before` says how much text there is before each line, line ends left out: texts of
    lines would take three times the room.
    """

    source: str
    before: array[int]
    pieces: tuple[Piece, ...]
    by_name: dict[str, list[Piece]] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    stars: tuple[str, ...] = ()
    altering: tuple[Piece, ...] = ()
    rebound: frozenset[str] = frozenset()  # by a function, with `global`
    imported: frozenset[str] = frozenset()
    kept: dict[int, ast.stmt | None] = field(default_factory=dict)
    fresh: dict[int, ast.stmt] = field(default_factory=dict)  # the trees of all pieces, until `settle`
    owners: dict[int, Any] = field(default_factory=dict)  # what `parts` keeps of classes, by the ids of their pieces
    functions: dict[int, dict[str, list[Piece]]] = field(default_factory=dict)  # of classes, by the ids of their pieces
    spoken: dict[int, frozenset[str]] = field(default_factory=dict)  # the words of some pieces
    states: dict[str, bytes] = field(default_factory=dict)  # digests of parts, for `parts`

    def settle(self) -> None:
        """Let go of the trees that all this was read from: they take a hundred times the room of the text."""
        self.fresh.clear()

    def between(self, first: int, last: int) -> str:
        """The text of some lines."""
        end = self.before[last] + last - 1 if last < len(self.before) else len(self.source)
        return self.source[self.before[first - 1] + first - 1 : end]

    def text(self, piece: Piece) -> str:
        """The lines of a piece."""
        return self.between(piece.start, piece.end)

    def words(self, piece: Piece) -> frozenset[str]:
        """The words of a piece, as Python reads names: all names in it are among them."""
        if id(piece) not in self.spoken:
            if len(self.spoken) >= _MOST_KEPT:
                self.spoken.pop(next(iter(self.spoken)))
            self.spoken[id(piece)] = spoken(self.text(piece))
        return self.spoken[id(piece)]

    def parsed(self, piece: Piece) -> ast.stmt | None:
        """A piece as Python reads it; the last few are kept, for the members of a class."""
        if id(piece) in self.fresh:
            return self.fresh[id(piece)]
        if id(piece) not in self.kept:
            if len(self.kept) >= _MOST_KEPT:
                self.kept.pop(next(iter(self.kept)))
            self.kept[id(piece)] = self._parsed(piece)
        return self.kept[id(piece)]

    def methods(self, owner: Piece) -> dict[str, list[Piece]]:
        """The functions of a class by their names; of some there are several."""
        found = self.functions.get(id(owner))
        if found is None:
            found = self.functions[id(owner)] = {}
            for one in owner.members:
                if one.kind == "def":
                    found.setdefault(one.binds[0], []).append(one)
        return found

    def member(self, owner: Piece, piece: Piece) -> ast.stmt | None:
        """A function of a class: out of the tree of that where it is at hand, else by itself."""
        tree = self.fresh.get(id(owner), self.kept.get(id(owner)))
        if isinstance(tree, ast.ClassDef):
            return next((node for one, node in zip(owner.members, tree.body, strict=True) if one is piece), None)
        return self.parsed(piece)

    def _parsed(self, piece: Piece) -> ast.stmt | None:
        number = self._among_others(piece)
        if number is not None:
            whole = syntax.tree(self.source)
            return whole.body[number] if whole is not None else None
        text = self.text(piece)
        tree = syntax.tree(f"if 1:\n{text}\n" if text[:1] in (" ", "\t") else f"{text}\n")
        if tree is None or not tree.body:
            return None
        first = tree.body[0]
        return first.body[0] if text[:1] in (" ", "\t") and isinstance(first, ast.If) else first

    def _among_others(self, piece: Piece) -> int | None:
        """The number of a statement of the top level that shares lines with another one: a semicolon parts them."""
        number = next((at for at, one in enumerate(self.pieces) if one is piece), None)
        near = self.pieces[max(0, number - 1) : number + 2] if number is not None else ()
        shared = any(one is not piece and one.start <= piece.end and piece.start <= one.end for one in near)
        return number if shared else None

    def the(self, name: str) -> Piece | None:
        """The one piece that binds a name; None where several do, or a function rebinds it."""
        found = self.by_name.get(name, [])
        return found[0] if len(found) == 1 and name not in self.rebound else None


def read_outline(tree: Tree, file: str) -> Outline | None:
    """The outline of a file of a project; None for what may not or cannot be read."""
    text, _ = read_text(tree, file)
    module = parsed(text) if text is not None else None
    return taken_apart(text, module, tree.package(file)) if text is not None and module is not None else None


def read_text(tree: Tree, file: str, texts: Mapping[str, bytes] | None = None) -> tuple[str | None, bytes]:
    """The text of a file of a project, and a digest of its content; None, or nothing, for what may not or cannot be read.

    `texts` are of files, by path, that count instead of what the disk says.
    """
    if not tree.readable(file, tree.bases(file)):
        return None, b""
    data = texts[file] if texts and file in texts else read(file)
    decoded = decode(data, file) if isinstance(data, bytes) else None
    return decoded.text if isinstance(decoded, Decoded) else None, digest(data) if isinstance(data, bytes) else b""


def parsed(text: str) -> ast.Module | None:
    """A module as Python's own parser reads it; None for what that does not take, or what nests too deeply."""
    deep = measure(text)
    return syntax.tree(text) if deep is None or not deep.fault else None


def taken_apart(text: str, tree: ast.Module, package: str) -> Outline:
    """The top level of a module, with its trees, as Python's own parser made it of a text."""
    source = unified(text)
    pieces, by_name = tuple(_piece(node) for node in tree.body), dict[str, list[Piece]]()
    imports: dict[str, str] = {}
    times: dict[str, int] = {}
    stars: list[str] = []
    for piece, node in zip(pieces, tree.body, strict=True):
        for name in piece.binds:
            by_name.setdefault(name, []).append(piece)
        for one in _imports(node) if node.__class__ not in _WITHOUT_IMPORTS else ():
            for name, full in _imported(one, package):
                if name == "*":
                    stars.insert(0, full)
                else:
                    imports[name] = full
                    times[name] = times.get(name, 0) + 1
    outer = _GLOBAL.findall(source) if "global" in source else ()
    rebound = frozenset(name for names in outer for name in _WORD.findall(names))
    alone = frozenset(name for name, many in times.items() if many == len(by_name.get(name, ()))) - rebound
    before = array("I", accumulate(map(len, source.split("\n")[:-1]), initial=0))
    found = Outline(source, before, pieces, by_name, imports, tuple(stars), (), rebound, alone)
    found.fresh.update((id(piece), node) for piece, node in zip(pieces, tree.body, strict=True))
    altering = tuple(piece for piece in pieces if alters(found.text(piece))) if alters(text) else ()
    return replace(found, altering=altering) if altering else found


def unified(text: str) -> str:
    """A text with line feeds for all line ends."""
    return "\n".join(lines(text)) if "\r" in text else text


_GLOBAL = regex(r"^[^\S\n]*global[^\S\n]+([^#;\n]+)", re.MULTILINE)
_WORD = regex(r"\w+")


# who binds what


def _piece(node: ast.stmt) -> Piece:
    start, kind = node.lineno, _KINDS.get(node.__class__, "block")
    for one in getattr(node, "decorator_list", ()):
        start = min(start, one.lineno)
    members = tuple(map(_piece, node.body)) if isinstance(node, ast.ClassDef) else ()
    return Piece(start, node.end_lineno or start, _names(node), kind, members)


_KINDS: dict[type, str] = {
    ast.Import: "import",
    ast.ImportFrom: "import",
    ast.FunctionDef: "def",
    ast.AsyncFunctionDef: "def",
    ast.ClassDef: "class",
    ast.Assign: "value",
    ast.AnnAssign: "value",
}
_WITHOUT_IMPORTS = frozenset({*_SCOPES, ast.Assign, ast.AnnAssign, ast.Expr})


def _names(node: Any) -> tuple[str, ...]:
    """The names that a statement binds in its own scope; most statements tell at once."""
    kind = node.__class__
    if kind in _SCOPES:
        return (node.name,)
    if kind is ast.Assign and len(node.targets) == 1 and node.targets[0].__class__ is ast.Name:
        return (node.targets[0].id,)
    return tuple(_bound(node)) if kind is not ast.Expr else ()


def _bound(node: ast.stmt) -> Iterator[str]:
    """The names that a statement binds in its own scope; a name bound twice comes twice."""
    match node:
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            for alias in names:
                if alias.name != "*":
                    yield alias.asname or alias.name.partition(".")[0]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            for target in targets:
                yield from _targets(target)
        case ast.AnnAssign(target=target, value=value):
            yield from _targets(target) if value is not None else ()
        case ast.AugAssign(target=target):
            yield from _targets(target)
        case ast.For(target=target) | ast.AsyncFor(target=target):
            yield from _targets(target)
        case ast.With(items=items) | ast.AsyncWith(items=items):
            for item in items:
                yield from _targets(item.optional_vars) if item.optional_vars is not None else ()
        case _:
            pass
    for inner in _inner(node):
        yield from _bound(inner)


def _inner(node: ast.AST) -> Iterator[ast.stmt]:
    """The statements in a block that opens no scope."""
    if isinstance(node, _SCOPES):
        return
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        for inner in getattr(node, name, ()):
            if isinstance(inner, ast.stmt):
                yield inner
            elif isinstance(inner, ast.ExceptHandler | ast.match_case):
                yield from _inner(inner)


def _targets(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _targets(element)
        case ast.Starred(value=value):
            yield from _targets(value)
        case _:
            pass


def _imports(node: ast.stmt) -> Iterator[ast.Import | ast.ImportFrom]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node
    for inner in _inner(node):
        yield from _imports(inner)


def _imported(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[tuple[str, str]]:
    """The names that an import binds, with the qualified names that they stand for; `*` with its module."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            first = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (first, first)
        return
    module = absolute(node.module or "", node.level, package)
    for alias in node.names:
        if alias.name == "*":
            yield "*", module
        elif module:
            yield alias.asname or alias.name, f"{module}.{alias.name}"


def spoken(text: str) -> frozenset[str]:
    """The words of a text as Python reads names: where one is written in other letters, both ways."""
    if text.isascii():
        return plain_words(text)
    from unicodedata import normalize  # few scripts need it

    return frozenset(_WORD.findall(f"{text} {normalize('NFKC', text)}"))


def alters(text: str) -> bool:
    """Whether code changes how a client sends: an adapter mounted, a method replaced."""
    if ".mount(" in text or ("setdefaulttimeout" in text and _ALTERS.search(text) is not None):
        return True
    return _REPLACED.search(text) is not None
