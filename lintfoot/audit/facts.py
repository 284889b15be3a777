"""What a script is like, from one look at its tree: how long, how branched, what it imports, runs, shares and changes.

Python's own parser will do here: nothing of this needs places to the column. What it cannot parse has no facts.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from lintfoot import shebang


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name: `module` with `level` dots before it, and the `name` taken from it ("" for the module itself).

    `early` says that it happens while the importing module loads, and not only for a type checker.
    """

    line: int
    level: int
    module: str
    name: str
    alias: str
    early: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The largest function of a script: where to begin."""

    name: str
    line: int
    lines: int
    branches: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What one script is like.

    `code` counts lines with code: no blank ones, no comments, no docstrings, no data; `inside` those of them that stand in
    functions. `branches` are places where control can go
    two ways. `runnable` says that it is made to be started. `spawned` are the command lines that it starts itself, with their
    lines, a NUL for what is not known. `rebound` and `changed` are the module's names that its functions bind anew or change in
    place, each with the function and line; `bound` are all names bound by the module itself; `dotted` are names read as
    `module.name`, `assigned` those that are assigned to like that, with lines. `words` are texts that may name a script.
    """

    lines: int
    code: int = 0
    inside: int = 0
    branches: int = 0
    handled: bool = False
    runnable: bool = False
    generated: bool = False
    imports: tuple[Import, ...] = ()
    spawned: tuple[tuple[int, str], ...] = ()
    bound: frozenset[str] = frozenset()
    rebound: tuple[tuple[str, str, int], ...] = ()
    changed: tuple[tuple[str, str, int], ...] = ()
    dotted: tuple[tuple[str, str, int], ...] = ()
    assigned: tuple[tuple[str, str, int], ...] = ()
    words: frozenset[str] = frozenset()
    largest: Part | None = None


