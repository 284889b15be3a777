"""One look at a script's tree, from which its facts come.

Python's own parser will do here: nothing of this needs places to the column. What it cannot parse has no facts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from lintfoot import shebang, syntax
from lintfoot.audit.facts import Facts, Import, Part
from lintfoot.audit.spawns import RUNS, command
from lintfoot.census import last
from lintfoot.records import dataclass, field
from lintfoot.regexes import regex


def facts(text: str) -> Facts | None:
    """The facts of a script's text; None where Python cannot parse it."""
    module = syntax.tree(text)
    if module is None:
        return None
    look = _Look()
    try:
        look.body(module.body, function="", early=True)
    except RecursionError:
        return None
    return look.facts(text)


_CHANGES = frozenset("append extend insert remove pop popitem clear update setdefault add discard sort reverse".split())
_GENERATED = regex(
    r"(?im)^\s*(?:#|\"\"\"|'''|//).*(?:\bgenerated\b.{0,40}\b(?:by|from|code|file)\b|do not (?:edit|modify)\b|@generated|auto-?generated)"
)
_HEAD = 2000  # characters at the top of a file, where generators sign
_NAMED = regex(r"[\w./-]*\w\.pyw?\b|\b[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+\b")


@dataclass(slots=True)
class _Scope:
    """What the code of a module, a class or a function binds and changes: names, with lines.

    `shared` are those of `global`; `calls` name what a method was called of that changes lists and dicts, if it is one of these.
    """

    stored: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    bindings: list[tuple[str, int]] = field(default_factory=list)
    changes: list[tuple[str, int]] = field(default_factory=list)
    calls: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Look:
    """What has been seen so far of one module."""

    branches: int = 0
    handled: bool = False
    guard: bool = False
    works: bool = False
    loading: set[str] = field(default_factory=set)
    containers: set[str] = field(default_factory=set)
    imports: list[Import] = field(default_factory=list)
    spawned: list[tuple[int, str]] = field(default_factory=list)
    scopes: list[_Scope] = field(default_factory=lambda: [_Scope()])
    rebound: dict[str, tuple[str, int]] = field(default_factory=dict)
    changed: dict[str, tuple[str, int]] = field(default_factory=dict)
    called: dict[str, tuple[str, int]] = field(default_factory=dict)
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
            self.defined_class(one, function, early=early)
            return
        if not function:
            self.at_the_top(one)
        if not function and _is_data(one):
            self.code.add(one.lineno)
        elif not _is_text(one):
            self.code.update(range(one.lineno, _header_end(one) + 1))
        if isinstance(one, ast.Import | ast.ImportFrom):
            self.imported(one, early=early)
        if isinstance(one, ast.Global):
            self.scopes[-1].shared.update(one.names)
        if isinstance(one, ast.If):
            early = early and not _is_typing(one.test)
        if isinstance(one, ast.Try | ast.TryStar):
            self.handled = self.handled or any(not _only_imports(one) for _ in one.handlers)
        self.branches += isinstance(one, ast.If | ast.For | ast.AsyncFor | ast.While)
        for node in _children(one):
            self.child(node, function, early=early)

    def at_the_top(self, one: ast.stmt) -> None:
        """A statement of the module itself: what it makes, and whether it does more than that."""
        self.works = self.works or _is_work(one)
        self.guard = self.guard or (isinstance(one, ast.If) and _is_guard(one.test))
        self.containers.update(_containers(one))
        if isinstance(one, ast.Expr | ast.Assign) and isinstance(one.value, ast.Call):
            self.loading.add(last(one.value.func))

    def defined_class(self, one: ast.ClassDef, function: str, *, early: bool) -> None:
        """A class: its names are its own."""
        self.scopes[-1].stored.add(one.name)
        self.scopes.append(_Scope())
        self.code.update(range(one.lineno, one.body[0].lineno))
        self.rest([*one.decorator_list, *one.bases])
        for inner in one.body:
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                self.defined(inner, one.name, method=True)
            else:
                self.statement(inner, function or one.name, early=early)
        self.scopes.pop()

    def child(self, inner: ast.AST, function: str, *, early: bool) -> None:
        if isinstance(inner, ast.stmt):
            self.statement(inner, function, early=early)
        elif isinstance(inner, ast.ExceptHandler | ast.match_case):
            self.branches += 1
            if isinstance(inner, ast.ExceptHandler) and inner.name:
                self.scopes[-1].stored.add(inner.name)
            self.code.add(getattr(inner, "lineno", inner.body[0].lineno))
            self.body(inner.body, function, early=early)
        else:
            self.rest([inner])

    def defined(self, one: ast.FunctionDef | ast.AsyncFunctionDef, function: str, *, method: bool = False) -> None:
        """A function: what it does to the module's names, and how large it is."""
        self.scopes[-1].stored.add(one.name)
        name = f"{function}.{one.name}" if method else one.name
        before = self.branches
        self.code.update(range(one.lineno, one.body[0].lineno))
        self.rest([*one.decorator_list, one.args])
        self.scopes.append(_Scope())
        self.body(one.body, name, early=False)
        self.state(one.args, name, self.scopes.pop())
        self.parts.append(
            Part(name, one.lineno, (one.end_lineno or one.lineno) - one.lineno + 1, self.branches - before)
        )
        self.inside.update(range(one.lineno, (one.end_lineno or one.lineno) + 1))

    def state(self, arguments: ast.arguments, name: str, scope: _Scope) -> None:
        """Which of the module's names a function binds anew (`global`) or changes in place."""
        lists = (arguments.posonlyargs, arguments.args, arguments.kwonlyargs, [arguments.vararg], [arguments.kwarg])
        local = {one.arg for given in lists for one in given if one} | (scope.stored - scope.shared)
        for word, line in scope.bindings:
            if word in scope.shared:
                self.rebound.setdefault(word, (name, line))
        for word, line in scope.changes:
            if word not in local:
                self.changed.setdefault(word, (name, line))
        for word, line in scope.calls:
            if word not in local:
                self.called.setdefault(word, (name, line))

    def imported(self, one: ast.Import | ast.ImportFrom, *, early: bool) -> None:
        self.scopes[-1].stored.update(alias.asname or alias.name.partition(".")[0] for alias in one.names)
        if isinstance(one, ast.Import):
            for alias in one.names:
                bound = alias.asname or alias.name.partition(".")[0]
                self.imports.append(Import(one.lineno, 0, alias.name, "", bound, early))
            return
        for alias in one.names:
            bound = alias.asname or alias.name
            self.imports.append(Import(one.lineno, one.level, one.module or "", alias.name, bound, early))

    def rest(self, nodes: Sequence[ast.AST]) -> None:
        """Expressions: commands that are started, names read from other modules, texts that may name a script."""
        scope = self.scopes[-1]
        waiting: list[ast.AST] = [*nodes]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Constant):
                if isinstance(node.value, str) and len(node.value) < _LONG and "." in node.value:
                    self.words.update(_NAMED.findall(node.value))
                continue
            if isinstance(node, ast.Name):
                if not isinstance(node.ctx, ast.Load):
                    scope.stored.add(node.id)
                    scope.bindings.append((node.id, node.lineno))
                continue
            self.expression(node, scope)
            waiting.extend(_children(node))

    def expression(self, node: ast.AST, scope: _Scope) -> None:
        """One node of an expression that is neither a name nor a constant."""
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute, ctx=context):
                kept = self.dotted if isinstance(context, ast.Load) else self.assigned
                kept.setdefault((name, attribute), node.lineno)
            case ast.Call(func=function):
                if last(function) in RUNS:
                    self.spawned += [(node.lineno, text) for text in command(node)]
                if (
                    isinstance(function, ast.Attribute)
                    and isinstance(function.value, ast.Name)
                    and function.attr in _CHANGES
                ):
                    scope.calls.append((function.value.id, node.lineno))
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                scope.changes.append((name, node.lineno))
            case ast.BoolOp(values=values):
                self.branches += len(values) - 1
            case ast.IfExp() | ast.comprehension():
                self.branches += 1
            case _:
                pass

    def facts(self, text: str) -> Facts:
        """All of it, frozen."""
        head, bound = text[:_HEAD], self.scopes[0].stored
        changed = {name: at for name, at in self.called.items() if name in self.containers} | self.changed
        return Facts(
            lines=text.count("\n") + (not text.endswith("\n") and bool(text)),
            code=len(self.code),
            inside=len(self.code & self.inside),
            branches=self.branches,
            handled=self.handled,
            runnable=self.guard or (self.works and shebang.is_python(head[: shebang.READ].encode("utf-8", "replace"))),
            generated=_GENERATED.search(head) is not None,
            imports=tuple(self.imports),
            spawned=tuple(self.spawned),
            loading=frozenset(self.loading),
            bound=frozenset(bound),
            rebound=tuple((name, *at) for name, at in self.rebound.items() if name in bound),
            changed=tuple((name, *at) for name, at in changed.items() if name in bound),
            dotted=tuple((*name, line) for name, line in self.dotted.items()),
            assigned=tuple((*name, line) for name, line in self.assigned.items()),
            words=frozenset(self.words),
            largest=max(self.parts, key=lambda part: (part.branches, part.lines, -part.line), default=None),
        )


