"""Requests in a loop that open a new connection every time round, where a session would keep one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urlsplit

import libcst as cst

from lintfoot import calls, displays, strings
from lintfoot.gates.gate import Gate
from lintfoot.gates.web import ALONE, KEEPERS, SESSIONS
from lintfoot.libraries import Argument
from lintfoot.regexes import regex
from lintfoot.values import Display
from lintfoot.visitors.base import Note, Visitor
from lintfoot.visitors.below import LATER, below

(REPEATED,) = SESSIONS.codes
# A loop over these meets every host once, and has nothing to keep.
_HOSTS = frozenset(
    "host hosts hostname server servers node nodes site sites domain domains target targets mirror mirrors ip ips addr address "
    "addresses instance instances cluster clusters endpoint endpoints base registry registries device devices peer peers "
    "machine machines router routers switch switches member members worker workers proxy webhook webhooks dest "
    "destination destinations".split()
)
_AGAIN = frozenset("retry retries retrying attempt attempts try tries".split())
_WORDS = regex(r"[a-z]+")
_COUNTS = frozenset({"builtins.range", "itertools.count", "itertools.repeat"})

Loop = cst.For | cst.While | cst.CompFor


class Sessions(Visitor):
    """LF203."""

    gate: ClassVar[Gate] = SESSIONS

    def visit_Call(self, node: cst.Call) -> None:
        """A function that makes a session for one request, inside a loop."""
        target = next((one for one in calls.targets(self.names, node) if one.name in ALONE), None)
        loop = self._loop(node) if target is not None else None
        if target is None or loop is None or self._leaves(node, loop) or self._tries_again(node, loop):
            return
        if not self._may_stay(node, target, loop):
            return
        library, _, method = target.name.partition(".")
        self.report(
            REPEATED,
            node,
            f"`{self.written(node.func)}` opens a connection of its own every time round",
            label="a new connection, a new TLS handshake",
            help=f"session = {KEEPERS[library]} before the loop, session.{method}(…) in it",
            related=(Note(loop, "in this loop"),) if not isinstance(loop, cst.CompFor) else (),
        )

    def _loop(self, node: cst.CSTNode) -> Loop | None:
        """The innermost loop that makes the call again every time round."""
        child, once = node, False
        for above in self.names.index.ancestors(node):
            match above:
                case cst.FunctionDef() | cst.Lambda() | cst.ClassDef():
                    return None
                case cst.For(body=body) if child is body:
                    return above
                case cst.While() if child is not above.orelse:
                    return above
                case cst.CompFor(iter=source):
                    once = child is source  # the first `in` of a comprehension is asked once
                case cst.ListComp(for_in=loop) | cst.SetComp(for_in=loop) | cst.GeneratorExp(for_in=loop):
                    if not (once and child is loop):
                        return loop
                case cst.DictComp(for_in=loop):
                    if not (once and child is loop):
                        return loop
                case _:
                    pass
            child = above
        return None

    # loops that are left after one request

    def _leaves(self, node: cst.CSTNode, loop: Loop) -> bool:
        """Whether the loop is left once the request has been answered."""
        child: cst.CSTNode = node
        for above in self.names.index.ancestors(node) if not isinstance(loop, cst.CompFor) else ():
            if above is loop:
                break
            match above:
                case cst.Return() | cst.Raise():
                    return True
                case cst.IndentedBlock(body=body) | cst.SimpleStatementSuite(body=body):
                    place = next(number for number, one in enumerate(body) if one is child)
                    if any(_is_exit(one) for one in body[place:]):
                        return True
                case cst.Try(body=body, orelse=cst.Else(body=after)) if body is child:
                    if any(_is_exit(one) for one in after.body):
                        return True
                case _:
                    pass
            child = above
        return False

    def _tries_again(self, node: cst.Call, loop: Loop) -> bool:
        """Whether the loop sends one and the same request until it succeeds."""
        if isinstance(loop, cst.CompFor) or self._varies(node, loop):
            return False
        exits = any(isinstance(one, cst.Break | cst.Return) for one in below(loop.body, LATER))
        counted = isinstance(loop, cst.For) and any(
            name in _COUNTS for name in self.names.names_of(getattr(loop.iter, "func", None))
        )
        return (exits and (counted or self._is_guarded(node, loop))) or self._counts_attempts(loop)

    def _counts_attempts(self, loop: cst.For | cst.While) -> bool:
        """`while retries < 5 and not done:`."""
        asked = loop.test if isinstance(loop, cst.While) else loop.target
        names = (one.value for one in below(asked) if isinstance(one, cst.Name))
        return any(not _AGAIN.isdisjoint(_WORDS.findall(name.lower())) for name in names)

    def _is_guarded(self, node: cst.CSTNode, loop: Loop) -> bool:
        for above in self.names.index.ancestors(node):
            if above is loop:
                return False
            if isinstance(above, cst.Try) and above.handlers:
                return True
        return False

    # what changes from one round to the next

    def _varies(self, node: cst.CSTNode, loop: Loop) -> bool:
        bound = set(self._bound(loop))
        return any(isinstance(one, cst.Name) and one.value in bound for one in below(node))

    def _bound(self, loop: Loop) -> Iterator[str]:
        """The names that a loop gives new values."""
        if isinstance(loop, cst.For | cst.CompFor):
            yield from (one.value for one in below(loop.target) if isinstance(one, cst.Name))
        if isinstance(loop, cst.CompFor):
            if loop.inner_for_in is not None:
                yield from self._bound(loop.inner_for_in)
            return
        for node in below(loop.body, LATER):
            if isinstance(node, cst.AssignTarget | cst.AnnAssign | cst.AugAssign | cst.NamedExpr | cst.For):
                yield from (one.value for one in below(node.target) if isinstance(one, cst.Name))

    def _may_stay(self, node: cst.Call, target: calls.Target, loop: Loop) -> bool:
        """Whether the requests may go to one host, as far as the address tells."""
        argument = target.function.arguments.get("url", Argument(("url",), 0))
        url = calls.given(self.names, node, argument, target.partials).node
        if url is None:
            return True
        bound = set(self._bound(loop))
        parts = strings.parts_of(self.names, url)
        if len(parts) == 1 and not isinstance(parts[0], str):
            return self._one_host(parts[0], loop, bound)
        return not any(
            isinstance(one, cst.Name) and one.value in bound for part in _authority(parts) for one in below(part)
        )

    def _one_host(self, url: cst.BaseExpression, loop: Loop, bound: set[str]) -> bool:
        """Whether addresses that come as a whole may be of one host: what they are called, or what they are."""
        names = {one.value for one in below(url) if isinstance(one, cst.Name)} & bound
        if not names:
            return True
        words = {word for name in self._sources(names, loop) for word in _WORDS.findall(name.lower())}
        if isinstance(loop, cst.While):
            return _HOSTS.isdisjoint(words)
        hosts = []
        for value in self.names.values(loop.iter):
            if isinstance(value, Display) and value.kind != "dict":
                for item in displays.elements(self.names, value):
                    text = self.names.constant(item) if item is not None else ...
                    hosts.append(urlsplit(text).netloc if isinstance(text, str) else "")
        if hosts and all(hosts):
            return len(set(hosts)) < len(hosts)
        words |= {
            word for one in below(loop.iter) if isinstance(one, cst.Name) for word in _WORDS.findall(one.value.lower())
        }
        return _HOSTS.isdisjoint(words)

    def _sources(self, names: set[str], loop: Loop) -> set[str]:
        """The names that a loop makes others of: `url = server["url"]`."""
        found = set(names)
        for node in reversed(list(below(loop.body, LATER))) if not isinstance(loop, cst.CompFor) else ():
            match node:
                case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value) if name in found:
                    found |= {one.value for one in below(value) if isinstance(one, cst.Name)}
                case _:
                    pass
        return found


def _authority(parts: tuple[str | cst.BaseExpression, ...]) -> Iterator[cst.BaseExpression]:
    """The data that says which host an address is of: what stands before the first slash behind `://`."""
    before = ""
    for part in parts:
        if not isinstance(part, str):
            yield part
            before += "\0"
            continue
        before += part
        if "/" in before.partition("://")[2] or ("://" not in before and "/" in before):
            return


def _is_exit(statement: cst.CSTNode) -> bool:
    last = statement.body[-1] if isinstance(statement, cst.SimpleStatementLine) else statement
    return isinstance(last, cst.Return | cst.Break | cst.Raise)
