"""Secrets in dicts, in what templates take out of them by name, and among the options of a command line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import libcst as cst

from lintfoot import displays
from lintfoot.names import Names
from lintfoot.scopes import dotted, last_word
from lintfoot.secret_names import evidence, words
from lintfoot.values import Display
from lintfoot.visitors.secret_claims import Claims, texts_of
from lintfoot.visitors.secret_held import Held

_FAULTS = frozenset(
    "error errors err errs msg msgs message messages help text label labels field fields reason why".split()
)

Seek = Callable[[cst.BaseExpression, int], Iterator[Held]]


class Tables:
    """Asks one file's dicts; `held` is asked for what an expression holds."""

    def __init__(self, names: Names, claims: Claims, held: Seek) -> None:
        self.names = names
        self.claims = claims
        self._held = held

    def _each(self, nodes: Sequence[cst.BaseExpression], depth: int) -> Iterator[Held]:
        for node in nodes:
            yield from self._held(node, depth + 1)

    def percent(self, left: cst.BaseExpression, right: cst.BaseExpression, depth: int) -> Iterator[Held]:
        """`"%s:%(password)s" % …`: all that goes in, or what the template takes by name."""
        template = self.names.constant(left)
        keys = re.findall(r"%\((\w+)\)", template) if isinstance(template, str) else []
        if keys:
            yield from self._by_key(keys, right, depth)
        else:
            yield from self._each((left, right), depth)

    def formatted(self, node: cst.Call, depth: int) -> Iterator[Held]:
        """`"{} {user[name]}".format(password, user=user)`: whole values, and parts of them by name."""
        template = self.names.constant(node.func.value) if isinstance(node.func, cst.Attribute) else ...
        parts = re.findall(r"\{(\w*)[.\[](\w+)", template) if isinstance(template, str) else []
        keys = re.findall(r"\{(\w+)", template) if isinstance(template, str) else []
        for place, arg in enumerate(node.args):
            name = arg.keyword.value if arg.keyword is not None else str(place)
            inner = [key for owner, key in parts if owner in (name, "")]
            if arg.star == "**":
                yield from self._by_key(keys, arg.value, depth)
            elif inner:
                yield from self._by_key(inner, arg.value, depth)
            elif not arg.star:
                yield from self._held(arg.value, depth + 1)

    def _by_key(self, keys: Sequence[str], table: cst.BaseExpression, depth: int) -> Iterator[Held]:
        """The values that a template takes by name out of a dict, `locals()` or `vars(args)`."""
        known = [one for one in self.names.values(table) if isinstance(one, Display) and one.kind == "dict"]
        for key in keys:
            found = self.claims.said(key)
            if known:
                given, _ = displays.mapping(self.names, known[0], table)
                yield from self._each(given.get(key, []), depth)
            elif found is not None and found.sure:
                yield Held(table, key, found)

    def table(self, value: Display, written: cst.BaseExpression | None, depth: int) -> Iterator[Held]:
        """A dict: what its values hold, and what its keys say of values that nobody can tell."""
        given, _ = displays.mapping(self.names, value, written)
        removed = self._removed(written)
        for key, nodes in given.items():
            found = self.claims.said(key)
            if key in removed or (len(nodes) > 1 and found is not None and not self.claims.fits(nodes[-1], found)):
                continue
            for node in nodes:
                inner = next(self._held(node, depth + 1), None)
                if inner is not None:
                    yield inner
                elif found is not None and found.sure and self._plain(node) and self.claims.fits(node, found):
                    yield Held(node, key, found)
        yield from self._spread(value.node, depth)

    def _removed(self, written: cst.BaseExpression | None) -> set[str]:
        """The keys that are taken out again before the dict is shown: `settings.pop("password")`."""
        path = dotted(written) if written is not None else ""
        found: set[str] = set()
        for call in self.names.calls_of("pop") if path else ():
            owner = call.func.value if isinstance(call.func, cst.Attribute) else None
            if owner is not None and dotted(owner) == path:
                found.update(texts_of(call)[:1])
        return found

    def _plain(self, node: cst.BaseExpression) -> bool:
        """Whether a value that its key calls a secret may be one: something stored, and not a hash or a message."""
        name = last_word(node)
        if evidence(name) or not _FAULTS.isdisjoint(words(name)):
            return False
        return isinstance(node, cst.Name | cst.Attribute | cst.Subscript)

    def _spread(self, node: cst.CSTNode, depth: int) -> Iterator[Held]:
        for element in node.elements if isinstance(node, cst.Dict) else ():
            if isinstance(element, cst.StarredDictElement):
                yield from self._held(element.value, depth + 1)

    def namespace(self, node: cst.BaseExpression) -> Iterator[Held]:
        """`vars(args)`, `args.__dict__`: every option of the command line."""
        for name in self.options(node):
            found = self.claims.said(name.lstrip("-"))
            if found is not None and found.sure:
                yield Held(node, name, found)
                return

    def options(self, node: cst.BaseExpression) -> list[str]:
        """The options that a namespace holds, if the expression is what `parse_args` gave."""
        made = [one for one in self.names.bindings_of(node) if one.path != (1,)] if isinstance(node, cst.Name) else []
        values = [binding.value for binding in made] + [node]
        if not any(
            isinstance(one, cst.Call) and last_word(one.func).startswith(("parse_args", "parse_known"))
            for one in values
        ):
            return []
        found = []
        for call in self.names.calls_of("add_argument"):
            switch = any(arg.keyword is not None and arg.keyword.value == "action" for arg in call.args)
            found += (
                [] if switch else [text for text in texts_of(call) if text.startswith("--") or not text.startswith("-")]
            )
        return found