def facts(text: str) -> Facts | None:
    """The facts of a script's text; None where Python cannot parse it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    look = _Look()
    try:
        look.body(module.body, function="", early=True)
    except RecursionError:
        return None
    return look.facts(text)


_BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.IfExp, ast.comprehension, ast.match_case, ast.ExceptHandler)
_RUNS = frozenset(
    "run call check_call check_output Popen popen system getoutput getstatusoutput create_subprocess_exec"
    " create_subprocess_shell execv execve execvp execl execlp spawnv spawnl run_path run_module local sudo".split()
)
_CHANGES = frozenset("append extend insert remove pop popitem clear update setdefault add discard sort reverse".split())
_GENERATED = re.compile(
    r"(?im)^\s*(?:#|\"\"\"|'''|//).*(?:\bgenerated\b.{0,40}\b(?:by|from|code|file)\b|do not (?:edit|modify)\b|@generated|auto-?generated)"
)
_HEAD = 2000  # characters at the top of a file, where generators sign
_NAMED = re.compile(r"[\w./-]*\w\.pyw?\b|\b[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+\b")
_UNKNOWN = "\0"


@dataclass(slots=True)
class _Look:
    """What has been seen so far of one module."""

    branches: int = 0
    handled: bool = False
    guard: bool = False
    imports: list[Import] = field(default_factory=list)
    spawned: list[tuple[int, str]] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    rebound: dict[str, tuple[str, int]] = field(default_factory=dict)
    changed: dict[str, tuple[str, int]] = field(default_factory=dict)
    dotted: dict[tuple[str, str], int] = field(default_factory=dict)
    assigned: dict[tuple[str, str], int] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    parts: list[Part] = field(default_factory=list)
    code: set[int] = field(default_factory=set)
    inside: set[int] = field(default_factory=set)

    def body(self, statements: list[ast.stmt], function: str, *, early: bool) -> None:
        """Look at statements of the module itself, or of what stands in it."""
        for statement in statements:
            self.statement(statement, function, early=early)

    def statement(self, one: ast.stmt, function: str, *, early: bool) -> None:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            self.defined(one, function)
            return
        if isinstance(one, ast.ClassDef):
            self.bound.update([] if function else [one.name])
            self.code.update(range(one.lineno, one.body[0].lineno))
            self.rest([*one.decorator_list, *one.bases], function)
            for inner in one.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    self.defined(inner, f"{one.name}", method=True)
                else:
                    self.statement(inner, function or one.name, early=early)
            return
        if not function and _is_data(one):
            self.code.add(one.lineno)
        elif not _is_text(one):
            self.code.update(range(one.lineno, _header_end(one) + 1))
        if isinstance(one, ast.Import | ast.ImportFrom):
            self.imported(one, early=early)
        if not function:
            self.bound.update(_bound(one))
        if isinstance(one, ast.If):
            self.guard = self.guard or (not function and _is_guard(one.test))
            early = early and not _is_typing(one.test)
        if isinstance(one, ast.Try | ast.TryStar):
            self.handled = self.handled or any(not _only_imports(one) for _ in one.handlers)
        self.branches += isinstance(one, ast.If | ast.For | ast.AsyncFor | ast.While)
        for node in ast.iter_child_nodes(one):
            self.child(node, function, early=early)

    def child(self, inner: ast.AST, function: str, *, early: bool) -> None:
        if isinstance(inner, ast.stmt):
            self.statement(inner, function, early=early)
        elif isinstance(inner, ast.ExceptHandler | ast.match_case):
            self.branches += 1
            self.code.add(getattr(inner, "lineno", inner.body[0].lineno))
            self.body(inner.body, function, early=early)
        else:
            self.rest([inner], function)

    def defined(self, one: ast.FunctionDef | ast.AsyncFunctionDef, function: str, *, method: bool = False) -> None:
        """A function: what it does to the module's names, and how large it is."""
        if not function:
            self.bound.add(one.name)
        name = f"{function}.{one.name}" if method else one.name
        before = self.branches
        self.code.update(range(one.lineno, one.body[0].lineno))
        self.rest([*one.decorator_list, one.args], name)
        self.body(one.body, name, early=False)
        self.parts.append(
            Part(name, one.lineno, (one.end_lineno or one.lineno) - one.lineno + 1, self.branches - before)
        )
        self.inside.update(range(one.lineno, (one.end_lineno or one.lineno) + 1))
        self.state(one, name)

    def state(self, one: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> None:
        """Which of the module's names a function binds anew (`global`) or changes in place."""
        shared = {word for node in _own(one) if isinstance(node, ast.Global) for word in node.names}
        arguments = {arg.arg for node in ast.walk(one.args) if isinstance(node, ast.arg) for arg in [node]}
        local = arguments | {word for node in _own(one) for word in _stored(node)} - shared
        for node in _own(one):
            for word in _stored(node):
                if word in shared:
                    self.rebound.setdefault(word, (name, getattr(node, "lineno", one.lineno)))
            word = _changed(node)
            if word and word not in local:
                self.changed.setdefault(word, (name, getattr(node, "lineno", one.lineno)))

    def imported(self, one: ast.Import | ast.ImportFrom, *, early: bool) -> None:
        if isinstance(one, ast.Import):
            for alias in one.names:
                bound = alias.asname or alias.name.partition(".")[0]
                self.imports.append(Import(one.lineno, 0, alias.name, "", bound, early))
            return
        for alias in one.names:
            bound = alias.asname or alias.name
            self.imports.append(Import(one.lineno, one.level, one.module or "", alias.name, bound, early))

    def rest(self, nodes: list[ast.AST] | list[ast.expr], function: str) -> None:
        """Expressions: commands that are started, names read from other modules, texts that may name a script."""
        del function
        waiting: list[ast.AST] = [*nodes]
        while waiting:
            node = waiting.pop()
            self.branches += isinstance(node, ast.IfExp | ast.comprehension) or (
                isinstance(node, ast.BoolOp) and len(node.values) - 1
            )
            if isinstance(node, ast.Call) and _last(node.func) in _RUNS:
                self.spawned += [(node.lineno, text) for text in _command(node)]
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                kept = self.dotted if isinstance(node.ctx, ast.Load) else self.assigned
                kept.setdefault((node.value.id, node.attr), node.lineno)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < _LONG:
                self.words.update(_NAMED.findall(node.value))
            waiting.extend(ast.iter_child_nodes(node))

    def facts(self, text: str) -> Facts:
        """All of it, frozen."""
        head = text[:_HEAD]
        return Facts(
            lines=text.count("\n") + (not text.endswith("\n") and bool(text)),
            code=len(self.code),
            inside=len(self.code & self.inside),
            branches=self.branches,
            handled=self.handled,
            runnable=self.guard or shebang.is_python(head[: shebang.READ].encode("utf-8", "replace")),
            generated=_GENERATED.search(head) is not None,
            imports=tuple(self.imports),
            spawned=tuple(self.spawned),
            bound=frozenset(self.bound),
            rebound=tuple((name, *at) for name, at in self.rebound.items() if name in self.bound),
            changed=tuple((name, *at) for name, at in self.changed.items() if name in self.bound),
            dotted=tuple((*name, line) for name, line in self.dotted.items()),
            assigned=tuple((*name, line) for name, line in self.assigned.items()),
            words=frozenset(self.words),
            largest=max(self.parts, key=lambda part: (part.branches, part.lines, -part.line), default=None),
        )


_LONG = 2000  # characters of a text, above which it names no script


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions and classes in it."""
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))


def _stored(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
        yield node.id
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name


def _changed(node: ast.AST) -> str:
    """The name whose object a node changes in place: a method that changes, an item that is set."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attribute)) if attribute in _CHANGES:
            return name
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
            return name
        case _:
            return ""


def _bound(one: ast.stmt) -> set[str]:
    return {name for node in [one, *_own(one)] for name in _stored(node)}


def _is_guard(test: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(test))


def _is_typing(test: ast.expr) -> bool:
    return any(_last(node) == "TYPE_CHECKING" for node in ast.walk(test))


def _only_imports(one: ast.Try | ast.TryStar) -> bool:
    """`try: import x` is an idiom of loading, and handles no error of the work."""
    return all(isinstance(statement, ast.Import | ast.ImportFrom) for statement in one.body)


def _is_text(one: ast.stmt) -> bool:
    return isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)


