"""Loaders that run what the data says: YAML's full languages, and pickle and its kin on data from outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot import calls, facets
from lintfoot.findings import Severity
from lintfoot.gates.files import SHELVES, UNSAFE_LOADS
from lintfoot.gates.gate import Gate
from lintfoot.names import Names
from lintfoot.scopes import How, dotted, last_word
from lintfoot.values import Class, Instance, Parameter
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.below import below
from lintfoot.visitors.outside import ARGV, NAMED, Outside

(CODE,) = UNSAFE_LOADS.codes
_YAML = ("yaml.", "ruamel.yaml.", "strictyaml.", "oyaml.")
_SAFE = {
    "yaml.load": "yaml.safe_load({data})",
    "yaml.load_all": "yaml.safe_load_all({data})",
    "yaml.unsafe_load": "yaml.safe_load({data})",
    "yaml.unsafe_load_all": "yaml.safe_load_all({data})",
    "yaml.full_load": "yaml.safe_load({data})",
    "yaml.full_load_all": "yaml.safe_load_all({data})",
    "ruamel.yaml.load": 'YAML(typ="safe").load({data})',
    "ruamel.yaml.load_all": 'YAML(typ="safe").load_all({data})',
}
_DEEPEST = 6
_SIGNED = frozenset({"hmac.compare_digest", "secrets.compare_digest", "hmac.verify"})


class UnsafeLoads(Visitor):
    """LF705 at the call that loads."""

    gate: ClassVar[Gate] = UNSAFE_LOADS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._outside = Outside(self.names)
        self._said: set[int] = set()

    def visit_Call(self, node: cst.Call) -> None:
        """Each call that is modelled as a loader."""
        for target in calls.targets(self.names, node):
            if target.name in SHELVES:
                self._pickled(node, target, node.args[0].value if node.args else None)
            elif "loader" not in target.function.arguments:
                continue
            elif target.name.startswith(_YAML):
                self._yaml(node, target)
            elif target.function.arguments["loader"].default == "unsafe":
                given = calls.given(self.names, node, target.function.arguments["data"], target.partials)
                self._pickled(node, target, given.node)
            else:
                continue
            return

    # YAML

    def _yaml(self, node: cst.Call, target: calls.Target) -> None:
        told = facets.meaning(self.names, node, target, "loader")
        if told is None or target.name == "ruamel.yaml.YAML":
            return
        words = told.words | self._of_classes(told)
        if told.made_by is not None and "unsafe" in words:
            self._typed(told.made_by, node)
        elif "unsafe" in words or "full" in words:
            self._loaded(node, target, told, full="unsafe" not in words)
        elif f"unsafe{facets.BY_DEFAULT}" in words:
            self._default(node, target, told)

    def _of_classes(self, told: facets.Meaning) -> frozenset[str]:
        """What a loader of this file's own is built on."""
        found: set[str] = set()
        for value in told.given.values:
            if isinstance(value, Class):
                family = [
                    told.argument.means.get(name, "") for name in self.names.family(value.node) if isinstance(name, str)
                ]
                found |= set() if "safe" in family else set(family)
        return frozenset(found)

    def _default(self, node: cst.Call, target: calls.Target, told: facets.Meaning) -> None:
        """The default of a parameter decides: that is where the owner has to change something."""
        for value in told.given.values:
            if isinstance(value, Parameter) and value.default is not None and id(value.default) not in self._said:
                self._said.add(id(value.default))
                shown = self.written(value.default, 40)
                self.report(
                    CODE,
                    value.default,
                    f"`{value.name}={shown}` lets `{target.name}` make any object that the document names",
                    label="runs what the document says",
                    help=f"{value.name}=yaml.SafeLoader",
                    related=(Note(node, "documents are loaded here"),),
                )

    def _loaded(self, node: cst.Call, target: calls.Target, told: facets.Meaning, *, full: bool) -> None:
        written = calls.given(self.names, node, target.function.arguments["data"], target.partials).node
        data = self.written(written, 40) if written is not None else "stream"
        loader = self.written(told.given.node, 40) if told.given.node is not None else ""
        how = f"with `{loader}`" if loader else "without a safe loader" if "unsafe_" not in target.name else "as it is"
        if full:
            message = (
                f"`{target.name}` reads the full language of YAML, which is not made for data that others can write"
            )
        else:
            message = (
                f"`{target.name}` {how} makes any object that the document names: whoever writes it runs code here"
            )
        own = told.given.state == "given" and any(isinstance(value, Class) for value in told.given.values)
        advice = _SAFE.get(target.name, "yaml.safe_load({data})").replace("{data}", data)
        self.report(
            CODE,
            node,
            message,
            label="takes tags such as !!python/name" if full else "runs what the document says",
            help=f"build `{loader}` on yaml.SafeLoader" if own else advice,
            severity=Severity.WARNING if full else None,
        )

    def _typed(self, maker: cst.Call, load: cst.Call) -> None:
        if id(maker) in self._said:
            return
        self._said.add(id(maker))
        self.report(
            CODE,
            maker,
            '`YAML(typ="unsafe")` makes any object that a document names: whoever writes it runs code here',
            label="runs what the document says",
            help='YAML(typ="safe"), or YAML() to keep comments',
            related=(Note(load, "documents are loaded here"),),
        )

    # pickle and its kin

    def _pickled(self, node: cst.Call, target: calls.Target, data: cst.BaseExpression | None) -> None:
        if data is None or any(isinstance(value, Class) for value in self.names.values(node.func)):
            return  # an Unpickler of the file's own looks at what it is asked for
        of_path = target.name in SHELVES or target.name == "joblib.load"
        source = (of_path and self._outside.path(data)) or self._outside.source(data)
        if not source or (of_path and source == ARGV) or self._is_signed(node):
            return
        own = self._is_own_format(node, target) if source == NAMED else self._is_own_store(data)
        if own:
            return
        self.report(
            CODE,
            node,
            f"`{target.name}` runs code that the data names, and this data comes from {source}",
            label=f"from {source}",
            help="send and store it as JSON (json.loads), or check a signature (hmac.compare_digest) before loading",
        )

    def _is_signed(self, node: cst.Call) -> bool:
        function = self.names.index.function_of(node)
        scope = function if function is not None else self.context.module
        return any(
            isinstance(one, cst.Call) and not _SIGNED.isdisjoint(self.names.names_of(one.func)) for one in below(scope)
        )

    def _is_own_format(self, node: cst.Call, target: calls.Target) -> bool:
        """A file that this script writes as well as reads: its own state, wherever the caller keeps it."""
        if target.name in SHELVES:
            parent = self.names.index.parent.get(id(node))
            bound = ""
            if isinstance(parent, cst.WithItem) and isinstance(parent.asname, cst.AsName):
                bound = getattr(parent.asname.name, "value", "")
            elif isinstance(parent, cst.Assign):
                bound = last_word(parent.targets[0].target)
            return bound in self.names.index.subscript_writes
        library = target.name.partition(".")[0]
        return any(
            last_word(call.func) in ("dump", "dumps")
            and any(name.startswith(f"{library}.") for name in self.names.names_of(call.func))
            for call in self.names.index.calls
        )

    def _is_own_store(self, data: cst.BaseExpression) -> bool:
        """A cache or bucket that this file fills with pickles itself."""
        owners = set(_owners(self.names, data, 0))
        return any(
            isinstance(call.func, cst.Attribute)
            and dotted(call.func.value) in owners
            and any(self._is_dump(arg.value) for arg in call.args)
            for call in self.names.index.calls
        )

    def _is_dump(self, node: cst.BaseExpression) -> bool:
        return any(isinstance(value, Instance) and value.name.endswith(".dumps()") for value in self.names.values(node))


def _owners(names: Names, node: cst.BaseExpression, depth: int) -> Iterator[str]:
    """What the data was asked of: `cache` of `cache.get(key)`, also through a local name."""
    match node:
        case _ if depth > _DEEPEST:
            return
        case cst.Await(expression=inner) | cst.Subscript(value=inner) | cst.NamedExpr(value=inner):
            yield from _owners(names, inner, depth + 1)
        case cst.Call(func=cst.Attribute(value=inner)):
            yield dotted(inner)
            yield from _owners(names, inner, depth + 1)
        case cst.Name():
            scope = names.lookup(node)
            for binding in scope.bindings[node.value] if scope is not None else ():
                if binding.how is How.ASSIGNED and binding.value is not None:
                    yield from _owners(names, binding.value, depth + 1)
        case _:
            return