_LONG = 400  # characters of a text, above which it names no script


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What `ast.iter_child_nodes` gives, in half the time."""
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            yield value
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, ast.AST):
                    yield item


def _is_guard(test: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(test))


_MAKERS = frozenset("list dict set bytearray deque defaultdict OrderedDict Counter ChainMap".split())
_CONTAINERS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


def _containers(one: ast.stmt) -> Iterator[str]:
    """The names that a statement binds to a list, a dict or the like: `extend` of anything else may change nothing."""
    if not isinstance(one, ast.Assign | ast.AnnAssign):
        return
    made = isinstance(one.value, _CONTAINERS) or (isinstance(one.value, ast.Call) and last(one.value.func) in _MAKERS)
    targets = one.targets if isinstance(one, ast.Assign) else [one.target]
    yield from (target.id for target in targets if made and isinstance(target, ast.Name))


def _is_work(one: ast.stmt) -> bool:
    """Whether a statement of a module does something while it loads, beyond making names: then a shebang is meant."""
    if isinstance(one, ast.For | ast.While | ast.With):
        return True
    return isinstance(one, ast.Expr) and isinstance(one.value, ast.Call | ast.Await)


def _is_typing(test: ast.expr) -> bool:
    return any(last(node) == "TYPE_CHECKING" for node in ast.walk(test))


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