_DATA = (ast.Dict, ast.List, ast.Tuple, ast.Set, ast.Constant)


def _is_data(one: ast.stmt) -> bool:
    """Whether a statement of the module only writes down data: nothing in it can go wrong."""
    if not isinstance(one, ast.Assign | ast.AnnAssign) or not isinstance(one.value, _DATA):
        return False
    return not any(isinstance(node, ast.Call | ast.comprehension | ast.Lambda) for node in ast.walk(one.value))


def _header_end(one: ast.stmt) -> int:
    """The last line of a statement without the statements in it."""
    body = getattr(one, "body", None)
    if isinstance(one, ast.Match):
        return one.subject.end_lineno or one.lineno
    return max(body[0].lineno - 1, one.lineno) if body else (one.end_lineno or one.lineno)


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _command(call: ast.Call) -> Iterator[str]:
    """The command lines that a call may start, as one text each."""
    given = [*call.args, *(word.value for word in call.keywords if word.arg in ("args", "cmd", "command"))]
    if not given:
        return
    first = given[0]
    if isinstance(first, ast.List | ast.Tuple):
        yield " ".join(_quoted(_word(item)) for item in first.elts)
    elif len(given) > 1 and all(isinstance(item, ast.Constant) for item in given[:2]) and _last(call.func) == "run":
        yield " ".join(_quoted(_word(item)) for item in given)  # nox: session.run("python", "x.py")
    else:
        yield _word(first)


def _quoted(word: str) -> str:
    return f"'{word}'" if re.search(r"\s", word) else word


def _word(node: ast.expr) -> str:
    """A word of a command line; what is not known is a NUL, and sys.executable is a Python."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else _UNKNOWN
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else _UNKNOWN for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Add):
        slash = "/" if isinstance(node.op, ast.Div) else ""
        return f"{_word(node.left)}{slash}{_word(node.right)}"
    if isinstance(node, ast.Starred) or _last(node) not in ("executable", ""):
        return _UNKNOWN
    if _last(node) == "executable":
        return "python"
    if isinstance(node, ast.Call) and node.args:
        parts = [_word(item) for item in node.args]
        return "/".join(parts) if _last(node.func) in ("join", "joinpath", "Path", "str", "fspath") else _UNKNOWN
    return _UNKNOWN
